"""byocd killed with -9 again and again while its directory changes: nothing doubled, leaked, lost.

BYOC_E2E_KILLS (10) kills per test, at random moments; BYOC_E2E_SEED repeats a run's choices.
"""

import os
import random
import threading

import pytest
from byocd import Byocd, wait_for
from changing_directory import ROLE, ChangingDirectory
from inventory import difference, doubled, inventory
from proxy import Fault

KILLS = int(os.environ.get("BYOC_E2E_KILLS", "10"))
SEED = int(os.environ.get("BYOC_E2E_SEED", "1"))
CALM_S = 300
FLAGS = ["--debounce=20ms", "--settle=50ms", "--backoff_max=5s", "--absence_grace=1s"]
FLAGS += ["--deletions_window=0s"]  # a file less every few seconds


def shaky(chance):
    """20 % of the calls are throttled, 5 % of the answers are lost."""

    def fault(call, number):
        drawn = chance.random()
        if drawn < 0.20:
            return Fault.throttled
        return Fault.lost_answer if drawn < 0.25 else None

    return fault


def run_and_kill(byocctl, directory, chance):
    """One life of byocd; 5 to 400 ms, with up to three changes in it."""
    daemon = Byocd(byocctl, directory.path, *FLAGS).start()
    changes = chance.randrange(4)
    for _ in range(changes):
        _pause(chance.uniform(0, 0.4) / changes)
        directory.change()
    _pause(chance.uniform(0.005, 0.4) / (changes + 1))
    assert daemon.process.poll() is None, daemon.said()
    daemon.kill()


def _pause(seconds):
    threading.Event().wait(seconds)  # when the process is killed is what is random here


def stands(byocctl):
    """{"role/r1": object} of the store."""
    listed = byocctl.ok("get", "all", "-o", "json").json()
    items = listed["items"] if "items" in listed else [listed]
    return {f"{item['kind']}/{item['metadata']['name']}".lower(): item for item in items}


def version_of(item):
    spec = item["spec"]
    return int(spec["tags"]["version"] if item["kind"] == "Cluster" else spec["description"][8:])


def is_as_wanted(byocctl, wanted):
    """Whether every object of the store is as the files say, and is so in AWS too."""
    objects = stands(byocctl)
    if objects.keys() - wanted.keys():
        byocctl.ok("approve", "--yes")  # many went at once, and byocd asks
    if {name: version_of(item) for name, item in objects.items()} != wanted:
        return False
    return all(
        item.get("status", {}).get("phase") in ("Ready", "Running")
        and item["status"]["observedGeneration"] == item["metadata"]["generation"]
        for item in objects.values()
    )


@pytest.mark.parametrize("weather", ["calm", "shaky"])
def test_killed_while_the_directory_changes(weather, byocctl, proxy, moto, tmp_path):
    seed = f"{SEED}-{weather}"
    print(f"{KILLS} kills, weather {weather}, BYOC_E2E_SEED={SEED}")
    chance = random.Random(seed)
    look = lambda: inventory(moto.endpoint)
    before = look()
    (tmp_path / "kept.yaml").write_text(ROLE.format(name="kept", version=1))
    byocctl.ok("apply", "-f", tmp_path / "kept.yaml", "--yes")  # not the directory's to delete
    directory = ChangingDirectory(tmp_path / "manifests", chance)
    if weather == "shaky":
        proxy.fault = shaky(random.Random(f"{seed}-faults"))
    for _ in range(KILLS):
        run_and_kill(byocctl, directory, chance)
    directory.mend()

    wanted = lambda: {"role/kept": 1, **directory.wanted}
    with Byocd(byocctl, directory.path, *FLAGS) as daemon:
        settled = lambda: is_as_wanted(byocctl, wanted())
        wait_for(settled, lambda: f"{wanted()}\n{byocctl.run('get', 'all')}", CALM_S)
        assert doubled(look()) == {}
        proxy.fault = None
        for name in sorted(directory.wanted)[1:]:
            directory.drop(name)
            wait_for(settled, lambda: f"{wanted()}\n{byocctl.run('get', 'all')}", CALM_S)
        daemon.stop()
    assert byocctl.run("plan", "-f", directory.path, "--detailed-exitcode").code == 0
    byocctl.ok("delete", "role/kept", *directory.wanted, "--yes")
    assert difference(before, look()) == []

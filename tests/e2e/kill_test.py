"""byocctl killed with -9 at any moment: the next run converges, nothing doubled, nothing leaked.

BYOC_E2E_KILLS (10) kills at random moments of apply and delete; BYOC_E2E_SEED repeats a run.
"""

import os
import random
import signal

import pytest
from byocctl import Byocctl
from inventory import difference, doubled, inventory
from stack import ENVIRONMENT, REGIONS, write_stack

KILLS = int(os.environ.get("BYOC_E2E_KILLS", "10"))
SEED = int(os.environ.get("BYOC_E2E_SEED", "1"))


class Killer:
    """Kills a process around its call number `at`: before or after the service executed it."""

    def __init__(self, proxy, at, executed):
        self.process = None
        self.at = at
        self.executed = executed
        proxy.forget()
        if executed:
            proxy.after = self._count
        else:
            proxy.fault = self._count

    def _count(self, call, number):
        if number == self.at:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def watch(self, process):
        self.process = process
        out, err = process.communicate(timeout=240)
        return process.returncode, out + err


def lifetime(byocctl, manifests, proxy, verb):
    """How many calls an undisturbed run of the verb makes."""
    proxy.forget()
    byocctl.ok(verb, "-f", manifests, "--yes")
    return len(proxy.calls)


@pytest.fixture(scope="module")
def lifetimes(_proxy, moto, tmp_path_factory):
    moto.reset()
    home = tmp_path_factory.mktemp("calm")
    byocctl = Byocctl(_proxy.endpoint, home, ENVIRONMENT)
    manifests = write_stack(home, "calm")
    return {verb: lifetime(byocctl, manifests, _proxy, verb) for verb in ("apply", "delete")}


def kill_and_repeat(byocctl, manifests, proxy, verb, at, executed):
    killer = Killer(proxy, at, executed)
    code, said = killer.watch(byocctl.start(verb, "-f", manifests, "--yes"))
    assert code in (-signal.SIGKILL, 0), said
    proxy.forget()
    byocctl.ok(verb, "-f", manifests, "--yes")


@pytest.mark.parametrize("number", range(KILLS // 2))
def test_killed(number, lifetimes, _proxy, moto, tmp_path):
    """One stack: killed once while it is made, and once while it is deleted."""
    chance = random.Random(SEED * 1_000_003 + number)
    look = lambda: inventory(moto.endpoint, REGIONS)
    before = look()
    byocctl = Byocctl(_proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, f"killed-{number}")

    at, executed = chance.randrange(lifetimes["apply"]), chance.random() < 0.5
    kill_and_repeat(byocctl, manifests, _proxy, "apply", at, executed)
    assert doubled(look()) == {}
    assert byocctl.run("plan", "-f", manifests, "--detailed-exitcode").code == 0

    at, executed = chance.randrange(lifetimes["delete"]), chance.random() < 0.5
    kill_and_repeat(byocctl, manifests, _proxy, "delete", at, executed)
    assert difference(before, look()) == []

"""An idle byocd with a thousand objects: no wake-ups but timers, little CPU, little memory.

BYOC_E2E_IDLE (10) seconds are watched; the figures are printed (pytest -s).
"""

import os
import threading
from pathlib import Path

from byocd import Byocd, wait_for
from inventory import client_of

IDLE_S = float(os.environ.get("BYOC_E2E_IDLE", "10"))
OBJECTS = 1000
MIB = 1 << 20
OWN_MAX = 10 * MIB  # of an optimised build; what libraries map is printed beside it
GAUGES_S = 15  # DaemonOptions::gauges
TIMERS = 5  # of the daemon that may come due meanwhile: the counting of its gauges, a full scan

# Observed: looked at like any other object, with nothing to do.
ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: r{number}}}
spec:
  managementPolicy: Observe
  arn: arn:aws:iam::123456789012:role/r{number}
---
"""


class Figures:
    """What the kernel counts of a process, all threads together."""

    def __init__(self, pid):
        self.wakes = 0
        self.cpu_ns = 0
        for thread in Path(f"/proc/{pid}/task").iterdir():
            self.wakes += _number(thread / "status", "voluntary_ctxt_switches")
            self.cpu_ns += int((thread / "schedstat").read_text().split()[0])
        status = Path(f"/proc/{pid}/status")
        self.resident = _number(status, "VmRSS") * 1024
        self.own = _number(status, "RssAnon") * 1024  # without the pages of programs and libraries


def _number(file, name):
    line = next(line for line in file.read_text().splitlines() if line.startswith(name + ":"))
    return int(line.split()[1])


def make_roles(moto):
    iam = client_of(moto.endpoint, "iam")
    for number in range(OBJECTS):
        iam.create_role(RoleName=f"r{number}", AssumeRolePolicyDocument="{}")


def at_rest(daemon):
    """Nothing happened for longer than byocd waits before it counts what a burst has changed."""
    before = Figures(daemon.process.pid).wakes
    threading.Event().wait(GAUGES_S + 1)
    return Figures(daemon.process.pid).wakes == before


def test_a_thousand_objects(byocctl, proxy, moto, tmp_path):
    make_roles(moto)
    directory = tmp_path / "manifests"
    directory.mkdir()
    for number in range(OBJECTS):
        (directory / f"{number}.yaml").write_text(ROLE.format(number=number))
    with Byocd(byocctl, directory, "--resync=1h", "--full_scan=1h") as daemon:
        ready = lambda: byocctl.ok("get", "role").out.count(" Ready ")
        wait_for(lambda: ready() == OBJECTS, lambda: f"{ready()} of {OBJECTS} are ready", 300)
        wait_for(lambda: at_rest(daemon), lambda: "byocd still works", 120)
        own = lambda: Figures(daemon.process.pid).own
        wait_for(lambda: own() <= OWN_MAX, lambda: f"{own() / MIB:.1f} MiB are its own", 60)
        calls = len(proxy.calls)
        before = Figures(daemon.process.pid)
        threading.Event().wait(IDLE_S)  # that nothing happens can only be waited for
        after = Figures(daemon.process.pid)
    wakes = after.wakes - before.wakes
    cpu = (after.cpu_ns - before.cpu_ns) / (IDLE_S * 1e9)
    print(
        f"figure: idle for {IDLE_S:.0f} s with {OBJECTS} objects: {wakes} wake-ups, CPU {cpu:.3%}, "
        f"resident {after.resident / MIB:.1f} MiB, {after.own / MIB:.1f} of them its own"
    )
    assert len(proxy.calls) == calls
    assert wakes <= TIMERS
    assert after.own <= OWN_MAX

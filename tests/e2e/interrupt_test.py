"""Ctrl-C ends byocctl with 130 and leaves no half-promise: the same command goes on."""

import re
import signal
import subprocess
import threading

import pytest
from byocctl import Byocctl
from inventory import difference, doubled, inventory
from proxy import Fault
from stack import ENVIRONMENT, REGIONS, write_stack


@pytest.mark.parametrize("calls", [1, 12, 60, 100])
def test_interrupted_while_it_applies(calls, proxy, moto, tmp_path):
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "interrupted")
    before = inventory(moto.endpoint, REGIONS)

    process = byocctl.start("apply", "-f", manifests, "--yes")
    assert proxy.wait_for_calls(calls, timeout=120)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=120)
    assert process.returncode == 130, out + err

    byocctl.ok("apply", "-f", manifests, "--yes")
    assert doubled(inventory(moto.endpoint, REGIONS)) == {}
    byocctl.ok("delete", "-f", manifests, "--yes")
    assert difference(before, inventory(moto.endpoint, REGIONS)) == []


def test_a_second_byocctl_is_told_who_is_at_work(proxy, tmp_path):
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "locked")
    process = byocctl.start("apply", "-f", manifests, "--yes")
    assert proxy.wait_for_calls(30, timeout=120)
    second = byocctl.run("apply", "-f", manifests, "--yes")
    looks = byocctl.run("get", "cluster")
    out, err = process.communicate(timeout=240)
    assert process.returncode == 0, out + err
    assert second.code == 1 and str(process.pid) in second.err, str(second)
    assert looks.code == 0, str(looks)


# F58: what was not proved is not said.
UNPROVED = re.compile(r"No changes|Nothing dangles|configured|unchanged|^\S+ deleted|Plan:", re.M)
STAGES = [(verb, first) for verb in ("plan", "apply", "sweep") for first in (0, 3)]
STAGES += [(verb, 2) for verb in ("delete", "reconcile", "wait")]


class Held:
    """Holds every call from the `first` on, until it is let go."""

    def __init__(self, proxy, first):
        self.reached, self.go = threading.Event(), threading.Event()
        self.first = first
        proxy.fault = self._hold

    def _hold(self, call, number):
        if number >= self.first:
            self.reached.set()
            self.go.wait(60)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(("verb", "first"), STAGES)
def test_interrupted_while_it_looks(verb, first, number, proxy, tmp_path):
    """F58: 130, in every verb and at every stage, and no sentence that was not proved."""
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "interrupted")
    words = {
        "plan": ("plan", "-f", manifests),
        "apply": ("apply", "-f", manifests, "--yes"),
        "sweep": ("sweep",),
        "delete": ("delete", "-f", manifests, "--yes"),
        "reconcile": ("reconcile", "cluster/interrupted"),
        "wait": ("wait", "cluster/interrupted", "--for", "condition=Ready"),
    }[verb]
    if verb in ("delete", "reconcile", "wait"):
        byocctl.ok("apply", "-f", manifests, "--yes", "--wait=false")
        proxy.forget()
    held = Held(proxy, first)
    process = byocctl.start(*words)
    try:
        assert held.reached.wait(60), f"{verb} made no {first + 1} calls"
        process.send_signal(number)
        if verb in ("delete", "reconcile", "wait"):  # they take the answers to what is begun
            process.send_signal(number)
        out, err = process.communicate(timeout=60)
    finally:
        held.go.set()
        process.kill()
    assert process.returncode == 130, out + err
    assert not UNPROVED.search(out), out


def test_interrupted_while_it_asks(proxy, tmp_path):
    """F58: a question that nobody answered is not answered with no."""
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    process = byocctl.start("validate", "-f", "-", stdin=subprocess.PIPE)
    process.send_signal(signal.SIGTERM)
    out, err = process.communicate(timeout=60)
    assert process.returncode in (130, -signal.SIGTERM), out + err  # before main: the system's
    assert "valid" not in out


def test_a_region_that_cannot_be_read_is_no_proof(proxy, tmp_path):
    """F58: "nothing dangles" is said of what was read, and only when all of it was."""
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    whole = byocctl.ok("sweep")
    assert "Nothing dangles" in whole.out and "us-east-1" in whole.out
    proxy.fault = lambda call, number: Fault.expired if call.service == "ec2" else None
    done = byocctl.run("sweep")
    assert done.code == 1 and "Nothing dangles" not in done.out, str(done)
    assert "more than this may dangle" in done.out

"""Ctrl-C ends byocctl with 130 and leaves no half-promise: the same command goes on."""

import signal

import pytest
from byocctl import Byocctl
from inventory import difference, doubled, inventory
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

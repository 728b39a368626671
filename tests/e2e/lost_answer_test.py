"""Answers that are lost on the way, and services that refuse for a while."""

import pytest
from byocctl import Byocctl
from inventory import difference, doubled, inventory
from proxy import Fault
from stack import ENVIRONMENT, REGIONS, write_stack


class FirstOfEach:
    """Hurts the first mutating call of each operation."""

    def __init__(self, fault):
        self.fault = fault
        self.seen = set()

    def __call__(self, call, number):
        kind = str(call).split("/")[0]
        if not call.mutating or kind in self.seen:
            return None
        self.seen.add(kind)
        return self.fault


@pytest.mark.parametrize("fault", [Fault.lost_answer, Fault.throttled])
def test_each_operation_is_hurt_once(fault, proxy, moto, tmp_path):
    look = lambda: inventory(moto.endpoint, REGIONS)
    before = look()
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "hurt")

    proxy.fault = FirstOfEach(fault)
    byocctl.ok("apply", "-f", manifests, "--yes")
    assert doubled(look()) == {}
    assert byocctl.run("plan", "-f", manifests, "--detailed-exitcode").code == 0

    proxy.fault = FirstOfEach(fault)
    byocctl.ok("delete", "-f", manifests, "--yes")
    assert difference(before, look()) == []

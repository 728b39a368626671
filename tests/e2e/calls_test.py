"""How many calls one stack takes: what nobody changed is not read again within a run."""

from byocctl import Byocctl
from stack import ENVIRONMENT, write_stack

CREATE_MAX = 129  # of them one asks whether the instance types are offered (F64)
NO_OP_MAX = 40
DELETE_MAX = 125


def test_calls_of_one_stack(proxy, tmp_path):
    """F62; and F34: what is needed is asked by its name, whatever else the account holds."""
    byocctl = Byocctl(proxy.endpoint, tmp_path, ENVIRONMENT)
    manifests = write_stack(tmp_path, "calls")
    counts = {}
    for what, verb in (("create", "apply"), ("no-op", "apply"), ("delete", "delete")):
        proxy.forget()
        byocctl.ok(verb, "-f", manifests, "--yes")
        counts[what] = (len(proxy.calls), len(proxy.mutating()))
        assert "GetAccountAuthorizationDetails" not in {call.operation for call in proxy.calls}
    print(f"\ncalls of one stack (all, changing): {counts}")
    assert counts["create"][0] <= CREATE_MAX
    assert counts["no-op"][0] <= NO_OP_MAX and counts["no-op"][1] == 0
    assert counts["delete"][0] <= DELETE_MAX

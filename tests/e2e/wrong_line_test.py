"""Wrong command lines: exit 1, with what was meant, nothing called and nothing written. F40 F41"""

import pytest
from byocctl import Byocctl
from byocd import Byocd

ROLE = """apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {name: keep, labels: {env: prod}}
spec: {trust: {services: [ec2.amazonaws.com]}}
"""

# The line as a shell would split it ("''" is an empty word), and what the answer must hold.
WRONG = [
    ("delete role/keep --namespcae=dev --yes", "--namespace"),
    ("delete role/keep --dryrun --yes", "--dry-run"),
    ("delete role/keep --dry-run=sever --yes", "server"),
    ("delete role/keep --yes --wait false", "KIND/NAME"),
    ("delete role/keep -n --yes", "-n NAMESPACE"),
    ("delete role/keep -n default -n dev --yes", "given twice"),
    ("delete role/keep -A --yes", "-n"),
    ("delete role/keep --prune --yes", "apply, plan"),
    ("delete role/keep --cascade=orphan --yes", "true or false"),
    ("delete role/keep cluster --yes", "KIND/NAME"),
    ("delete role/keep -l env=prod --yes", "leave one out"),
    ("delete role/ --yes", "name is missing"),
    ("delete role '' --yes", "name is missing"),
    ("delete role --yes", "--all"),
    ("delete all --yes", "--all"),
    ("delete --yes", "KIND/NAME"),
    ("delete role --selector= --yes", "not an empty one"),
    ("delete role -l '' --yes", "not an empty one"),
    ("delete roel/keep --yes", "role"),
    ("delete -filename {file} --yes", "--filename"),
    ("delete -f {file} role/keep --yes", "no place beside it"),
    ("delete -f '' --yes", "not an empty one"),
    ("apply {file} --yes", "-f"),
    ("apply -f {file} --yess", "--yes"),
    ("apply -f {file} --yes --waitt=false", "--wait"),
    ("apply -f {file} --yes -l env=prod", "--prune"),
    ("plan -f {file} --detailed-exitcod", "--detailed-exitcode"),
    ("plan -f {file} extra.yaml", "-f extra.yaml"),
    ("get role -o yamll", "yaml"),
    ("sweep -o yaml", "json"),
    ("sweep role/keep --delete --yes", "one too many"),
    ("pause role", "--all"),
    ("resume", "KIND/NAME"),
    ("reconcile all", "--all"),
    ("wait role/keep --for delete --timeout soon", "90m"),
    ("approve role/keep --yes", "one too many"),
    ("dlete role/keep --yes", "delete"),
    ("delete role/keep -n Default --yes", "default"),
    ("apply -f {file} --region us-east-1a --yes", "us-east-1"),
    ("get role --state-dir {file}", "is no directory"),
]


@pytest.fixture(scope="module", params=["alone", "byocd"])
def place(request, _proxy, moto, tmp_path_factory):
    """byocctl with one object in its store, alone or with a byocd, and the proxy before AWS."""
    moto.reset()
    home = tmp_path_factory.mktemp("lines")
    byocctl = Byocctl(_proxy.endpoint, home)
    (home / "role.yaml").write_text(ROLE, encoding="utf-8")
    if request.param == "alone":
        byocctl.ok("apply", "-f", "role.yaml", "--yes")
        yield byocctl, _proxy
        return
    watched = home / "watched"
    watched.mkdir()
    with Byocd(byocctl, watched, "--resync=1h", "--full_scan=1h", "--settle=200ms") as running:
        running.wait_said("started")
        byocctl.ok("apply", "-f", "role.yaml", "--yes")
        yield byocctl, _proxy


# G51
@pytest.mark.parametrize("line, says", WRONG)
def test_a_wrong_line_does_nothing(place, line, says):
    byocctl, proxy = place
    before = byocctl.ok("get", "all", "-A", "-o", "json").out
    files = byocctl.state_files().keys()
    proxy.forget()
    words = [word.replace("''", "") for word in line.format(file="role.yaml").split()]
    done = byocctl.run(*words)
    assert done.code == 1 and done.out == "", str(done)
    assert done.err.startswith("byocctl: ") and says in done.err, str(done)
    assert proxy.calls == []
    assert byocctl.ok("get", "all", "-A", "-o", "json").out == before
    assert byocctl.state_files().keys() == files

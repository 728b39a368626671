"""Thirty wrong manifests: exit 1, file:line:col and a hint, no crash, nothing written, no call."""

import re

import pytest
from byocctl import Byocctl

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata:
  name: r
spec:
  trust: {services: [ec2.amazonaws.com]}
"""
CLUSTER = """\
apiVersion: byoc.dev/v1alpha1
kind: Cluster
metadata:
  name: c
spec:
  roleArn: arn:aws:iam::123456789012:role/byoc
  region: us-west-2
"""
NODES = """\
apiVersion: byoc.dev/v1alpha1
kind: NodeGroup
metadata:
  name: n
spec:
  clusterRef: {name: c}
  instanceTypes: [t3.xlarge]
"""


def role(**change):
    return replaced(ROLE, change)


def cluster(**change):
    return replaced(CLUSTER, change)


def nodes(**change):
    return replaced(CLUSTER + "---\n" + NODES, change)


def replaced(text, change):
    old, new = change["old"], change["new"]
    assert old in text
    return text.replace(old, new, 1)


ALIAS_BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{name}: &{name} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, name in zip("abcdefgh", "bcdefghi")
)

# name -> (text, line of the finding or None, a word of the message, case does not matter)
WRONG = {
    "unknown field": (cluster(old="region:", new="regoin:"), 7, "region"),
    "unknown nested field": (CLUSTER + "  network: {cidrs: 10.0.0.0/16}\n", 8, "cidr"),
    "wrong type": (nodes(old="[t3.xlarge]", new="[t3.xlarge]\n  min: many"), 16, "integer"),
    "bad reference": (
        nodes(old="clusterRef: {name: c}", new="clusterRef: {nam: c}"),
        14,
        "name",
    ),
    "duplicate object": (ROLE + "---\n" + ROLE, None, "r"),
    "duplicate key": (ROLE + "spec: {}\n", 7, "spec"),
    "tab": ("apiVersion: byoc.dev/v1alpha1\nkind:\tRole\nmetadata:\n\tname: r\n", 4, "tab"),
    "truncated file": (ROLE + "  policies: {managed: [a, b\n", None, ""),
    "unclosed quote": (role(old="name: r", new='name: "r'), None, ""),
    "alias bomb": (ALIAS_BOMB, None, "alias"),
    "unknown alias": (role(old="name: r", new="name: *r"), 4, ""),
    "one line of 10 MB": (ROLE + "  description: " + "x" * 10_000_000 + "\n", None, "line"),
    "too deep": ("a: " + "[" * 5000 + "]" * 5000 + "\n", None, "de"),
    "wrong role ARN": (cluster(old="arn:aws:iam", new="arn:aws:s3"), 6, "arn"),
    "upper case name": (cluster(old="name: c", new="name: MyCluster"), 4, "lower"),
    "underscore in name": (cluster(old="name: c", new="name: my_cluster"), 4, ""),
    "unknown kind": (cluster(old="kind: Cluster", new="kind: Clutser"), 2, "Cluster"),
    "unknown apiVersion": (role(old="v1alpha1", new="v9"), 1, "v1alpha1"),
    "no kind": (role(old="kind: Role\n", new=""), None, "kind"),
    "zone for a region": (cluster(old="us-west-2", new="us-west-2a"), 7, "us-west-2"),
    "account as a number": (ROLE + "  accountId: 123456789012\n", 7, "quot"),
    "short account": (ROLE + '  accountId: "12345"\n', 7, "12"),
    "version as a number": (CLUSTER + "  kubernetesVersion: 1.30\n", 8, "quot"),
    "bad CIDR": (CLUSTER + "  network: {cidr: 10.0.0.0/33}\n", 8, ""),
    "one zone": (CLUSTER + "  network: {zones: [a]}\n", 8, ""),
    "min over max": (nodes(old="[t3.xlarge]", new="[t3.xlarge]\n  min: 5\n  max: 2"), None, "min"),
    "ARM instance": (nodes(old="t3.xlarge", new="m6g.xlarge"), 15, "m6g"),
    "bad taint": (
        nodes(old="[t3.xlarge]", new="[t3.xlarge]\n  taints: [{key: a, effect: Never}]"),
        16,
        "effect",
    ),
    "foreign account without external id": (
        role(old="services: [ec2.amazonaws.com]", new='accounts: ["210987654321"]'),
        6,
        "external",
    ),
    "reserved tag": (CLUSTER + "  tags: {byoc.dev/owner: me}\n", 8, "byoc.dev"),
    "not YAML": ("\x01\x02\x03 {{{{\n", None, ""),
    "a list at the top": ("- a\n- b\n", 1, ""),
    "a text at the top": ("hello\n", 1, ""),
}


@pytest.fixture
def untouched(_proxy, tmp_path):
    """byocctl, and a proxy that no call reaches: an AWS that need not be emptied before."""
    _proxy.forget()
    return Byocctl(_proxy.endpoint, tmp_path), _proxy


@pytest.mark.parametrize("verb", ["validate", "apply"])
@pytest.mark.parametrize("name", WRONG)
def test_wrong(name, verb, untouched, tmp_path):
    byocctl, proxy = untouched
    text, line, word = WRONG[name]
    path = tmp_path / "wrong.yaml"
    path.write_text(text, encoding="utf-8")
    flags = ["--yes"] if verb == "apply" else []
    before = byocctl.state_files()
    done = byocctl.run(verb, "-f", path, *flags)
    assert done.code == 1, str(done)[:4000]
    said = done.out + done.err
    place = rf"wrong\.yaml:{line or r'[1-9][0-9]*'}:[1-9]\d*: error: "
    assert re.search(place, said), said[:4000]
    assert word.lower() in said.lower(), said[:4000]
    assert byocctl.state_files() == before
    assert proxy.calls == []


def test_all_findings_come_at_once(untouched, tmp_path):
    byocctl, _ = untouched
    path = tmp_path / "wrong.yaml"
    path.write_text(WRONG["unknown field"][0] + "  alpha: 1\n  beta: 2\n", encoding="utf-8")
    done = byocctl.run("validate", "-f", path)
    assert len(re.findall(r"wrong\.yaml:\d+:\d+: error: ", done.out + done.err)) == 3, str(done)


def test_an_immutable_change_is_refused(byocctl, proxy, tmp_path):
    path = tmp_path / "role.yaml"
    path.write_text(ROLE, encoding="utf-8")
    byocctl.ok("apply", "-f", path, "--yes")
    proxy.forget()
    path.write_text(ROLE + "  path: /elsewhere/\n", encoding="utf-8")
    done = byocctl.run("apply", "-f", path, "--yes")
    assert done.code == 1, str(done)
    assert "role.yaml:7:" in done.out + done.err, str(done)
    assert proxy.mutating() == []


def test_standard_input_is_read_once(untouched):
    byocctl, _ = untouched
    done = byocctl.run("validate", "-f", "-", "-f", "-", stdin=ROLE)
    assert done.code == 0 and "no objects" not in done.out + done.err, str(done)


def test_a_missing_file_is_named(untouched):
    byocctl, _ = untouched
    done = byocctl.run("apply", "-f", "nowhere.yaml", "--yes")
    assert done.code == 1 and "nowhere.yaml" in done.err, str(done)

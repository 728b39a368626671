"""Plans: what they say, who makes them, and that `apply` does what they said."""

import json
import re

import pytest
from byocctl import Byocctl
from byocd import Byocd, wait_for
from stack import ENVIRONMENT, write_stack

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  trust: {{services: [ec2.amazonaws.com]}}
"""


@pytest.fixture(scope="module")
def stack(_proxy, moto, tmp_path_factory):
    moto.reset()
    _proxy.forget()
    home = tmp_path_factory.mktemp("plan")
    byocctl = Byocctl(_proxy.endpoint, home, ENVIRONMENT)
    return byocctl, write_stack(home, "plan")


def test_a_plan_says_where_and_what(stack):
    """F63: account, region, caller and store; and the values of what is made."""
    byocctl, manifests = stack
    out = byocctl.ok("plan", "-f", manifests).out
    assert f"Plan by byocctl, store {byocctl.state}" in out
    assert re.search(r"^Role/plan \(account 123456789012, region us-east-1, caller arn:", out, re.M)
    document = byocctl.ok("plan", "-f", manifests, "-o", "json").json()
    assert document["kind"] == "Plan" and document["summary"]["create"] > 0
    byocctl.ok("apply", "-f", manifests, "--yes")
    assert "No changes." in byocctl.ok("plan", "-f", manifests).out


def test_the_manifest_and_a_foreign_hand_are_told_apart(stack, moto):
    """F63"""
    from inventory import client_of

    byocctl, manifests = stack
    client_of(moto.endpoint, "eks", "us-west-2").update_nodegroup_config(
        clusterName="plan", nodegroupName="plan-workers", scalingConfig={"maxSize": 9}
    )
    text = (manifests / "stack.yaml").read_text()
    (manifests / "stack.yaml").write_text(text.replace("work: e2e", "work: other"))
    out = byocctl.ok("plan", "-f", manifests).out
    assert "spec.max (scalingConfig.maxSize): 9 -> 4, changed outside of byoc" in out, out
    assert re.search(r"spec.labels.work \(labels.work\): .*other\"$", out, re.M), out
    byocctl.ok("apply", "-f", manifests, "--yes")


def test_signs_and_counts_agree(stack):
    """F47: one line for each resource that the summary counts; deletions of --prune, too."""
    byocctl, manifests = stack
    out = byocctl.ok("delete", "nodegroup/plan-workers", "--dry-run").out
    assert "NodeGroup/plan-workers" in out and "will be deleted" in out
    summary = re.search(r"Plan: (\d+) to create, (\d+) to change, (\d+) to delete", out)
    counted = [int(number) for number in summary.groups()]
    assert counted[2] == len(re.findall(r"^  [-!] ", out, re.M)) > 0
    assert counted[0] == len(re.findall(r"^  [+!] ", out, re.M))


def test_what_cannot_be_changed_is_not_stored(stack):
    """F48: refused before it is stored, with the way out on the last line."""
    byocctl, manifests = stack
    before = byocctl.ok("get", "nodegroup/plan-workers", "-o", "json").json()["spec"]
    text = (manifests / "stack.yaml").read_text()
    wrong = text.replace("instanceTypes: [t3.xlarge]", "instanceTypes: [m5.large]")
    (manifests / "stack.yaml").write_text(wrong)
    for verb in ("plan", "apply"):
        done = byocctl.run(verb, "-f", manifests, *(["--yes"] if verb == "apply" else []))
        assert done.code == 1, str(done)
        assert "allowReplace" in done.err.splitlines()[-1], str(done)
    (manifests / "stack.yaml").write_text(text)
    assert byocctl.ok("get", "nodegroup/plan-workers", "-o", "json").json()["spec"] == before


@pytest.fixture
def daemon(byocctl, tmp_path):
    directory = tmp_path / "watched"
    directory.mkdir()
    for name in "ab":
        (directory / f"{name}.yaml").write_text(ROLE.format(name=name, team="x"))
    with Byocd(byocctl, directory, "--settle=200ms") as running:
        running.wait_said("started")
        for name in "ab":
            ready = lambda name=name: "Ready" in byocctl.run("get", f"role/{name}").out
            wait_for(ready, lambda: name)
        yield directory


def test_byocd_plans_what_its_directory_loses(daemon, byocctl, tmp_path):
    """F46: files that are removed are removals, and nothing asked about is trusted."""
    other = tmp_path / "other.yaml"
    other.write_text(ROLE.format(name="c", team="x"))
    out = byocctl.ok("plan", "-f", other).out
    assert "Plan by byocd, store " in out and "+ create role" in out, out

    secret = tmp_path / "secret"
    secret.write_text("a-secret-of-byocds-host")
    other.write_text(
        ROLE.format(name="d", team="x").replace(
            "ec2.amazonaws.com]", f'ec2.amazonaws.com], externalIdFrom: {{file: "{secret}"}}'
        )
    )
    done = byocctl.ok("plan", "-f", other)
    assert "byocd plans it once it is stored" in done.out, str(done)
    assert "a-secret" not in done.out + done.err

    document = json.loads(byocctl.ok("plan", "-f", other, "-o", "json").out)
    assert document["madeBy"] == "byocd" and document["summary"]["wait"] == 1


def test_a_deletion_shows_its_plan_with_a_byocd(daemon, byocctl):
    """F46: the same text before delete."""
    out = byocctl.ok("delete", "role/a", "--dry-run").out
    assert "will be deleted" in out and "- delete role" in out, out

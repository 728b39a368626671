"""Every verb of byocctl on one small applied stack, as a person or a pipe would use it."""

import json
import os
import pty
import re
import subprocess
import time

import pytest
import yaml
from byocctl import Byocctl
from inventory import client_of
from stack import ENVIRONMENT, EXTERNAL_ID, write_stack

NAME = "verbs"
SECRET_KEY = "0123456789/a-secret-key-of-tests/01234567"


@pytest.fixture(scope="module")
def applied(_proxy, moto, tmp_path_factory):
    moto.reset()
    _proxy.forget()
    home = tmp_path_factory.mktemp("verbs")
    environment = {**ENVIRONMENT, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    byocctl = Byocctl(_proxy.endpoint, home, environment)
    byocctl.manifests = write_stack(home, NAME)
    byocctl.said = byocctl.ok("apply", "-f", byocctl.manifests, "--yes")
    return byocctl


# L22
def test_version(applied):
    assert re.search(r"\d+\.\d+\.\d+", applied.ok("version").out)


def test_help_names_every_verb(applied):
    said = applied.ok("help").out
    verbs = "apply plan get describe delete wait events explain validate sweep version"
    assert [verb for verb in verbs.split() if verb not in said] == []


def test_an_unknown_verb_gets_a_suggestion(applied):
    done = applied.run("aply")
    assert done.code == 1 and "apply" in done.err, str(done)


# L39
def test_get_table(applied):
    lines = applied.ok("get", "cluster").out.splitlines()
    assert lines[0].split()[0] == "NAME"
    assert lines[1].split()[0] == NAME


def test_get_one_by_kind_and_name(applied):
    for words in [["cluster", NAME], [f"cluster/{NAME}"], [f"clusters/{NAME}"]]:
        assert NAME in applied.ok("get", *words).out


# L39
def test_get_json(applied):
    cluster = applied.ok("get", f"cluster/{NAME}", "-o", "json").json()
    assert cluster["kind"] == "Cluster" and cluster["metadata"]["name"] == NAME
    conditions = {entry["type"]: entry["status"] for entry in cluster["status"]["conditions"]}
    assert conditions["Ready"] == "True"
    assert cluster["status"]["observedGeneration"] == cluster["metadata"]["generation"]
    assert applied.ok("get", "cluster", "-o", "json").json()["kind"] == "List"


# L39
def test_get_yaml(applied):
    one = yaml.safe_load(applied.ok("get", f"cluster/{NAME}", "-o", "yaml").out)
    assert one == applied.ok("get", f"cluster/{NAME}", "-o", "json").json()


def test_get_name_wide_jsonpath(applied):
    assert applied.ok("get", "cluster", "-o", "name").out.strip().lower() == f"cluster/{NAME}"
    wide = applied.ok("get", "cluster", "-o", "wide").out
    assert len(wide.split("\n")[0]) > len(applied.ok("get", "cluster").out.split("\n")[0])
    path = "jsonpath={.items[*].metadata.name}"
    assert applied.ok("get", "cluster", "-o", path).out.strip() == NAME


def test_output_pipes_into_jq(applied):
    got = applied.ok("get", f"role/{NAME}", "-o", "json")
    command = ["jq", "-r", ".metadata.name"]
    jq = subprocess.run(command, input=got.out, capture_output=True, text=True, check=True)
    assert jq.stdout.strip() == NAME


# G61
def test_get_what_is_not_there(applied):
    done = applied.run("get", "cluster/nothing")
    assert done.code == 1 and "nothing" in done.err, str(done)


def test_describe_events(applied):
    said = applied.ok("describe", f"cluster/{NAME}").out
    assert NAME in said and "Conditions" in said and "vpc-" in said
    assert applied.ok("events").out.splitlines()[0].split()[0] == "LAST"
    assert NAME in applied.ok("events", f"cluster/{NAME}").out


def test_explain(applied):
    assert "network" in applied.ok("explain", "Cluster").out
    assert "/16" in applied.ok("explain", "cluster.spec.network.cidr").out
    wrong = applied.run("explain", "cluster.spec.netwrok")
    assert wrong.code == 1 and "network" in wrong.err, str(wrong)


# L38
def test_wait(applied):
    applied.ok("wait", f"cluster/{NAME}", "--for", "condition=Ready")
    late = applied.run("wait", f"cluster/{NAME}", "--for", "condition=Nothing", "--timeout", "1s")
    assert late.code == 2, str(late)


def test_sweep_reports_nothing_of_ours(applied):
    assert "vpc-" not in applied.ok("sweep").out


# L24
def test_plan_of_nothing(applied):
    same = applied.ok("plan", "-f", applied.manifests, "--detailed-exitcode")
    assert re.search(r"no changes", same.out, re.IGNORECASE)
    assert applied.ok("diff", "-f", applied.manifests).out == same.out


def test_apply_from_standard_input(applied):
    text = (applied.manifests / "stack.yaml").read_text(encoding="utf-8")
    applied.ok("apply", "-f", "-", "--yes", stdin=text)


# G25
def test_a_dry_run_changes_nothing(applied, _proxy, tmp_path):
    manifests = write_stack(tmp_path, "dry")
    before = applied.state_files()
    _proxy.forget()
    assert "vpc" in applied.ok("apply", "-f", manifests, "--dry-run").out
    assert _proxy.mutating() == []
    assert applied.state_files().keys() == before.keys()
    assert applied.run("get", "cluster/dry").code == 1


# G25, B14
def test_apply_asks_first(applied, tmp_path):
    done = applied.run("apply", "-f", write_stack(tmp_path, "asked"))
    assert done.code == 1 and "--yes" in done.err, str(done)


def test_what_the_endpoint_lacks_is_a_condition(applied):
    cluster = applied.ok("get", f"cluster/{NAME}", "-o", "json").json()
    found = [c for c in cluster["status"]["conditions"] if c["type"] == "EndpointCapabilities"]
    assert len(found) == 1, cluster["status"]["conditions"]
    assert (found[0]["status"], found[0]["reason"]) == ("False", "OperationUnsupported")
    assert "Addon" in found[0]["message"], found[0]


# L15, G18, G26, B13
def test_no_secret_is_anywhere(applied):
    said = applied.said.out + applied.said.err
    for words in [["describe", f"role/{NAME}"], ["get", f"role/{NAME}", "-o", "json"], ["events"]]:
        said += applied.ok(*words).out
    for secret in (EXTERNAL_ID, SECRET_KEY):
        assert secret not in said
        for path, data in applied.state_files().items():
            assert secret.encode() not in data, path


# L18, G26
def test_the_external_id_is_shown_on_request(applied):
    assert EXTERNAL_ID in applied.ok("get", f"role/{NAME}", "-o", "json", "--show-sensitive").out


# L68
def test_it_fails_at_once_where_nobody_answers(applied, tmp_path):
    lonely = Byocctl("http://127.0.0.1:1", tmp_path, ENVIRONMENT)
    began = time.monotonic()
    done = lonely.run("plan", "-f", applied.manifests)
    assert done.code == 1 and "connect to server" in done.err, str(done)
    assert time.monotonic() - began < 60, "no wait for what may never come"


def test_a_pipe_gets_plain_lines_and_a_terminal_a_live_tree(applied):
    assert "\x1b[" not in applied.said.out
    ours, theirs = pty.openpty()
    command = [str(applied.binary), "apply", "-f", str(applied.manifests), "--yes"]
    env = {**applied.env, "TERM": "xterm"}
    process = subprocess.Popen(command, env=env, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    said = read_all(ours)
    assert process.wait(timeout=240) == 0, said
    assert b"\x1b[" in said


def read_all(terminal):
    said = b""
    while True:
        try:
            data = os.read(terminal, 65536)
        except OSError:  # EIO: the other side is closed
            return said
        if not data:
            return said
        said += data


def test_completion_is_shell(applied):
    script = applied.ok("completion", "bash").out
    subprocess.run(["bash", "-n"], input=script, text=True, check=True)


def test_json_of_state_is_kubernetes_like(applied):
    role = json.loads(applied.ok("get", f"role/{NAME}", "-o", "json").out)
    assert role["apiVersion"] == "byoc.dev/v1alpha1"
    assert role["metadata"]["finalizers"] == ["byoc.dev/teardown"]


ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}, labels: {{team: names}}}}
spec: {{name: verbs-named-anew, trust: {{ownAccount: true}}}}
"""


def test_a_role_is_named_anew(applied, moto, tmp_path):
    """F22: --prune lets the old object go, and the role is the new one's."""
    path = tmp_path / "role.yaml"
    path.write_text(ROLE.format(name="old"), encoding="utf-8")
    applied.ok("apply", "-f", path, "--yes")
    iam = client_of(moto.endpoint, "iam")
    before = iam.get_role(RoleName="verbs-named-anew")["Role"]
    path.write_text(ROLE.format(name="now"), encoding="utf-8")
    refused = applied.run("apply", "-f", path, "--yes")
    assert refused.code == 1 and "Role/old" in refused.err, str(refused)
    said = applied.ok("apply", "-f", path, "--prune", "-l", "team=names", "--yes")
    assert "Role/now renamed" in said.out, str(said)
    after = iam.get_role(RoleName="verbs-named-anew")["Role"]
    assert after["RoleId"] == before["RoleId"]
    tags = {tag["Key"]: tag["Value"] for tag in after["Tags"]}
    assert tags["byoc.dev/owner"] == "Role/now"
    assert applied.run("get", "role/old").code == 1
    applied.ok("delete", "role/now", "--yes")

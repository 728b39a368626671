"""byocctl, and clients that know nothing of it, at the door of a running byocd."""

import grp
import os
import re
import select
import signal
import subprocess
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from byocd import Byocd, wait_for
from inventory import client_of
from door import MERGE_PATCH, ROLES, Door

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}, labels: {{team: {team}}}}}
spec:
  description: {description}
  trust: {{services: [ec2.amazonaws.com]}}
"""
NOBODY = 65534
# Asks the socket for a list as whoever runs it, and prints the status line.
PEER = """
import socket, sys
door = socket.socket(socket.AF_UNIX)
door.connect(sys.argv[1])
door.sendall(b"GET /apis/byoc.dev/v1alpha1/roles HTTP/1.1\\r\\nConnection: close\\r\\n\\r\\n")
print(door.makefile().readline())
"""


def role(name, description="made by a test", team="a"):
    return ROLE.format(name=name, description=description, team=team)


def role_json(name, description="made by a test"):
    return {
        "apiVersion": "byoc.dev/v1alpha1",
        "kind": "Role",
        "metadata": {"name": name},
        "spec": {"description": description, "trust": {"services": ["ec2.amazonaws.com"]}},
    }


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "manifests"
    path.mkdir()
    return path


@pytest.fixture
def daemon(byocctl, directory):
    with Byocd(byocctl, directory, "--settle=200ms", "--metrics=127.0.0.1:0") as running:
        running.wait_said("started")
        yield running


@pytest.fixture
def door(daemon, byocctl):
    return Door(byocctl.state / "byocd.sock")


@pytest.fixture
def iam(moto):
    return client_of(moto.endpoint, "iam")


@pytest.fixture
def apply(byocctl, tmp_path):
    """Applies a Role of this name and description; answers with what byocctl said."""

    def run(name, description="made by a test", *flags):
        file = tmp_path / f"{name}.yaml"
        file.write_text(role(name, description))
        return byocctl.run("apply", "-f", file, "--yes", *flags)

    return run


def descriptions(iam):
    return {one["RoleName"]: one.get("Description") for one in iam.list_roles()["Roles"]}


def read_until(process, text):
    """Reads what a running command prints until `text` is there."""
    seen = ""
    while text not in seen:
        ready, _, _ = select.select([process.stdout], [], [], 60)
        more = os.read(process.stdout.fileno(), 65536).decode() if ready else ""
        assert more, f"no {text!r} in {seen!r}"
        seen += more
    return seen


def interrupt(process):
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


# --- Kubernetes' shapes ------------------------------------------------------------------------


def test_discovery(door):
    resources = door.get("/apis/byoc.dev/v1alpha1").json()
    assert resources["kind"] == "APIResourceList"
    kinds = {one["kind"] for one in resources["resources"]}
    assert kinds == {"Role", "Cluster", "NodeGroup"}
    assert door.get("/apis").json()["groups"][0]["name"] == "byoc.dev"
    core = {one["name"]: one for one in door.get("/api/v1").json()["resources"]}
    assert core["events"]["shortNames"] == ["ev"]
    assert "Role" in door.get("/openapi/v3/apis/byoc.dev/v1alpha1").text
    assert door.get("/version").json()["major"] == "1"
    lost = door.get("/apis/byoc.dev/v1alpha1/namespaces/default/pods")
    assert (lost.code, lost.json()["kind"], lost.json()["reason"]) == (404, "Status", "NotFound")


# L58
def test_an_object_from_create_to_gone(door, iam):
    rehearsed = door.ask("POST", f"{ROLES}?dryRun=All", role_json("a"))
    assert rehearsed.code == 201 and door.get(f"{ROLES}/a").code == 404

    made = door.ask("POST", ROLES, role_json("a"))
    assert made.code == 201 and made.json()["metadata"]["generation"] == 1
    assert door.ask("POST", ROLES, role_json("a")).json()["reason"] == "AlreadyExists"
    wait_for(lambda: "a" in descriptions(iam), lambda: "the role is made")

    listed = door.get(f"{ROLES}?labelSelector=team!=b&fieldSelector=metadata.name=a").json()
    assert listed["kind"] == "RoleList" and [o["kind"] for o in listed["items"]] == ["Role"]
    changes = door.watch(f"{ROLES}?watch=1&resourceVersion={listed['metadata']['resourceVersion']}")

    patch = {"spec": {"description": "patched"}}
    patched = door.ask("PATCH", f"{ROLES}/a", patch, MERGE_PATCH)
    assert patched.code == 200 and patched.json()["metadata"]["generation"] == 2
    assert door.ask("PATCH", f"{ROLES}/a", patch).code == 415
    stale = door.ask("PUT", f"{ROLES}/a", made.json())
    assert (stale.code, stale.json()["reason"]) == (409, "Conflict")
    wait_for(lambda: descriptions(iam)["a"] == "patched", lambda: "the patch arrives")
    wait_for(lambda: door.get("/api/v1/namespaces/default/events").json()["items"], lambda: "event")

    gone = door.ask("DELETE", f"{ROLES}/a")
    assert gone.code == 200 and gone.json()["metadata"]["deletionTimestamp"]
    types = until_deleted(changes)
    assert set(types[:-1]) == {"MODIFIED"} and types[-1] == "DELETED"
    assert door.get(f"{ROLES}/a").json()["reason"] == "NotFound"
    assert descriptions(iam) == {}


def until_deleted(changes):
    types = []
    for change in changes:
        types.append(change["type"])
        if change["type"] == "DELETED":
            break
    return types


def test_what_is_wrong_is_told_whole(door):
    wrong = role_json("a")
    wrong["spec"]["trsut"] = {}
    wrong["spec"]["maxSessionDuration"] = "long"
    refused = door.ask("POST", ROLES, wrong)
    assert (refused.code, refused.json()["reason"]) == (422, "Invalid")
    assert len(refused.json()["details"]["causes"]) == 2
    assert door.ask("POST", ROLES, ["no object"]).code == 400
    assert door.ask("DELETE", ROLES).code == 405


# --- byocctl -----------------------------------------------------------------------------------

READING = [
    ["get"],
    ["get", "role"],
    ["get", "role/a"],
    ["get", "-A", "-o", "wide"],
    ["get", "role", "-o", "json"],
    ["get", "role/a", "-o", "yaml"],
    ["get", "-o", "name"],
    ["get", "-l", "team in (a)", "-o", "jsonpath={.items[*].metadata.uid}"],
    ["get", "role", "--show-deleted"],
    ["get", "role/none"],
    ["get", "pods"],
    ["describe", "role/a"],
    ["events"],
    ["events", "role/b"],
    ["events", "role/none"],
    ["logs"],
    ["logs", "role/a", "--limit", "1"],
    ["logs", "--from", "1 hour ago", "-o", "json"],
    ["logs", "role/gone"],
    ["logs", "role/none"],
    ["approve", "--list"],
    ["plan", "-f", "manifests", "--detailed-exitcode"],
    ["validate", "-f", "manifests"],
    ["wait", "role/a", "--for", "condition=Ready"],
]
AGES = re.compile(r"\b\d+(?:ms|[smhd])(?:\d+[sm])?(?: ago)?\b *")


# L62
def test_what_is_read_is_the_same_in_process(daemon, byocctl, directory, apply):
    apply("gone")
    byocctl.ok("delete", "role/gone", "--yes")
    for name in "ab":
        (directory / f"{name}.yaml").write_text(role(name))
        wait_for(lambda name=name: "Ready" in byocctl.run("get", f"role/{name}").out, lambda: name)

    def read():
        said = {" ".join(words): byocctl.run(*words) for words in READING}
        # Who makes the plan, and where, is what differs.
        plain = lambda text: re.sub(r"Plan by byoc\w+, store \S+", "PLAN", AGES.sub("AGE ", text))
        return {words: (d.code, plain(d.out), d.err) for words, d in said.items()}

    through = read()
    assert daemon.stop()[0] == 0
    alone = read()
    for words, said in through.items():
        assert said == alone[words], words
    assert "gone" in through["get role --show-deleted"][1]
    assert "gone" not in through["get role"][1]
    assert through["get role/a"][0] == 0 and "CreateRole" in through["logs role/a --limit 1"][1]


def test_apply_and_delete_are_followed(daemon, byocctl, apply, iam):
    made = apply("a")
    assert made.code == 0 and "Role/a created" in made.out, made
    assert descriptions(iam) == {"a": "made by a test"}
    assert "Role/a unchanged" in apply("a").out
    assert "Role/a configured" in apply("a", "changed").out
    assert descriptions(iam) == {"a": "changed"}

    assert byocctl.run("wait", "role/a", "--for", "phase=Lost", "--timeout", "1s").code == 2
    gone = byocctl.run("delete", "role/a", "--yes")
    assert gone.code == 0 and "Role/a deleted" in gone.out, gone
    assert descriptions(iam) == {}
    assert byocctl.run("wait", "role/a", "--for", "delete").code == 0
    assert byocctl.run("delete", "role/a", "--yes").code == 1


# L29
def test_nothing_waits_where_nobody_wants_to(daemon, byocctl, apply, iam):
    assert apply("a", "quick", "--wait=false").code == 0
    assert byocctl.ok("wait", "role/a", "--for", "condition=Ready").code == 0
    byocctl.ok("delete", "role/a", "--yes", "--wait=false")
    byocctl.ok("wait", "role/a", "--for", "delete")
    assert descriptions(iam) == {}


# B19
def test_what_aws_refuses_is_an_error(daemon, byocctl, tmp_path):
    file = tmp_path / "orphan.yaml"
    file.write_text(
        "apiVersion: byoc.dev/v1alpha1\nkind: NodeGroup\nmetadata: {name: n}\n"
        "spec: {clusterRef: {name: none}, instanceTypes: [t3.large], min: 1, max: 1}\n"
    )
    done = byocctl.run("apply", "-f", file, "--yes", "--timeout", "2s")
    assert done.code in (1, 2) and "none" in done.err, done


def test_a_pause_leaves_the_difference(daemon, byocctl, apply, iam):
    apply("a")
    byocctl.ok("pause", "role/a")
    assert "Paused" in byocctl.ok("get", "role/a").out
    iam.update_role(RoleName="a", Description="drifted")
    stuck = byocctl.run("reconcile", "role/a")
    assert stuck.code == 1 and "resume" in stuck.err, stuck
    assert descriptions(iam) == {"a": "drifted"}
    byocctl.ok("resume", "role/a")
    assert "Role/a reconciled" in byocctl.ok("reconcile", "role/a").out
    assert descriptions(iam) == {"a": "made by a test"}

    byocctl.ok("pause", "--all")
    assert "Everything is paused" in byocctl.ok("get").err
    iam.update_role(RoleName="a", Description="drifted")
    assert byocctl.run("reconcile", "role/a").code == 1
    byocctl.ok("resume", "--all")
    wait_for(lambda: descriptions(iam) == {"a": "made by a test"}, lambda: "resumed, and mended")


def test_an_annotation_pauses_what_a_file_says(door, directory, byocctl, iam):
    file = directory / "a.yaml"
    file.write_text(role("a"))
    (directory / "b.yaml").write_text(role("b"))  # an empty directory deletes nothing
    wait_for(lambda: set(descriptions(iam)) == {"a", "b"}, lambda: byocctl.ok("get").out)
    one = f"{ROLES}/a"

    def annotate(value):
        patch = {"metadata": {"annotations": {"byoc.dev/paused": value}}}
        assert door.ask("PATCH", one, patch, MERGE_PATCH).code == 200

    def paused():
        return door.get(one).json()["status"].get("reason") == "Paused"

    annotate("true")
    file.write_text(role("a", "as the file says now"))
    wait_for(paused, lambda: door.get(one).text)
    assert door.get(one).json()["spec"]["description"] == "as the file says now"
    assert descriptions(iam)["a"] == "made by a test"
    annotate(None)
    wait_for(lambda: descriptions(iam)["a"] == "as the file says now", lambda: door.get(one).text)
    annotate("true")
    file.unlink()
    wait_for(lambda: "deletionTimestamp" in door.get(one).json()["metadata"], lambda: "marked")
    wait_for(paused, lambda: door.get(one).text)
    assert "a" in descriptions(iam)
    annotate(None)
    wait_for(lambda: set(descriptions(iam)) == {"b"}, lambda: door.get(one).text)


def test_an_approval_is_acted_on_at_once(byocctl, directory, iam):
    for name in "abcdef":
        (directory / f"{name}.yaml").write_text(role(name))
    with Byocd(byocctl, directory, "--settle=200ms", "--full_scan=1h") as daemon:
        wait_for(lambda: len(descriptions(iam)) == 6, lambda: "six roles")
        for name in "abcd":
            (directory / f"{name}.yaml").unlink()
        daemon.wait_said("waits for byocctl approve")
        assert "Role/d" in byocctl.ok("approve", "--list").out
        assert len(descriptions(iam)) == 6
        byocctl.ok("approve", "--yes")
        wait_for(lambda: set(descriptions(iam)) == {"e", "f"}, lambda: "four are gone")


def test_watches_go_on_until_ctrl_c(daemon, byocctl, apply):
    apply("first")
    objects = byocctl.start("get", "role", "-w")
    events = byocctl.start("events", "-w")
    journal = byocctl.start("logs", "-f")
    for process in (objects, events, journal):
        read_until(process, "first")
    apply("second")
    byocctl.ok("delete", "role/second", "--yes")
    assert re.search(r"^second +Ready", read_until(objects, "Deleted"), re.M)
    read_until(events, "second")
    assert "CreateRole" in read_until(journal, "DeleteRole")
    for process in (objects, events, journal):
        assert interrupt(process)[0] == 130


# L61
def test_ctrl_c_detaches(daemon, byocctl, proxy, apply, tmp_path):
    arrived, go_on = threading.Event(), threading.Event()

    def hold(call, _):
        if call.operation == "CreateRole":
            arrived.set()
            assert go_on.wait(60)

    proxy.after = hold
    file = tmp_path / "a.yaml"
    file.write_text(role("a"))
    process = byocctl.start("apply", "-f", file, "--yes")
    assert arrived.wait(60)
    code, _, err = interrupt(process)
    assert code == 130 and "detached; byocd goes on" in err, err
    go_on.set()
    byocctl.ok("wait", "role/a", "--for", "condition=Ready")


# --- who may come in ---------------------------------------------------------------------------


def asks(socket_path):
    """What the door says to nobody, or to ourselves: only root can become somebody else."""
    become = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}
    command = ["/usr/bin/python3", "-c", PEER, str(socket_path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, **become)
    return done.stdout.strip() or done.stderr.strip().splitlines()[-1]


@pytest.fixture
def public(tmp_path_factory):
    """A directory that everybody may enter."""
    path = tmp_path_factory.mktemp("public")
    for above in (path, *path.parents[:2]):
        above.chmod(0o755)
    return path


def test_a_stranger_stays_outside(byocctl, directory, public):
    socket_path = public / "byocd.sock"
    with Byocd(byocctl, directory, "--socket", str(socket_path)) as daemon:
        daemon.wait_said("started")
        assert socket_path.stat().st_mode & 0o777 == 0o600
        root = os.geteuid() == 0
        assert ("PermissionError" in asks(socket_path)) == root
        socket_path.chmod(0o666)  # whatever the file allows, the kernel says who it is
        assert asks(socket_path) == f"HTTP/1.1 {'403 Forbidden' if root else '200 OK'}"


def test_a_group_may_come_in(byocctl, directory, public):
    socket_path = public / "byocd.sock"
    group = grp.getgrgid(NOBODY if os.geteuid() == 0 else os.getegid()).gr_name
    flags = ["--socket", str(socket_path), "--socket_group", group]
    with Byocd(byocctl, directory, *flags) as daemon:
        daemon.wait_said("started")
        assert asks(socket_path) == "HTTP/1.1 200 OK"


def test_a_second_daemon_leaves_the_socket_alone(daemon, byocctl, directory, door):
    state = byocctl.home / "other-state"
    second = Byocd(byocctl, directory, "--socket", str(door.path), BYOC_STATE_DIR=str(state))
    second.log = byocctl.home / "second.log"
    assert second.start().process.wait(timeout=60) == 1
    assert "another byocd answers on" in second.said()
    assert door.get(ROLES).code == 200


def test_a_dead_daemons_socket_is_taken_over(byocctl, directory, apply):
    with Byocd(byocctl, directory) as first:
        first.wait_said("started")
        first.kill()
    assert (byocctl.state / "byocd.sock").exists()
    assert "No objects" in byocctl.ok("get").err, "nobody answers: the work is done in process"
    with Byocd(byocctl, directory) as second:
        wait_for(lambda: second.said().count("started") == 2, second.said)
        assert apply("a").code == 0
        assert second.stop()[0] == 0
    assert not (byocctl.state / "byocd.sock").exists()


def test_a_socket_that_is_named_is_meant(byocctl, tmp_path):
    done = byocctl.run("get", "--socket", tmp_path / "none.sock")
    assert done.code == 1 and "nobody listens on" in done.err


def test_metrics_and_health(daemon, door, apply):
    apply("a")
    port = re.search(r"metrics_port=(\d+)", daemon.said()).group(1)

    def ask(path):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            return answer.read().decode()

    said = ask("/metrics")
    process = Path(f"/proc/{daemon.process.pid}")
    assert 0 < value(said, "process_cpu_seconds_total") < 60
    assert value(said, "process_resident_memory_bytes") > 2**20
    assert value(said, "process_open_fds") <= len(list((process / "fd").iterdir())) + 1
    assert abs(value(said, "process_start_time_seconds") - process.stat().st_ctime) < 60
    assert value(said, 'byoc_reconciles_total{kind="Role",result="ok"}') >= 1
    assert ask("/healthz") == ask("/readyz") == "ok" == door.get("/readyz").text
    with pytest.raises(urllib.error.HTTPError, match="404"):
        ask(ROLES)


def value(metrics, series):
    return float(re.search(rf"^{re.escape(series)} (\S+)$", metrics, re.M).group(1))

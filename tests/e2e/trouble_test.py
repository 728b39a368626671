"""What goes wrong around byocd: it says what, loses and doubles nothing, and heals by itself."""

import json
import re
import resource
import shutil
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from byocd import AS_ANYBODY, Byocd, wait_for
from inventory import client_of
from proxy import Fault

HERE = Path(__file__).resolve().parent
DAY_S = 86400
FLAGS = ("--settle=200ms", "--resync=1s", "--backoff_max=1s", "--full_sweep=1s")
ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}}}
spec:
  description: {description}
  trust: {{services: [ec2.amazonaws.com]}}
"""


class Roles:
    """The roles that AWS holds, behind byocd's back."""

    def __init__(self, endpoint):
        self.iam = client_of(endpoint, "iam")

    def all(self):
        listed = self.iam.get_paginator("list_roles").paginate()
        return {r["RoleName"]: r.get("Description") for page in listed for r in page["Roles"]}

    def drift(self, name):
        self.iam.update_role(RoleName=name, Description="drifted")


@pytest.fixture
def roles(moto):
    return Roles(moto.endpoint)


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "manifests"
    path.mkdir()
    return path


def write(directory, name, description="as written"):
    (directory / f"{name}.yaml").write_text(ROLE.format(name=name, description=description))


def phase(byocctl, name):
    return json.loads(byocctl.ok("get", f"role/{name}", "-o", "json").out)["status"].get("phase")


def wait_described(roles, **wanted):
    wait_for(lambda: roles.all() == wanted, lambda: f"{wanted} is {roles.all()}")


def readiness(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        return refusal.code, refusal.read().decode()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.expired, "expired"),
        (Fault.lost_request, "cannotreachaws"),
        (Fault.throttled, "exceeded"),
    ],
)
# L68
def test_aws_is_away_for_a_while(fault, words, byocctl, directory, roles, proxy):
    write(directory, "a")
    with Byocd(byocctl, directory, *FLAGS) as daemon:
        wait_described(roles, a="as written")
        proxy.fault = lambda call, number: fault
        write(directory, "b")
        wait_for(
            lambda: words in byocctl.run("describe", "role/b").out.lower(),
            lambda: byocctl.run("describe", "role/b"),
        )
        assert roles.all() == {"a": "as written"}
        proxy.forget()
        wait_described(roles, a="as written", b="as written")
        wait_for(lambda: phase(byocctl, "b") == "Ready", lambda: "b is ready")
        assert [call.operation for call in proxy.mutating()].count("CreateRole") == 1


def test_the_disk_is_full_for_a_while(byocctl, directory, roles, proxy):
    write(directory, "a")
    with Byocd(byocctl, directory, "--metrics=127.0.0.1:0", *FLAGS) as daemon:
        wait_described(roles, a="as written")
        wait_for(lambda: phase(byocctl, "a") == "Ready", lambda: "a is ready")
        limit = resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, (1, limit[1]))
        proxy.forget()
        write(directory, "b")
        # Its log is a file, too: it says so at the door for those who look after it.
        port = re.search(r"metrics_port=(\d+)", daemon.said()).group(1)
        wait_for(lambda: readiness(port)[0] == 503, lambda: readiness(port))
        assert "disk" in readiness(port)[1] or "full" in readiness(port)[1], readiness(port)
        assert "b" not in roles.all(), "nothing is made that could not be written down before"
        assert daemon.process.poll() is None, daemon.said()
        resource.prlimit(daemon.process.pid, resource.RLIMIT_FSIZE, limit)
        wait_described(roles, a="as written", b="as written")
        wait_for(lambda: readiness(port)[0] == 200, lambda: readiness(port))
        assert [call.operation for call in proxy.mutating()].count("CreateRole") == 1


def test_a_state_directory_that_cannot_be_written(byocctl, directory):
    byocctl.state.mkdir(mode=0o500)
    daemon = Byocd(byocctl, directory)
    command = [*AS_ANYBODY, daemon.binary, "--watch", directory]
    said = subprocess.run(command, env=daemon.env, capture_output=True, text=True, timeout=60)
    assert said.returncode == 1
    assert str(byocctl.state) in said.stderr + said.stdout, said
    assert "ermission denied" in said.stderr + said.stdout, said


@pytest.mark.parametrize("jump_s", [-DAY_S, DAY_S])
def test_the_clock_is_set(jump_s, byocctl, directory, roles, proxy, tmp_path):
    shim = tmp_path / "clock.so"
    build = ["cc", "-shared", "-fPIC", "-o", shim, HERE / "clock.c", "-ldl"]
    subprocess.run(build, check=True)
    off_by = tmp_path / "off_by"
    off_by.write_text("0")
    env = {"LD_PRELOAD": str(shim), "CLOCK_OFF_BY": str(off_by)}
    env["ASAN_OPTIONS"] = "verify_asan_link_order=0"
    write(directory, "a")
    with Byocd(byocctl, directory, *FLAGS, **env) as daemon:
        wait_described(roles, a="as written")
        off_by.with_suffix(".new").write_text(str(jump_s))
        off_by.with_suffix(".new").rename(off_by)
        roles.drift("a")
        write(directory, "b")
        wait_described(roles, a="as written", b="as written")
        roles.drift("b")
        wait_described(roles, a="as written", b="as written")
        assert daemon.stop()[0] == 0
        days = {line[:10] for line in daemon.said().splitlines()}
        assert len(days) == 2, "its log shows the clock that was set"
    assert [call.operation for call in proxy.mutating()].count("CreateRole") == 2


def test_the_state_directory_is_deleted(byocctl, directory, roles):
    """F24: it says so at once, and makes nothing new."""
    write(directory, "a")
    with Byocd(byocctl, directory, "--metrics=127.0.0.1:0", *FLAGS) as daemon:
        wait_described(roles, a="as written")
        wait_for(lambda: phase(byocctl, "a") == "Ready", lambda: "a is ready")
        port = re.search(r"metrics_port=(\d+)", daemon.said()).group(1)
        shutil.rmtree(byocctl.state)
        assert readiness(port)[0] == 503, "at once"
        assert "byocctl rebuild" in readiness(port)[1]
        daemon.wait_said("the store cannot be written")
        write(directory, "b")
        daemon.wait_said("cannot be stored")
        assert roles.all() == {"a": "as written"}
        assert daemon.stop()[0] == 0
    assert not byocctl.state.exists(), "nothing is made in its place"


def test_reading_needs_no_write(byocctl, directory):
    """F24: get and plan on a state directory that is read-only."""
    write(directory, "a")
    byocctl.ok("apply", "-f", directory, "--yes")
    byocctl.state.chmod(0o500)
    for words in (["get", "roles"], ["plan", "-f", str(directory)]):
        command = [*AS_ANYBODY, str(byocctl.binary), *words]
        said = subprocess.run(command, env=byocctl.env, capture_output=True, text=True, timeout=60)
        assert said.returncode == 0, said
    byocctl.state.chmod(0o700)

"""byocd keeps a watched directory true: created, changed, moved, deleted, and what goes wrong."""

import os
import re
import signal
import subprocess
import threading

import pytest
from byocd import Byocd, wait_for
from inventory import client_of, difference, inventory

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}}}
spec:
  description: {description}
  trust: {{services: [ec2.amazonaws.com]}}
"""


def role(name, description="made by a test"):
    return ROLE.format(name=name, description=description)


@pytest.fixture
def directory(tmp_path):
    path = tmp_path / "manifests"
    path.mkdir()
    return path


@pytest.fixture
def daemon(byocctl, directory):
    flags = ("--settle=200ms", "--full_scan=1h", "--deletions_window=0s")
    with Byocd(byocctl, directory, *flags) as running:
        running.wait_said("started")
        yield running


@pytest.fixture
def roles(moto):
    """The names and descriptions of the roles that AWS holds."""
    iam = client_of(moto.endpoint, "iam")

    def look():
        listed = iam.get_paginator("list_roles").paginate()
        return {r["RoleName"]: r.get("Description") for page in listed for r in page["Roles"]}

    return look


def wait_roles(roles, *names):
    wait_for(lambda: set(roles()) == set(names), lambda: f"{set(names)} is {set(roles())}")


# L46
def test_a_file_lives_and_dies(daemon, directory, roles, byocctl):
    file = directory / "a.yaml"
    file.write_text(role("a"))
    wait_roles(roles, "a")
    wait_for(lambda: "Ready" in byocctl.ok("get", "role/a").out, lambda: "a is ready")
    assert "a.yaml" in byocctl.ok("describe", "role/a").out

    new = directory / "a.yaml.new"
    new.write_text(role("a", "changed"))
    new.rename(file)  # as editors save
    wait_for(lambda: roles() == {"a": "changed"}, roles)

    file.rename(directory / "moved.yaml")
    wait_for(lambda: "moved.yaml" in byocctl.ok("describe", "role/a").out, lambda: "moved")
    assert roles() == {"a": "changed"}

    (directory / "b.yaml").write_text(role("b"))
    wait_roles(roles, "a", "b")
    (directory / "moved.yaml").unlink()
    wait_roles(roles, "b")
    wait_for(lambda: "not exist" in byocctl.run("get", "role/a").err, lambda: "the record goes")


def test_git_sync_swaps_a_link(byocctl, proxy, tmp_path, roles):
    for version, description in (("one", "first"), ("two", "second")):
        (tmp_path / version).mkdir()
        (tmp_path / version / "a.yaml").write_text(role("a", description))
    link = tmp_path / "current"
    link.symlink_to("one")
    with Byocd(byocctl, link, "--settle=200ms"):
        wait_for(lambda: roles() == {"a": "first"}, roles)
        other = tmp_path / "next"
        other.symlink_to("two")
        other.rename(link)
        wait_for(lambda: roles() == {"a": "second"}, roles)


def test_what_cannot_be_believed_deletes_nothing(daemon, directory, roles, byocctl):
    for name in "abcdef":
        (directory / f"{name}.yaml").write_text(role(name))
    wait_roles(roles, *"abcdef")

    # A bad file stops its own objects only.
    (directory / "a.yaml").write_text("kind: Role\nmetadata: {name: a\n")
    (directory / "g.yaml").write_text(role("g"))
    wait_roles(roles, *"abcdefg")
    daemon.wait_said("a.yaml")
    assert "a.yaml" in byocctl.ok("events").out
    (directory / "a.yaml").write_text(role("a"))

    # Empty, and missing: nothing is believed.
    gone = directory.with_name("gone")
    before = len(daemon.said())
    directory.rename(gone)
    directory.mkdir()
    daemon.wait_said("left alone", before)
    directory.rmdir()
    assert len(roles()) == 7
    gone.rename(directory)

    # Too many at once: they wait for a person.
    before = len(daemon.said())
    for name in "bcde":
        (directory / f"{name}.yaml").unlink()
    daemon.wait_said("waits for byocctl approve", before)
    assert len(roles()) == 7
    assert "Role/b" in byocctl.ok("approve", "--list").out
    byocctl.ok("approve", "--yes")
    wait_roles(roles, "a", "f", "g")


def test_what_cannot_be_read_is_left_alone(daemon, directory, roles):
    team = directory / "team"
    team.mkdir()
    for name in "ab":
        (team / f"{name}.yaml").write_text(role(name))
    (directory / "c.yaml").write_text(role("c"))
    wait_roles(roles, *"abc")

    before = len(daemon.said())
    team.chmod(0)
    (directory / "d.yaml").write_text(role("d"))
    wait_roles(roles, *"abcd")  # a scan took place
    daemon.wait_said("team: error: cannot be read", before)
    team.chmod(0o755)
    (team / "b.yaml").chmod(0)
    daemon.wait_said("team/b.yaml: error: cannot be read", before)
    (team / "b.yaml").chmod(0o644)
    (team / "b.yaml").write_text(role("b", "read again"))
    wait_for(lambda: roles()["b"] == "read again", roles)
    assert set(roles()) == set("abcd")


def test_hundreds_of_files_at_once(daemon, directory, roles):
    names = [f"r{number:03}" for number in range(500)]
    staged = directory.with_name("staged")
    staged.mkdir()
    for name in names:
        (staged / f"{name}.yaml").write_text(role(name))
    staged.rename(directory / "staged")
    wait_for(lambda: len(roles()) == 500, lambda: f"500 roles; there are {len(roles())}", 300)


def test_it_stops_at_once_and_starts_where_it_was(daemon, directory, roles, byocctl, moto):
    before = inventory(moto.endpoint)
    for name in "abc":
        (directory / f"{name}.yaml").write_text(role(name))
    daemon.wait_said("CreateRole")
    code, seconds = daemon.stop()
    assert code == 0 and seconds < 5, "a second, and the slack of the sanitizers"
    assert "stopped" in daemon.said()
    with Byocd(byocctl, directory, "--settle=200ms"):
        wait_roles(roles, "a", "b", "c")
    byocctl.ok("delete", "role/a", "role/b", "role/c", "--yes")
    assert difference(before, inventory(moto.endpoint)) == []


def test_a_second_one_is_refused(daemon, byocctl, directory):
    second = Byocd(byocctl, directory).start()
    assert second.process.wait(timeout=30) == 1
    assert str(daemon.process.pid) in second.said()


def test_settings_are_read_again(byocctl, proxy, directory, tmp_path):
    config = tmp_path / "byocd.conf"
    config.write_text("# empty\n")
    with Byocd(byocctl, directory, "--config", str(config)) as daemon:
        daemon.wait_said("started")
        config.write_text("--log_level=loud\n")
        os.kill(daemon.process.pid, signal.SIGHUP)
        daemon.wait_said("the old one stands")
        config.write_text("--resync=1m\n")
        os.kill(daemon.process.pid, signal.SIGHUP)
        daemon.wait_said("configuration is read again")


@pytest.mark.parametrize(
    "flags, words",
    [
        (["--resync=soon"], "is no duration"),
        (["--resync=-5m"], "is no duration"),
        (["--resync=0s"], "too short"),
        (["--full-sweep", "999ms"], "too short"),
        (["--backoff_max=0s"], "too short"),
        (["--settle=1e3ms"], "is no duration"),
        (["--log_level=loud"], "none of error"),
        (["--sweep=off|report"], "none of off"),
        (["--deletions_max=-1"], "is no number"),
        (["--deletions_max=99999999999999999999"], "is no number"),
        (["--deletions_share_max=101"], "from 0 to 100"),
        (["--config=/nowhere.conf"], "cannot read"),
        (["--config=/tmp"], "is no file"),
        (["--region=us-east-1a"], "availability zone"),
        (["--socket="], "a value is missing"),
        (["--metrics"], "--metrics=ADDRESS"),
        (["--metrics=0.0.0.0:9640"], "127.0.0.1"),
        (["--watch=/elsewhere"], "given twice"),
        (["--wtach=x"], "did you mean `watch`"),
        (["-resync=5m"], "did you mean `--resync`"),
        (["--flagfile=x"], "no flag flagfile"),
        (["--undefok=x", "--x"], "no flag undefok"),
        (["word"], "is no flag"),
    ],
)
def test_wrong_flags(byocctl, directory, flags, words):  # F40
    daemon = Byocd(byocctl, directory, *flags).start()
    assert daemon.process.wait(timeout=30) == 1
    assert words in daemon.said()


@pytest.mark.parametrize(
    "line, words",
    [
        ("resync", "byocd.conf:2: resync: a value is missing"),
        ("--wtach=x", "byocd.conf:2: there is no flag wtach; did you mean `watch`"),
        ("log_level = loud", "byocd.conf:2: log_level: loud is none of"),
        ("\xff\xfe", "byocd.conf:2: there is no flag"),
        ("--", "byocd.conf:2: there is no flag"),
    ],
)
def test_wrong_lines(byocctl, directory, line, words):  # F40
    config = byocctl.home / "byocd.conf"
    config.write_text(f"resync = 7m\n{line}\n", encoding="latin-1")
    daemon = Byocd(byocctl, directory, f"--config={config}").start()
    assert daemon.process.wait(timeout=30) == 1
    assert words in daemon.log.read_text(errors="replace")


def test_a_wrong_variable_is_named(byocctl, directory):  # F40
    daemon = Byocd(byocctl, directory, BYOC_RESYNC="soon", BYOC_SWEEP="").start()
    assert daemon.process.wait(timeout=30) == 1
    assert "BYOC_RESYNC: soon is no duration" in daemon.said()


def test_it_says_what_it_is(byocctl):
    def said(word):
        command = [os.environ["BYOCD"], word]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout

    assert re.fullmatch(r"byocd \d+\.\d+\.\d+\n", said("--version"))
    assert byocctl.ok("version").out.split()[1] == said("--version").split()[1]
    assert "--watch=DIR" in said("--help")

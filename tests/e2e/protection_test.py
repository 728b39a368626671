"""Nothing protected is deleted, nor anything of the command that names it. F19"""

import pytest
from byocd import Byocd, wait_for
from inventory import client_of

ROLE = """\
apiVersion: byoc.dev/v1alpha1
kind: Role
metadata: {{name: {name}, labels: {{team: a}}}}
spec:
  deletionProtection: {protected}
  trust: {{services: [ec2.amazonaws.com]}}
"""


def role(name, protected="false"):
    return ROLE.format(name=name, protected=protected)


@pytest.fixture
def names(moto):
    iam = client_of(moto.endpoint, "iam")
    return lambda: {r["RoleName"] for r in iam.list_roles()["Roles"]}


def is_refused(done, names):
    assert done.code == 1, str(done)
    assert "Role/kept is protected" in done.err, str(done)
    assert "spec.deletionProtection" in done.err
    assert names() == {"kept", "other"}


def refuses_and_lets_go(byocctl, names, tmp_path):
    file = tmp_path / "two.yaml"
    file.write_text(role("kept", "true") + "---\n" + role("other"))
    byocctl.ok("apply", "-f", file, "--yes")
    for words in (
        ["delete", "-f", file, "--yes"],
        ["delete", "-f", file, "--dry-run"],
        ["delete", "-f", file, "--yes", "--force"],
        ["delete", "role/other", "role/kept", "--yes"],
    ):
        is_refused(byocctl.run(*words), names)
    only = tmp_path / "only.yaml"
    only.write_text(role("new"))
    prune = byocctl.run("apply", "-f", only, "--prune", "-l", "team=a", "--yes")
    is_refused(prune, names)
    assert "Terminating" not in byocctl.ok("get", "roles").out
    file.write_text(role("kept") + "---\n" + role("other"))
    byocctl.ok("apply", "-f", file, "--yes")
    byocctl.ok("delete", "-f", file, "--yes")
    assert names() == set()


def test_without_a_byocd(byocctl, names, tmp_path):
    refuses_and_lets_go(byocctl, names, tmp_path)


def test_with_a_byocd(byocctl, names, tmp_path):
    empty = tmp_path / "manifests"
    empty.mkdir()
    with Byocd(byocctl, empty, "--full_scan=1h") as daemon:
        daemon.wait_said("started")
        refuses_and_lets_go(byocctl, names, tmp_path)


def test_a_removed_file(byocctl, names, tmp_path):
    directory = tmp_path / "manifests"
    directory.mkdir()
    for name in ("kept", "other"):
        (directory / f"{name}.yaml").write_text(role(name, str(name == "kept").lower()))
    with Byocd(byocctl, directory, "--settle=200ms", "--full_scan=1h") as daemon:
        wait_for(lambda: names() == {"kept", "other"}, names)
        (directory / "kept.yaml").unlink()
        daemon.wait_said("DeletionProtected")
        assert "Terminating" not in byocctl.ok("get", "role/kept").out
        (directory / "kept.yaml").write_text(role("kept"))

        def is_open():
            spec = byocctl.ok("get", "role/kept", "-o", "json").json()["spec"]
            return not spec.get("deletionProtection", False)

        wait_for(is_open, lambda: "the protection is off")
        (directory / "kept.yaml").unlink()
        wait_for(lambda: names() == {"other"}, names)


def test_another_directory_asks(byocctl, names, tmp_path):
    """F55: byocd on another directory, or another repository in its place, deletes nothing."""
    for place in ("one", "two"):
        (tmp_path / place).mkdir()
    (tmp_path / "one" / "kept.yaml").write_text(role("kept"))
    (tmp_path / "two" / "other.yaml").write_text(role("other"))
    flags = ("--settle=200ms", "--full_scan=1h")
    with Byocd(byocctl, tmp_path / "one", *flags):
        wait_for(lambda: names() == {"kept"}, names)
    with Byocd(byocctl, tmp_path / "two", *flags) as daemon:
        daemon.wait_said("OtherDirectory")
        wait_for(lambda: names() == {"kept", "other"}, names)
        assert "Role/kept" in byocctl.ok("approve", "--list").out
    with Byocd(byocctl, tmp_path / "one", *flags) as daemon:
        wait_for(lambda: "No deletion waits" in byocctl.ok("approve", "--list").out, names)
    with Byocd(byocctl, tmp_path / "two", *flags) as daemon:
        wait_for(lambda: "Role/kept" in byocctl.ok("approve", "--list").out, names)
        byocctl.ok("approve", "--yes")
        wait_for(lambda: names() == {"other"}, names)


def test_it_ends_in_the_middle_of_an_endless_directory(byocctl, names, tmp_path):
    """F56: links to / and /proc change nothing, and SIGTERM ends byocd."""
    directory = tmp_path / "manifests"
    directory.mkdir()
    (directory / "all").symlink_to("/")
    (directory / "proc").symlink_to("/proc")
    (directory / "kept.yaml").write_text(role("kept"))
    with Byocd(byocctl, directory, "--settle=200ms") as daemon:
        wait_for(lambda: names() == {"kept"}, names)
        assert daemon.said().count("leads out of the directory") == 2, daemon.said()
        (directory / "other.yaml").write_text(role("other"))
        wait_for(lambda: names() == {"kept", "other"}, names)
        assert daemon.said().count("leads out of the directory") == 2, "said once"
        assert daemon.stop()[0] == 0
    before = len(daemon.said())
    with Byocd(byocctl, "/", "--settle=200ms") as daemon:
        daemon.wait_said("started", before)
        code, seconds = daemon.stop()
        assert code == 0
        assert seconds < 10

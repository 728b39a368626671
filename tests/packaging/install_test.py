"""What a build installs: programs, pages that say what the programs say, and a Debian package."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUILD = Path(os.environ["BYOC_BUILD_DIR"])
MAKE_MAN = ROOT / "scripts" / "make_man.py"
VERSION = re.search(r"project\(byoc VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text("utf-8"))[1]


def run(*words, **options):
    command = [str(word) for word in words]
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.fixture(scope="module")
def prefix(tmp_path_factory):
    """An installation as `make install` makes it."""
    place = tmp_path_factory.mktemp("usr")
    run("cmake", "--install", BUILD, "--prefix", place)
    return place


@pytest.fixture(scope="module")
def package(tmp_path_factory):
    """The Debian package, laid out: DEBIAN/ holds its control files."""
    place = tmp_path_factory.mktemp("package")
    run("cpack", "-G", "DEB", "--config", BUILD / "CPackConfig.cmake", "-B", place, cwd=BUILD)
    (file,) = place.glob(f"byoc_{VERSION}_*.deb")
    run("dpkg-deb", "--raw-extract", file, place / "root")
    return place / "root"


def pages(prefix):
    return sorted(prefix.glob("share/man/man*/*"))


def program_of(page, prefix):
    return prefix / "bin" / page.stem


def test_every_program_has_a_page(prefix):
    programs = {path.name for path in (prefix / "bin").iterdir()}
    assert {page.stem for page in pages(prefix)} == programs
    assert "byocctl" in programs


def test_pages_say_what_the_programs_say(prefix):
    for page in pages(prefix):
        template = ROOT / "docs" / "man" / f"{page.name}.in"
        made = run(sys.executable, MAKE_MAN, program_of(page, prefix), template, VERSION)
        assert page.read_text(encoding="utf-8") == made.stdout, f"{page.name} is stale"


def test_pages_are_well_formed(prefix):
    for page in pages(prefix):
        done = run("man", "--warnings", "--local-file", page, env={**os.environ, "MANWIDTH": "80"})
        assert done.stderr == "", page.name
        assert "@" not in done.stdout, page.name


def test_the_page_of_byocctl_has_all_verbs_and_flags(prefix):
    text = (prefix / "share/man/man1/byocctl.1").read_text(encoding="utf-8").replace("\\-", "-")
    said = run(prefix / "bin/byocctl", "help").stdout
    verbs = re.findall(r"^  (\S+)", said, re.M)
    assert len(verbs) > 10 and [verb for verb in verbs if f"\n.B {verb}" not in text] == []
    flags = re.findall(r'DEFINE_\w+\((\w+)', (ROOT / "cli/flags.cc").read_text(encoding="utf-8"))
    assert len(flags) > 10
    flags = [flag.replace("_", "-") for flag in flags]
    assert [flag for flag in flags if not re.search(rf"\n\.B .*--{flag}\b", text)] == []


def test_a_program_without_verbs_has_no_list_of_them(tmp_path):
    program = tmp_path / "program"
    program.write_text("#!/bin/sh\nprintf 'usage\\n'\n", encoding="utf-8")
    program.chmod(0o755)
    template = ROOT / "docs/man/byocctl.1.in"
    command = [sys.executable, MAKE_MAN, program, template, VERSION]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0 and "has no verbs" in done.stderr


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_asking_never_runs_the_verb(prefix, flag):
    done = run(prefix / "bin/byocctl", "delete", "cluster/none", "--yes", flag)
    words = ["version"] if flag == "--version" else ["help", "delete"]
    assert done.stdout == run(prefix / "bin/byocctl", *words).stdout


def test_the_completion_is_shell(prefix):
    run("bash", "-n", prefix / "share/bash-completion/completions/byocctl")


def test_units_start_what_is_installed(prefix):
    units = sorted(prefix.glob("lib/systemd/system/*.service"))
    assert units
    for unit in units:
        for command in re.findall(r"^ExecStart=(\S+)", unit.read_text(encoding="utf-8"), re.M):
            assert os.access(prefix / "bin" / command, os.X_OK), f"{unit.name}: {command}"


def test_the_configuration_has_known_flags(prefix):
    said = subprocess.run([prefix / "bin/byocd", "--help"], capture_output=True, check=False)
    known = re.findall(r"^  --(\w+)", said.stdout.decode(), re.M)
    text = (prefix / "share/doc/byoc/examples/byocd.conf").read_text(encoding="utf-8")
    used = re.findall(r"^--(\w+)=", text, re.M)
    assert used and [flag for flag in used if flag not in known] == []


def control(package, field):
    text = (package / "DEBIAN/control").read_text(encoding="utf-8")
    return re.search(rf"^{field}: (.*)$", text, re.M)[1]


def test_the_package_depends_on_what_it_is_linked_with(package):
    assert control(package, "Package") == "byoc"
    depends = control(package, "Depends")
    for library in ("libcurl4", "libsqlite3-0", "libyaml-cpp0.7", "systemd", "ca-certificates"):
        assert re.search(rf"(^|, ){re.escape(library)}\b", depends), depends


def test_the_package_holds_what_is_installed(package, prefix):
    below = lambda place: {path.relative_to(place) for path in place.rglob("*") if path.is_file()}
    assert below(package / "usr") == below(prefix)
    others = {path.name for path in package.iterdir()} - {"DEBIAN", "usr"}
    assert others == {"etc"}


def test_the_configuration_is_the_administrators(package):
    names = (package / "DEBIAN/conffiles").read_text(encoding="utf-8").split()
    files = [f"/{path.relative_to(package)}" for path in (package / "etc").rglob("*.conf")]
    assert sorted(names) == sorted(files) == ["/etc/byoc/byocd.conf"]


@pytest.mark.parametrize("name", ["postinst", "prerm", "postrm"])
def test_scripts_of_the_maintainer(package, name):
    script = package / "DEBIAN" / name
    run("sh", "-n", script)
    assert os.access(script, os.X_OK)
    text = script.read_text(encoding="utf-8")
    assert "set -e\n" in text
    assert not re.search(r"systemctl (enable|start)\b", text), "it enables nothing by itself"
    assert not re.search(r"rm [^\n]*/var/lib/byoc(\s|/|$)(?!.*>&2)", text), "promises are kept"

"""The units of systemd: every word is known, and little is exposed."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
UNITS = sorted([*ROOT.glob("controller/*.service"), *ROOT.glob("packaging/*.service")])
TIMERS = sorted(ROOT.glob("packaging/*.timer"))
EXPOSURE_MAX = 2.0


@pytest.fixture
def root(tmp_path):
    """A file system with systemd's units and ours, and a program for each command of ours."""
    place = tmp_path / "usr/lib/systemd/system"
    shutil.copytree("/usr/lib/systemd/system", place, symlinks=True)
    bin_ = tmp_path / "usr/bin"
    bin_.mkdir()
    for unit in UNITS + TIMERS:
        shutil.copy(unit, place)
        for command in re.findall(r"^Exec\w+=(\S+)", unit.read_text(encoding="utf-8"), re.M):
            assert "/" not in command, f"{unit.name}: found in /usr/bin and /usr/local/bin alike"
            (bin_ / command).touch(mode=0o755)
    return tmp_path


def analyze(*words):
    command = ["systemd-analyze", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def verify(root, unit):
    """What systemd has to say about a unit: nothing."""
    done = analyze(f"--root={root}", "verify", "--man=no", unit.name)
    return done.stdout + done.stderr + (f"exit {done.returncode}" if done.returncode else "")


def test_there_are_units():
    assert {unit.name for unit in UNITS} == {"byoc.service", "byoc-pull.service"}


@pytest.mark.parametrize("unit", UNITS + TIMERS, ids=lambda unit: unit.name)
def test_verify(unit, root):
    assert verify(root, unit) == ""


def test_a_wrong_word_would_be_seen(root):
    path = root / "usr/lib/systemd/system/byoc.service"
    path.write_text(path.read_text(encoding="utf-8").replace("WatchdogSec", "WatchdgoSec"))
    assert "WatchdgoSec" in verify(root, path)


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_exposure(unit):
    done = analyze("security", "--offline=true", f"--threshold={EXPOSURE_MAX * 10:.0f}", unit)
    assert done.returncode == 0, done.stdout + done.stderr


def test_users_are_those_of_the_units():
    """Whom a unit runs as is whom packaging/byoc.sysusers makes."""
    made = (ROOT / "packaging/byoc.sysusers").read_text(encoding="utf-8")
    users = set(re.findall(r"^u (\S+)", made, re.M))
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        assert set(re.findall(r"^(?:User|Group)=(\S+)", text, re.M)) <= users, unit.name


def test_credentials_lie_where_tmpfiles_makes_a_place():
    """systemd does not start a unit whose LoadCredential names nothing."""
    made = (ROOT / "packaging/byoc.tmpfiles").read_text(encoding="utf-8")
    places = set(re.findall(r"^d (\S+) +0700 root root", made, re.M))
    for unit in UNITS:
        text = unit.read_text(encoding="utf-8")
        assert set(re.findall(r"^LoadCredential=\w+:(\S+)", text, re.M)) <= places, unit.name

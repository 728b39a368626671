"""Runs the byocctl binary the way a user would, with an environment of its own."""

import json
import os
import re
import signal
import subprocess
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
TIMEOUT_S = 240  # of one command; the sanitizers' build on a loaded machine


@dataclass(frozen=True)
class Done:
    """A finished command."""

    args: tuple
    code: int
    out: str
    err: str

    def __str__(self):
        return f"byocctl {' '.join(self.args)}: exit {self.code}\n{self.out}\n{self.err}"

    def json(self):
        return json.loads(self.out)


class Byocctl:
    """byocctl with a state directory and an AWS endpoint; `env` adds to its environment."""

    def __init__(self, endpoint, home, env=None):
        self.binary = Path(os.environ["BYOCCTL"]).resolve()
        self.home = Path(home)
        self.state = self.home / "state"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.home),
            "LANG": "C.UTF-8",
            "AWS_ENDPOINT_URL": endpoint,
            "BYOC_EMULATOR": "1",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": "us-east-1",
            "AWS_EC2_METADATA_DISABLED": "true",
            "BYOC_STATE_DIR": str(self.state),
            "BYOC_ABSENCE_GRACE": "0s",  # moto's answers do not lag behind
            **(env or {}),
        }

    def start(self, *args, stdin=subprocess.DEVNULL, **options):
        """The process of `byocctl ARGS`, running."""
        return subprocess.Popen(
            [str(self.binary), *map(str, args)],
            env=self.env,
            cwd=self.home,
            stdin=stdin,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            **options,
        )

    def run(self, *args, stdin=None):
        process = self.start(*args, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE)
        try:
            out, err = process.communicate(stdin, timeout=TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)
            out, err = process.communicate()
            raise AssertionError(f"byocctl {args} took over {TIMEOUT_S} s\n{out}\n{err}") from None
        return Done(tuple(map(str, args)), process.returncode, out, err)

    def ok(self, *args, stdin=None):
        """Runs and demands exit code 0."""
        done = self.run(*args, stdin=stdin)
        assert done.code == 0, str(done)
        return done

    def state_files(self):
        """{path: bytes} of the state directory; empty when there is none."""
        files = sorted(path for path in self.state.rglob("*") if path.is_file())
        return {str(path.relative_to(self.state)): path.read_bytes() for path in files}


def examples():
    """The folders of examples/."""
    return sorted(path for path in EXAMPLES.iterdir() if path.is_dir())


def _text_of(folder):
    return "\n".join(path.read_text(encoding="utf-8") for path in folder.rglob("*.yaml"))


def regions_of(folder):
    """Every region that an example names, and the default one."""
    named = re.findall(r"^\s*region:\s*[\"']?([a-z0-9-]+)", _text_of(folder), re.MULTILINE)
    return sorted({"us-east-1", *named})


def accounts_of(folder):
    """None (of the ambient credentials) and every account whose role an example assumes."""
    text = _text_of(folder)
    named = re.findall(r"arn:aws:iam::(\d+):role/", text)
    return [None, *sorted(set(named))]


def secrets_of(folder):
    """Names of the credentials that an example expects from systemd."""
    named = re.findall(r"externalIdFrom: *{file: *([\w-]+)}", _text_of(folder))
    return sorted(set(named))

"""Runs the byocd binary on a watched directory."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

READY_S = 60
RIGHTS = "-dac_override,-dac_read_search"
# Root may read and write everywhere unless it lays these rights down.
AS_ANYBODY = (
    ["setpriv", *(f"--{kind}={RIGHTS}" for kind in ("bounding-set", "inh-caps"))]
    if os.geteuid() == 0
    else []
)
_NOTHING = threading.Event()  # another process tells nobody that it is done: look again soon


class Byocd:
    """A byocd process beside a Byocctl: the same state directory, endpoint and environment."""

    def __init__(self, byocctl, watch, *flags, **env):
        self.binary = Path(os.environ["BYOCD"]).resolve()
        self.byocctl = byocctl
        self.watch = Path(watch)
        self.flags = flags
        self.env = {**byocctl.env, "BYOC_STATE_DIR": str(byocctl.state), **env}
        self.log = byocctl.home / "byocd.log"
        self.process = None

    def start(self):
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*AS_ANYBODY, str(self.binary), "--watch", str(self.watch), *self.flags],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        return self

    def said(self):
        return self.log.read_text()

    def wait_said(self, text, since=0):
        """Waits for a text in the log, after its first `since` characters."""
        wait_for(lambda: text in self.said()[since:], lambda: f"{text!r} in\n{self.said()}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self):
        """SIGTERM; answers with the exit code and how long it took in seconds."""
        begun = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=30)
        return code, time.monotonic() - begun

    def __enter__(self):
        return self.start()

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def wait_for(holds, what, timeout=READY_S):
    """Polls until `holds()`; fails with `what()` after `timeout` seconds."""
    until = time.monotonic() + timeout
    while not holds():
        assert time.monotonic() < until, f"after {timeout} s still not: {what()}"
        _NOTHING.wait(0.02)

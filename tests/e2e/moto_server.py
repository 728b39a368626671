"""One moto server as a child process on a free loopback port."""

import os
import re
import subprocess
import sys
import threading
import urllib.request
from pathlib import Path

ACCOUNT = "123456789012"  # of credentials that moto does not know

_SETTINGS = {
    "MOTO_IAM_LOAD_MANAGED_POLICIES": "true",  # AttachRolePolicy needs AWS's own policies
    "MOTO_EC2_LOAD_DEFAULT_AMIS": "false",  # nobody looks at images; a reset is fast without them
}


class MotoServer:
    """Runs until `stop`. `endpoint` is its URL."""

    def __init__(self):
        command = [str(Path(sys.executable).parent / "moto_server"), "-H", "127.0.0.1", "-p", "0"]
        self._process = subprocess.Popen(
            command,
            env={**os.environ, **_SETTINGS},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            stdin=subprocess.DEVNULL,
            text=True,
        )
        self.endpoint = self._read_endpoint()
        # The server logs every request: somebody must read, or it stops when the pipe is full.
        threading.Thread(target=self._process.stderr.read, daemon=True).start()

    def _read_endpoint(self):
        said = []
        for line in self._process.stderr:
            said.append(line)
            match = re.search(r"Running on (http://127\.0\.0\.1:\d+)", line)
            if match:
                return match.group(1)
        raise RuntimeError("moto_server did not start:\n" + "".join(said))

    def reset(self):
        """Back to an empty AWS, in all accounts and regions."""
        request = urllib.request.Request(self.endpoint + "/moto-api/reset", data=b"", method="POST")
        urllib.request.urlopen(request, timeout=60).close()

    def stop(self):
        self._process.terminate()
        self._process.wait(timeout=30)

"""A client of byocd's door that knows nothing of byoc: HTTP on a unix socket, and JSON."""

import http.client
import json
import socket
from dataclasses import dataclass

ROLES = "/apis/byoc.dev/v1alpha1/namespaces/default/roles"
PATIENCE_S = 60
MERGE_PATCH = "application/merge-patch+json"


@dataclass(frozen=True)
class Answer:
    code: int
    text: str

    def json(self):
        return json.loads(self.text)


class _Connection(http.client.HTTPConnection):
    def __init__(self, path):
        super().__init__("localhost", timeout=PATIENCE_S)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self.path))


class Door:
    """The door behind the socket file `path`."""

    def __init__(self, path):
        self.path = path

    def ask(self, method, path, body=None, content="application/json"):
        connection = _Connection(self.path)
        try:
            text = None if body is None else json.dumps(body)
            connection.request(method, path, text, {"Content-Type": content})
            answer = connection.getresponse()
            return Answer(answer.status, answer.read().decode())
        finally:
            connection.close()

    def get(self, path):
        return self.ask("GET", path)

    def watch(self, path):
        """The events of a watch, as they come; the last one is that nothing came for long."""
        connection = _Connection(self.path)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read().decode()
            while line := answer.readline():
                yield json.loads(line)
        finally:
            connection.close()

"""A loopback HTTP proxy in front of moto: it writes down every call, and can hurt it.

Calls are forwarded one at a time: moto's dictionaries do not survive concurrent changes.
"""

import http.client
import json
import re
import sys
import threading
import urllib.parse
from dataclasses import dataclass, field
from enum import Enum, auto
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_READS = re.compile(r"^(Describe|List|Get|Head|AssumeRole|Simulate|Lookup)")
_SCOPE = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/([a-z0-9-]+)/aws4_request")
_HOP = {"connection", "keep-alive", "transfer-encoding", "te", "trailer", "upgrade"}


@dataclass(frozen=True)
class Call:
    """One request as AWS would name it."""

    service: str  # from the signature's scope: "ec2"
    operation: str  # "CreateVpc"; for REST services "POST /clusters"
    region: str
    params: dict = field(default_factory=dict, hash=False, compare=False)

    @property
    def mutating(self):
        if " " in self.operation:
            return self.operation.split(" ")[0] not in ("GET", "HEAD")
        return not _READS.match(self.operation)

    def __str__(self):
        return f"{self.service}:{self.operation}"


class Fault(Enum):
    """What happens to a call instead of what should."""

    lost_request = auto()  # the connection closes; the service never saw the call
    lost_answer = auto()  # the call was executed; the connection closes without an answer
    unavailable = auto()  # 503 in no AWS protocol's words, not executed
    throttled = auto()  # 503 RequestLimitExceeded in XML, not executed
    expired = auto()  # 403 ExpiredToken in XML, not executed


def call_of(method, path, headers, body):
    scope = _SCOPE.search(headers.get("Authorization", ""))
    region, service = scope.groups() if scope else ("", "")
    target = headers.get("X-Amz-Target", "")
    if target:
        return Call(service, target.rsplit(".", 1)[-1], region, json.loads(body or b"{}"))
    if "x-www-form-urlencoded" in headers.get("Content-Type", ""):
        params = dict(urllib.parse.parse_qsl(body.decode("utf-8", "replace")))
        if "Action" in params:
            return Call(service, params["Action"], region, params)
    return Call(service, f"{method} {path}", region)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request, client_address):
        if not isinstance(sys.exc_info()[1], ConnectionError):  # the client was killed
            super().handle_error(request, client_address)


class Proxy:
    """Listens on `endpoint` and forwards to `upstream`.

    `calls` holds every call in order. `fault`, when set, is asked for each call (the call and its
    number from 0) and answers with a Fault, or None to let it pass. `after`, when set, is told of
    each call that was executed, before the answer is sent.
    """

    def __init__(self, upstream):
        self._upstream = urllib.parse.urlsplit(upstream)
        self._lock = threading.Lock()
        self.calls = []
        self.fault = None
        self.after = None
        self.seen = threading.Condition()  # notified after each call
        self._told = {}  # the answers to calls with a ClientToken, by operation and token
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self.endpoint = f"http://127.0.0.1:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def mutating(self):
        return [call for call in self.calls if call.mutating]

    def forget(self):
        """Starts counting anew, without faults."""
        self.calls = []
        self.fault = None
        self.after = None

    def wait_for_calls(self, count, timeout):
        """Whether `count` calls arrived within `timeout` seconds."""
        with self.seen:
            return self.seen.wait_for(lambda: len(self.calls) >= count, timeout)

    def stop(self):
        self._server.shutdown()
        self._server.server_close()

    def _note(self, call):
        with self.seen:
            number = len(self.calls)
            self.calls.append(call)
            self.seen.notify_all()
        return number, self.fault(call, number) if self.fault else None

    def _answer(self, call, method, path, headers, body):
        """What the service says; EC2 tells a repeated ClientToken what it told the first time.

        moto forgets tokens: it would make a second NAT gateway, or leave half of one.
        """
        with self._lock:
            token = call.params.get("ClientToken")
            name = (call.region, call.operation, token)
            if token and name in self._told:
                return self._told[name]
            answer = self._forward(method, path, headers, body)
            if token and answer[0] < 300:
                self._told[name] = answer
            return answer

    def _forward(self, method, path, headers, body):
        there = http.client.HTTPConnection(
            self._upstream.hostname, self._upstream.port, timeout=120
        )
        try:
            there.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                if name.lower() not in _HOP | {"content-length", "expect"}:
                    there.putheader(name, value)
            there.putheader("Content-Length", str(len(body)))
            there.endheaders(body)
            answer = there.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            there.close()

    def _handler(proxy):
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *args):
                pass

            def handle_any(self):
                body = read_body(self)
                call = call_of(self.command, self.path, self.headers, body)
                number, fault = proxy._note(call)
                if fault == Fault.lost_request:
                    return drop(self)
                if fault in _REFUSALS:
                    return send(self, *_REFUSALS[fault])
                answer = proxy._answer(call, self.command, self.path, self.headers, body)
                if proxy.after:
                    proxy.after(call, number)
                if fault == Fault.lost_answer:
                    return drop(self)
                return send(self, *answer)

            do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = do_PATCH = handle_any

        return Handler


_REFUSALS = {
    Fault.unavailable: (503, [("Content-Type", "text/html")], b"<html>Service Unavailable</html>"),
    Fault.throttled: (
        503,
        [("Content-Type", "text/xml")],
        b"<Response><Errors><Error><Code>RequestLimitExceeded</Code>"
        b"<Message>Request limit exceeded.</Message></Error></Errors>"
        b"<RequestID>00000000-0000-0000-0000-000000000000</RequestID></Response>",
    ),
    Fault.expired: (
        403,
        [("Content-Type", "text/xml")],
        b"<ErrorResponse><Error><Type>Sender</Type><Code>ExpiredToken</Code>"
        b"<Message>The security token included in the request is expired</Message></Error>"
        b"<RequestId>00000000-0000-0000-0000-000000000000</RequestId></ErrorResponse>",
    ),
}


def read_body(handler):
    if "chunked" not in handler.headers.get("Transfer-Encoding", ""):
        return handler.rfile.read(int(handler.headers.get("Content-Length") or 0))
    body = b""
    while True:
        size = int(handler.rfile.readline().split(b";")[0], 16)
        body += handler.rfile.read(size)
        handler.rfile.readline()
        if size == 0:
            return body


def drop(handler):
    handler.close_connection = True


def send(handler, status, headers, body):
    try:
        handler.send_response_only(status)
        for name, value in headers:
            if name.lower() not in _HOP | {"content-length"}:
                handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        if handler.command != "HEAD":
            handler.wfile.write(body)
    except (BrokenPipeError, ConnectionResetError):
        handler.close_connection = True  # the client was killed: nobody to answer

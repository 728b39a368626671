"""byocd with clients that are slow, odd, greedy or many at its socket and its port."""

import json
import os
import random
import re
import socket
import threading
from pathlib import Path

import pytest
from byocd import Byocd, wait_for
from door import ROLES, Door

CLIENTS = 200
CALLS = 10  # whose connections to AWS may be open
FUZZED = 300
STOP_S = 5  # it takes a fraction of a second; the machine may be busy

PIECES = [b"\0", b"\r\n", b" ", b"%", b":", b"\xff", b"9" * 30, b""]
# What a client may leave half done.
BEGUN = [
    b"",
    b"GET /apis HT",
    b"GET /apis HTTP/1.1\r\nHost: a\r\nX: " + b"x" * 20000,
    f"POST {ROLES} HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n{{".encode(),
    f"POST {ROLES} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nff\r\n{{".encode(),
    f"GET {ROLES}?watch=true HTTP/1.1\r\nHost: a\r\n\r\n".encode(),
    b"GET /byoc/v1/news?since=1000000&patienceMs=30000 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /openapi/v2 HTTP/1.1\r\nHost: a\r\n\r\n" * 100,  # and none of the answers is read
]
ROLE = {
    "apiVersion": "byoc.dev/v1alpha1",
    "kind": "Role",
    "metadata": {"name": "ops"},
    "spec": {"trust": {"services": ["ec2.amazonaws.com"]}},
}


@pytest.fixture
def daemon(byocctl, tmp_path):
    (tmp_path / "manifests").mkdir()
    with Byocd(byocctl, tmp_path / "manifests", "--metrics=127.0.0.1:0") as running:
        running.wait_said("started")
        yield running


@pytest.fixture
def places(daemon, byocctl):
    port = int(re.search(r"metrics_port=(\d+)", daemon.said()).group(1))
    return [str(byocctl.state / "byocd.sock"), ("127.0.0.1", port)]


def connect(place):
    client = socket.socket(socket.AF_UNIX if isinstance(place, str) else socket.AF_INET)
    client.connect(place)  # waits while the backlog is full
    client.settimeout(30)
    return client


def begin(places, count):
    """Clients that stop in the middle, in turn of each sort and at each place."""
    clients = []
    for number in range(count):
        client = connect(places[number % 2])
        client.setblocking(False)
        try:
            client.send(BEGUN[number // 2 % len(BEGUN)])
        except OSError:
            pass  # it was put out already
        clients.append(client)
    return clients


def thread_count(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/task"))


def descriptor_count(daemon):
    return len(os.listdir(f"/proc/{daemon.process.pid}/fd"))


def ready(place):
    with connect(place) as client:
        client.sendall(b"GET /readyz HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        return client.makefile("rb").readline()


def test_who_stops_in_the_middle_stops_nobody(daemon, byocctl, places):
    door = Door(places[0])
    assert door.ask("POST", ROLES, ROLE).code == 201
    threads, descriptors = thread_count(daemon), descriptor_count(daemon)
    clients = begin(places, CLIENTS)
    assert door.get(ROLES + "/ops").code == 200
    assert ready(places[1]).startswith(b"HTTP/1.1 200")
    assert "ops" in byocctl.ok("get", "role").out
    assert thread_count(daemon) <= threads + 1, "a connection is no thread"
    for client in clients:
        client.close()
    held = lambda: descriptor_count(daemon) - descriptors
    wait_for(lambda: held() < CALLS, lambda: f"{held()} descriptors stay open")


def test_no_request_is_too_odd(daemon, places):
    seed = int(os.environ.get("BYOC_E2E_SEED", random.randrange(1 << 30)))
    print(f"BYOC_E2E_SEED={seed}")
    dice = random.Random(seed)
    body = json.dumps(ROLE).encode()
    good = (
        f"POST {ROLES}?dryRun=All&fieldManager=a%20b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    )
    for _ in range(FUZZED):
        text = bytearray(good * dice.randint(1, 3))
        for _ in range(dice.randint(0, 8)):
            at = dice.randrange(len(text))
            text[at : at + dice.randint(0, 20)] = dice.choice([*PIECES, text[:at]])
        with connect(dice.choice(places)) as client:
            try:
                client.sendall(text)
                client.shutdown(socket.SHUT_WR)
                client.settimeout(dice.choice([0.001, 0.01]))
                client.recv(65536)
            except OSError:
                pass
    assert daemon.process.poll() is None, daemon.said()
    assert Door(places[0]).get("/readyz").code == 200


def test_the_end_comes_in_spite_of_all(daemon, byocctl, places):
    stopping = threading.Event()

    def crowd():
        while not stopping.is_set():
            try:
                for client in begin(places, 20):
                    client.close()
            except OSError:
                pass  # nobody listens any more

    clients = begin(places, CLIENTS)
    crowds = [threading.Thread(target=crowd) for _ in range(4)]
    for thread in crowds:
        thread.start()
    try:
        assert ready(places[0]).startswith(b"HTTP/1.1 200")
        code, seconds = daemon.stop()
    finally:
        stopping.set()
        for thread in crowds:
            thread.join()
    assert code == 0, daemon.said()
    assert seconds < STOP_S
    assert not Path(places[0]).exists()
    for client in clients:
        client.close()

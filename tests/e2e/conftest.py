"""Fixtures: one moto server per test process, in front of it a proxy, and byocctl."""

import pytest
from byocctl import Byocctl
from moto_server import MotoServer
from proxy import Proxy


@pytest.fixture(scope="session")
def moto():
    server = MotoServer()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _proxy(moto):
    proxy = Proxy(moto.endpoint)
    yield proxy
    proxy.stop()


@pytest.fixture
def proxy(_proxy, moto):
    """The proxy in front of an AWS that is empty, with nothing counted and no faults."""
    moto.reset()
    _proxy.forget()
    return _proxy


@pytest.fixture
def byocctl(proxy, tmp_path):
    return Byocctl(proxy.endpoint, tmp_path)

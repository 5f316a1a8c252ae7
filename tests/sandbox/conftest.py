"""A bank over HTTP with a clock that tests move, a merchant that calls it, a listener for its notifications."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from smartservice.sandbox import keys
from smartservice.sandbox.server import Server
from tests.sandbox.merchant import Clock, Listener, Merchant, listening, running_bank


@pytest.fixture(scope="session")
def key_pair(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One pair for all tests: making one takes longer than any of them."""
    folder = tmp_path_factory.mktemp("keys")
    keys.make_once(folder)
    return folder


@pytest.fixture
def var_dir(tmp_path: Path, key_pair: Path) -> Path:
    folder = tmp_path / "var"
    for path in (keys.private_path, keys.public_path):
        path(folder).parent.mkdir(parents=True, exist_ok=True)
        path(folder).write_bytes(path(key_pair).read_bytes())
    return folder


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(var_dir: Path, clock: Clock) -> Iterator[Server]:
    with running_bank(var_dir, clock) as server:
        yield server


@pytest.fixture
def listener() -> Iterator[Listener]:
    with listening() as listener:
        yield listener


@pytest.fixture
def merchant(server: Server, var_dir: Path) -> Merchant:
    return Merchant(server.server_port, var_dir)


@pytest.fixture
def heard_merchant(server: Server, var_dir: Path, listener: Listener) -> Merchant:
    """A merchant whose payments are told of to the listener."""
    return Merchant(server.server_port, var_dir, notification_url=listener.url)

"""One portal for all proofs of a test process; each proof takes residents of its own."""

import os
from collections.abc import Iterator

import pytest

from tests.proofs.stack import Stack

# How many times the web process is killed in each drill, and how often each race is run; `make proofs` sets more.
KILLS = int(os.environ.get("PROOFS_KILLS", "5"))
ROUNDS = int(os.environ.get("PROOFS_ROUNDS", "2"))


@pytest.fixture(scope="session")
def _portal(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stack]:
    number = int(worker_id.removeprefix("gw")) if worker_id != "master" else 0
    stack = Stack(tmp_path_factory.mktemp("portal"), number=number, residents=40 + 8 * (KILLS + ROUNDS))
    try:
        yield stack
    finally:
        stack.close()


@pytest.fixture
def stack(_portal: Stack) -> Iterator[Stack]:
    """The portal with its caps on codes forgotten; browsers close with the test."""
    _portal.forget_limits()
    with _portal.opened:
        yield _portal

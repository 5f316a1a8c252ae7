"""The adapter before a bank of paper; both live for the session, the paper is blank for every test."""

from collections.abc import Iterator

import pytest

from payments.acquirer.tbank import TBank
from tests.payments.acquirer.recorder import PASSWORD, TERMINAL, Recorder, recording


@pytest.fixture(scope="session")
def paper_bank() -> Iterator[Recorder]:
    with recording() as recorder:
        yield recorder


@pytest.fixture(scope="session")
def adapter(paper_bank: Recorder) -> Iterator[TBank]:
    bank = TBank(url=paper_bank.url, terminal=TERMINAL, password=PASSWORD)
    yield bank
    # In production it lives as long as the process.
    bank._wire._client.close()


@pytest.fixture
def recorder(paper_bank: Recorder) -> Recorder:
    paper_bank.forget()
    return paper_bank


@pytest.fixture
def bank(adapter: TBank, recorder: Recorder) -> TBank:
    return adapter

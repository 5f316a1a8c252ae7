"""An import killed at any moment leaves nothing half-done, and the same file goes in afterwards."""

import io
import os
import signal
from collections.abc import Callable

import pytest
from django.core.management import call_command
from django.db import connection

from billing import register_import
from billing.models import Bill, BillRegister, BillService, BillVersion, PersonalAccount, RegisterImport
from tests.billing.generated import FACTOR
from tests.billing.make import make_provider
from tests.billing.registers import register_text, row
from tests.people import NOW

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.processes]
KILLS = 10 if FACTOR == 1 else 50
NUMBERS = range(1_000_000_000, 1_000_000_300)
JUNE = register_text(*[row(str(number), 5) for number in NUMBERS])
CORRECTED = register_text(*[row(str(number), 6, "Вода") for number in NUMBERS], issued="12.07.2017")

# Bills, registers, services, versions, accounts, tries, kinds of bills: before the correction and after it.
BEFORE, AFTER = (300, 1, 1, 0, 300, 1, 1), (300, 2, 2, 300, 300, 2, 1)


class Bomb:
    """Kills this process before its n-th reading of the file or statement."""

    def __init__(self, at: int) -> None:
        self.at, self.ticks = at, 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            os.kill(os.getpid(), signal.SIGKILL)

    def __call__(self, execute: Callable[..., object], *arguments: object) -> object:
        self.tick()
        return execute(*arguments)


class Tape(io.BytesIO):
    """A file that is read in small pieces, each a tick."""

    bomb: Bomb

    def read1(self, _size: int = -1) -> bytes:
        self.bomb.tick()
        return super().read1(512)


def take_in(text: str, bomb: Bomb) -> None:
    file = Tape(text.encode())
    file.bomb = bomb
    with connection.execute_wrapper(bomb):
        register_import.import_register(file=file, file_name="june.csv", now=NOW)


def moments() -> int:
    """How many there are in a correction that nobody kills; afterwards only what is to be corrected stands there."""
    bomb = Bomb(at=-1)
    begin()
    take_in(CORRECTED, bomb)
    assert state() == (*AFTER[:5], 2, 1)
    call_command("flush", verbosity=0, interactive=False)
    begin()
    assert state() == BEFORE
    return bomb.ticks


def begin() -> None:
    make_provider()
    take_in(JUNE, Bomb(at=-1))


def killed(text: str, *, at: int) -> bool:
    """Import in a process of its own that dies at that moment; whether it did."""
    connection.close()
    child = os.fork()
    if child == 0:
        # A worker that drove a browser has an event loop, and its child has none: Django gives the child the connection
        # from before the loop, still open. Dropped and not closed: the socket is the parent's as well.
        connection.connection = None
        try:
            take_in(text, Bomb(at))
        finally:
            # Neither the tests' clean-up nor their reports are the child's business.
            os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL


def state() -> tuple[int, ...]:
    """How much there is of everything that an import writes."""
    models = (Bill, BillRegister, BillService, BillVersion, PersonalAccount, RegisterImport)
    versions = set(Bill.objects.values_list("version", "total", "register"))
    return *(model.objects.count() for model in models), len(versions)


def test_nothing_is_half_done():
    all_moments = moments()
    died = 0
    for number in range(KILLS):
        at = 1 + number * all_moments // KILLS
        died += killed(CORRECTED, at=at)
        if state() != BEFORE:
            break

    assert died >= KILLS * 0.8
    assert state() in {BEFORE, AFTER}
    take_in(CORRECTED, Bomb(at=-1))
    assert state()[:5] == AFTER[:5]
    assert not BillVersion.objects.exclude(version=1).exists()


def test_without_the_transaction_a_kill_would_leave_half(monkeypatch):
    """The saboteur: the merge is not one transaction."""
    all_moments = moments()
    monkeypatch.setattr(register_import, "_merge", register_import._merge.__wrapped__)
    monkeypatch.setattr(
        register_import.Provider.objects, "select_for_update", lambda **_: register_import.Provider.objects
    )

    for at in range(all_moments // 2, all_moments + 8):
        killed(CORRECTED, at=at)
        if state() != BEFORE:
            break

    assert state() not in {BEFORE, AFTER}

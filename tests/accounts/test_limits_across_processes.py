"""Guesses and requests from four processes at once: five guesses are looked at, and every cap holds exactly.

`make proofs` runs it with a thousand guesses (PROOFS_GUESSES).
"""

import os
from uuid import UUID, uuid4

import pytest

from accounts import confirmations
from accounts.confirmations import NoTriesLeft, TooManyCodes, WrongCode
from accounts.models import Confirmation
from notifications.models import Message
from safeguards import throttle
from safeguards.throttle import Limit
from tests.accounts.make import code_for, code_sent_to, wrong
from tests.people import ANNAS_PHONE, NOW
from tests.processes import across

pytestmark = pytest.mark.django_db(transaction=True)
GUESSES = int(os.environ.get("PROOFS_GUESSES", "80"))
PROCESSES, THREADS = 4, 5


def guesses_looked_at() -> int:
    """So many wrong guesses at one code, a few by each thread; how many heard that more are left."""
    confirmation = code_for(uuid4(), ANNAS_PHONE)
    guess = wrong(code_sent_to(ANNAS_PHONE, 6))

    def guess_on(_: int) -> int:
        looked = 0
        mine = Confirmation.objects.get(pk=confirmation.pk)
        for _ in range(GUESSES // (PROCESSES * THREADS)):
            try:
                confirmations.check(confirmation=mine, code=guess, digest="as shown", now=NOW)
            except WrongCode:
                looked += 1
            except NoTriesLeft:
                continue
        return looked

    return sum(across(PROCESSES, THREADS, guess_on))


def ask_of(phone_of, ip_of):
    """Every doer asks for one code; how many were sent."""

    def ask(which: int) -> int:
        try:
            code_for(UUID(int=which + 1), phone_of(which), ip=ip_of(which))
        except TooManyCodes:
            return 0
        return 1

    sent = sum(across(PROCESSES, THREADS, ask))
    assert sent == Message.objects.count() == Confirmation.objects.count()
    return sent


def own_phone(which: int) -> str:
    return f"+7926{which:07}"


def own_address(which: int) -> str:
    return f"203.0.{which // 200}.{which % 200 + 1}"


def test_of_many_guesses_at_most_five_are_looked_at():
    # «Wrong, four left» to «wrong, one left»: the fifth says that none is left.
    assert guesses_looked_at() <= 4
    assert Confirmation.objects.get().tries == 5


def test_one_phone_gets_one_code_a_minute():
    assert ask_of(lambda _: ANNAS_PHONE, own_address) == 1


def test_one_address_gets_its_cap_exactly(monkeypatch):
    monkeypatch.setattr(confirmations, "PER_ADDRESS", Limit("code.ip", 7, confirmations.DAY))

    assert ask_of(own_phone, lambda _: "203.0.113.7") == 7


def test_the_site_gets_its_cap_exactly(monkeypatch):
    monkeypatch.setattr(confirmations, "SITE", Limit("code.site", 11, confirmations.DAY))

    assert ask_of(own_phone, own_address) == 11


def test_saboteur_a_cap_in_the_memory_of_each_process_lets_more_through(monkeypatch):
    taken: dict[tuple[str, str], int] = {}

    def take(limit: Limit, key: str, _now: object) -> bool:
        taken[limit.scope, key] = taken.get((limit.scope, key), 0) + 1
        return taken[limit.scope, key] <= limit.times

    monkeypatch.setattr(confirmations, "SITE", Limit("code.site", 2, confirmations.DAY))
    monkeypatch.setattr(throttle, "take", take)

    assert ask_of(own_phone, own_address) > 2

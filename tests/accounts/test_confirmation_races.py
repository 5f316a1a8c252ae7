"""Guesses and uses that come all at once: five are looked at, one wins; the naive ways let more through."""

from uuid import uuid4

import pytest
from django.db import transaction

from accounts import confirmations
from accounts.confirmations import CodeExpired, NoTriesLeft, TooManyCodes, WrongCode
from accounts.models import Confirmation
from notifications.models import Message
from safeguards import throttle
from tests.accounts.make import code_for, code_sent_to, wrong
from tests.people import ANNAS_PHONE, NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def looked_at(monkeypatch):
    """How many guesses were compared with the code."""
    seen = []
    compare = confirmations._code_hmac
    monkeypatch.setattr(confirmations, "_code_hmac", lambda *args: seen.append(args) or compare(*args))
    return seen


def guesses(number, looked_at):
    """So many threads guess wrongly at one code; how many guesses were looked at."""
    confirmation = code_for(uuid4(), ANNAS_PHONE)
    guess = wrong(code_sent_to(ANNAS_PHONE, 6))
    looked_at.clear()

    def one(_):
        mine = Confirmation.objects.get(pk=confirmation.pk)
        try:
            confirmations.check(confirmation=mine, code=guess, digest="as shown", now=NOW)
        except (WrongCode, NoTriesLeft):
            return

    at_once(number, one)
    return len(looked_at)


def read_then_save(confirmation, now):
    """The saboteur: the tries are read, compared and saved."""
    confirmation.refresh_from_db()
    if confirmation.tries >= 5:
        raise NoTriesLeft
    confirmation.tries += 1
    confirmation.save()


def test_of_sixty_guesses_at_once_five_are_looked_at(looked_at):
    assert guesses(60, looked_at) == 5


def test_saboteur_reading_the_tries_first_lets_more_guesses_through(monkeypatch, looked_at):
    monkeypatch.setattr(confirmations, "_count_try", read_then_save)
    monkeypatch.setattr(throttle, "take", lambda *args: True)

    assert max(guesses(60, looked_at) for _ in range(3)) > 5


def test_guesses_at_several_codes_at_once_are_ten_a_day(looked_at):
    rows = []
    for number in range(3):
        rows.append(code_for(uuid4(), ANNAS_PHONE, now=NOW + number * confirmations.MINUTE))
    now = NOW + 3 * confirmations.MINUTE
    looked_at.clear()

    def one(which):
        mine = Confirmation.objects.get(pk=rows[which % 3].pk)
        try:
            confirmations.check(confirmation=mine, code="none", digest="as shown", now=now)
        except (WrongCode, NoTriesLeft):
            return

    at_once(30, one)

    assert len(looked_at) == 10


def test_of_twenty_uses_at_once_one_wins():
    confirmation = code_for(uuid4(), ANNAS_PHONE)

    def one(_):
        with transaction.atomic():
            return confirmations.consume(confirmation=confirmation, now=NOW)

    assert sum(at_once(20, one)) == 1


def test_saboteur_reading_first_lets_several_use_one_code(monkeypatch):
    def consume(*, confirmation, now):
        row = Confirmation.objects.get(pk=confirmation.pk)
        if row.used_at:
            return False
        row.used_at = now
        row.save()
        return True

    confirmation = code_for(uuid4(), ANNAS_PHONE)
    wins = 0
    for _ in range(5):
        Confirmation.objects.update(used_at=None)
        wins = max(wins, sum(at_once(20, lambda _: consume(confirmation=confirmation, now=NOW))))

    assert wins > 1


def test_of_twenty_requests_at_once_one_sends_an_sms():
    subject = uuid4()

    def one(_):
        try:
            code_for(subject, ANNAS_PHONE)
        except TooManyCodes:
            return False
        return True

    assert sum(at_once(20, one)) == 1
    assert Message.objects.count() == 1


def test_a_code_cancelled_while_it_is_checked_cannot_be_used():
    confirmation = code_for(uuid4(), ANNAS_PHONE)
    code = code_sent_to(ANNAS_PHONE, 6)
    confirmations.check(confirmation=confirmation, code=code, digest="as shown", now=NOW)

    confirmations.void(purpose=confirmation.purpose, subject=confirmation.subject, now=NOW)

    assert not confirmations.consume(confirmation=confirmation, now=NOW)
    with pytest.raises(CodeExpired):
        confirmations.check(confirmation=confirmation, code=code, digest="as shown", now=NOW)

"""Many at once: five guesses are looked at, one code opens once, one new password wins."""

from uuid import UUID

import pytest
from django.test import Client

from accounts import confirmations, password_change, password_reset
from accounts.confirmations import CodeExpired, NoTriesLeft, WrongCode
from accounts.models import PasswordReset, User
from notifications.models import Message
from safeguards import throttle
from tests.accounts.make import code_sent_to, wrong
from tests.accounts.password_steps import forget, kinds, may_choose
from tests.accounts.test_confirmation_races import read_then_save
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
    """So many threads guess wrongly at one forgotten password; how many guesses were looked at."""
    forget(Client())
    guess = wrong(code_sent_to(ANNAS_PHONE, 6))
    looked_at.clear()

    def one(_):
        try:
            password_reset.confirm(reset=PasswordReset.objects.latest("id"), code=guess, now=NOW)
        except (WrongCode, NoTriesLeft):
            return

    at_once(number, one)
    return len(looked_at)


def choosing(number):
    """So many threads choose a password of their own with one right; the numbers of those who were let."""
    may_choose()

    def one(which):
        try:
            password_reset.finish(reset=PasswordReset.objects.latest("id"), password=f"Berezka{which}", now=NOW)
        except (password_reset.OutOfTime, PasswordReset.DoesNotExist):
            return None
        return which

    return [which for which in at_once(number, one) if which is not None]


def test_of_forty_guesses_at_once_five_are_looked_at(anna, looked_at):
    assert guesses(40, looked_at) == 5


def test_saboteur_reading_the_tries_first_lets_more_guesses_through(monkeypatch, anna, looked_at):
    monkeypatch.setattr(confirmations, "_count_try", read_then_save)
    monkeypatch.setattr(throttle, "take", lambda *args: True)

    assert max(guesses(40, looked_at) for _ in range(3)) > 5


def test_of_ten_right_codes_at_once_one_opens(anna):
    forget(Client())
    code, reset = code_sent_to(ANNAS_PHONE, 6), PasswordReset.objects.get()

    def one(_):
        try:
            password_reset.confirm(reset=reset, code=code, now=NOW)
        except (CodeExpired, NoTriesLeft):
            return False
        return True

    assert sum(at_once(10, one)) == 1


def test_of_ten_new_passwords_at_once_one_wins_and_is_told_of_once(anna):
    winners = choosing(10)

    assert len(winners) == 1
    assert User.objects.get().check_password(f"Berezka{winners[0]}")
    assert kinds().count("password_changed") == 1


def test_saboteur_a_right_that_is_looked_at_and_not_taken_wins_several_times(monkeypatch, anna):
    monkeypatch.setattr(PasswordReset.objects.all().__class__, "delete", lambda self: (self.count(), {}))

    assert len(choosing(10)) > 1


def test_of_ten_saves_at_once_one_changes_the_password(anna):
    password_change.send_code(user=anna, hashed="new hash", ip="203.0.113.7", now=NOW)
    code = code_sent_to(ANNAS_PHONE, 6)

    def one(_):
        mine = User.objects.get(uuid=UUID(str(anna.uuid)))
        try:
            password_change.finish(user=mine, hashed="new hash", code=code, device="", session=None, now=NOW)
        except (CodeExpired, NoTriesLeft, confirmations.DigestChanged):
            return False
        return True

    assert sum(at_once(10, one)) == 1
    assert User.objects.get().password == "new hash"
    assert Message.objects.filter(kind="password_changed").count() == 1


def test_of_thirty_current_passwords_at_once_five_are_looked_at(monkeypatch, anna):
    seen = []
    monkeypatch.setattr(password_change, "check_password", lambda *args: bool(seen.append(args)))

    def one(_):
        try:
            password_change.check_current(user=anna, password="Chuzhoy2017", now=NOW)
        except (password_change.WrongPassword, password_change.Paused):
            return

    at_once(30, one)

    assert len(seen) == 5


def test_saboteur_without_the_limit_all_are_looked_at(monkeypatch, anna):
    seen = []
    monkeypatch.setattr(password_change, "check_password", lambda *args: bool(seen.append(args)))
    monkeypatch.setattr(throttle, "take", lambda *args: True)

    for _ in range(30):
        with pytest.raises(password_change.WrongPassword):
            password_change.check_current(user=anna, password="Chuzhoy2017", now=NOW)

    assert len(seen) == 30

"""How many codes are sent, and how many wrong ones a phone bears: exactly as many as house rule 6 says."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import confirmations
from accounts.confirmations import NoTriesLeft, TooManyCodes, WrongCode
from accounts.models import Confirmation, Purpose
from notifications.models import Message
from safeguards import throttle
from safeguards.throttle import Limit
from tests.accounts.make import OFTEN, code_for, code_sent_to, wrong
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)


def ask(now, **changes):
    """Whether a code was sent."""
    try:
        code_for(uuid4(), changes.pop("phone", ANNAS_PHONE), now=now, **changes)
    except TooManyCodes:
        return False
    return True


def wait_at(now):
    return confirmations.wait_of(purpose=Purpose.PAYMENT, phone=ANNAS_PHONE, now=now)


def guess_wrongly(confirmation, now):
    try:
        confirmations.check(
            confirmation=confirmation, code=wrong(code_sent_to(ANNAS_PHONE, 6)), digest="as shown", now=now
        )
    except (WrongCode, NoTriesLeft) as refusal:
        return type(refusal)


def test_a_second_request_within_the_minute_sends_nothing_and_says_how_long_to_wait():
    first = code_for(uuid4(), ANNAS_PHONE)

    with pytest.raises(TooManyCodes) as refusal:
        code_for(first.subject, ANNAS_PHONE, now=NOW + 18 * SECOND)

    assert refusal.value.retry_after == 42 * SECOND
    assert Message.objects.count() == 1
    assert confirmations.current(purpose=Purpose.PAYMENT, subject=first.subject, now=NOW + 18 * SECOND) == first
    assert wait_at(NOW + 18 * SECOND) == 42 * SECOND
    assert not wait_at(NOW + 60 * SECOND)


def test_three_codes_in_ten_minutes():
    sent = [ask(NOW + minute * MINUTE) for minute in range(11)]

    assert sent == [True] * 3 + [False] * 7 + [True]


def test_ten_codes_a_day():
    sent = [ask(NOW + quarter * 15 * MINUTE) for quarter in range(96)]

    assert sum(sent) == 10
    assert ask(NOW + 24 * HOUR)


def test_a_day_of_asking_every_seven_minutes_sends_ten():
    assert sum(ask(NOW + step * 7 * MINUTE) for step in range(205)) == 10
    assert Message.objects.count() == 10


def test_a_hundred_codes_an_hour_from_one_address():
    sent = [ask(NOW, phone=f"+7916{number:07}") for number in range(102)]

    assert sum(sent) == 100
    assert ask(NOW, phone="+79990000000", ip="203.0.113.8")
    assert ask(NOW + HOUR, phone="+79990000001")


def test_a_network_of_ipv6_is_one_address(monkeypatch):
    monkeypatch.setattr(confirmations, "PER_ADDRESS", Limit("code.ip", 5, HOUR))

    sent = [ask(NOW, phone=f"+7916{number:07}", ip=f"2001:db8::{number:x}") for number in range(8)]

    assert sum(sent) == 5


def test_the_whole_site_has_a_cap(monkeypatch):
    monkeypatch.setattr(confirmations, "SITE", Limit("code.site", 3, timedelta(days=1)))

    sent = [ask(NOW, phone=f"+7916{number:07}", ip=f"203.0.113.{number}") for number in range(5)]

    assert sent == [True, True, True, False, False]
    assert confirmations.SITE.times == 3


def test_the_sites_cap_is_twenty_thousand_a_day():
    assert (confirmations.SITE.times, confirmations.SITE.period) == (20_000, timedelta(days=1))


def test_a_refusal_takes_no_place_of_the_other_caps():
    ask(NOW)
    for second in range(1, 30):
        ask(NOW + second * SECOND)

    assert [ask(NOW + minute * MINUTE) for minute in (1, 2, 3)] == [True, True, False]


def test_a_refusal_of_the_site_gives_the_phones_places_back(monkeypatch):
    monkeypatch.setattr(confirmations, "SITE", Limit("code.site", 1, timedelta(days=1)))
    throttle.take(confirmations.SITE, "", NOW)
    for _ in range(5):
        ask(NOW)
    monkeypatch.undo()

    assert ask(NOW)


def test_a_used_payment_code_frees_the_minute_and_the_ten_minutes_but_not_the_day():
    sent = 0
    for number in range(12):
        now = NOW + number * SECOND
        try:
            confirmation = code_for(uuid4(), ANNAS_PHONE, now=now)
        except TooManyCodes:
            break
        confirmations.consume(confirmation=confirmation, now=now)
        sent += 1

    assert sent == 10


def test_a_code_used_late_does_not_free_the_place_of_a_newer_one():
    early = code_for(uuid4(), ANNAS_PHONE)
    code_for(uuid4(), ANNAS_PHONE, now=NOW + 65 * SECOND)

    confirmations.consume(confirmation=early, now=NOW + 70 * SECOND)

    assert not ask(NOW + 71 * SECOND)


def test_a_used_activation_code_frees_nothing():
    confirmation = code_for(uuid4(), ANNAS_PHONE, purpose=Purpose.ACTIVATION)

    confirmations.consume(confirmation=confirmation, now=NOW)

    assert not ask(NOW + SECOND, purpose=Purpose.ACTIVATION)


def test_what_strangers_ask_for_does_not_use_up_what_the_owner_needs():
    for minute in range(40):
        ask(NOW + minute * 4 * MINUTE, purpose=Purpose.ACTIVATION)

    assert Confirmation.objects.count() == 10
    assert ask(NOW + 160 * MINUTE)


def test_ten_wrong_codes_a_day_over_all_codes_of_a_phone():
    heard = []
    for number in range(3):
        now = NOW + number * MINUTE
        try:
            confirmation = code_for(uuid4(), ANNAS_PHONE, now=now)
        except TooManyCodes:
            break
        heard += [guess_wrongly(confirmation, now) for _ in range(5)]

    assert heard == [WrongCode] * 4 + [NoTriesLeft] + [WrongCode] * 4 + [NoTriesLeft]


def test_after_ten_wrong_codes_no_code_is_sent_until_the_day_is_over():
    for number in range(2):
        confirmation = code_for(uuid4(), ANNAS_PHONE, now=NOW + number * MINUTE)
        for _ in range(5):
            guess_wrongly(confirmation, NOW + number * MINUTE)

    with pytest.raises(TooManyCodes) as refusal:
        code_for(uuid4(), ANNAS_PHONE, now=NOW + HOUR)

    assert refusal.value.retry_after == 23 * HOUR
    assert ask(NOW + 24 * HOUR)


def test_after_ten_wrong_codes_even_the_right_one_of_an_older_sms_is_refused():
    codes = []
    for number in range(3):
        confirmation = code_for(uuid4(), ANNAS_PHONE, now=NOW + number * MINUTE)
        codes.append((confirmation, code_sent_to(ANNAS_PHONE, 6)))
    for confirmation, _ in codes[:2]:
        for _ in range(5):
            guess_wrongly(confirmation, NOW + 3 * MINUTE)

    with pytest.raises(NoTriesLeft):
        confirmations.check(confirmation=codes[2][0], code=codes[2][1], digest="as shown", now=NOW + 3 * MINUTE)


def test_right_codes_cost_no_place_among_the_wrong_ones():
    for number in range(9):
        now = NOW + number * 15 * MINUTE
        confirmation = code_for(uuid4(), ANNAS_PHONE, now=now)
        code = code_sent_to(ANNAS_PHONE, 6)
        for _ in range(3):
            confirmations.check(confirmation=confirmation, code=code, digest="as shown", now=now)

    assert not wait_at(now + 15 * MINUTE)


def test_wrong_activation_codes_do_not_keep_the_owner_from_paying():
    for number in range(2):
        now = NOW + number * MINUTE
        confirmation = code_for(uuid4(), ANNAS_PHONE, purpose=Purpose.ACTIVATION, now=now, ip=OFTEN)
        for _ in range(5):
            with pytest.raises((WrongCode, NoTriesLeft)):
                confirmations.check(confirmation=confirmation, code="wrong", digest="as shown", now=now)

    assert not ask(NOW + HOUR, purpose=Purpose.ACTIVATION)
    assert ask(NOW + HOUR)

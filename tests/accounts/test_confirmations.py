"""One-time passwords: one operation, one use, ten minutes, five tries."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts import confirmations
from accounts.confirmations import CodeExpired, DigestChanged, NoTriesLeft, WrongCode
from accounts.models import Confirmation, Purpose
from notifications.models import Message
from safeguards.models import Throttle
from tests.accounts.make import code_for, code_sent_to, sms, wrong
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


@pytest.fixture
def sent():
    """A payment's code that has just been sent."""
    return code_for(uuid4(), ANNAS_PHONE)


def check(confirmation, code, *, digest="as shown", now=NOW):
    confirmations.check(confirmation=confirmation, code=code, digest=digest, now=now)


def passes(confirmation, code, **changes):
    try:
        check(confirmation, code, **changes)
    except (WrongCode, NoTriesLeft, CodeExpired, DigestChanged):
        return False
    return True


def test_the_right_code_passes_and_is_used_up(sent):
    code = code_sent_to(ANNAS_PHONE, 6)

    check(sent, code)

    assert confirmations.consume(confirmation=sent, now=NOW)
    assert not confirmations.consume(confirmation=sent, now=NOW)
    assert not passes(sent, code)


def test_activation_has_four_digits_and_a_payment_six():
    code_for(uuid4(), ANNAS_PHONE, purpose=Purpose.ACTIVATION)
    code_for(uuid4(), "+79161234568")

    assert re.findall(r"\d{4,}", sms(ANNAS_PHONE)[0]) == [code_sent_to(ANNAS_PHONE, 4)]
    assert len(code_sent_to("+79161234568", 6)) == 6


def test_codes_come_from_secrets_and_keep_their_leading_zeros(monkeypatch):
    monkeypatch.setattr(confirmations.secrets, "randbelow", lambda below: 42)

    code_for(uuid4(), ANNAS_PHONE)

    assert code_sent_to(ANNAS_PHONE, 6) == "000042"


def test_neither_code_nor_phone_stands_in_its_row(sent):
    code = code_sent_to(ANNAS_PHONE, 6)

    row = str(Confirmation.objects.values().get(pk=sent.pk))

    assert code not in row
    assert "9161234567" not in row


def test_the_same_code_has_another_hmac_in_every_row(monkeypatch):
    monkeypatch.setattr(confirmations.secrets, "randbelow", lambda below: 42)

    first, second = code_for(uuid4(), ANNAS_PHONE), code_for(uuid4(), "+79161234568")

    assert first.code_hmac != second.code_hmac


def test_the_sms_goes_with_the_code_and_expires_with_it(sent):
    message = Message.objects.get(address=ANNAS_PHONE)

    assert message.expires_at == sent.expires_at == NOW + 10 * MINUTE
    assert message.text == ""


def test_no_sms_is_left_when_the_code_cannot_be_stored(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(confirmations.outbox, "put", fail)

    with pytest.raises(RuntimeError):
        code_for(uuid4(), ANNAS_PHONE)

    assert not Confirmation.objects.exists()


def test_a_wrong_code_costs_a_try_and_the_fifth_kills_it(sent):
    code = code_sent_to(ANNAS_PHONE, 6)

    for left in (4, 3, 2, 1):
        with pytest.raises(WrongCode) as refusal:
            check(sent, wrong(code))
        assert (refusal.value.tries_left, sent.tries_left) == (left, left)
    for guess in (wrong(code), code):
        with pytest.raises(NoTriesLeft):
            check(sent, guess)


def test_the_right_code_may_come_with_the_last_try(sent):
    code = code_sent_to(ANNAS_PHONE, 6)
    for _ in range(4):
        passes(sent, wrong(code))

    check(sent, code)

    assert confirmations.consume(confirmation=sent, now=NOW)


def test_it_lives_ten_minutes_and_no_longer(sent):
    code = code_sent_to(ANNAS_PHONE, 6)

    check(sent, code, now=NOW + 10 * MINUTE - timedelta(seconds=1))

    with pytest.raises(CodeExpired):
        check(sent, code, now=NOW + 10 * MINUTE)
    assert not confirmations.consume(confirmation=sent, now=NOW + 10 * MINUTE)


def test_a_new_code_cancels_the_former_one(sent):
    former = code_sent_to(ANNAS_PHONE, 6)

    fresh = code_for(sent.subject, ANNAS_PHONE, now=NOW + MINUTE)

    with pytest.raises(CodeExpired):
        check(sent, former, now=NOW + MINUTE)
    assert not confirmations.consume(confirmation=sent, now=NOW + MINUTE)
    check(fresh, code_sent_to(ANNAS_PHONE, 6), now=NOW + MINUTE)
    assert confirmations.current(purpose=Purpose.PAYMENT, subject=sent.subject, now=NOW + MINUTE) == fresh


def test_a_new_code_has_five_tries_of_its_own(sent):
    for _ in range(5):
        passes(sent, wrong(code_sent_to(ANNAS_PHONE, 6)))

    fresh = code_for(sent.subject, ANNAS_PHONE, now=NOW + MINUTE)

    assert fresh.tries_left == 5
    check(fresh, code_sent_to(ANNAS_PHONE, 6), now=NOW + MINUTE)


def test_a_code_is_good_for_its_own_operation_alone(sent):
    code = code_sent_to(ANNAS_PHONE, 6)

    other = code_for(uuid4(), ANNAS_PHONE, now=NOW + MINUTE)

    assert not passes(other, code, now=NOW + MINUTE) or code == code_sent_to(ANNAS_PHONE, 6)
    check(sent, code, now=NOW + MINUTE)


def test_a_code_of_another_purpose_is_not_current(sent):
    assert confirmations.current(purpose=Purpose.ACTIVATION, subject=sent.subject, now=NOW) is None


def test_what_is_no_longer_as_shown_needs_a_new_code(sent):
    with pytest.raises(DigestChanged):
        check(sent, code_sent_to(ANNAS_PHONE, 6), digest="another sum")


def test_void_makes_every_code_of_a_subject_useless(sent):
    confirmations.void(purpose=Purpose.PAYMENT, subject=sent.subject, now=NOW)

    assert confirmations.current(purpose=Purpose.PAYMENT, subject=sent.subject, now=NOW) is None
    with pytest.raises(CodeExpired):
        check(sent, code_sent_to(ANNAS_PHONE, 6))


def test_void_leaves_a_used_code_used(sent):
    confirmations.consume(confirmation=sent, now=NOW)

    confirmations.void(purpose=Purpose.PAYMENT, subject=sent.subject, now=NOW)

    sent.refresh_from_db()
    assert (sent.used_at, sent.cancelled_at) == (NOW, None)


def test_consuming_asks_nothing_about_tries(sent):
    Confirmation.objects.filter(pk=sent.pk).update(tries=5)

    assert confirmations.consume(confirmation=sent, now=NOW)


def test_a_message_in_its_stead_leaves_a_code_that_nothing_fits():
    decoy = code_for(
        uuid4(), ANNAS_PHONE, purpose=Purpose.ACTIVATION, instead=confirmations.messages.PHONE_ALREADY_REGISTERED
    )

    assert "уже зарегистрирован" in sms(ANNAS_PHONE)[0]
    assert not any(decoy.code_hmac == confirmations._code_hmac(decoy, f"{code:04}") for code in range(10_000))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=40))
def test_no_other_text_than_the_code_passes(text):
    Throttle.objects.all().delete()
    confirmation = code_for(uuid4(), ANNAS_PHONE)

    assert passes(confirmation, text) == (text == code_sent_to(ANNAS_PHONE, 6))


def test_digests_tell_values_and_their_order_apart():
    assert confirmations.digest_of("a", 1) == confirmations.digest_of("a", 1)
    assert len({confirmations.digest_of(*shown) for shown in [("a", 1), ("a", "1"), (1, "a"), ("a1",), ("a",)]}) == 5


@pytest.mark.django_db(transaction=True)
def test_a_try_is_refused_inside_a_transaction_which_could_take_it_back(sent):
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        check(sent, "000000")


@pytest.mark.django_db(transaction=True)
def test_what_rolls_back_gives_the_code_back_to_be_used(sent):
    with transaction.atomic():
        assert confirmations.consume(confirmation=sent, now=NOW)
        transaction.set_rollback(True)

    assert confirmations.consume(confirmation=sent, now=NOW)

"""The moment a payment becomes real: one code, one hold, one SUBMITTED, and nothing of it by halves."""

from datetime import timedelta

import pytest

from accounts import confirmations
from accounts.models import Confirmation
from billing import dues
from billing.models import Bill, Provider
from notifications.models import Message
from payments import checkout
from payments.models import Payment
from payments.status import Status
from tests.payments.make import CODE, open_payment, send_code, submit
from tests.people import NOW


def test_it_consumes_the_code_and_holds_the_bill(anna, annas_payment):
    assert submit(annas_payment, anna)

    bill = Bill.objects.get(pk=annas_payment.bill_id)
    assert annas_payment.status == Status.SUBMITTED
    assert annas_payment.submitted_at == NOW
    assert bill.held == annas_payment.amount
    assert Confirmation.objects.get().used_at == NOW


def test_the_sms_names_payee_and_sum(anna, annas_payment):
    send_code(annas_payment, anna)

    text = Message.objects.get().secret_text
    assert CODE in text
    assert annas_payment.snapshot.provider_short_name in text
    assert "12 970,24" in text.replace("\u00a0", " ")


def test_asking_again_within_the_minute_sends_nothing(anna, annas_payment):
    first = send_code(annas_payment, anna)

    second = send_code(annas_payment, anna, now=NOW + timedelta(seconds=59))

    assert second == first
    assert Message.objects.count() == 1


def test_a_wrong_code_submits_nothing(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)

    with pytest.raises(confirmations.WrongCode) as refusal:
        submit(annas_payment, anna, confirmation, code="000000")

    annas_payment.refresh_from_db()
    assert refusal.value.tries_left == 4
    assert annas_payment.status == Status.CONFIRMING
    assert Bill.objects.get(pk=annas_payment.bill_id).held == 0


def test_the_right_code_after_five_wrong_ones_submits_nothing(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    for _ in range(5):
        with pytest.raises((confirmations.WrongCode, confirmations.NoTriesLeft)):
            submit(annas_payment, anna, confirmation, code="000000")

    with pytest.raises(confirmations.NoTriesLeft):
        submit(annas_payment, anna, confirmation)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_a_code_for_another_card_submits_nothing(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)

    with pytest.raises(confirmations.DigestChanged):
        checkout.submit(
            payment=annas_payment,
            resident=anna,
            confirmation=confirmation,
            code=CODE,
            brand="VISA",
            last_four="0551",
            now=NOW,
        )

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_a_code_whose_card_was_typed_again_is_void(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)

    checkout.void_code(payment=annas_payment, now=NOW)

    with pytest.raises(confirmations.CodeExpired):
        submit(annas_payment, anna, confirmation)


def test_the_same_code_again_finds_the_payment_submitted(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    submit(annas_payment, anna, confirmation)

    again = Payment.objects.get(pk=annas_payment.pk)

    assert submit(again, anna, confirmation) is False
    assert Bill.objects.get(pk=annas_payment.bill_id).held == annas_payment.amount


def test_a_quarter_of_an_hour_later_it_is_too_late(anna, annas_payment):
    late = NOW + timedelta(minutes=9)
    confirmation = send_code(annas_payment, anna, now=late)

    with pytest.raises(checkout.OutOfTime):
        submit(annas_payment, anna, confirmation, now=NOW + timedelta(minutes=15))

    assert Confirmation.objects.get().used_at is None
    assert Bill.objects.get(pk=annas_payment.bill_id).held == 0


def test_a_bill_held_by_another_operation_is_not_paid_again(anna, boris, annas_bill):
    submit(open_payment(annas_bill, boris), boris)
    payment = open_payment_behind_the_hold(annas_bill, anna)

    with pytest.raises(dues.AlreadyBeingPaid):
        submit(payment, anna)

    payment.refresh_from_db()
    assert payment.status == Status.EXPIRED
    assert Bill.objects.get(pk=annas_bill.pk).held == annas_bill.total


def test_a_blocked_resident_submits_nothing(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    anna.blocked_at = NOW
    anna.save()

    with pytest.raises(checkout.ResidentBlocked):
        submit(annas_payment, anna, confirmation)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING
    assert Bill.objects.get(pk=annas_payment.bill_id).held == 0


def test_a_provider_closed_since_takes_nothing(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    Provider.objects.update(is_active=False)

    with pytest.raises(checkout.ProviderClosed):
        submit(annas_payment, anna, confirmation)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.EXPIRED
    assert Confirmation.objects.get().used_at is None
    assert Bill.objects.get(pk=annas_payment.bill_id).held == 0


def open_payment_behind_the_hold(bill, resident):
    """A payment opened before somebody else held the bill."""
    stale = Bill.objects.get(pk=bill.pk)
    stale.held = 0
    return open_payment(stale, resident)

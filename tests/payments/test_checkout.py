"""The charges form makes the payment: the same form is the same payment, and nobody pays more than is owed."""

from datetime import timedelta
from uuid import uuid4

import pytest

from billing import dues
from billing.models import Bill
from payments import checkout
from payments.checkout import Target
from payments.models import Payment
from payments.status import Status
from tests.payments.make import open_payment, pay, submit
from tests.people import NOW


def test_it_freezes_what_is_paid(annas_payment, annas_bill):
    snapshot = annas_payment.snapshot

    assert annas_payment.status == Status.CREATED
    assert snapshot.bill_total == annas_bill.total
    assert sum(kopecks for _, kopecks in snapshot.charges) == annas_bill.total
    assert snapshot.account_number == annas_bill.account.number
    assert annas_payment.bill_version == annas_bill.version


def test_it_holds_nothing_before_the_resident_confirms(annas_payment):
    bill = Bill.objects.get(pk=annas_payment.bill_id)

    assert (bill.held, bill.paid) == (0, 0)


def test_the_same_form_again_is_the_same_payment(anna, annas_bill):
    key = uuid4()

    first = open_payment(annas_bill, anna, key=key)
    second = open_payment(annas_bill, anna, key=key)

    assert first == second
    assert Payment.objects.count() == 1


def test_another_sum_in_the_same_form_replaces_the_unsubmitted_payment(anna, annas_bill):
    key = uuid4()
    first = open_payment(annas_bill, anna, key=key)

    second = open_payment(annas_bill, anna, key=key, amount=100_00)

    first.refresh_from_db()
    assert first.status == Status.EXPIRED
    assert (first.form_key, second.form_key) == (None, key)


def test_a_submitted_payment_keeps_its_form(anna, annas_bill):
    key = uuid4()
    first = open_payment(annas_bill, anna, key=key, amount=100_00)
    submit(first, anna)

    second = open_payment(annas_bill, anna, key=key, amount=200_00)

    assert second == first
    assert second.amount == 100_00


def test_a_form_that_ran_out_of_time_makes_a_new_payment(anna, annas_bill):
    key = uuid4()
    first = open_payment(annas_bill, anna, key=key)

    second = open_payment(annas_bill, anna, key=key, now=NOW + timedelta(minutes=16))

    assert second != first
    assert Payment.objects.get(pk=first.pk).status == Status.EXPIRED


def test_two_residents_may_use_the_same_key(anna, boris, annas_bill):
    key = uuid4()

    assert open_payment(annas_bill, anna, key=key) != open_payment(annas_bill, boris, key=key)


def test_it_takes_no_more_than_is_due(anna, annas_bill):
    with pytest.raises(checkout.AmountAboveDue) as refusal:
        open_payment(annas_bill, anna, amount=annas_bill.due + 1)

    assert refusal.value.due == annas_bill.due
    assert not Payment.objects.exists()


def test_it_takes_no_more_than_the_provider_allows(anna, annas_bill):
    annas_bill.account.provider.payment_limit = 1000_00
    annas_bill.account.provider.save()

    with pytest.raises(checkout.AmountAboveLimit):
        open_payment(annas_bill, anna)


def test_it_refuses_a_bill_that_changed_since_it_was_shown(anna, annas_bill):
    with pytest.raises(dues.BillChanged):
        checkout.open_payment(
            resident=anna,
            target=Target.of(annas_bill, annas_bill.version + 1),
            amount=annas_bill.due,
            form_key=uuid4(),
            now=NOW,
        )


def test_it_refuses_a_bill_that_is_paid(anna, annas_bill, bank):
    pay(annas_bill, anna)
    annas_bill.refresh_from_db()

    with pytest.raises(checkout.BillNotPayable):
        open_payment(annas_bill, anna, amount=1)


def test_a_part_can_be_paid_and_then_the_rest(anna, annas_bill, bank):
    pay(annas_bill, anna, amount=1000_00)
    annas_bill.refresh_from_db()

    pay(annas_bill, anna, now=NOW + timedelta(minutes=2))

    annas_bill.refresh_from_db()
    assert annas_bill.paid == annas_bill.total
    assert sum(bank.charges.values()) == 2


def test_the_digest_names_everything_that_is_shown(annas_payment):
    shown = {checkout.digest(payment=annas_payment, card="МИР (***0013)")}

    for name, value in [("amount", 1), ("fee", 1)]:
        changed = Payment.objects.get(pk=annas_payment.pk)
        setattr(changed, name, value)
        shown.add(checkout.digest(payment=changed, card="МИР (***0013)"))
    for name, value in [("provider_full_name", "Другой"), ("account_number", "1"), ("requisites", {"bic": "1"})]:
        changed = Payment.objects.get(pk=annas_payment.pk)
        setattr(changed.snapshot, name, value)
        shown.add(checkout.digest(payment=changed, card="МИР (***0013)"))
    shown.add(checkout.digest(payment=annas_payment, card="МИР (***0014)"))

    assert len(shown) == 7


def test_it_refuses_a_provider_that_is_closed(anna, annas_bill):
    annas_bill.account.provider.is_active = False
    annas_bill.account.provider.save()

    with pytest.raises(checkout.ProviderClosed):
        open_payment(annas_bill, anna)

"""Holding, settling, releasing and reversing: what is owed on a bill."""

from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from billing import bills, dues
from billing.models import Bill, BillEntry
from billing.money import Kopecks
from tests.billing.make import make_bill
from tests.people import NOW

pytestmark = pytest.mark.django_db


def hold(bill: Bill, kopecks: int, operation=None, version: int | None = None, resident=None):
    operation = operation or uuid4()
    dues.hold(
        bill_id=bill.pk,
        version=version or bill.version,
        operation=operation,
        amount=Kopecks(kopecks),
        resident=resident,
        now=NOW,
    )
    bill.refresh_from_db()
    return operation


def settle(bill: Bill, operation) -> None:
    dues.settle(bill_id=bill.pk, operation=operation, now=NOW)
    bill.refresh_from_db()


def release(bill: Bill, operation) -> None:
    dues.release(bill_id=bill.pk, operation=operation, now=NOW)
    bill.refresh_from_db()


def reverse(bill: Bill, kopecks: int, operation=None):
    operation = operation or uuid4()
    dues.reverse(bill_id=bill.pk, operation=operation, amount=Kopecks(kopecks), now=NOW)
    bill.refresh_from_db()
    return operation


def counters(bill: Bill) -> tuple[int, int]:
    return bill.paid, bill.held


def test_it_takes_a_held_sum_off_what_is_due():
    bill = make_bill(total=1000)

    hold(bill, 400)

    assert counters(bill) == (0, 400)
    assert bill.due == 600


def test_it_holds_the_whole_due_and_not_a_kopeck_more():
    bill = make_bill(total=1000)
    hold(bill, 1000)

    with pytest.raises(dues.AlreadyBeingPaid):
        hold(bill, 1)

    assert counters(bill) == (0, 1000)
    assert BillEntry.objects.count() == 1


def test_it_refuses_more_than_is_left_after_a_payment():
    bill = make_bill(total=1000)
    settle(bill, hold(bill, 700))

    with pytest.raises(dues.AlreadyBeingPaid):
        hold(bill, 301)

    assert counters(bill) == (700, 0)


def test_it_refuses_a_version_that_a_correction_replaced():
    bill = make_bill(total=1000, version=2)

    with pytest.raises(dues.BillChanged):
        hold(bill, 100, version=1)

    assert counters(bill) == (0, 0)
    assert not BillEntry.objects.exists()


def test_it_refuses_a_bill_that_was_carried_into_another():
    newer = make_bill(total=2000)
    bill = make_bill(total=1000, carried_into=newer)

    with pytest.raises(dues.BillChanged):
        hold(bill, 100)


def test_it_leaves_no_entry_in_the_callers_transaction_when_it_refuses():
    bill = make_bill(total=1000)

    with transaction.atomic():
        with pytest.raises(dues.AlreadyBeingPaid):
            hold(bill, 1001)
        bill.refresh_from_db()

    assert not BillEntry.objects.exists()
    assert bills.check_counters() == []


def test_it_holds_once_however_often_it_is_called():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)

    hold(bill, 400, operation)

    assert counters(bill) == (0, 400)
    assert BillEntry.objects.count() == 1


def test_it_does_not_hold_again_after_the_operation_has_ended():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)
    release(bill, operation)

    hold(bill, 400, operation)

    assert counters(bill) == (0, 0)


def test_it_refuses_to_hold_nothing_or_less():
    bill = make_bill(total=1000)

    for kopecks in (0, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            hold(bill, kopecks)

    bill.refresh_from_db()
    assert counters(bill) == (0, 0)


def test_it_turns_a_hold_into_paid_once():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)

    settle(bill, operation)
    settle(bill, operation)

    assert counters(bill) == (400, 0)
    assert BillEntry.objects.filter(kind="SETTLE").count() == 1


def test_it_gives_a_hold_back_once():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)

    release(bill, operation)
    release(bill, operation)

    assert counters(bill) == (0, 0)
    assert bill.due == 1000


def test_it_refuses_to_settle_what_was_released():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)
    release(bill, operation)

    with pytest.raises(dues.NotHeld):
        settle(bill, operation)

    bill.refresh_from_db()
    assert counters(bill) == (0, 0)


def test_it_refuses_to_release_what_was_settled():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)
    settle(bill, operation)

    with pytest.raises(dues.NotHeld):
        release(bill, operation)

    bill.refresh_from_db()
    assert counters(bill) == (400, 0)


@pytest.mark.parametrize("end", [settle, release])
def test_it_refuses_to_end_a_hold_that_never_was(end):
    bill = make_bill(total=1000)

    with pytest.raises(dues.NotHeld):
        end(bill, uuid4())


@pytest.mark.parametrize("end", [settle, release])
def test_it_refuses_to_end_a_hold_of_another_bill(end):
    bill, other = make_bill(total=1000), make_bill(total=1000)
    operation = hold(other, 400)

    with pytest.raises(dues.NotHeld):
        end(bill, operation)

    other.refresh_from_db()
    assert counters(other) == (0, 400)


def test_it_settles_in_full_although_a_correction_lowered_the_total():
    bill = make_bill(total=1000)
    operation = hold(bill, 1000)
    Bill.objects.filter(pk=bill.pk).update(total=300, version=2)

    settle(bill, operation)

    assert counters(bill) == (1000, 0)
    assert (bill.due, bill.overpaid) == (0, 700)


def test_it_releases_in_full_although_a_correction_lowered_the_total():
    bill = make_bill(total=1000)
    operation = hold(bill, 1000)
    Bill.objects.filter(pk=bill.pk).update(total=300, version=2)

    release(bill, operation)

    assert counters(bill) == (0, 0)
    assert bill.due == 300


def test_it_owes_again_what_was_returned():
    bill = make_bill(total=1000)
    settle(bill, hold(bill, 1000))

    refund = reverse(bill, 300)
    reverse(bill, 300, refund)

    assert counters(bill) == (700, 0)
    assert bill.due == 300


def test_it_refuses_to_return_more_than_was_paid():
    bill = make_bill(total=1000)
    settle(bill, hold(bill, 400))

    with pytest.raises(dues.MoreThanPaid):
        reverse(bill, 401)

    bill.refresh_from_db()
    assert counters(bill) == (400, 0)
    assert not BillEntry.objects.filter(kind="REVERSE").exists()


def test_it_remembers_whose_operation_it_is_to_the_end(anna):
    bill = make_bill(total=1000)
    operation = hold(bill, 400, resident=anna)

    settle(bill, operation)

    assert set(BillEntry.objects.values_list("kind", "resident")) == {("HOLD", anna.pk), ("SETTLE", anna.pk)}


def test_the_database_itself_refuses_two_ends_of_one_hold():
    bill = make_bill(total=1000)
    operation = hold(bill, 400)
    settle(bill, operation)

    with pytest.raises(IntegrityError), transaction.atomic():
        BillEntry.objects.create(bill=bill, operation=operation, kind="RELEASE", kopecks=400, created_at=NOW)


@pytest.mark.parametrize("counter", ["paid", "held"])
def test_the_database_itself_refuses_counters_below_zero(counter):
    bill = make_bill(total=1000)

    with pytest.raises(IntegrityError), transaction.atomic():
        Bill.objects.filter(pk=bill.pk).update(**{counter: -1})


def test_it_finds_a_bill_whose_counters_were_moved_by_hand():
    right, wrong = make_bill(total=1000), make_bill(total=1000)
    hold(right, 400)
    settle(right, hold(right, 100))
    reverse(right, 50)
    Bill.objects.filter(pk=wrong.pk).update(paid=1)

    found = bills.check_counters()

    assert found == [wrong.uuid]

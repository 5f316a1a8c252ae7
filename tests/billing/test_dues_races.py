"""Many operations on one bill at once: nobody holds what another holds, nothing ends twice; with the saboteurs."""

from uuid import UUID, uuid4

import pytest
from django.db.models import F

from billing import bills, dues
from billing.models import Bill, BillEntry
from billing.money import Kopecks
from tests.billing.make import make_bill
from tests.billing.racing import at_once
from tests.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)


def hold_all(bill: Bill, operation: UUID) -> None:
    dues.hold(bill_id=bill.pk, version=1, operation=operation, amount=Kopecks(1000), now=NOW)


def test_eight_operations_at_once_hold_a_bill_once():
    bill = make_bill(total=1000)

    ends = at_once(8, lambda _: hold_all(bill, uuid4()))

    bill.refresh_from_db()
    assert ends.count(None) == 1
    assert sum(isinstance(end, dues.AlreadyBeingPaid) for end in ends) == 7
    assert (bill.held, BillEntry.objects.count()) == (1000, 1)


def test_without_the_guard_two_operations_hold_the_same_bill(monkeypatch):
    """The saboteur: a hold that does not look at what is due."""
    bill = make_bill(total=1000)

    def unguarded(bill_id, version, amount):
        return Bill.objects.filter(pk=bill_id).update(held=F("held") + amount)

    monkeypatch.setattr(dues, "_hold", unguarded)

    ends = at_once(8, lambda _: hold_all(bill, uuid4()))

    bill.refresh_from_db()
    assert ends.count(None) == 8
    assert bill.held == 8000


def test_reading_before_writing_is_no_guard(monkeypatch):
    """The saboteur: the same condition, looked at in Python."""
    bill = make_bill(total=1000)
    seen = Bill.objects.get(pk=bill.pk)

    def read_then_write(bill_id, version, amount):
        if seen.due < amount:
            return 0
        return Bill.objects.filter(pk=bill_id).update(held=F("held") + amount)

    monkeypatch.setattr(dues, "_hold", read_then_write)

    ends = at_once(4, lambda _: hold_all(bill, uuid4()))

    assert ends.count(None) == 4


def test_one_operation_holds_once_however_many_call():
    bill, operation = make_bill(total=10_000), uuid4()

    ends = at_once(8, lambda _: hold_all(bill, operation))

    bill.refresh_from_db()
    assert ends == [None] * 8
    assert bill.held == 1000


def test_a_hold_ends_one_way_although_both_come_at_once():
    bill, operation = make_bill(total=1000), uuid4()
    hold_all(bill, operation)
    end = [dues.settle, dues.release]

    ends = at_once(8, lambda which: end[which % 2](bill_id=bill.pk, operation=operation, now=NOW))

    bill.refresh_from_db()
    assert ends.count(None) == 4
    assert sum(isinstance(end, dues.NotHeld) for end in ends) == 4
    assert (bill.paid, bill.held) in {(1000, 0), (0, 0)}
    assert bills.check_counters() == []

"""Any order of holds, ends, refunds, repetitions and corrections: the counters are the sums of the entries."""

from datetime import date
from itertools import count
from uuid import UUID, uuid4

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from billing import bills, dues
from billing.models import Bill, BillEntry
from billing.money import Kopecks
from tests.billing.generated import examples
from tests.billing.make import make_bill
from tests.people import NOW

_months = count()
sums = st.integers(min_value=1, max_value=500).map(Kopecks)


class BillLife(RuleBasedStateMachine):
    """Keeps its own books beside the database's."""

    operations = Bundle("operations")
    refunds = Bundle("refunds")

    def __init__(self):
        super().__init__()
        number = next(_months)
        self.bill = make_bill(total=1000, period=date(2000 + number // 12 % 90, number % 12 + 1, 1))
        self.version = 1
        self.total = 1000
        self.live: dict[UUID, int] = {}
        self.ended: dict[UUID, str] = {}
        self.paid = 0
        self.returned: set[UUID] = set()

    @property
    def held(self) -> int:
        return sum(self.live.values())

    @rule(target=operations, amount=sums, behind=st.integers(0, 1))
    def hold(self, amount, behind):
        operation, version = uuid4(), self.version - behind
        try:
            dues.hold(bill_id=self.bill.pk, version=version, operation=operation, amount=amount, now=NOW)
        except dues.BillChanged:
            assert behind
        except dues.AlreadyBeingPaid:
            assert self.total - self.paid - self.held < amount
        else:
            assert not behind
            assert self.total - self.paid - self.held >= amount
            self.live[operation] = amount
        return operation

    @rule(operation=operations, amount=sums)
    def hold_again(self, operation, amount):
        if operation in self.live or operation in self.ended:
            dues.hold(bill_id=self.bill.pk, version=self.version, operation=operation, amount=amount, now=NOW)

    @rule(operation=operations, how=st.sampled_from(["settle", "release"]))
    def end(self, operation, how):
        may = operation in self.live or self.ended.get(operation) == how
        try:
            getattr(dues, how)(bill_id=self.bill.pk, operation=operation, now=NOW)
        except dues.NotHeld:
            assert not may
        else:
            assert may
            amount = self.live.pop(operation, 0)
            self.paid += amount if how == "settle" else 0
            self.ended[operation] = how

    @rule(target=refunds, amount=sums)
    def reverse(self, amount):
        refund = uuid4()
        try:
            dues.reverse(bill_id=self.bill.pk, operation=refund, amount=amount, now=NOW)
        except dues.MoreThanPaid:
            assert self.paid < amount
        else:
            self.paid -= amount
            self.returned.add(refund)
        return refund

    @rule(refund=refunds, amount=sums)
    def reverse_again(self, refund, amount):
        if refund in self.returned:
            dues.reverse(bill_id=self.bill.pk, operation=refund, amount=amount, now=NOW)

    @rule(total=st.integers(-500, 2000))
    def correct(self, total):
        self.total, self.version = total, self.version + 1
        Bill.objects.filter(pk=self.bill.pk).update(total=total, version=self.version)

    @invariant()
    def the_books_agree(self):
        self.bill.refresh_from_db()
        assert (self.bill.paid, self.bill.held) == (self.paid, self.held)
        assert self.bill.due == max(0, self.total - self.paid - self.held)
        assert bills.check_counters() == []


@pytest.mark.django_db
def test_the_counters_are_the_sums_of_the_entries_whatever_happens():
    run_state_machine_as_test(
        BillLife,
        settings=settings(examples(20), stateful_step_count=20),
    )

    assert BillEntry.objects.exists()

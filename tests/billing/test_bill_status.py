"""What a bill says of itself: its word, what is due, whether it can be paid, and since when it is late."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from billing.models import Bill, BillStatus
from tests.billing.make import MANUAL_TOTAL, make_account, make_bill, make_manual_bill, make_provider

pytestmark = pytest.mark.django_db

MAY, JUNE, JULY = date(2017, 5, 1), date(2017, 6, 1), date(2017, 7, 1)


@pytest.mark.parametrize(
    "total, paid, held, newest_word, older_word, due, overpaid",
    [
        (1000, 0, 0, BillStatus.NOT_PAID, BillStatus.NO_DATA, 1000, 0),
        (1000, 400, 0, BillStatus.PARTLY_PAID, BillStatus.PARTLY_PAID, 600, 0),
        (1000, 0, 400, BillStatus.NOT_PAID, BillStatus.NOT_PAID, 600, 0),
        (1000, 300, 400, BillStatus.PARTLY_PAID, BillStatus.PARTLY_PAID, 300, 0),
        (1000, 0, 1000, BillStatus.PROCESSING, BillStatus.PROCESSING, 0, 0),
        (1000, 600, 400, BillStatus.PROCESSING, BillStatus.PROCESSING, 0, 0),
        (1000, 1000, 0, BillStatus.PAID, BillStatus.PAID, 0, 0),
        (1000, 1200, 0, BillStatus.OVERPAID, BillStatus.OVERPAID, 0, 200),
        (1000, 0, 1200, BillStatus.PROCESSING, BillStatus.PROCESSING, 0, 0),
        (0, 0, 0, BillStatus.PAID, BillStatus.PAID, 0, 0),
        (-500, 0, 0, BillStatus.OVERPAID, BillStatus.OVERPAID, 0, 500),
        (-500, 300, 0, BillStatus.OVERPAID, BillStatus.OVERPAID, 0, 800),
    ],
)
def test_its_word_follows_from_its_figures_and_its_age(total, paid, held, newest_word, older_word, due, overpaid):
    account = make_account()
    older = make_bill(account, period=MAY, total=total, paid=paid, held=held)
    newest = make_bill(account, period=JUNE, total=total, paid=paid, held=held)

    assert (older.status, newest.status) == (older_word, newest_word)
    for bill in (older, newest):
        assert (bill.due, bill.overpaid) == (due, overpaid)
        assert bill.is_payable == (bill.status in {BillStatus.NOT_PAID, BillStatus.PARTLY_PAID})


def test_a_bill_carried_into_another_can_not_be_paid():
    account = make_account()
    newer = make_bill(account, period=JULY)
    bill = make_bill(account, period=JUNE, carried_into=newer)

    assert bill.status == BillStatus.CARRIED
    assert not bill.is_payable


def test_the_newest_bill_is_the_one_of_the_greatest_period_whenever_it_was_issued():
    account = make_account()
    corrected = make_bill(account, period=MAY, issued_date=date(2017, 9, 1))
    newest = make_bill(account, period=JUNE, issued_date=date(2017, 7, 5))

    assert (corrected.is_newest, newest.is_newest) == (False, True)


def test_a_newer_bill_of_another_account_makes_no_difference():
    bill = make_bill(period=MAY)
    make_bill(period=JUNE)

    assert bill.is_newest


def test_a_query_learns_which_are_newest_for_all_its_bills(django_assert_num_queries):
    account = make_account()
    for period in (MAY, JUNE, JULY):
        make_bill(account, period=period)
    make_bill(period=MAY)

    with django_assert_num_queries(1):
        found = [bill.is_newest for bill in Bill.objects.with_newest().order_by("account", "period")]

    assert found == [False, False, True, True]


@pytest.mark.parametrize(
    "period, issued, due",
    [
        (date(2017, 6, 1), date(2017, 7, 5), date(2017, 7, 10)),
        (date(2016, 12, 1), date(2016, 12, 29), date(2017, 1, 10)),
        (date(2016, 11, 1), date(2016, 12, 5), date(2016, 12, 10)),
        (date(2026, 2, 1), date(2026, 2, 28), date(2026, 3, 10)),
        (date(2026, 2, 1), date(2026, 3, 1), date(2026, 3, 15)),
        (date(2026, 12, 1), date(2027, 1, 5), date(2027, 1, 15)),
    ],
)
def test_it_is_due_in_the_month_after_its_period(period, issued, due):
    assert make_bill(period=period, issued_date=issued).due_date == due


@pytest.mark.parametrize(
    "issued, due",
    [
        (date(2017, 7, 10), date(2017, 7, 10)),
        (date(2017, 7, 11), date(2017, 8, 10)),
        (date(2017, 12, 31), date(2018, 1, 10)),
        (date(2026, 3, 16), date(2026, 4, 15)),
    ],
)
def test_a_bill_issued_after_its_day_is_not_born_late(issued, due):
    assert make_bill(period=JUNE, issued_date=issued).due_date == due


def test_a_provider_may_have_a_day_of_its_own():
    provider = make_provider("other", due_day=25)

    assert make_bill(make_account(provider=provider), period=JUNE).due_date == date(2017, 7, 25)


@pytest.mark.parametrize("day", [0, 29])
def test_a_day_that_not_every_month_has_is_refused(day):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_provider("other", due_day=day)


def test_older_bills_can_be_paid_only_where_the_provider_allows_it():
    for code, allowed in (("strict", False), ("kind", True)):
        account = make_account(provider=make_provider(code, older_bills_payable=allowed))
        older = make_bill(account, period=MAY)
        make_bill(account, period=JUNE)
        paid = make_bill(account, period=date(2017, 4, 1), total=500, paid=500)

        assert (older.status, older.is_payable) == (BillStatus.NO_DATA, allowed)
        assert not older.is_markable
        assert not paid.is_payable


def test_an_older_bill_counts_as_unpaid_for_nobody_even_if_it_can_be_paid():
    account = make_account(provider=make_provider("kind", older_bills_payable=True))
    make_bill(account, period=MAY)
    newest = make_bill(account, period=JUNE)

    assert list(Bill.objects.unpaid()) == [newest]


def test_it_is_late_the_day_after_its_last_day():
    bill = make_bill(period=JUNE)

    assert not bill.is_overdue(date(2017, 7, 10))
    assert bill.is_overdue(date(2017, 7, 11))


def test_what_is_left_of_a_bill_paid_in_part_is_late_too():
    assert make_bill(period=JUNE, total=1000, paid=400).is_overdue(date(2017, 7, 11))


def test_a_paid_bill_is_never_late():
    assert not make_bill(total=1000, paid=1000).is_overdue(date(2026, 1, 1))


def test_the_bill_of_the_manual_adds_up_to_the_kopeck(django_assert_num_queries):
    bill = make_manual_bill()

    with django_assert_num_queries(1):
        charges = bill.charges

    assert len(charges) == 14
    assert (charges[0].name, charges[-1].name) == ("Отопление", "Электроснабжение по тарифу 3")
    assert sum(charge.amount for charge in charges) == bill.total == MANUAL_TOTAL


def test_unpaid_are_exactly_those_that_can_be_paid_or_are_being_paid():
    figures = [(1000, 0, 0), (1000, 400, 0), (1000, 0, 1000), (1000, 1000, 0), (1000, 1200, 0), (-5, 0, 0), (0, 0, 0)]
    for total, paid, held in figures:
        account = make_account()
        for period in (MAY, JUNE):
            make_bill(account, period=period, total=total, paid=paid, held=held)

    unpaid = set(Bill.objects.unpaid())

    assert unpaid == {bill for bill in Bill.objects.all() if bill.is_payable or bill.status == BillStatus.PROCESSING}
    assert len(unpaid) == 5

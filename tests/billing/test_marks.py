"""A resident's own marks: when they speak, when the figures do, and that money never notices."""

from datetime import date
from uuid import uuid4

import pytest

from billing import bills, dues, marks
from billing.bills import Span, Tab
from billing.dues import BillChanged
from billing.models import Bill, BillEntry, BillMark
from billing.money import Kopecks
from tests.billing.make import add_account, make_bill
from tests.people import NOW

pytestmark = pytest.mark.django_db

TODAY = date(2017, 7, 20)
FIGURES = ("total", "paid", "held", "version", "stored_charges")


def mark(resident, bill, **options):
    marks.put(**{"resident": resident, "bill": bill, "version": bill.version, "reason": "", "now": NOW, **options})


def row(resident, tab=Tab.ALL):
    found = bills.for_resident(resident=resident, tab=tab, span=Span(), today=TODAY)
    return next(iter(row for group in found.groups for row in group.rows), None)


def unpaid(resident):
    found = bills.for_resident(resident=resident, tab=Tab.ALL, span=Span(), today=TODAY)
    return [group.unpaid for group in found.groups]


def words(row):
    return [tag.word for tag in row.tags]


def hold(bill, kopecks):
    operation = uuid4()
    dues.hold(bill_id=bill.pk, version=bill.version, operation=operation, amount=Kopecks(kopecks), now=NOW)
    return operation


def pay(bill, kopecks):
    operation = hold(bill, kopecks)
    dues.settle(bill_id=bill.pk, operation=operation, now=NOW)
    return operation


def test_a_marked_bill_goes_as_paid_and_leaves_the_count(anna, annas_bill):
    mark(anna, annas_bill, reason="  в банке   10 июля ")

    shown = row(anna)

    assert words(shown) == ["Отмечен как оплаченный"]
    assert (shown.due, shown.is_muted, shown.hint) == ("12\u00a0970,24\u00a0₽", True, "в банке 10 июля")
    assert (shown.pay_url, shown.mark_url) == ("", "")
    assert shown.unmark_url == f"/bills/{annas_bill.uuid}/mark/"
    assert unpaid(anna) == [0]
    assert row(anna, Tab.UNPAID) is None


def test_taken_back_it_is_unpaid_as_before(anna, annas_bill):
    before = row(anna)
    mark(anna, annas_bill)

    marks.take_back(resident=anna, bill=annas_bill)

    assert row(anna) == before
    assert before.mark_url == f"/bills/{annas_bill.uuid}/mark/"
    assert unpaid(anna) == [1]


def test_it_never_touches_money(anna, annas_bill):
    before = Bill.objects.values(*FIGURES).get()

    mark(anna, annas_bill)

    assert Bill.objects.values(*FIGURES).get() == before
    assert not BillEntry.objects.exists()
    assert (annas_bill.due, annas_bill.is_payable) == (annas_bill.total, True)


def test_two_residents_of_one_flat_see_only_their_own_marks(anna, boris, annas_bill):
    add_account(boris, annas_bill.account)

    mark(anna, annas_bill, reason="в банке")

    assert (unpaid(anna), unpaid(boris)) == ([0], [1])
    assert words(row(boris)) == ["Не оплачен", "Просрочен"]
    assert (row(boris).hint, bool(row(boris).pay_url)) == ("", True)


def test_one_does_not_take_back_anothers(anna, boris, annas_bill):
    add_account(boris, annas_bill.account)
    mark(anna, annas_bill)
    mark(boris, annas_bill)

    marks.take_back(resident=boris, bill=annas_bill)

    assert (unpaid(anna), unpaid(boris)) == ([0], [1])


def test_marked_twice_it_is_one_mark_with_the_last_reason(anna, annas_bill):
    mark(anna, annas_bill, reason="в банке")
    mark(anna, annas_bill, reason="на почте")

    assert BillMark.objects.get().reason == "на почте"


def test_the_rest_of_a_bill_paid_in_part_can_be_marked(anna, annas_bill):
    pay(annas_bill, 1_000_000)
    annas_bill.refresh_from_db()

    mark(anna, annas_bill)

    assert words(row(anna)) == ["Отмечен как оплаченный"]
    assert unpaid(anna) == [0]


def test_an_older_bill_stays_marked_when_the_next_one_comes(anna, annas_bill):
    mark(anna, annas_bill)
    make_bill(annas_bill.account, period=date(2017, 7, 1), issued_date=date(2017, 8, 5))

    (group,) = bills.for_resident(resident=anna, tab=Tab.ALL, span=Span(), today=TODAY).groups

    assert words(group.rows[1]) == ["Отмечен как оплаченный"]
    assert (group.unpaid, group.hint) == (1, "")


@pytest.mark.parametrize("paid, held", [(1000, 0), (0, 1000), (0, 400), (600, 400), (1200, 0)])
def test_what_is_paid_or_being_paid_cannot_be_marked(anna, paid, held):
    bill = make_bill(total=1000, paid=paid, held=held)

    with pytest.raises(marks.NotMarkable):
        mark(anna, bill)


def test_an_older_bill_of_which_nothing_is_known_cannot_be_marked(anna):
    bill = make_bill(period=date(2017, 5, 1))
    make_bill(bill.account)

    with pytest.raises(marks.NotMarkable):
        mark(anna, bill)


def test_a_bill_that_changed_meanwhile_is_not_marked(anna, annas_bill):
    with pytest.raises(BillChanged):
        mark(anna, annas_bill, version=2)


def test_while_somebody_pays_the_truth_is_shown(anna, annas_bill):
    mark(anna, annas_bill)

    operation = hold(annas_bill, annas_bill.total)

    assert words(row(anna)) == ["В обработке"]
    assert unpaid(anna) == [1]
    dues.release(bill_id=annas_bill.pk, operation=operation, now=NOW)
    assert words(row(anna)) == ["Отмечен как оплаченный"]


def test_a_payment_overrides_it_whoever_pays(anna, boris, annas_bill):
    mark(anna, annas_bill)

    pay(annas_bill, annas_bill.total)

    assert words(row(anna)) == ["Оплачен"]
    assert not BillMark.objects.exists()


def test_a_payment_of_a_part_overrides_it_too(anna, annas_bill):
    mark(anna, annas_bill)

    pay(annas_bill, 1_000_000)

    assert words(row(anna)) == ["Оплачен частично", "Просрочен"]
    assert unpaid(anna) == [1]


def test_after_a_refund_the_old_mark_does_not_come_back(anna, annas_bill):
    mark(anna, annas_bill)
    pay(annas_bill, annas_bill.total)

    dues.reverse(bill_id=annas_bill.pk, operation=uuid4(), amount=Kopecks(annas_bill.total), now=NOW)

    assert words(row(anna)) == ["Не оплачен", "Просрочен"]


def test_a_settlement_heard_twice_leaves_a_later_mark(anna, annas_bill):
    operation = pay(annas_bill, 1_000_000)
    annas_bill.refresh_from_db()
    mark(anna, annas_bill)

    dues.settle(bill_id=annas_bill.pk, operation=operation, now=NOW)

    assert words(row(anna)) == ["Отмечен как оплаченный"]


def test_a_corrected_bill_is_unpaid_again(anna, annas_bill):
    mark(anna, annas_bill)

    Bill.objects.update(version=2)

    assert words(row(anna)) == ["Не оплачен", "Просрочен"]
    assert unpaid(anna) == [1]

"""«К оплате сейчас»: which bills stand there, in which order, in whose words."""

from datetime import date

import pytest
from django.urls import reverse

from billing import due_now
from billing.models import Bill, Provider
from tests.billing.make import add_account, make_account, make_bill

pytestmark = pytest.mark.django_db

TODAY = date(2017, 7, 8)


def rows(resident, today=TODAY):
    return due_now.rows(resident=resident, today=today)


@pytest.fixture
def flat(anna):
    return add_account(anna, title="Центральная 5-1").account


def test_a_row_says_what_for_whom_and_where_to_pay(anna, flat):
    bill = make_bill(flat, charges=(("Отопление", 1_234_56),))

    row = rows(anna)[0]

    assert (row.title, row.provider, row.period) == ("Центральная 5-1", "Смарт Сервис (ЖКУ)", "за июнь 2017")
    assert row.due.replace("\u00a0", " ") == "1 234,56 ₽"
    assert row.pay_url == reverse("payments:bill-charges", args=[bill.uuid])


def test_it_calls_the_account_as_its_resident_does(anna, boris, flat):
    make_bill(flat)
    add_account(boris, flat, title="Квартира сестры")

    assert [row.title for row in rows(boris)] == ["Квартира сестры"]


def test_of_a_bill_paid_in_part_the_rest_is_due(anna, flat):
    make_bill(flat, charges=(("Отопление", 1_000_00),), paid=300_00, held=200_00)

    assert rows(anna)[0].due.replace("\u00a0", " ") == "500,00 ₽"


@pytest.mark.parametrize("today, is_overdue", [(date(2017, 7, 10), False), (date(2017, 7, 11), True)])
def test_a_late_one_is_marked(anna, flat, today, is_overdue):
    make_bill(flat)

    assert rows(anna, today)[0].is_overdue is is_overdue


def test_an_older_bill_of_which_nothing_is_known_is_not_due(anna, flat):
    make_bill(flat, period=date(2017, 5, 1))
    make_bill(flat, period=date(2017, 6, 1))

    assert [row.period for row in rows(anna)] == ["за июнь 2017"]


def test_the_newest_come_first_and_no_more_than_fit(anna):
    for month in range(1, 9):
        make_bill(add_account(anna, make_account()).account, period=date(2017, month, 1))

    periods = [row.period for row in rows(anna)]

    assert periods[0] == "за август 2017"
    assert len(periods) == due_now.MOST


def test_two_questions_are_asked_however_many_there_are(anna, django_assert_num_queries):
    for _ in range(10):
        make_bill(add_account(anna, make_account()).account)

    with django_assert_num_queries(2):
        assert len(rows(anna)) == due_now.MOST


@pytest.mark.parametrize("change", [{"paid": 100_000}, {"held": 100_000}, {"total": -5_00}])
def test_what_owes_nothing_is_not_there(anna, flat, change):
    make_bill(flat)
    Bill.objects.update(**change)

    assert rows(anna) == []


def test_what_waits_for_a_proof_is_not_there(anna, flat):
    make_bill(flat)
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    assert rows(anna) == []


def test_a_neighbour_sees_nothing(boris, flat):
    make_bill(flat)

    assert rows(boris) == []

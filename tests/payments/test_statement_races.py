"""Two tabs at once: one statement, one order in the queue, one end of it, one template of a name."""

from datetime import date

import pytest

from billing.models import PersonalAccount
from payments import payment_templates, statement_orders, statements
from payments.models import PaymentTemplate, Statement, StatementOrder
from tests.billing.make import make_account
from tests.payments.operations import make_operation, moscow
from tests.people import NOW, make_resident
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)

DAYS = {"start": date(2026, 10, 1), "end": date(2026, 10, 31)}
HOME = "121552, Москва, Центральная ул., д. 5, кв. 1, Соколовой Анне"


@pytest.fixture(autouse=True)
def october(anna):
    return make_operation(anna, at=moscow("2026-10-15 10:00:00"))


def test_the_same_statement_is_one_row(anna):
    made = at_once(4, lambda _: statements.make(resident=anna, **DAYS, now=NOW).pk)

    assert len(set(made)) == 1
    assert Statement.objects.count() == 1


def test_the_same_order_stands_in_the_queue_once(anna):
    made = at_once(
        statement_orders.A_DAY.times, lambda _: statement_orders.order(resident=anna, **DAYS, address=HOME, now=NOW).pk
    )

    assert len(set(made)) == 1
    assert StatementOrder.objects.count() == 1


def test_two_of_the_staff_end_an_order_once(anna):
    order = statement_orders.order(resident=anna, **DAYS, address=HOME, now=NOW)
    staff = [make_resident(f"+7900000000{number}", is_staff=True) for number in range(4)]

    def end(which: int) -> bool:
        mine = StatementOrder.objects.get(pk=order.pk)
        if which % 2:
            return statement_orders.refuse(order=mine, staff=staff[which], answer="Нет такого дома", now=NOW)
        return statement_orders.mark_sent(order=mine, staff=staff[which], now=NOW)

    ended = at_once(4, end)

    order.refresh_from_db()
    assert ended.count(True) == 1
    assert order.ended_by == staff[ended.index(True)]
    assert bool(order.answer) == (order.status == StatementOrder.Status.REFUSED)


def test_a_template_of_a_name_is_saved_once(anna):
    account = make_account()

    def save(_: int) -> bool:
        try:
            payment_templates.save(
                resident=anna, account=PersonalAccount.objects.get(pk=account.pk), title="Дача", amount=None, now=NOW
            )
        except payment_templates.TitleTaken:
            return False
        return True

    assert at_once(4, save).count(True) == 1
    assert PaymentTemplate.objects.count() == 1

"""«Выписки почтой»: the address is read on the order's own page alone, and each order ends once."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from payments import statement_orders
from payments.models import StatementOrder
from safeguards.models import JournalEntry
from tests.payments.operations import make_operation, moscow
from tests.people import NOW

pytestmark = pytest.mark.django_db
LIST = reverse("admin:statement-list")
HOME = "121552, Москва, Центральная ул., д. 5"


@pytest.fixture
def order(anna):
    make_operation(anna, at=moscow("2026-10-31 23:59:59"))
    return statement_orders.order(resident=anna, start=date(2026, 10, 1), end=date(2026, 10, 31), address=HOME, now=NOW)


def detail(order):
    return reverse("admin:statement-detail", args=[order.uuid])


def actions():
    return list(JournalEntry.objects.order_by("number").values_list("action", flat=True))


def test_the_list_tells_no_address_and_the_order_does(operator_client, order, anna):
    assert HOME not in operator_client.get(LIST).content.decode()

    assert HOME in operator_client.get(detail(order)).content.decode()
    row = JournalEntry.objects.get()
    assert (row.action, row.whose_uuid) == ("statement.read", anna.uuid)


def test_the_list_says_how_long_each_has_waited(operator_client, order):
    StatementOrder.objects.update(created_at=NOW - timedelta(hours=26))

    assert re.search(r"<td>2[67]\sчас", operator_client.get(LIST).content.decode())


def test_a_letter_that_was_sent_leaves_the_queue(operator_client, operator, order):
    operator_client.post(detail(order), {"sent": ""})

    order.refresh_from_db()
    assert (order.status, order.ended_by) == ("SENT", operator)
    assert "Все выписки отправлены" in operator_client.get(LIST).content.decode()
    assert actions() == ["statement.sent"]


def test_a_refusal_has_words_for_the_resident(operator_client, order):
    assert "это прочтёт житель" in operator_client.post(detail(order), {"refuse": "", "answer": ""}).content.decode()

    operator_client.post(detail(order), {"refuse": "", "answer": "Адрес неполный"})

    order.refresh_from_db()
    assert (order.status, order.answer) == ("REFUSED", "Адрес неполный")


def test_a_colleague_was_faster(operator_client, order):
    operator_client.post(detail(order), {"sent": ""})

    page = operator_client.post(detail(order), {"sent": ""}, follow=True).content.decode()

    assert "уже закончил кто-то другой" in page
    assert actions().count("statement.sent") == 1

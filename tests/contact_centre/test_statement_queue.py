"""«Справки почтой»: the address is read on the order's own page alone, and each order ends once."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from payments import paper, statement_files, statement_orders
from payments.models import StatementOrder
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.contact_centre.staff import client_of, make_staff
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


def file(order):
    return reverse("admin:statement-file", args=[order.uuid])


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
    assert "Все справки отправлены" in operator_client.get(LIST).content.decode()
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


def test_the_paper_for_the_envelope_is_the_one_that_the_resident_downloads(operator_client, anna_client, order, anna):
    his = anna_client.get(reverse("payments:statement-file", args=[order.statement.uuid, "pdf"]))

    assert file(order) in operator_client.get(detail(order)).content.decode()
    answer = operator_client.get(file(order))

    assert (answer.headers["Content-Type"], answer.content) == ("application/pdf", his.content)
    assert answer.headers["Content-Disposition"] == f'attachment; filename="statement-{order.statement.number}.pdf"'
    row = JournalEntry.objects.latest("number")
    assert (row.action, row.whose_uuid, row.target) == ("statement.opened", anna.uuid, f"StatementOrder {order.pk}")


def test_who_may_not_see_the_order_gets_no_paper(anna_client, order):
    assert client_of(make_staff(Role.FINANCE)).get(file(order)).status_code == 403
    assert anna_client.get(file(order)).status_code == 302
    assert actions() == []


def test_an_order_that_is_none_or_of_who_was_erased_has_no_paper(operator_client, order, anna):
    assert operator_client.get(reverse("admin:statement-file", args=[anna.uuid])).status_code == 404

    StatementOrder.objects.update(resident=None)

    assert operator_client.get(file(order)).status_code == 404
    assert file(order) not in operator_client.get(detail(order)).content.decode()


def test_without_the_library_of_pdfs_the_page_says_so(operator_client, order, monkeypatch):
    def missing(_):
        raise paper.PdfUnavailable

    monkeypatch.setattr(statement_files, "pdf", missing)

    page = operator_client.get(file(order), follow=True).content.decode()

    assert "Файл PDF сейчас не создать" in page
    assert "statement.opened" not in actions()


def test_no_page_of_the_staff_calls_it_otherwise(operator_client, order):
    for page in (operator_client.get(LIST), operator_client.get(detail(order))):
        assert "выписк" not in page.content.decode().casefold()

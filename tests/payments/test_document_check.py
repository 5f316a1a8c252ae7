"""«Проверка квитанции или справки»: open to all, says what the paper must say, and nothing about a person."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from payments import check_codes, document_check, statements
from payments.models import Payment
from payments.status import Status
from tests.payments.operations import make_operation, moscow
from tests.people import NOW

ADDRESS = reverse("payments:document-check")

pytestmark = pytest.mark.django_db


def ask(client, code, **headers):
    page = client.post(ADDRESS, {"code": code}, **headers).content.decode()
    return page.replace("\u00a0", " ")


def without_tokens(page):
    return re.sub(r'name="(csrfmiddlewaretoken|code)" value="[^"]*"', "", page)


@pytest.fixture
def operation(anna):
    return make_operation(anna, at=moscow("2017-07-17 17:26:23"), amount=12_970_24)


def test_a_stranger_is_told_what_the_receipt_must_say(client, operation):
    page = ask(client, check_codes.words(operation.snapshot.check_code))

    for words in (
        "Это квитанция Смарт Сервиса",
        str(operation.number),
        "17.07.2017 17:26:23 (Мск)",
        "Смарт Сервис (ЖКУ)",
        "12 970,24 ₽",
        "выполнена",
        "оканчивается на",
        ">7890<",
    ):
        assert words in page


def test_it_tells_nothing_about_the_person(client, anna, operation):
    page = ask(client, operation.snapshot.check_code)

    for secret in (
        anna.first_name,
        anna.last_name,
        anna.email,
        "9161234567",
        "1234567890",
        "7761",
        str(operation.uuid),
    ):
        assert secret not in page


def test_it_tells_what_became_of_the_money_since(client, operation):
    Payment.objects.update(status=Status.REFUNDED)

    assert "возвращена" in ask(client, operation.snapshot.check_code)


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.SUCCEEDED, Status.REFUNDED, Status.PARTLY_REFUNDED}))
def test_what_was_not_taken_has_no_receipt_to_confirm(client, operation, status):
    Payment.objects.update(status=status)

    assert "Документа с таким кодом нет" in ask(client, operation.snapshot.check_code)


def test_a_code_that_differs_by_its_end_is_as_unknown_as_any(client, operation):
    """Half of a code that is right must not answer otherwise than a code that is wrong altogether."""
    code = operation.snapshot.check_code
    near = code[:-1] + ("1" if code[-1] == "0" else "0")
    far = ("B" if code[0] == "C" else "C") + code[1:]

    pages = [without_tokens(ask(client, wrong)) for wrong in (near, far)]

    assert "Документа с таким кодом нет" in pages[0]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("text", ["", "12345", "' OR 1=1 --", "я" * 60])
def test_what_is_no_code_is_said_at_the_field_and_costs_no_try(client, text, monkeypatch):
    monkeypatch.setattr(document_check.throttle, "take", lambda *arguments: pytest.fail("a try was taken"))

    page = ask(client, text)

    assert "Код выглядит иначе" in page or "Введите код проверки" in page


def test_tries_are_few_for_a_place_and_come_back(client, operation):
    for _ in range(document_check.TRIES.times):
        ask(client, check_codes.new())

    refused = ask(client, operation.snapshot.check_code)
    elsewhere = ask(client, operation.snapshot.check_code, REMOTE_ADDR="198.51.100.7")

    assert "Слишком много проверок" in refused
    assert str(operation.number) not in refused
    assert str(operation.number) in elsewhere
    later = timezone.now() + timedelta(hours=1, minutes=1)
    assert document_check.confirm(code=operation.snapshot.check_code, asked_from="127.0.0.1", now=later)


def test_every_page_leads_to_it(client):
    assert f'href="{ADDRESS}"' in client.get("/").content.decode()


def test_asking_by_address_looks_nothing_up(client, operation):
    page = client.get(ADDRESS, {"code": operation.snapshot.check_code}).content.decode()

    assert str(operation.number) not in page


def test_a_statement_is_confirmed_by_its_totals(client, anna, operation):
    made = statements.make(resident=anna, start=date(2017, 1, 1), end=date(2017, 12, 31), now=NOW)

    page = ask(client, check_codes.words(made.check_code))

    for words in ("Это справка Смарт Сервиса", str(made.number), "01.01.2017 – 31.12.2017", "12 970,24 ₽"):
        assert words in page
    for secret in (anna.last_name, "1234567890", "7761", str(operation.number)):
        assert secret not in page

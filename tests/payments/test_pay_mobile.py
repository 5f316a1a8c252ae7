"""The quick «+7 … Оплатить»: on to the operator whose number it may be, or to choosing one; open to anybody."""

import pytest
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import NumberRange
from billing.models import Provider
from payments.models import Payment
from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db

URL = "/pay-mobile/"


@pytest.fixture(autouse=True)
def operators():
    mobile = make_category("mobile", "Мобильная связь")
    fields = {"account_kind": "MOBILE", "account_pattern": r"\+79[0-9]{9}", "account_example": "+7 916 123-45-67"}
    names = {"mts": "МТС", "megafon": "Мегафон", "tele2": "Теле2 (TELE2)"}
    for position, (code, name) in enumerate(names.items()):
        make_provider(code, short_name=name, full_name=name, category=mobile, position=position, **fields)


def plan(operator: str) -> None:
    NumberRange.objects.create(first=9160000000, last=9169999999, operator=operator)


@pytest.mark.parametrize("typed", ["9161234567", "916 123-45-67", "+7 (916) 123-45-67", "89161234567"])
@pytest.mark.parametrize("operator, code", [("МТС", "mts"), ("МегаФон", "megafon"), ("Tele2", "tele2")])
def test_a_guessed_operator_is_next_with_the_number_filled_in(client, typed, operator, code):
    plan(operator)

    answer = client.get(URL, {"number": typed}, follow=True)

    assert answer.redirect_chain[0][0].startswith(f"/pay/{code}/")
    assertContains(answer, 'value="+7 916 123-45-67"')
    assertContains(answer, "Возможно, это номер оператора")


@pytest.mark.parametrize("operator", ["", "Сбертелеком", "Т"])
def test_where_nobody_knows_the_resident_chooses(client, operator):
    if operator:
        plan(operator)

    page = client.get(URL, {"number": "9161234567"})

    assertContains(page, "Выберите оператора номера")
    assertContains(page, '<a href="/pay/megafon/?number=%2B7+916+123-45-67">Мегафон</a>', html=True)


def test_a_closed_operator_is_neither_guessed_nor_offered(client):
    plan("МТС")
    Provider.objects.filter(code="mts").update(is_active=False)

    page = client.get(URL, {"number": "9161234567"})

    assertContains(page, "Выберите оператора номера")
    assertNotContains(page, "МТС")


@pytest.mark.parametrize(
    "typed, words", [("", "Введите номер телефона"), ("916", "10 цифр"), ("4951234567", "10 цифр")]
)
def test_what_is_no_mobile_number_is_told_and_stays(client, typed, words):
    page = client.get(URL, {"number": typed})

    assertContains(page, words)
    assertContains(page, "<title>Ошибка: ")
    assert f'value="{typed}"' in page.content.decode() or not typed


def test_it_writes_nothing(anna_client):
    anna_client.get(URL, {"number": "9161234567"})

    assert not Payment.objects.exists()
    assert anna_client.post(URL).status_code == 405

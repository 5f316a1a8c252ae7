"""With `CARD_ENTRY=hosted`: nobody types a card at the portal, with scripts or without; the bank's page takes it."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, StartStack
from tests.journeys.steps import TOTAL
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_a_card_pays_and_is_remembered_and_another_is_added(resident: Guest, start_stack: StartStack) -> None:
    stack = start_stack(CARD_ENTRY="hosted")
    payer, adder = resident(Screen(390), stack), resident(Screen(1280, javascript=False), stack)

    pay_and_remember(payer)
    payer.open("/cards/")
    payer.sees("МИР (***0047)", "Активен")

    add(adder)
    assert [charge["amount"] for charge in stack.charges()] == [12_970_24]


def pay_and_remember(visitor: Visitor) -> None:
    steps.open_bill(visitor)
    visitor.press("Далее")
    visitor.does_not_see("Номер карты", "CVV")
    visitor.tick("Показать мои сохранённые карты или запомнить новую")
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", "Банковская карта", "новую запомнит", TOTAL)
    steps.confirm(visitor)
    visitor.sees("Оплата на странице банка", TOTAL)
    visitor.follow("Перейти на страницу банка")
    come_back(visitor, "Вернуться в магазин без оплаты")
    visitor.sees("Детали операции", "в обработке", "Если уже заплатили, ничего не делайте")
    visitor.follow("Перейти на страницу банка")
    type_there(visitor, steps.WITH_BANK_PASSWORD, press="Оплатить")
    come_back(visitor, "Вернуться в магазин")
    visitor.sees("Детали операции", "выполнена", "МИР (***0047)")


def add(visitor: Visitor) -> None:
    visitor.open("/cards/")
    visitor.follow("Добавить новую карту")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    visitor.follow("Перейти на страницу банка")
    type_there(visitor, steps.WITH_BANK_PASSWORD, press="Привязать карту")
    come_back(visitor, "Вернуться в магазин")
    visitor.sees("Карта добавлена.", "МИР (***0047)", "Активен")


def type_there(visitor: Visitor, number: str, *, press: str) -> None:
    """The bank's form, and the issuer's password on the page after it."""
    page = visitor.page
    assert page.url.startswith(visitor.stack.bank_url)
    page.get_by_label("Номер карты").fill(number)
    page.get_by_label("Срок, ММ/ГГ").fill("09/38")
    page.get_by_label("CVV/CVC код").fill("123")
    page.get_by_role("button", name=press).click()
    page.get_by_label("Пароль из SMS банка").fill("1234")
    page.get_by_role("button", name="Подтвердить").click()


def come_back(visitor: Visitor, link: str) -> None:
    """The bank's own link to the portal."""
    visitor.page.get_by_role("link", name=link, exact=True).click()
    visitor.page.wait_for_url(f"{visitor.stack.url}/**")
    visitor.look()

"""Kept cards: added and paid with by the code alone, remembered while paying, deleted; taps and pages counted."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.steps import TOTAL
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

MASK = "МИР (***0047)"


def count(visitor: Visitor) -> tuple[list[str], set[str]]:
    """What is pressed and which pages are seen from now on."""
    taps: list[str] = []
    pages: set[str] = set()
    press, follow = visitor.press, visitor.follow

    def pressed(button: str) -> None:
        taps.append(button)
        press(button)
        pages.add(visitor.page.title())

    def followed(link: str) -> None:
        taps.append(link)
        follow(link)
        pages.add(visitor.page.title())

    visitor.press, visitor.follow = pressed, followed  # type: ignore[method-assign,assignment]
    return taps, pages


def test_a_card_is_added_pays_by_its_code_and_goes(resident: Guest) -> None:
    visitor = resident(Screen(390))
    add(visitor)
    visitor.follow_menu("Счета")
    taps, pages = count(visitor)

    visitor.follow("Оплатить")
    visitor.fill("CVV/CVC код", "123")
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", MASK, TOTAL)
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")

    assert taps == ["Оплатить", "Далее", "Оплатить", "Подтвердить"]
    assert len(pages) == 4
    visitor.press("Перейти на страницу банка")
    steps.answer_the_bank(visitor)
    visitor.sees("Детали операции", "выполнена", MASK)
    delete(visitor)


def add(visitor: Visitor) -> None:
    """Through the bank's own page, which checks it for nothing."""
    visitor.open("/cards/")
    visitor.sees("У Вас нет привязанных карт")
    visitor.follow("Добавить новую карту")
    steps.fill_card(visitor, number=steps.WITH_BANK_PASSWORD)
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    visitor.press("Перейти на страницу банка")
    steps.answer_the_bank(visitor)
    visitor.sees("Карта добавлена.", MASK, "Активен", "Основной способ оплаты")


def delete(visitor: Visitor) -> None:
    visitor.open("/cards/")
    visitor.follow("Удалить")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Удалить")
    visitor.sees(f"Карта {MASK} удалена.", "У Вас нет привязанных карт")


def test_a_card_is_remembered_and_pays_the_rest_without_scripts(resident: Guest) -> None:
    visitor = resident(Screen(1280, javascript=False))
    steps.open_bill(visitor)
    visitor.fill("Сумма к оплате, руб.", "970,24")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.tick("Запомнить карту")
    visitor.press("Далее")
    pay(visitor)

    visitor.follow_menu("Счета к оплате")
    visitor.follow("Оплатить")
    visitor.sees("МИР (***7761)", "Новая карта")
    visitor.fill("CVV/CVC код", "123")
    visitor.press("Далее")
    pay(visitor)

    assert [charge["amount"] for charge in visitor.stack.charges()] == [970_24, 12_000_00]


def pay(visitor: Visitor) -> None:
    visitor.press("Оплатить")
    if visitor.main.get_by_role("button", name="Доплатить").count():
        visitor.press("Доплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    visitor.sees("Детали операции", "выполнена", "МИР (***7761)")

"""A resident keeps his own accounts and bills in order: names, the order of the list, marks, and what a bill says."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_accounts_are_renamed_sorted_and_taken_off(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.open("/accounts/")
    steps.add_account(visitor, number="2234567890", title="Аист")
    visitor.follow("Номер лицевого счёта")
    visitor.follow("Номер лицевого счёта")
    assert titles(visitor) == ["Аист", "Центральная 5-1"]

    visitor.follow("Редактировать название «Аист»")
    visitor.fill("Название лицевого счёта", "Яблоневый сад 2")
    visitor.press("Сохранить")
    visitor.sees("Название лицевого счёта 2234567890 сохранено")
    assert titles(visitor) == ["Центральная 5-1", "Яблоневый сад 2"]

    visitor.follow("Удалить «Яблоневый сад 2»")
    visitor.sees("Удалить лицевой счёт «Яблоневый сад 2»?", "долг по ним не исчезнет")
    visitor.press("Удалить")
    visitor.sees("Лицевой счёт 2234567890 удалён из Вашего кабинета")
    assert titles(visitor) == ["Центральная 5-1"]


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_a_bill_paid_elsewhere_is_marked_and_returned(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    visitor.sees("Смарт Сервис (ЖКУ) (1)", "Начисления по месяцам", "больше, чем в мае")
    visitor.follow("Отметить как оплаченный")
    visitor.sees("Отметить счёт как оплаченный", "Деньги при этом не переводятся", steps.TOTAL)
    visitor.fill("Как оплачен", "в банке 10 июля")
    visitor.press("Отметить как оплаченный")
    visitor.sees("Счёт от 05.07.2017 отмечен как оплаченный", "Все счета оплачены")

    visitor.follow("Все")
    visitor.sees("Смарт Сервис (ЖКУ) (0)", "Отмечен как оплаченный", "в банке 10 июля")
    visitor.press("Вернуть в неоплаченные")

    visitor.sees("Счёт от 05.07.2017 снова среди неоплаченных", "Смарт Сервис (ЖКУ) (1)", "Не оплачен")
    assert visitor.stack.charges() == []
    assert entries(visitor) == [(0,)]


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_the_words_of_a_bill_are_explained(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    visitor.sees("Этот счёт на 1 247,49 ₽ больше, чем в мае.")

    hint = visitor.main.locator("[popover]").filter(has_text="общедомовые нужды")
    visitor.main.get_by_role("button", name="ОДН").first.click()
    assert hint.is_visible()
    visitor.page.keyboard.press("Escape")
    assert hint.is_hidden()

    visitor.main.get_by_text("Что значат слова в счёте").click()

    assert visitor.main.get_by_role("listitem").filter(has_text="общедомовые нужды").is_visible()


def titles(visitor: Visitor) -> list[str]:
    """The names of the accounts from above."""
    return visitor.main.locator("tbody .row-head a").all_inner_texts()


def entries(visitor: Visitor) -> list[tuple[object, ...]]:
    """How often money of hers moved on any bill."""
    rows = "SELECT count(*) FROM billing_billentry e JOIN accounts_user u ON u.id = e.resident_id WHERE u.phone = ?"
    return visitor.stack.ask(rows, visitor.person.phone)

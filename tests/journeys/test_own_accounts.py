"""A resident keeps his own accounts and bills in order: names, the order of the list, marks, and what a bill says."""

from collections.abc import Callable

import pytest

from tests.journeys import steps
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


Visit = Callable[[Stack, Screen], Visitor]


@pytest.fixture
def resident(start_stack: Callable[..., Stack], visit: Visit, request: pytest.FixtureRequest) -> Visitor:
    """Somebody who has registered and added an account; the test says at which screen."""
    visitor = visit(start_stack(), request.param)
    steps.register(visitor)
    steps.add_account(visitor)
    return visitor


@pytest.mark.parametrize("resident", [Screen(1280)], ids=str, indirect=True)
def test_accounts_are_renamed_sorted_and_taken_off(resident: Visitor) -> None:
    steps.add_account(resident, number="2234567890", title="Аист")
    resident.follow("Номер лицевого счёта")
    resident.follow("Номер лицевого счёта")
    assert titles(resident) == ["Аист", "Центральная 5-1"]

    resident.follow("Редактировать название «Аист»")
    resident.fill("Название лицевого счёта", "Яблоневый сад 2")
    resident.press("Сохранить")
    resident.sees("Название лицевого счёта 2234567890 сохранено")
    assert titles(resident) == ["Центральная 5-1", "Яблоневый сад 2"]

    resident.follow("Удалить «Яблоневый сад 2»")
    resident.sees("Удалить лицевой счёт «Яблоневый сад 2»?", "долг по ним не исчезнет")
    resident.press("Удалить")
    resident.sees("Лицевой счёт 2234567890 удалён из вашего кабинета")
    assert titles(resident) == ["Центральная 5-1"]


@pytest.mark.parametrize("resident", [Screen(390, javascript=False)], ids=str, indirect=True)
def test_a_bill_paid_elsewhere_is_marked_and_returned(resident: Visitor) -> None:
    resident.follow_menu("Счета к оплате" if resident.screen.width > 600 else "Счета")
    resident.sees("Смарт Сервис (ЖКУ) (1)", "Начисления по месяцам", "больше, чем в мае")
    resident.follow("Отметить как оплаченный")
    resident.sees("Отметить счёт как оплаченный", "Деньги при этом не переводятся", steps.TOTAL)
    resident.fill("Как оплачен", "в банке 10 июля")
    resident.press("Отметить как оплаченный")
    resident.sees("Счёт от 05.07.2017 отмечен как оплаченный", "Все счета оплачены")

    resident.follow("Все")
    resident.sees("Смарт Сервис (ЖКУ) (0)", "Отмечен как оплаченный", "в банке 10 июля")
    resident.press("Вернуть в неоплаченные")

    resident.sees("Счёт от 05.07.2017 снова среди неоплаченных", "Смарт Сервис (ЖКУ) (1)", "Не оплачен")
    assert resident.stack.charges() == []
    assert entries(resident) == [(0,)]


@pytest.mark.parametrize("resident", [Screen(1280)], ids=str, indirect=True)
def test_the_words_of_a_bill_are_explained(resident: Visitor) -> None:
    steps.open_bill(resident)
    resident.sees("Этот счёт на 1 247,49 ₽ больше, чем в мае.")

    resident.main.get_by_text("Что значат слова в счёте").click()

    assert resident.main.get_by_text("общедомовые нужды").is_visible()


def titles(visitor: Visitor) -> list[str]:
    """The names of the accounts from above."""
    return visitor.main.locator("tbody .row-head a").all_inner_texts()


def entries(visitor: Visitor) -> list[tuple[object, ...]]:
    """How often money of hers moved on any bill."""
    rows = "SELECT count(*) FROM billing_billentry e JOIN accounts_user u ON u.id = e.resident_id"
    return visitor.stack.ask(f"{rows} WHERE u.phone = '{steps.PHONE}'")

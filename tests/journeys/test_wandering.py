"""People go back, refresh, open two tabs and are logged out half-way: they lose nothing and pay once."""

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
def test_back_and_refresh_at_every_step_pay_once(resident: Visitor) -> None:
    page = resident.page
    steps.open_bill(resident)
    resident.press("Далее")
    page.reload()
    resident.sees("Введите данные банковской карты")
    page.go_back()
    resident.sees("Параметры операции")
    steps.type_card(resident, number=steps.WITHOUT_PASSWORD)
    page.reload()
    resident.sees("Проверьте и оплатите", "МИР (***7761)")
    resident.press("Оплатить")
    code = resident.stack.next_code(steps.PHONE, digits=6)
    page.reload()
    resident.sees("Подтвердите оплату")
    resident.fill("Одноразовый пароль", code)

    resident.press("Подтвердить")
    resident.sees("Детали операции", "выполнена")
    page.reload()
    resident.sees("Детали операции", "выполнена")

    assert len(resident.stack.charges()) == 1
    assert resident.stack.ask("SELECT count(*) FROM notifications_message WHERE kind LIKE '%PAYMENT%'") == [(1,)]


@pytest.mark.parametrize("resident", [Screen(390, javascript=False)], ids=str, indirect=True)
def test_a_lost_session_costs_a_login_and_the_card_again(resident: Visitor) -> None:
    steps.open_bill(resident)
    steps.type_card(resident, number=steps.WITHOUT_PASSWORD)
    resident.press("Оплатить")
    resident.fill("Одноразовый пароль", resident.stack.next_code(steps.PHONE, digits=6))
    resident.page.context.clear_cookies(name=f"session-{resident.stack.port}")

    resident.press("Подтвердить")
    resident.fill("Номер мобильного телефона", "+7 926 555-44-33")
    resident.fill("Пароль", "Vetrova2026")
    resident.press("Войти")

    assert resident.stack.charges() == []
    resident.sees("Введите данные банковской карты", steps.TOTAL)
    assert resident.main.get_by_label("Номер карты").input_value() == ""


@pytest.mark.parametrize("resident", [Screen(1280)], ids=str, indirect=True)
def test_the_second_tab_finds_the_bill_taken(resident: Visitor, visit: Visit) -> None:
    second = Visitor(resident.page.context.new_page(), resident.stack, resident.screen)
    steps.open_bill(resident)
    second.open("/bills/")
    steps.open_bill(second)
    steps.type_card(second, number=steps.WITHOUT_PASSWORD)
    steps.type_card(resident, number=steps.WITHOUT_PASSWORD)
    steps.confirm(resident)
    resident.sees("Детали операции", "выполнена")

    steps.confirm(second)

    second.sees("По этой операции деньги не списаны")
    second.does_not_see("Ваш перевод принят")
    assert len(resident.stack.charges()) == 1

"""Enter in a field does what the main button of its form does: never «Обновить», never one more code."""

from collections.abc import Callable

import pytest

from tests.journeys import steps
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_enter_leads_through_every_form(
    start_stack: Callable[..., Stack], visit: Callable[[Stack, Screen], Visitor]
) -> None:
    visitor = visit(start_stack(), Screen(1280))
    visitor.open("/registration/")
    steps.fill_registration(visitor)
    visitor.press_enter("Повторите пароль")
    visitor.fill("Введите код", visitor.stack.next_code(steps.PHONE, digits=4))
    visitor.press_enter("Введите код")
    visitor.follow("Добавить лицевой счёт с квитанции")
    visitor.follow(steps.PROVIDER)
    visitor.fill("Номер лицевого счёта", steps.ACCOUNT)
    visitor.press_enter("Номер лицевого счёта")
    visitor.press_enter("Название лицевого счёта")
    steps.open_bill(visitor)
    visitor.press_enter("Сумма к оплате, руб.")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press_enter("CVV/CVC код")
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.stack.next_code(steps.PHONE, digits=6))

    visitor.press_enter("Одноразовый пароль")

    visitor.sees("Детали операции", "выполнена", steps.TOTAL)
    assert len(visitor.stack.charges()) == 1

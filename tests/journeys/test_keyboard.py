"""Enter in a field does what the main button of its form does: never «Обновить», never one more code."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def test_enter_leads_through_every_form(stranger: Guest) -> None:
    visitor = stranger(Screen(1280))
    visitor.open("/registration/")
    steps.fill_registration(visitor)
    visitor.press_enter("Повторите пароль")
    visitor.fill("Введите код", visitor.next_code(digits=4))
    visitor.press_enter("Введите код")
    visitor.follow("Добавить лицевой счёт с квитанции")
    visitor.follow(steps.PROVIDER)
    visitor.fill("Номер лицевого счёта", visitor.person.account)
    visitor.press_enter("Номер лицевого счёта")
    visitor.press_enter("Название лицевого счёта")
    steps.open_bill(visitor)
    visitor.press_enter("Сумма к оплате, руб.")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press_enter("CVV/CVC код")
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))

    visitor.press_enter("Одноразовый пароль")

    visitor.sees("Детали операции", "выполнена", steps.TOTAL)
    assert len(visitor.stack.charges()) == 1

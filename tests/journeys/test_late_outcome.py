"""The bank answers late: the page says so and becomes final by itself."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
def test_the_page_waits_for_the_bank(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.stack.command("sandbox_fault", "late", "--times", "1")

    steps.confirm(visitor)

    visitor.sees("Детали операции", "в обработке", "Не оплачивайте повторно")
    visitor.does_not_see("Деньги не списаны", "Повторить оплату")
    visitor.sees("выполнена")
    visitor.does_not_see("в обработке")
    assert len(visitor.stack.charges()) == 1

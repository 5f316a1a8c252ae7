"""The bank answers late: the page says so and becomes final by itself."""

from collections.abc import Callable

import pytest

from tests.journeys import steps
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
def test_the_page_waits_for_the_bank(
    start_stack: Callable[..., Stack], visit: Callable[[Stack, Screen], Visitor], screen: Screen
) -> None:
    visitor = visit(start_stack(SANDBOX_LATE_SECONDS="6"), screen)
    steps.register(visitor)
    steps.add_account(visitor)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.stack.command("sandbox_fault", "late", "--times", "1")

    steps.confirm(visitor)

    visitor.sees("Детали операции", "в обработке", "Не оплачивайте повторно")
    visitor.does_not_see("Деньги не списаны", "Повторить оплату")
    visitor.sees("выполнена")
    visitor.does_not_see("в обработке")
    assert len(visitor.stack.charges()) == 1

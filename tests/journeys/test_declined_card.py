"""The bank refuses: the page says why in plain words, and the bill can be paid by another card."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(1280), Screen(390, javascript=False)], ids=str)
def test_a_declined_card_leaves_the_bill_payable(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.DECLINED)
    steps.confirm(visitor)
    visitor.sees("не выполнена", "Деньги не списаны")
    assert visitor.stack.charges() == []

    visitor.follow("Повторить оплату")
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    steps.confirm(visitor)

    visitor.sees("Детали операции", "выполнена")
    visitor.does_not_see("не выполнена")
    assert len(visitor.stack.charges()) == 1

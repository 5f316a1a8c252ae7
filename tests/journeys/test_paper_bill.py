"""A resident with a paper bill in hand: whether it is true, and the bill that it is of."""

import pytest

from tests.billing.codes import code, png
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
def test_a_forged_code_is_told_from_a_true_one_that_opens_the_bill(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    visitor.follow("Проверить квитанцию по QR-коду")
    own = {"PersAcc": visitor.person.account}

    visitor.fill("Или текст кода", code(PersonalAcc="40702810938000000009", **own))
    visitor.press("Проверить")
    visitor.sees("Не оплачивайте эту квитанцию", "Счёт получателя: в квитанции 40702810938000000009")

    picture = {"name": "bill.png", "mimeType": "image/png", "buffer": png(code(**own)).getvalue()}
    visitor.main.get_by_label("Картинка с QR-кодом").set_input_files([picture])
    visitor.press("Проверить")
    visitor.sees("Реквизиты совпадают", visitor.person.account)

    visitor.follow("Открыть счёт за июнь 2017")
    visitor.follow("Счёт на бумаге, с QR-кодом для оплаты")
    visitor.sees("Счёт за июнь 2017, выставлен 05.07.2017", "Код для оплаты", "40702810938000000001")

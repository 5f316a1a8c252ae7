"""The main job from end to end: a stranger registers, sees a real bill, pays it and keeps the receipt."""

import io

import pytest
from pypdf import PdfReader

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.steps import CHARGES, PROVIDER, TOTAL
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

WIDE, NARROW = Screen(1280), Screen(390)
PLAIN_WIDE, PLAIN_NARROW = Screen(1280, javascript=False), Screen(390, javascript=False)
ON_POSTGRESQL = pytest.mark.postgres


@pytest.mark.parametrize(
    "screen",
    [WIDE, NARROW, PLAIN_WIDE, PLAIN_NARROW, pytest.param(NARROW, marks=ON_POSTGRESQL, id="390-postgres")],
    ids=str,
)
def test_a_stranger_pays_a_bill_by_card(stranger: Guest, screen: Screen) -> None:
    visitor = stranger(screen)
    steps.register(visitor)
    steps.add_account(visitor)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)

    steps.confirm(visitor)

    visitor.sees("Детали операции", "выполнена", PROVIDER, TOTAL, "МИР (***7761)")
    check_paper(visitor)
    check_aftermath(visitor)


@pytest.mark.parametrize(
    "screen", [WIDE, PLAIN_NARROW, pytest.param(PLAIN_WIDE, marks=ON_POSTGRESQL, id="1280-no-js-postgres")], ids=str
)
def test_the_bank_asks_its_own_password(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITH_BANK_PASSWORD)
    steps.confirm(visitor)
    visitor.sees("Подтверждение банка", "Ваш банк попросит ещё один код")

    visitor.press("Перейти на страницу банка")
    steps.answer_the_bank(visitor)

    visitor.sees("Детали операции", "выполнена", TOTAL)
    check_aftermath(visitor)


def check_paper(visitor: Visitor) -> None:
    """One page with all the lines and the five sums; the page to print says the same."""
    paper = PdfReader(io.BytesIO(visitor.download("Скачать PDF")))
    text = " ".join(paper.pages[0].extract_text().replace(":", " ").split())
    assert len(paper.pages) == 1
    assert [line for line in [*CHARGES, *CHARGES.values()] if line not in text] == []
    for label in ("Сумма выставленного счёта", "Сумма к оплате", "Сумма перевода", "Принято"):
        assert f"{label}, руб. {TOTAL}" in text
    assert "Комиссия за проведение операции 0,00 %, руб. 0,00" in text
    visitor.follow("Версия для печати")
    visitor.sees("Спасибо! Ваш перевод принят", "ООО «А3»", "7702726396", *CHARGES, TOTAL)
    visitor.follow("Назад")


def check_aftermath(visitor: Visitor) -> None:
    """The operation stands in the history, the bill is paid, and the bank was asked for its money once."""
    visitor.follow_menu("История операций" if visitor.screen.width > 600 else "История")
    visitor.sees("История операций", PROVIDER, TOTAL, "выполнена")
    visitor.follow("Детали")
    visitor.sees("Детали операции", "выполнена")
    visitor.follow_menu("Счета к оплате" if visitor.screen.width > 600 else "Счета")
    visitor.does_not_see("Не оплачен")
    visitor.follow("Все")
    visitor.sees("05.07.2017", TOTAL, "Оплачен")
    assert visitor.main.get_by_role("link", name="Оплатить").count() == 0
    assert [charge["amount"] for charge in visitor.stack.charges()] == [1_297_024]

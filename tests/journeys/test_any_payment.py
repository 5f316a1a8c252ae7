"""A payment to a provider of the catalogue: each category, through the login, scripts on and off."""

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, Visit
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(390)], ids=str)
def test_a_visitor_pays_for_the_internet_and_keeps_what_he_typed(portal: Stack, visit: Visit, screen: Screen) -> None:
    visitor = visit(portal, screen, next(portal.residents))
    visitor.open("/")
    visitor.main.get_by_label("Введите название поставщика").fill("акад")
    assert visitor.main.locator("[data-provider]").locator("visible=true").all_inner_texts() == ["АКАДО"]
    visitor.follow("АКАДО")
    visitor.fill("Номер договора", "1234567")
    visitor.press("Далее")
    visitor.fill("Номер мобильного телефона", visitor.person.typed_phone)
    visitor.fill("Пароль", visitor.person.password)
    visitor.press("Войти")
    assert visitor.main.get_by_label("Номер договора").input_value() == "1234567"
    visitor.press("Далее")

    pay(visitor, "1234.56", "1 234,56")

    visitor.sees("Детали операции", "выполнена", "АКАДО", "Номер договора", "1234567", "1 234,56")
    assert [charge["amount"] for charge in visitor.stack.charges()] == [1_234_56]


@pytest.mark.parametrize("screen", [Screen(1280, javascript=False)], ids=str)
def test_a_resident_pays_for_a_phone_a_fine_and_a_utility_without_scripts(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.follow("Штрафы ГИБДД")
    visitor.sees("Проверка штрафов пока недоступна. Укажите УИН и сумму из постановления")
    visitor.fill("Номер постановления (УИН)", "18810142200817004923")
    visitor.press("Далее")
    visitor.sees("18810142200817004923", "Сумма к оплате, руб.")

    visitor.follow_menu("Коммунальные услуги")
    visitor.follow("показать все")
    visitor.main.get_by_label("Введите название поставщика").fill("электро")
    visitor.press("Найти")
    visitor.follow("Городские электросети")
    visitor.fill("Номер лицевого счёта", "12345-678-90")
    visitor.press("Далее")
    visitor.sees("1 %, не меньше 10,00 ₽, не больше 100,00 ₽")

    visitor.open("/")
    visitor.fill("Номер телефона", "916 123-45-67")
    visitor.press("Оплатить")
    visitor.sees("МТС (Мобильная связь)", "Возможно, это номер оператора «МТС»")
    visitor.press("Далее")
    pay(visitor, "500", "500,00")

    visitor.sees("Детали операции", "выполнена", "Номер телефона", "+7 916 123-45-67", "500,00")
    assert [charge["amount"] for charge in visitor.stack.charges()] == [500_00]


def pay(visitor: Visitor, typed: str, total: str) -> None:
    """From the page with the sum to the result."""
    visitor.fill("Сумма к оплате, руб.", typed)
    visitor.press("Далее")
    visitor.sees("Выберите способ оплаты", total)
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", total)
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")

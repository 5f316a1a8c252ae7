"""People go back, refresh, open two tabs and are logged out half-way: they lose nothing and pay once."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


NO_CARD = ("Данные карты не хранятся: введите их ещё раз", "По этой операции деньги не списаны")


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_back_and_refresh_at_every_step_pay_once(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    page = visitor.page
    steps.open_bill(visitor)
    visitor.press("Далее")
    page.reload()
    visitor.sees("Введите данные банковской карты")
    page.go_back()
    visitor.sees("Параметры операции")
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    page.reload()
    visitor.sees("Проверьте и оплатите", "МИР (***7761)")
    visitor.press("Оплатить")
    code = visitor.next_code(digits=6)
    page.reload()
    visitor.sees("Подтвердите оплату")
    visitor.fill("Одноразовый пароль", code)

    visitor.press("Подтвердить")
    visitor.sees("Детали операции", "выполнена")
    page.reload()
    visitor.sees("Детали операции", "выполнена")

    assert len(visitor.stack.charges()) == 1
    assert codes_sent(visitor) == 1


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
@pytest.mark.parametrize("step", ["check", "password", "confirm"])
def test_a_tab_put_away_while_the_sms_was_read_says_why_the_card_is_asked_again(
    resident: Guest, screen: Screen, step: str
) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Оплатить")
    visitor.next_code(digits=6)

    visitor.open(re.sub("[a-z]+/$", f"{step}/", urlsplit(visitor.page.url).path))
    visitor.sees(*NO_CARD)
    type_card_again(visitor)

    assert visitor.stack.charges() == []


def test_back_from_the_code_leads_through_drawn_pages_to_the_charges(resident: Guest) -> None:
    visitor = resident(Screen(390))
    page = visitor.page
    steps.open_bill(visitor)
    bill = page.url
    visitor.fill("Сумма к оплате, руб.", "0")
    visitor.press("Далее")
    visitor.sees("Проверьте форму")
    visitor.fill("Сумма к оплате, руб.", "100,50")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Далее")
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", "12")
    visitor.press("Подтвердить")
    visitor.sees("Одноразовый пароль состоит из 6 цифр")

    for step in ("password", "check"):
        page.go_back()
        visitor.sees("Выберите способ оплаты", "100,50", *NO_CARD)
        assert page.url.endswith("/card/"), step
    page.go_back()
    visitor.sees("Выберите способ оплаты", "100,50")
    visitor.does_not_see(*NO_CARD)
    page.go_back()
    visitor.sees("Параметры операции")
    assert page.url.startswith(bill)


def test_back_to_the_check_page_of_the_usual_card_keeps_payment_and_sum(resident: Guest) -> None:
    visitor = resident(Screen(390))
    keep_card(visitor)
    visitor.follow_menu("Счета")
    visitor.follow("Оплатить")
    visitor.fill("Сумма к оплате, руб.", "200,50")
    visitor.fill("CVV/CVC код", "123")
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", "200,50")
    visitor.press("Оплатить")
    visitor.sees("Часть этого счёта уже оплачена")

    visitor.page.go_back()

    visitor.sees("Выберите способ оплаты", "200,50", *NO_CARD)


def keep_card(visitor: Visitor) -> None:
    """Pay a part of the bill by a card that is remembered."""
    steps.open_bill(visitor)
    visitor.fill("Сумма к оплате, руб.", "970,24")
    visitor.press("Далее")
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.tick("Запомнить карту")
    visitor.press("Далее")
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Подтвердить")
    visitor.sees("Детали операции", "выполнена")


def type_card_again(visitor: Visitor) -> None:
    """From the card page to the check page."""
    steps.fill_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Далее")
    visitor.sees("Проверьте и оплатите", "МИР (***7761)")


def codes_sent(visitor: Visitor) -> int:
    """How many SMS with a payment's code went to his phone."""
    codes = "SELECT count(*) FROM notifications_message WHERE address = ? AND kind LIKE ?"
    ((count,),) = visitor.stack.ask(codes, visitor.person.phone, "%PAYMENT%")
    return int(count)


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_a_lost_session_costs_a_login_and_the_card_again(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    steps.open_bill(visitor)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    visitor.press("Оплатить")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.page.context.clear_cookies(name=f"session-{visitor.stack.port}")

    visitor.press("Подтвердить")
    visitor.fill("Номер мобильного телефона", visitor.person.typed_phone)
    visitor.fill("Пароль", visitor.person.password)
    visitor.press("Войти")

    assert visitor.stack.charges() == []
    visitor.sees("Введите данные банковской карты", steps.TOTAL)
    assert visitor.main.get_by_label("Номер карты").input_value() == ""


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_the_second_tab_finds_the_bill_taken(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    second = Visitor(visitor.page.context.new_page(), visitor.stack, screen, visitor.person)
    steps.open_bill(visitor)
    second.open("/bills/")
    steps.open_bill(second)
    steps.type_card(second, number=steps.WITHOUT_PASSWORD)
    steps.type_card(visitor, number=steps.WITHOUT_PASSWORD)
    steps.confirm(visitor)
    visitor.sees("Детали операции", "выполнена")

    second.press("Оплатить")
    second.sees("Возможно, это уже оплачено", "осталось заплатить 0,00")
    second.press("Заплатить ещё раз")
    second.fill("Одноразовый пароль", second.next_code(digits=6))
    second.press("Подтвердить")

    second.sees("По этой операции деньги не списаны")
    second.does_not_see("Ваш перевод принят")
    assert len(visitor.stack.charges()) == 1

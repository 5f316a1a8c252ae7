"""A caller whose cabinet is blocked: found, identified, let in again by the keyboard alone, every step noted."""

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Guest, StartStack, Visit
from tests.journeys.people import Person
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]
OPERATOR = Person(phone="+79000000001", account="")
LOGIN = re.compile(r"^(.+), пароль (\S+), код сейчас (\d{6})$", re.MULTILINE)
SEARCH = "Телефон, последние цифры, лицевой счёт, номер транзакции или фамилия"
WORD = "Кодовое слово, как его назвал звонящий"


def come_in(operator: Visitor) -> None:
    """Phone, password, and the code that an authenticator would show."""
    (_, password, code), _ = LOGIN.findall(operator.stack.command("demo_staff_code"))
    operator.open("/admin/")
    operator.fill("Телефон", operator.person.typed_phone)
    operator.fill("Пароль", password)
    operator.press("Далее")
    operator.fill("Код", code)
    operator.press("Войти")
    operator.sees("Рабочее место")


def search(operator: Visitor, text: str) -> None:
    operator.follow_menu("Житель")
    operator.fill(SEARCH, text)
    operator.press_enter(SEARCH)


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_a_blocked_caller_is_let_in_again_in_two_clicks(resident: Guest, visit: Visit, screen: Screen) -> None:
    caller = resident(Screen(390))
    caller.stack.command("block", "--phone", caller.person.phone, "--reason", "потерян телефон")
    assert "кабинет заблокирован" in caller.next_sms()
    operator = visit(caller.stack, screen, OPERATOR)
    come_in(operator)
    search(operator, caller.person.phone[-7:])
    operator.sees("Ветрова Мария", caller.person.masked_phone, "Осталось попыток: 3")
    operator.does_not_see(caller.person.account, "Счета", caller.person.email)
    expect(operator.main.get_by_label(WORD)).to_be_focused()

    operator.fill(WORD, "лютик")
    operator.press_enter(WORD)
    operator.sees("Осталось попыток: 2")
    operator.fill(WORD, caller.person.code_word.upper())
    operator.press("Проверить")
    operator.sees("Опознан, открыто до", "потерян телефон", caller.person.account)
    operator.fill("Причина", "телефон нашёлся")
    operator.press("Разблокировать")

    operator.sees("разблокировка", "телефон нашёлся", "кодовое слово не совпало", "кодовое слово совпало")
    operator.does_not_see(caller.person.code_word)
    assert "кабинет разблокирован" in caller.next_sms()
    assert "Журнал цел" in caller.stack.command("verify_journal")
    operator.press("Закончить звонок")
    operator.page.go_back()
    operator.page.reload()
    operator.does_not_see(caller.person.account)


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_three_wrong_words_shut_the_card_without_scripts_too(
    start_stack: StartStack, resident: Guest, visit: Visit, screen: Screen
) -> None:
    """A portal of its own: the operator's code of this half a minute is good for one login only."""
    caller = resident(Screen(390), start_stack())
    operator = visit(caller.stack, screen, OPERATOR)
    come_in(operator)
    search(operator, caller.person.account)
    where = urlsplit(operator.page.url).path

    for _ in range(3):
        operator.fill(WORD, "лютик")
        operator.press("Проверить")

    operator.sees("Попыток больше нет")
    operator.does_not_see("Проверить")
    operator.open(where)
    operator.sees("Попыток больше нет")


@pytest.mark.parametrize("screen", [Screen(1280, javascript=False)], ids=str)
def test_the_login_moves_to_a_new_phone_and_the_old_sessions_end(
    start_stack: StartStack, resident: Guest, visit: Visit, screen: Screen
) -> None:
    caller = resident(Screen(390), start_stack())
    new_phone = next(caller.stack.strangers).phone
    operator = visit(caller.stack, screen, OPERATOR)
    come_in(operator)
    search(operator, caller.person.account)
    operator.fill(WORD, caller.person.code_word)
    operator.press("Проверить")

    operator.page.get_by_role("link", name="Сменить номер входа").click()
    operator.fill("Новый номер", caller.person.typed_phone)
    operator.fill("Причина", "новый телефон")
    operator.press("Далее")
    operator.sees("С этим номером житель входит и сейчас")
    operator.fill("Новый номер", new_phone)
    operator.press("Далее")
    operator.fill("Одноразовый пароль", caller.stack.next_code(new_phone, digits=6))
    operator.press("Далее")

    operator.sees("Номер входа изменён")
    caller.open("/bills/")
    caller.sees("Номер мобильного телефона", "Пароль")
    caller.fill("Номер мобильного телефона", new_phone)
    caller.fill("Пароль", caller.person.password)
    caller.press("Войти")
    caller.sees("Счета к оплате")

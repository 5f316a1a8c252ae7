"""A stranger has got in: the owner hears of it, throws him out, closes the cabinet from the SMS and from within."""

import re
from urllib.parse import urlsplit

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, StartStack, Visit
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def is_refused(visitor: Visitor) -> None:
    """The page of a blocked cabinet, whose status 403 the browser mentions in its console."""
    visitor.sees("Личный кабинет заблокирован", "8 800 100-39-00")
    visitor.complaints = [line for line in visitor.complaints if "403" not in line]


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_a_stolen_password_does_not_help_for_long(
    start_stack: StartStack, stranger: Guest, visit: Visit, screen: Screen
) -> None:
    stack = start_stack(NEW_DEVICE_NOTICE="1")
    owner = stranger(screen, stack)
    thief = visit(stack, screen, owner.person)
    steps.register(owner)
    steps.log_in(thief)
    text = owner.next_sms()
    assert text.startswith("Вход с нового устройства: Chrome, Linux. Это были не вы? Заблокируйте кабинет: ")

    owner.follow_menu("Настройки")
    owner.follow_menu("Активные сеансы")
    owner.sees("Chrome, Linux", "текущий")
    owner.press("Завершить все, кроме текущего")
    owner.sees("Все сеансы, кроме текущего, завершены.")
    thief.open("/accounts/")
    thief.sees("Сеанс завершён")

    steps.log_in(thief)
    relative = visit(stack, screen, owner.person)
    relative.open(urlsplit(re.findall(r"http\S+", text)[0]).path)
    relative.sees("Быстрая блокировка", owner.person.masked_phone)
    relative.press("Заблокировать кабинет")
    relative.sees("Личный кабинет заблокирован")
    assert "кабинет заблокирован" in owner.next_sms()
    for window in (thief, owner):
        window.open("/bills/")
        is_refused(window)


@pytest.mark.parametrize("screen", [Screen(390, javascript=False), Screen(1280)], ids=str)
def test_the_owner_blocks_and_staff_open(resident: Guest, screen: Screen) -> None:
    owner = resident(screen)
    owner.follow_menu("Настройки")
    owner.follow_menu("Активные сеансы")
    owner.sees("Chrome, Linux", "текущий", "та же сеть, что у Вас сейчас")
    owner.follow_menu("Блокировка")
    owner.sees("Заблокируйте свой аккаунт", "Получить одноразовый пароль")
    owner.press("Получить одноразовый пароль")
    owner.sees("Внимание! Введите одноразовый пароль.")
    owner.fill("Одноразовый пароль", "12")
    owner.press("Заблокировать")
    owner.sees("Одноразовый пароль состоит из 6 цифр")
    owner.fill("Одноразовый пароль", owner.next_code(digits=6))

    owner.press("Заблокировать")

    owner.sees("Личный кабинет заблокирован", "8 800 100-39-00")
    assert "кабинет заблокирован" in owner.next_sms()
    steps.log_in(owner)
    is_refused(owner)
    said = owner.stack.command("unblock", "--phone", owner.person.phone, "--reason", "кодовое слово верно")
    assert said.strip() == f"Кабинет {owner.person.masked_phone} разблокирован"
    text = owner.next_sms()
    assert "кабинет разблокирован" in text
    steps.log_in(owner)
    owner.open("/accounts/")
    owner.sees("Лицевые счета")
    block_by_link(owner, urlsplit(re.findall(r"http\S+", text)[0]).path)


def block_by_link(owner: Visitor, link: str) -> None:
    """«Быстрая блокировка»: a link cut short first, then the whole one."""
    owner.open(link[:-3])
    owner.sees("Ссылка не действует", "8 800 100-39-00")
    owner.complaints = [line for line in owner.complaints if "404" not in line]
    owner.open(link)
    owner.sees("Быстрая блокировка", owner.person.masked_phone)
    owner.press("Заблокировать кабинет")
    is_refused(owner)

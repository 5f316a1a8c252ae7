"""A stranger has got in: the owner hears of it, throws him out, closes the cabinet from the SMS and from within."""

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.journeys import steps
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

Visit = Callable[[Stack, Screen], Visitor]


def log_in(visitor: Visitor) -> None:
    visitor.open("/login/")
    visitor.fill("Номер мобильного телефона", "+7 926 555-44-33")
    visitor.fill("Пароль", "Vetrova2026")
    visitor.press("Войти")


def is_refused(visitor: Visitor) -> None:
    """The page of a blocked cabinet, whose status 403 the browser mentions in its console."""
    visitor.sees("Личный кабинет заблокирован", "8 800 100-39-00")
    visitor.complaints = [line for line in visitor.complaints if "403" not in line]


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_a_stolen_password_does_not_help_for_long(
    start_stack: Callable[..., Stack], visit: Visit, screen: Screen
) -> None:
    stack = start_stack(NEW_DEVICE_NOTICE="1")
    owner, thief = visit(stack, screen), visit(stack, screen)
    steps.register(owner)
    log_in(thief)
    text = stack.next_sms(steps.PHONE)
    assert text.startswith("Вход с нового устройства: Chrome, Linux. Это были не вы? Заблокируйте кабинет: ")

    owner.follow_menu("Настройки")
    owner.follow_menu("Активные сеансы")
    owner.sees("Chrome, Linux", "текущий")
    owner.press("Завершить все, кроме текущего")
    owner.sees("Все сеансы, кроме текущего, завершены.")
    thief.open("/accounts/")
    thief.sees("Этот сеанс завершён")

    log_in(thief)
    relative = visit(stack, screen)
    relative.open(urlsplit(re.findall(r"http\S+", text)[0]).path)
    relative.sees("Быстрая блокировка", "+7 926 ***-**-33")
    relative.press("Заблокировать кабинет")
    relative.sees("Личный кабинет заблокирован")
    assert "кабинет заблокирован" in stack.next_sms(steps.PHONE)
    for window in (thief, owner):
        window.open("/bills/")
        is_refused(window)


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_the_owner_blocks_and_staff_open(start_stack: Callable[..., Stack], visit: Visit, screen: Screen) -> None:
    stack = start_stack()
    owner = visit(stack, screen)
    steps.register(owner)
    owner.follow_menu("Настройки")
    owner.follow_menu("Блокировка")
    owner.sees("Заблокируйте свой аккаунт", "Получить одноразовый пароль")
    owner.press("Получить одноразовый пароль")
    owner.sees("Внимание! Введите одноразовый пароль.")
    owner.fill("Одноразовый пароль", "12")
    owner.press("Заблокировать")
    owner.sees("Одноразовый пароль состоит из 6 цифр")
    owner.fill("Одноразовый пароль", stack.next_code(steps.PHONE, digits=6))

    owner.press("Заблокировать")

    owner.sees("Личный кабинет заблокирован", "8 800 100-39-00")
    assert "кабинет заблокирован" in stack.next_sms(steps.PHONE)
    log_in(owner)
    is_refused(owner)
    said = stack.command("unblock", "--phone", steps.PHONE, "--reason", "кодовое слово верно")
    assert said.strip() == "Кабинет +7 926 ***-**-33 разблокирован"
    assert "кабинет разблокирован" in stack.next_sms(steps.PHONE)
    log_in(owner)
    owner.open("/accounts/")
    owner.sees("Лицевые счета")

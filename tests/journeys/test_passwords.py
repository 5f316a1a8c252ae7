"""A resident confirms his e-mail, changes his password, forgets it, and is the only one who can choose another."""

import re
from collections.abc import Callable

import pytest

from tests.journeys import steps
from tests.journeys.stack import Stack, until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

DEMO = "+79161234567"
EMAIL = "maria@example.com"

Visit = Callable[[Stack, Screen], Visitor]


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_a_new_resident_confirms_his_email_and_changes_his_password(
    start_stack: Callable[..., Stack], visit: Visit, screen: Screen
) -> None:
    visitor = visit(start_stack(), screen)
    steps.register(visitor)
    visitor.sees("Подтвердите e-mail", f"мы отправили ссылку на {EMAIL}")
    confirm_email(visitor)
    elsewhere = visit(visitor.stack, screen)
    log_in(elsewhere, steps.PHONE, "Vetrova2026")
    elsewhere.open("/accounts/")
    elsewhere.sees("Лицевые счета")

    visitor.open("/accounts/")
    visitor.follow_menu("Смена пароля")
    visitor.fill("Текущий пароль", "Vetrova2026")
    visitor.fill("Новый пароль", "Berezka2026")
    visitor.fill("Повторите пароль", "Berezka2026")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.stack.next_code(steps.PHONE, digits=6))
    visitor.press("Сохранить")

    visitor.sees("Пароль изменён.")
    assert "пароль изменён" in visitor.stack.next_sms(steps.PHONE)
    until(lambda: len(visitor.stack.letters(EMAIL)) == 2, seconds=15)
    visitor.open("/accounts/")
    visitor.sees("Лицевые счета")
    elsewhere.open("/accounts/")
    elsewhere.sees("Вход в личный кабинет")


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_a_forgotten_password_is_chosen_anew(start_stack: Callable[..., Stack], visit: Visit, screen: Screen) -> None:
    visitor = visit(start_stack(), screen)
    visitor.open("/")
    visitor.follow_menu("Забыли пароль?")
    visitor.fill("Номер мобильного телефона", "8 916 123-45-67")
    steps.read_picture(visitor)
    visitor.press("Далее")
    visitor.sees("+7 916 ***-**-67", "Осталось 5 попыток")
    code = visitor.stack.next_code(DEMO, digits=6)
    visitor.fill("Одноразовый пароль", f"{(int(code) + 1) % 1_000_000:06}")
    visitor.press_enter("Одноразовый пароль")
    visitor.sees("Неверный пароль. Осталось попыток: 4")
    visitor.fill("Одноразовый пароль", code)
    visitor.press("Далее")
    visitor.fill("Новый пароль", "Berezka2026")
    visitor.fill("Повторите пароль", "Berezka2026")

    visitor.press("Сохранить")

    visitor.sees("Вход в личный кабинет", "Пароль изменён. Войдите с новым паролем")
    assert "пароль изменён" in visitor.stack.next_sms(DEMO)
    assert visitor.stack.letters("ivanovivan@mail.ru") == []
    log_in(visitor, DEMO, "Berezka2026")
    visitor.sees("Я хочу оплатить:")


def confirm_email(visitor: Visitor) -> None:
    """Open the link of the letter and press the button."""
    until(lambda: visitor.stack.letters(EMAIL), seconds=15)
    (link,) = re.findall(r"http://\S+", visitor.stack.letters(EMAIL)[-1].get_content())
    visitor.open(link.removeprefix(visitor.stack.url))
    visitor.sees(EMAIL)
    assert visitor.stack.ask("SELECT count(*) FROM accounts_user WHERE email_confirmed_at IS NOT NULL") == [(0,)]
    visitor.press("Подтвердить e-mail")
    visitor.sees("E-mail подтверждён.")


def log_in(visitor: Visitor, phone: str, password: str) -> None:
    """The login page."""
    visitor.open("/login/")
    visitor.fill("Номер мобильного телефона", phone)
    visitor.fill("Пароль", password)
    visitor.press("Войти")

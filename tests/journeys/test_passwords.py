"""A resident confirms his e-mail, changes his password, forgets it, and is the only one who can choose another."""

import re

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, Visit
from tests.journeys.stack import Stack, until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NEW_PASSWORD = "Berezka2026"


@pytest.mark.parametrize("screen", [Screen(1280)], ids=str)
def test_a_new_resident_confirms_his_email_and_changes_his_password(
    stranger: Guest, visit: Visit, screen: Screen
) -> None:
    visitor = stranger(screen)
    steps.register(visitor)
    visitor.sees("Подтвердите e-mail", f"мы отправили ссылку на {visitor.person.email}")
    confirm_email(visitor)
    elsewhere = visit(visitor.stack, screen, visitor.person)
    steps.log_in(elsewhere)
    elsewhere.open("/accounts/")
    elsewhere.sees("Лицевые счета")

    visitor.open("/accounts/")
    visitor.follow_menu("Смена пароля")
    visitor.fill("Текущий пароль", visitor.person.password)
    visitor.fill("Новый пароль", NEW_PASSWORD)
    visitor.fill("Повторите пароль", NEW_PASSWORD)
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Сохранить")

    visitor.sees("Пароль изменён.")
    assert "Пароль изменён" in visitor.next_sms()
    until(lambda: len(visitor.stack.letters(visitor.person.email)) == 2, seconds=15)
    visitor.open("/accounts/")
    visitor.sees("Лицевые счета")
    elsewhere.open("/accounts/")
    elsewhere.sees("Вход в личный кабинет")


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_a_forgotten_password_is_chosen_anew(portal: Stack, visit: Visit, screen: Screen) -> None:
    visitor = visit(portal, screen, next(portal.residents))
    visitor.open("/")
    visitor.follow_menu("Забыли пароль?")
    visitor.fill("Номер мобильного телефона", visitor.person.typed_phone)
    steps.read_picture(visitor)
    visitor.press("Далее")
    visitor.sees(visitor.person.masked_phone, "Осталось 5 попыток")
    code = visitor.next_code(digits=6)
    visitor.fill("Одноразовый пароль", f"{(int(code) + 1) % 1_000_000:06}")
    visitor.press_enter("Одноразовый пароль")
    visitor.sees("Неверный пароль. Осталось попыток: 4")
    visitor.fill("Одноразовый пароль", code)
    visitor.press("Далее")
    visitor.fill("Новый пароль", NEW_PASSWORD)
    visitor.fill("Повторите пароль", NEW_PASSWORD)

    visitor.press("Сохранить")

    visitor.sees("Вход в личный кабинет", "Пароль изменён. Войдите с новым паролем")
    assert "Пароль изменён" in visitor.next_sms()
    assert visitor.stack.letters(visitor.person.email) == []
    steps.log_in(visitor, password=NEW_PASSWORD)
    visitor.sees("Я хочу оплатить:")


def confirm_email(visitor: Visitor) -> None:
    """Open the link of the letter and press the button."""
    until(lambda: visitor.stack.letters(visitor.person.email), seconds=15)
    (link,) = re.findall(r"http://\S+", visitor.stack.letters(visitor.person.email)[-1].get_content())
    visitor.open(link.removeprefix(visitor.stack.url))
    visitor.sees(visitor.person.email)
    confirmed = "SELECT count(*) FROM accounts_user WHERE phone = ? AND email_confirmed_at IS NOT NULL"
    assert visitor.stack.ask(confirmed, visitor.person.phone) == [(0,)]
    visitor.press("Подтвердить e-mail")
    visitor.sees("E-mail подтверждён.")
    assert visitor.stack.ask(confirmed, visitor.person.phone) == [(1,)]

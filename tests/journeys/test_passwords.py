"""A resident confirms his e-mail, changes his password, forgets it, and is the only one who can choose another."""

import re

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, Visit
from tests.journeys.stack import Stack, until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

NEW_PASSWORD = "Berezka2026"
BOTH_WAYS = [Screen(1280), Screen(390, javascript=False)]


@pytest.mark.parametrize("screen", BOTH_WAYS, ids=str)
def test_a_new_resident_confirms_his_email_and_changes_his_password(
    stranger: Guest, visit: Visit, screen: Screen
) -> None:
    visitor = stranger(screen)
    register_with_mistakes(visitor)
    visitor.sees("Подтвердите e-mail", f"мы отправили ссылку на {visitor.person.email}")
    confirm_email(visitor)
    elsewhere = visit(visitor.stack, screen, visitor.person)
    steps.log_in(elsewhere)
    elsewhere.open("/accounts/")
    elsewhere.sees("Лицевые счета")

    visitor.open("/password/change/")
    visitor.fill("Текущий пароль", visitor.person.password)
    visitor.fill("Новый пароль", "123456")
    visitor.fill("Повторите пароль", NEW_PASSWORD)
    visitor.press("Получить одноразовый пароль")
    visitor.sees("Проверьте форму", "Такой пароль легко угадать", "Пароли не совпадают")
    visitor.fill("Текущий пароль", visitor.person.password)
    visitor.fill("Новый пароль", NEW_PASSWORD)
    visitor.fill("Повторите пароль", NEW_PASSWORD)
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", "12")
    visitor.press("Сохранить")
    visitor.sees("Одноразовый пароль состоит из 6 цифр")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Сохранить")

    visitor.sees("Пароль изменён.")
    assert "Пароль изменён" in visitor.next_sms()
    until(lambda: len(visitor.stack.letters(visitor.person.email)) == 2, seconds=15)
    visitor.open("/accounts/")
    visitor.sees("Лицевые счета")
    elsewhere.open("/accounts/")
    elsewhere.sees("Вход в личный кабинет")


@pytest.mark.parametrize("screen", BOTH_WAYS, ids=str)
def test_a_forgotten_password_is_chosen_anew(portal: Stack, visit: Visit, screen: Screen) -> None:
    visitor = visit(portal, screen, next(portal.residents))
    visitor.open("/")
    visitor.follow_menu("Забыли пароль?")
    visitor.fill("Номер мобильного телефона", "123")
    visitor.press("Далее")
    visitor.sees("Введите номер российского мобильного телефона", "Введите код с картинки")
    visitor.fill("Номер мобильного телефона", visitor.person.typed_phone)
    steps.read_picture(visitor)
    visitor.press("Далее")
    visitor.sees(visitor.person.masked_phone, "Осталось попыток: 5")
    code = visitor.next_code(digits=6)
    visitor.fill("Одноразовый пароль", f"{(int(code) + 1) % 1_000_000:06}")
    visitor.press_enter("Одноразовый пароль")
    visitor.sees("Неверный код из SMS. Осталось попыток: 4")
    visitor.fill("Одноразовый пароль", code)
    visitor.press("Далее")
    visitor.fill("Новый пароль", NEW_PASSWORD)
    visitor.press("Сохранить")
    visitor.sees("Повторите пароль")
    if screen.javascript:
        look_back(visitor)
    visitor.fill("Новый пароль", NEW_PASSWORD)
    visitor.fill("Повторите пароль", NEW_PASSWORD)

    visitor.press("Сохранить")

    visitor.sees("Вход в личный кабинет", "Пароль изменён. Войдите с новым паролем")
    assert "Пароль изменён" in visitor.next_sms()
    assert visitor.stack.letters(visitor.person.email) == []
    steps.log_in(visitor)
    visitor.sees("Неверный номер телефона или пароль")
    steps.log_in(visitor, password=NEW_PASSWORD)
    visitor.sees("Я хочу оплатить:")


def register_with_mistakes(visitor: Visitor) -> None:
    """Nothing filled in first, then a code of two digits."""
    visitor.open("/registration/")
    visitor.press("Зарегистрироваться")
    visitor.sees("Проверьте форму", "Введите фамилию", "Введите e-mail", "Нужно согласие на обработку")
    steps.fill_registration(visitor)
    visitor.press("Зарегистрироваться")
    visitor.fill("Введите код", "12")
    visitor.press("Подтвердить")
    visitor.sees("Код из SMS состоит из 4 цифр")
    visitor.fill("Введите код", visitor.next_code(digits=4))
    visitor.press("Подтвердить")
    visitor.sees("Добро пожаловать в Ваш Личный кабинет!")


def look_back(visitor: Visitor) -> None:
    """Back from the mistake in the new password, whose code is used: pages of the portal, then on where he was."""
    for _ in range(3):
        visitor.page.go_back()
        visitor.sees("Новый пароль", "Повторите пароль")
    visitor.page.go_back()
    visitor.sees("Номер мобильного телефона", "Код с картинки")
    visitor.open("/password/reset/new/")


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

"""A register comes in: SMS and letter tell of the bill, their link opens it after login; who left hears nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.billing.registers import register_text, row
from tests.journeys.conftest import Guest, Visit
from tests.journeys.stack import until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.fixture
def take_in(tmp_path: Path) -> Callable[[Visitor, int, str, str], None]:
    """Takes a register in that has one bill of the visitor's account."""

    def take_in(visitor: Visitor, amount: int, period: str, issued: str) -> None:
        file = tmp_path / f"{period}.csv"
        text = register_text(row(visitor.person.account, amount), period=period, issued=issued)
        file.write_text(text, encoding="utf-8")
        visitor.stack.command("import_bills", str(file))

    return take_in


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_news_of_a_bill(resident: Guest, visit: Visit, take_in: Callable[..., None], screen: Screen) -> None:
    visitor = resident(screen)
    confirm_email(visitor)
    take_in(visitor, 4321, "07.2017", "05.08.2017")

    text = visitor.next_sms()
    until(lambda: len(visitor.stack.letters(visitor.person.email)) == 2, seconds=15)
    letter = visitor.stack.letters(visitor.person.email)[-1]

    assert re.fullmatch(r"Счёт 4 321,00 ₽ до 10\.08, Центральная 5-1 http://127\.0\.0\.1:\d+/b/\w+", text)
    assert letter["Subject"].strip() == "Новый счёт: Центральная 5-1, 4 321,00 ₽"
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    phone = open_it_in_another_browser(visitor, visit, re.findall(r"/b/\w+", text)[0])
    unsubscribe = re.findall(r"/unsubscribe/\S+", letter.get_content())[0]
    phone.open("/email/")
    phone.sees("подтверждён")
    phone.open(unsubscribe)
    phone.sees("Отписаться")
    visitor.open(unsubscribe)
    visitor.press("Отписаться")
    visitor.sees("Вы отписаны", "счета на e-mail")
    unsubscribe_from_sms(visitor)
    take_in(visitor, 5555, "08.2017", "05.09.2017")
    news = "SELECT COUNT(*) FROM notifications_message WHERE category = 3 AND address IN (?, ?)"
    assert visitor.stack.ask(news, visitor.person.phone, visitor.person.email) == [(2,)]


def confirm_email(visitor: Visitor) -> None:
    """The link of the letter, and its button."""
    visitor.open("/email/")
    visitor.press("Отправить ссылку")
    until(lambda: visitor.stack.letters(visitor.person.email), seconds=15)
    visitor.open(re.findall(r"/email/\S+", visitor.stack.letters(visitor.person.email)[0].get_content())[0])
    visitor.press("Подтвердить e-mail")


def open_it_in_another_browser(visitor: Visitor, visit: Visit, link: str) -> Visitor:
    """The SMS is read on a phone that is not logged in, and runs scripts."""
    phone = visit(visitor.stack, Screen(390), visitor.person)
    phone.open(link)
    phone.fill("Номер мобильного телефона", visitor.person.typed_phone)
    phone.fill("Пароль", visitor.person.password)
    phone.press("Войти")
    phone.sees("Параметры операции", "05.08.2017", "4 321,00")
    return phone


def unsubscribe_from_sms(visitor: Visitor) -> None:
    """«Управление подписками»: the tick off, the one-time password, «Сохранить»."""
    visitor.follow_menu("Настройки")
    visitor.follow_menu("Управление подписками")
    visitor.main.get_by_label("Я хочу получать SMS-уведомления о выставленных счетах").uncheck()
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Сохранить")
    visitor.sees("Подписки сохранены.")
    assert visitor.next_sms() == "Подписки: счета по SMS – нет"

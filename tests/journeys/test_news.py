"""A register comes in: SMS and letter tell of the bill, their link opens it after login; who left hears nothing."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.billing.registers import register_text, row
from tests.journeys import steps
from tests.journeys.stack import Stack, until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]


def take_in(stack: Stack, folder: Path, amount: int, period: str, issued: str) -> None:
    file = folder / f"{period}.csv"
    file.write_text(register_text(row(steps.ACCOUNT, amount), period=period, issued=issued), encoding="utf-8")
    stack.command("import_bills", str(file))


@pytest.mark.parametrize("screen", [Screen(390)], ids=str)
def test_news_of_a_bill(
    start_stack: Callable[..., Stack], visit: Callable[[Stack, Screen], Visitor], screen: Screen, tmp_path: Path
) -> None:
    stack = start_stack()
    visitor = visit(stack, screen)
    steps.register(visitor)
    steps.add_account(visitor)
    confirm_email(stack, visitor)

    take_in(stack, tmp_path, 4321, "07.2017", "05.08.2017")
    text = stack.next_sms(steps.PHONE)
    until(lambda: stack.letters("maria@example.com")[1:], seconds=15)
    letter = stack.letters("maria@example.com")[-1]

    assert re.fullmatch(r"Счёт 4 321,00 ₽ до 10\.08, Центральная 5-1 http://127\.0\.0\.1:\d+/b/\w+", text)
    assert letter["Subject"].strip() == "Новый счёт: Центральная 5-1, 4 321,00 ₽"
    reader = visit(stack, screen)
    reader.open(re.findall(r"/b/\w+", text)[0])
    reader.fill("Номер мобильного телефона", "+7 926 555-44-33")
    reader.fill("Пароль", "Vetrova2026")
    reader.press("Войти")
    reader.sees("Параметры операции", "05.08.2017", "4 321,00")

    stop = re.findall(r"/unsubscribe/\S+", letter.get_content())[0]
    reader.open(stop)
    reader.press("Отписаться")
    reader.sees("Вы отписаны")
    unsubscribe_from_sms(stack, visitor)
    take_in(stack, tmp_path, 5555, "08.2017", "05.09.2017")
    assert stack.ask("SELECT COUNT(*) FROM notifications_message WHERE category = 3") == [(2,)]


def confirm_email(stack: Stack, visitor: Visitor) -> None:
    until(lambda: stack.letters("maria@example.com"), seconds=15)
    visitor.open(re.findall(r"/email/\S+", stack.letters("maria@example.com")[0].get_content())[0])
    visitor.press("Подтвердить e-mail")


def unsubscribe_from_sms(stack: Stack, visitor: Visitor) -> None:
    """«Управление подписками»: the tick off, the one-time password, «Сохранить»."""
    visitor.open("/settings/subscriptions/")
    visitor.main.get_by_label("Я хочу получать SMS-уведомления о выставленных счетах").uncheck()
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", stack.next_code(steps.PHONE, digits=6))
    visitor.press("Сохранить")
    visitor.sees("Подписки сохранены.")
    assert stack.next_sms(steps.PHONE) == "Подписки: счета по SMS – нет"

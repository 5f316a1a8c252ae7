"""A resident writes to the service, takes his data along and closes the cabinet; a new device asks for a code."""

import json
import re

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, StartStack, Visit
from tests.journeys.stack import until
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]
# What an operator does in «Обращения».
ANSWER_IT = """
from django.utils import timezone
from accounts import feedback
from accounts.models import Feedback, User
feedback.answer(
    feedback=Feedback.objects.filter(resident=None, status="NEW").latest("pk"),
    text="Код отправлен ещё раз",
    who=User.objects.get(phone="+79000000001"),
    now=timezone.now(),
)
"""
NEW_AGREEMENT = """
from django.utils import timezone
from accounts import pages
from accounts.models import Page
pages.publish(page=Page.AGREEMENT, text="Новые условия", asks_again=True, author=None, now=timezone.now())
"""
PDF = {"name": "чек.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 " + b"0" * 100}


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
def test_he_writes_takes_his_data_along_and_leaves(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    person = visitor.person
    visitor.follow_menu("Обратная связь")
    visitor.press("Отправить")
    visitor.sees("Проверьте форму: исправьте 1 поле", "Напишите, что случилось")
    visitor.main.get_by_label("Тема").select_option("Возврат платежа")
    visitor.fill("Сообщение", "Верните за июнь")
    visitor.main.get_by_label("Файл").set_input_files([PDF])
    visitor.press("Отправить")
    visitor.sees("принято", "Возврат платежа", "Верните за июнь", "Новое")
    assert visitor.download("чек.pdf") == PDF["buffer"]
    visitor.follow("Назад")
    visitor.sees("Ваши обращения", "Возврат платежа")

    change_subscriptions(visitor)
    visitor.open("/my-data/")
    visitor.follow("Скачать")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", "12")
    visitor.press("Скачать")
    visitor.sees("Одноразовый пароль состоит из 6 цифр")
    visitor.main.get_by_label("JSON").check()
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    with visitor.page.expect_download() as download:
        visitor.main.get_by_role("button", name="Скачать", exact=True).click()
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))["sections"]
    assert kept["О Вас"][0]["Номер телефона"] == person.phone
    assert kept["Обращения"][0]["Сообщение"] == "Верните за июнь"
    visitor.sees("Копия готова, файл скачивается.")
    assert visitor.download("PDF – чтобы прочитать или напечатать").startswith(b"%PDF")

    visitor.open("/my-data/")
    visitor.follow("Удалить кабинет")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Удалить кабинет")
    visitor.sees("Кабинет закрыт", "Войти в него больше нельзя")
    gone = "SELECT count(*) FROM accounts_user WHERE phone = ?"
    until(lambda: visitor.stack.ask(gone, person.phone) == [(0,)], seconds=30)


def change_subscriptions(visitor: Visitor) -> None:
    """A wrong password first; the ticks wait for the right one."""
    visitor.open("/settings/subscriptions/")
    visitor.main.get_by_label("Я хочу получать SMS-уведомления о выставленных счетах").uncheck()
    visitor.press("Получить одноразовый пароль")
    code = visitor.next_code(digits=6)
    visitor.fill("Одноразовый пароль", f"{(int(code) + 1) % 1_000_000:06}")
    visitor.press("Сохранить")
    visitor.sees("Неверный код из SMS. Осталось попыток: 4")
    visitor.fill("Одноразовый пароль", code)
    visitor.press("Сохранить")
    visitor.sees("Подписки сохранены.")
    assert visitor.next_sms() == "Подписки: счета по SMS – нет"


@pytest.mark.parametrize("screen", [Screen(390, javascript=False), Screen(1280)], ids=str)
def test_a_stranger_writes_and_reads_what_staff_have_written(stranger: Guest, screen: Screen) -> None:
    visitor = stranger(screen)
    visitor.open("/feedback/")
    visitor.fill("Сообщение", "Не приходит код")
    visitor.fill("Как к Вам обращаться", "Пётр")
    visitor.fill("E-mail или телефон для ответа", "не скажу")
    steps.read_picture(visitor)
    visitor.press("Отправить")
    visitor.sees("Введите e-mail или номер мобильного телефона")
    visitor.fill("E-mail или телефон для ответа", visitor.person.typed_phone)
    steps.read_picture(visitor)
    visitor.press("Отправить")
    visitor.sees("Обращение №", "принято")
    visitor.stack.command("shell", "-c", ANSWER_IT)
    visitor.open(re.findall(r"/o/\S+", visitor.next_sms())[0])
    visitor.sees("Ответ на обращение №", "Код отправлен ещё раз")

    for path, words in (
        ("/about/", "личный кабинет жителя"),
        ("/questions/", "Не приходит SMS"),
        ("/privacy/", "Cookies"),
        ("/how-to-pay/", "карт"),
        ("/agreement/", "Соглашени"),
        ("/personal-data/", "обработк"),
    ):
        visitor.open(path)
        visitor.sees(words)


def test_a_new_device_needs_the_code_of_an_sms_and_new_documents_a_word(
    start_stack: StartStack, stranger: Guest, visit: Visit
) -> None:
    stack = start_stack(NEW_DEVICE_CODE="1", NEW_DEVICE_NOTICE="1")
    visitor = stranger(Screen(390), stack)
    steps.register(visitor)
    stack.command("shell", "-c", NEW_AGREEMENT)
    for screen in (Screen(390, javascript=False), Screen(1280)):
        come_from_elsewhere(visit(stack, screen, visitor.person), is_asked=screen.width == 390)


def come_from_elsewhere(elsewhere: Visitor, *, is_asked: bool) -> None:
    """Password, code, and once the agreement that has changed meanwhile."""
    elsewhere.open("/login/?next=/accounts/")
    elsewhere.fill("Номер мобильного телефона", elsewhere.person.typed_phone)
    elsewhere.fill("Пароль", elsewhere.person.password)
    elsewhere.press("Войти")
    elsewhere.sees("Вход с нового устройства", elsewhere.person.masked_phone)
    code = elsewhere.next_code(digits=6)
    elsewhere.fill("Код из SMS", f"{(int(code) + 1) % 1_000_000:06}")
    elsewhere.press("Войти")
    elsewhere.sees("Неверный код. Осталось попыток: 4")
    elsewhere.fill("Код из SMS", code)
    elsewhere.press("Войти")
    if is_asked:
        elsewhere.sees("Документы изменились")
        elsewhere.press("Принимаю")
    elsewhere.sees("Лицевые счета")
    assert "Вход с нового устройства" in elsewhere.next_sms()

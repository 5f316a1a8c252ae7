"""A resident writes to the service, takes his data along and closes the cabinet; a new device asks for a code."""

import json

import pytest

from tests.journeys import steps
from tests.journeys.conftest import Guest, StartStack, Visit
from tests.journeys.stack import until
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]
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

    visitor.open("/my-data/")
    visitor.follow("Скачать")
    visitor.press("Получить одноразовый пароль")
    visitor.main.get_by_label("JSON").check()
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    with visitor.page.expect_download() as download:
        visitor.main.get_by_role("button", name="Скачать", exact=True).click()
    kept = json.loads(download.value.path().read_text(encoding="utf-8"))["sections"]
    assert kept["О Вас"][0]["Номер телефона"] == person.phone
    assert kept["Обращения"][0]["Сообщение"] == "Верните за июнь"

    visitor.open("/my-data/")
    visitor.follow("Удалить кабинет")
    visitor.press("Получить одноразовый пароль")
    visitor.fill("Одноразовый пароль", visitor.next_code(digits=6))
    visitor.press("Удалить кабинет")
    visitor.sees("Кабинет закрыт", "Войти в него больше нельзя")
    gone = "SELECT count(*) FROM accounts_user WHERE phone = ?"
    until(lambda: visitor.stack.ask(gone, person.phone) == [(0,)], seconds=30)


@pytest.mark.parametrize("screen", [Screen(390, javascript=False)], ids=str)
def test_a_stranger_writes_and_reads_what_staff_have_written(stranger: Guest, screen: Screen) -> None:
    visitor = stranger(screen)
    visitor.open("/feedback/")
    visitor.fill("Сообщение", "Не приходит код")
    visitor.fill("Как к Вам обращаться", "Пётр")
    visitor.fill("E-mail или телефон для ответа", "не скажу")
    steps.read_picture(visitor)
    visitor.press("Отправить")
    visitor.sees("Введите e-mail или номер мобильного телефона")
    visitor.fill("E-mail или телефон для ответа", visitor.person.email)
    steps.read_picture(visitor)
    visitor.press("Отправить")
    visitor.sees("Обращение №", "принято")

    for path, words in (
        ("/about/", "личный кабинет жителя"),
        ("/questions/", "Не приходит SMS"),
        ("/privacy/", "Cookies"),
    ):
        visitor.open(path)
        visitor.sees(words)


@pytest.mark.parametrize("screen", [Screen(390)], ids=str)
def test_a_new_device_needs_the_code_of_an_sms(
    start_stack: StartStack, stranger: Guest, visit: Visit, screen: Screen
) -> None:
    stack = start_stack(NEW_DEVICE_CODE="1", NEW_DEVICE_NOTICE="1")
    visitor = stranger(screen, stack)
    steps.register(visitor)
    elsewhere = visit(stack, Screen(390, javascript=False), visitor.person)
    elsewhere.open("/login/?next=/accounts/")
    elsewhere.fill("Номер мобильного телефона", visitor.person.typed_phone)
    elsewhere.fill("Пароль", visitor.person.password)
    elsewhere.press("Войти")
    elsewhere.sees("Вход с нового устройства", visitor.person.masked_phone)
    code = elsewhere.next_code(digits=6)
    elsewhere.fill("Код из SMS", f"{(int(code) + 1) % 1_000_000:06}")
    elsewhere.press("Войти")
    elsewhere.sees("Неверный код. Осталось попыток: 4")
    elsewhere.fill("Код из SMS", code)
    elsewhere.press("Войти")
    elsewhere.sees("Лицевые счета")
    assert "Вход с нового устройства" in elsewhere.next_sms()

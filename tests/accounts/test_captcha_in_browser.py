"""«Обновить» and «Прослушать код» beside the picture, with the script and without it: nothing typed is lost."""

import re

import pytest
from captcha.models import CaptchaStore
from playwright.sync_api import expect

from accounts.models import PendingRegistration
from tests.accounts.make import CONFIRM, REGISTRATION

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[True, False], ids=["script", "no script"])
def form(request, live_server, new_context):
    """The registration form in a window, half filled in."""
    window = new_context(java_script_enabled=request.param, locale="ru-RU").new_page()
    window.goto(live_server.url + REGISTRATION)
    window.get_by_label("Фамилия").fill("Иванов")
    window.get_by_label("Номер мобильного телефона").fill("+7 926 111-22-33")
    return window


def picture_of(form):
    return form.get_by_alt_text("Картинка с кодом").get_attribute("src")


def test_it_brings_another_picture_and_keeps_what_was_typed(form):
    before = picture_of(form)

    form.get_by_role("button", name="Обновить").click()

    expect(form.get_by_alt_text("Картинка с кодом")).not_to_have_attribute("src", before)
    expect(form.get_by_label("Фамилия")).to_have_value("Иванов")
    expect(form.get_by_text("Проверьте форму")).to_have_count(0)


def test_the_new_picture_is_the_one_that_counts(form):
    before = picture_of(form)
    form.get_by_role("button", name="Обновить").click()
    expect(form.get_by_alt_text("Картинка с кодом")).not_to_have_attribute("src", before)
    key = picture_of(form).split("/")[-2]
    for label, text in {
        "Имя": "Иван",
        "E-mail": "ivanovivan@mail.ru",
        "Кодовое слово": "Смиронова",
        "Пароль": "Smart2017",
        "Повторите пароль": "Smart2017",
        "Код с картинки": CaptchaStore.objects.get(hashkey=key).response,
    }.items():
        form.get_by_label(label, exact=True).fill(text)
    form.get_by_label("Я согласен").check()
    form.get_by_label("согласие на обработку").check()

    form.get_by_label("Код с картинки").press("Enter")

    expect(form).to_have_url(re.compile(f"{CONFIRM}$"))
    assert PendingRegistration.objects.count() == 1


def test_the_code_is_said_without_leaving_the_form(form):
    with form.context.expect_event("response", lambda answer: "/captcha/sound/" in answer.url) as heard:
        form.get_by_role("link", name="Прослушать код").click()

    assert heard.value.headers["content-type"] == "audio/wav"
    expect(form).to_have_url(re.compile(f"{REGISTRATION}$"))
    expect(form.get_by_label("Фамилия")).to_have_value("Иванов")

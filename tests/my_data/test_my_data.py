"""«Мои данные»: the page, the copy after a one-time password, the end of the cabinet after another."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Confirmation, User
from payments import paper
from smartservice.my_data import export
from tests.accounts.feedback_steps import sent
from tests.accounts.make import code_sent_to, log_in, sms, words, wrong
from tests.accounts.profile_steps import FILLED, fill
from tests.billing.make import add_account
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
PAGE, DOWNLOAD, ERASE = reverse("my-data"), reverse("my-data-download"), reverse("my-data-erase")


@pytest.fixture
def told(anna):
    fill(anna, **FILLED)
    add_account(anna, title="Дача у реки")
    sent(anna, text="Обращение Анны")
    return anna


def ask(client, url):
    client.post(url, {"resend": "1"})
    return code_sent_to(ANNAS_PHONE, digits=6)


def download(client, kind="json"):
    client.post(DOWNLOAD, {"code": ask(client, DOWNLOAD), "kind": kind})
    return client.get(file(kind))


def file(kind):
    return reverse("my-data-file", args=[kind])


def test_the_page_leads_to_both(anna_client):
    page = anna_client.get(PAGE)

    assertContains(page, f'href="{DOWNLOAD}"')
    assertContains(page, f'href="{ERASE}"')


def test_the_menu_leads_to_the_page(anna_client):
    assertContains(anna_client.get(reverse("accounts:profile")), f'<a href="{PAGE}">Мои данные</a>', html=True)


@pytest.mark.parametrize("url", [DOWNLOAD, ERASE])
def test_nothing_happens_before_a_code_is_asked_for(anna_client, url):
    page = anna_client.get(url)

    assertContains(page, "Получить одноразовый пароль")
    assertNotContains(page, 'name="code"')
    assert not Confirmation.objects.exists()


def test_the_copy_is_a_file_with_everything_in_clear(anna_client, told):
    answer = download(anna_client)

    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="my-data-2026-11-20.json"'
    assert "no-store" in answer["Cache-Control"]
    kept = json.loads(answer.content)["sections"]
    assert kept["О Вас"][0]["Кодовое слово"] == "Ромашка"
    assert kept["Личные данные"][0]["СНИЛС"] == FILLED["snils"]
    assert kept["Лицевые счета"][0]["Название"] == "Дача у реки"
    assert kept["Обращения"][0]["Сообщение"] == "Обращение Анны"


def test_the_copy_says_what_each_message_was_about(anna_client, anna):
    kept = json.loads(download(anna_client).content)["sections"]["Сообщения"]

    assert [one["О чём"] for one in kept] == ["код для «Моих данных»"]


def test_the_copy_can_be_read_on_paper(anna_client, told, settings):
    answer = download(anna_client, kind="pdf")

    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    assert not (settings.VAR_DIR / "papers").exists()


def test_without_the_libraries_of_pdf_the_page_says_so(anna_client, monkeypatch):
    def missing(**_):
        raise paper.PdfUnavailable

    monkeypatch.setattr(export.paper, "laid_out", missing)

    page = anna_client.get(download(anna_client, kind="pdf")["Location"])

    assertContains(page, "PDF сейчас не получается. Скачайте JSON.")
    assertContains(page, f'href="{file("json")}"')


def test_the_page_says_that_the_copy_is_ready_and_begins_the_file_that_was_chosen(anna_client):
    answer = anna_client.post(DOWNLOAD, {"code": ask(anna_client, DOWNLOAD), "kind": "json"}, follow=True)

    assertContains(answer, "Копия готова, файл скачивается.")
    assertContains(answer, f'<meta http-equiv="refresh" content="0; url={file("json")}">', html=True)
    assertContains(answer, f'href="{file("pdf")}"')
    assertNotContains(answer, 'name="code"')


def test_one_code_serves_both_files_for_its_ten_minutes(anna_client, anna):
    download(anna_client)

    with time_machine.travel(NOW + timedelta(minutes=9)):
        assert [anna_client.get(file(kind)).status_code for kind in ("json", "pdf")] == [200, 200]
        assertContains(anna_client.get(DOWNLOAD), "Копия готова.")
    with time_machine.travel(NOW + timedelta(minutes=11)):
        assertRedirects(anna_client.get(file("json")), DOWNLOAD)
        assertContains(anna_client.get(DOWNLOAD), "Получить одноразовый пароль")
    assert len(sms(ANNAS_PHONE)) == 1


def test_a_second_press_of_the_old_page_needs_no_second_code(anna_client):
    code = ask(anna_client, DOWNLOAD)

    for kind in ("json", "pdf"):
        answer = anna_client.post(DOWNLOAD, {"code": code, "kind": kind})
        assertRedirects(answer, f"{DOWNLOAD}?kind={kind}")


def test_the_files_are_only_for_the_browser_where_the_code_was_typed(anna_client, anna, boris_client):
    elsewhere = Client()
    log_in(elsewhere, ANNAS_PHONE)
    download(anna_client)

    for client in (elsewhere, boris_client):
        assertRedirects(client.get(file("json")), DOWNLOAD)
    assert Client().get(file("json"))["Location"].startswith(reverse("accounts:login"))
    assert anna_client.get(file("exe")).status_code == 404


def test_a_code_opens_the_copy_once(anna_client, anna):
    elsewhere, code = Client(), ask(anna_client, DOWNLOAD)
    log_in(elsewhere, ANNAS_PHONE)
    anna_client.post(DOWNLOAD, {"code": code, "kind": "json"})

    answer = elsewhere.post(DOWNLOAD, {"code": code, "kind": "json"})

    assertContains(answer, "Пароль больше не действует. Получите новый.")


@pytest.mark.parametrize("url", [DOWNLOAD, ERASE])
def test_a_wrong_code_is_told_at_its_field(anna_client, anna, url):
    answer = anna_client.post(url, {"code": wrong(ask(anna_client, url)), "kind": "json"})

    assertContains(answer, "Неверный код из SMS. Осталось попыток: 4")
    assert User.objects.get().is_active


@pytest.mark.parametrize("url", [DOWNLOAD, ERASE])
def test_a_code_lives_ten_minutes(anna_client, anna, url):
    code = ask(anna_client, url)

    with time_machine.travel(NOW + timedelta(minutes=11)):
        answer = anna_client.post(url, {"code": code, "kind": "json"})

    assert answer["Content-Type"].startswith("text/html")
    assert User.objects.get().is_active


def test_the_code_of_a_copy_erases_nothing(anna_client, anna):
    code = ask(anna_client, DOWNLOAD)

    anna_client.post(ERASE, {"code": code})

    assert User.objects.get().is_active


def test_the_sms_says_what_it_is_for(anna_client, anna):
    ask(anna_client, ERASE)

    assert ". Удаление кабинета. Никому не сообщайте. Не вы? Заблокируйте: http" in sms(ANNAS_PHONE)[-1]


def test_erasing_closes_the_cabinet_at_once(anna_client, anna):
    elsewhere = Client()
    log_in(elsewhere, ANNAS_PHONE)
    code = ask(anna_client, ERASE)

    answer = anna_client.post(ERASE, {"code": code})

    assertRedirects(answer, reverse("my-data-erased"))
    assert "Кабинет закрыт" in words(anna_client.get(reverse("my-data-erased")))
    for client in (anna_client, elsewhere):
        assert client.get(reverse("billing:bill-list")).status_code == 302
    assert "кабинет закрыт по Вашей просьбе" in sms(ANNAS_PHONE)[-1]


def test_the_neighbours_copy_has_nothing_of_hers(boris_client, boris, told):
    text = export.as_json(person=boris, now=NOW)

    for secret in ("Соколова", ANNAS_PHONE, FILLED["inn"], "Дача у реки", "Обращение Анны"):
        assert secret not in text


def test_a_text_of_hers_is_only_text_on_paper(anna, monkeypatch):
    add_account(anna, title="<script>alert(1)</script>")
    seen = {}
    monkeypatch.setattr(export.paper, "laid_out", lambda **given: seen.update(given) or b"%PDF")

    export.as_pdf(person=anna, now=NOW)

    assert "&lt;script&gt;" in seen["html"]

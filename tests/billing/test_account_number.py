"""Page «Параметры лицевого счёта», the number."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from billing.models import AddedAccount, PersonalAccount
from tests.billing.make import add_account, make_account, make_provider
from tests.people import NOW

pytestmark = pytest.mark.django_db

URL = "/accounts/add/smart-zhku/"
NOT_FOUND = "Лицевой счёт не найден. Проверьте номер на квитанции"


@pytest.fixture(autouse=True)
def provider():
    return make_provider(notice="Обращаем внимание, обновление лицевого счёта происходит 1 раз в 30 дней.")


def post(client, number: str):
    return client.post(URL, {"number": number})


def test_a_visitor_is_asked_to_log_in(client):
    for response in (client.get(URL), post(client, "1234567890")):
        assert response.status_code == 302
        assert response.url == f"{reverse('accounts:login')}?next={URL}"


def test_it_shows_the_provider_its_notice_and_an_example(anna_client):
    page = anna_client.get(URL).content.decode()

    assert "Параметры лицевого счёта" in page
    assert "Лицевой счёт необходимо добавить, чтобы можно было видеть выставленные для него счета на оплату" in page
    assert "Смарт Сервис (Жилищно-коммунальные услуги)" in page
    assert "Обращаем внимание, обновление лицевого счёта происходит 1 раз в 30 дней." in page
    assert "Пример заполнения: 1234567890" in page


@pytest.mark.parametrize("number", ["1234567890", " 1234567890 ", "1234 567 890", "1234\u00a0567890"])
def test_a_known_number_leads_on_to_its_title(anna_client, number):
    make_account("1234567890")

    response = post(anna_client, number)

    assert response.status_code == 302
    assert "1234567890" in anna_client.get(response.url).content.decode()
    assert "1234567890" not in response.url


def test_nothing_is_stored_before_the_title(anna_client):
    make_account("1234567890")

    post(anna_client, "1234567890")

    assert not AddedAccount.objects.exists()


def test_an_unknown_number_is_not_found_and_not_created(anna_client):
    response = post(anna_client, "9999999999")

    page = response.content.decode()
    assert response.status_code == 200
    assert page.count(NOT_FOUND) == 2
    assert 'value="9999999999"' in page
    assert not PersonalAccount.objects.exists()


@pytest.mark.parametrize(
    "number", ["123", "12345678901", "12345678x0", "１２３４５６７８９０", "١٢٣٤٥٦٧٨٩٠", "1' OR '1'='1", "7" * 60]
)
def test_a_number_of_another_shape_is_refused_with_the_example(anna_client, number):
    page = post(anna_client, number).content.decode()

    assert "Номер состоит из 10 цифр. Пример: 1234567890" in page


def test_an_empty_number_is_asked_for(anna_client):
    page = post(anna_client, "").content.decode()

    assert page.count("Введите номер лицевого счёта") == 2
    assert "<title>Ошибка: " in page


def test_an_account_is_added_once(anna, anna_client):
    add_account(anna, make_account("1234567890"))

    assert "Этот лицевой счёт уже добавлен" in post(anna_client, "1234567890").content.decode()


def test_a_family_may_add_the_same_account(anna, boris_client):
    add_account(anna, make_account("1234567890"))

    assert post(boris_client, "1234567890").status_code == 302


def test_the_page_tells_nothing_of_an_account_but_its_number(anna, boris_client):
    add_account(anna, make_account("1234567890"), title="Центральная 5-1")

    page = boris_client.get(post(boris_client, "1234567890").url).content.decode()

    assert "Центральная" not in page
    assert "Соколова" not in page


def test_a_number_of_another_provider_is_not_found(anna_client):
    make_account("1234567890", provider=make_provider("smart-centr-zhku"))

    assert NOT_FOUND in post(anna_client, "1234567890").content.decode()


@pytest.mark.parametrize("fields", [{"issues_bills": False}, {"is_active": False}])
def test_a_provider_whose_bills_cannot_be_had_is_404(anna_client, fields):
    make_provider("other", **fields)

    assert anna_client.get("/accounts/add/other/").status_code == 404
    assert anna_client.get("/accounts/add/absent/").status_code == 404


def test_after_five_misses_even_a_right_number_waits_for_an_hour(anna, anna_client, boris_client):
    make_account("1234567890")
    for number in range(5):
        assert NOT_FOUND in post(anna_client, f"999999999{number}").content.decode()

    refused = post(anna_client, "1234567890").content.decode()

    assert "Слишком много неверных номеров. Попробуйте через 60 мин." in refused
    assert post(boris_client, "1234567890").status_code == 302
    with time_machine.travel(NOW + timedelta(minutes=61)):
        later = Client()
        later.force_login(anna)
        assert post(later, "1234567890").status_code == 302


def test_right_numbers_are_not_counted_as_misses(anna_client):
    make_account("1234567890")

    for _ in range(8):
        assert post(anna_client, "1234567890").status_code == 302


def test_the_rule_is_the_same_with_a_sign_that_is_no_digit(anna_client):
    make_provider("contract", account_pattern="[0-9]{5}-[0-9]{2}", account_example="12345-67", account_check="PATTERN")

    response = anna_client.post("/accounts/add/contract/", {"number": "12345-67"})

    assert response.status_code == 302


@pytest.mark.parametrize("typed", ["20МВ875415", "20MB875415", "20мв875415", "20 MВ 875415"])
def test_a_number_with_letters_is_found_in_either_alphabet(anna_client, typed):
    make_account("20MB875415", make_provider("letters", account_pattern="[0-9]{2}[A-Z]{2}[0-9]{6}"))

    assert anna_client.post("/accounts/add/letters/", {"number": typed}).status_code == 302

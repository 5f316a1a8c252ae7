"""Page «Параметры лицевого счёта», the title; after it the account is added."""

from datetime import timedelta

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing import personal_accounts
from billing.models import AddedAccount, PersonalAccount
from tests.billing.make import add_account, make_account, make_bill, make_provider
from tests.people import NOW

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"
NUMBER_URL = "/accounts/add/smart-zhku/"


@pytest.fixture(autouse=True)
def account() -> PersonalAccount:
    return make_account(NUMBER)


@pytest.fixture
def url(anna_client) -> str:
    """Where the page of the number leads Anna."""
    return anna_client.post(NUMBER_URL, {"number": NUMBER}).url


def test_a_visitor_is_asked_to_log_in(client, url):
    response = client.get(url)

    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:login"))


def test_it_shows_the_number_and_asks_for_a_title(anna_client, url):
    page = anna_client.get(url).content.decode()

    assert "Номер лицевого счёта" in page
    assert NUMBER in page
    assert "Любое удобное название, например адрес квартиры" in page
    assert ">Добавить</button>" in page


def test_reading_it_adds_nothing(anna_client, url):
    anna_client.get(url)

    assert not AddedAccount.objects.exists()


def test_it_adds_the_account_and_says_so(anna, anna_client, url, account):
    response = anna_client.post(url, {"title": "Центральная 5-1"}, follow=True)

    added = AddedAccount.objects.get()
    assert (added.resident, added.account, added.title) == (anna, account, "Центральная 5-1")
    assert response.redirect_chain == [("/accounts/", 302)]
    page = response.content.decode()
    assert f"Лицевой счёт {NUMBER} добавлен" in page
    assert "Центральная 5-1" in page


def test_its_bills_are_there_at_once(anna_client, url, account):
    make_bill(account)

    anna_client.post(url, {"title": "Дом"})

    assert "1\u00a0000,00\u00a0₽" in anna_client.get("/bills/").content.decode()


@pytest.mark.parametrize("title", ["", "   ", "\u00a0"])
def test_without_a_title_the_number_is_one(anna_client, url, title):
    anna_client.post(url, {"title": title})

    assert AddedAccount.objects.get().title == NUMBER


def test_a_title_may_not_be_too_long(anna_client, url):
    response = anna_client.post(url, {"title": "Ц" * 61})

    assert response.status_code == 200
    assert "<title>Ошибка: " in response.content.decode()
    assert not AddedAccount.objects.exists()


def test_a_title_is_shown_as_text(anna_client, url):
    response = anna_client.post(url, {"title": "<b>Дом</b>"}, follow=True)

    assert "&lt;b&gt;Дом&lt;/b&gt;" in response.content.decode()


def test_the_stranger_gets_404_for_her_address(boris_client, url):
    assert boris_client.get(url).status_code == 404
    assert boris_client.post(url, {"title": "Моё"}).status_code == 404
    assert not AddedAccount.objects.exists()


def test_an_address_of_another_provider_or_made_by_hand_is_404(anna_client, url):
    make_provider("smart-centr-zhku")
    signed = url.removeprefix(NUMBER_URL)
    by_hand = signing.dumps(NUMBER)

    for address in (f"/accounts/add/smart-centr-zhku/{signed}", f"{NUMBER_URL}{by_hand}/", f"{NUMBER_URL}{NUMBER}/"):
        assert anna_client.get(address).status_code == 404


def test_an_address_that_is_too_old_leads_back_to_the_number(anna, url):
    with time_machine.travel(NOW + timedelta(minutes=61)):
        later = Client()
        later.force_login(anna)
        response = later.post(url, {"title": "Дом"})

    assert response.url == NUMBER_URL
    assert not AddedAccount.objects.exists()


def test_sending_it_twice_adds_one_and_is_told(anna_client, url):
    anna_client.post(url, {"title": "Дом"})

    response = anna_client.post(url, {"title": "Дом"}, follow=True)

    assert AddedAccount.objects.count() == 1
    assert "Этот лицевой счёт уже добавлен" in response.content.decode()


def test_the_eleventh_number_of_a_day_waits(anna, anna_client, url):
    for number in range(10):
        personal_accounts.add(
            resident=anna, provider=make_provider(), number=make_account(f"200000000{number}").number, title="", now=NOW
        )

    page = anna_client.post(url, {"title": "Дом"}).content.decode()
    again = anna_client.post(NUMBER_URL, {"number": NUMBER}).content.decode()

    assert "За сутки можно добавить не больше 10 счетов. Попробуйте через 24 ч." in page
    assert "За сутки можно добавить не больше 10 счетов" in again
    assert AddedAccount.objects.count() == 10


def test_two_residents_of_one_flat_have_titles_of_their_own(anna, boris: User, boris_client, account):
    add_account(anna, account, title="Наша квартира")
    url = boris_client.post(NUMBER_URL, {"number": NUMBER}).url

    boris_client.post(url, {"title": "Квартира мамы"})

    assert set(AddedAccount.objects.values_list("resident", "title")) == {
        (anna.pk, "Наша квартира"),
        (boris.pk, "Квартира мамы"),
    }

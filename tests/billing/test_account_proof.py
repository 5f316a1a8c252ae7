"""Page «Подтвердите лицевой счёт» between the number and the title, where the provider asks for it."""

import pytest
from django.urls import reverse

from billing.models import AddedAccount, PrintedCode, Provider
from tests.billing.make import make_account, make_bill, make_provider

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"
NUMBER_URL = "/accounts/add/smart-zhku/"


@pytest.fixture(autouse=True)
def bill():
    make_provider(account_proof=Provider.AccountProof.BILL_SUM)
    return make_bill(make_account(NUMBER), charges=(("Отопление", 123_400),))


@pytest.fixture
def url(anna_client) -> str:
    """Where the page of the number leads Anna."""
    return anna_client.post(NUMBER_URL, {"number": NUMBER}).url


def test_a_visitor_is_asked_to_log_in(client, url):
    assert client.get(url).url.startswith(reverse("accounts:login"))


def test_the_number_leads_here_and_the_page_says_what_to_take(anna_client, url):
    page = anna_client.get(url).content.decode()

    assert url.endswith("/proof/")
    assert "Подтвердите лицевой счёт" in page
    assert "Сумма из последней квитанции, руб." in page
    assert NUMBER in page
    assert "1 234" not in page
    assert "Отопление" not in page


@pytest.mark.parametrize("typed", ["1234,00", "1234.00", "1 234", "1\u00a0234,00"])
def test_the_right_sum_leads_on_to_the_title_and_the_account_is_proven(anna, anna_client, url, typed):
    title_url = anna_client.post(url, {"answer": typed}).url
    anna_client.post(title_url, {"title": "Центральная 5-1"})

    added = AddedAccount.objects.of(anna).get()
    assert (added.title, added.is_open) == ("Центральная 5-1", True)
    assert added.proven_at is not None


def test_a_wrong_sum_is_counted_down_and_kept_in_the_field(anna_client, url):
    for left in (2, 1, 0):
        page = anna_client.post(url, {"answer": "99,00"}).content.decode()
        assert page.count(f"Сумма не совпала. Осталось попыток: {left}") == 2
        assert 'value="99,00"' in page

    page = anna_client.post(url, {"answer": "1234,00"}).content.decode()

    assert "Попытки закончились. Попробуйте через 60 мин. или позвоните в Контакт-Центр" in page
    assert not AddedAccount.objects.exists()


@pytest.mark.parametrize("typed", ["", "много", "-5", "0"])
def test_what_is_no_sum_costs_no_try(anna_client, url, typed):
    for _ in range(5):
        assert anna_client.post(url, {"answer": typed}).status_code == 200

    assert anna_client.post(url, {"answer": "1234,00"}).status_code == 302


def test_a_provider_may_ask_for_the_code_instead(anna_client, bill):
    Provider.objects.update(account_proof=Provider.AccountProof.PRINTED_CODE)
    PrintedCode.objects.create(account=bill.account, code="AB1234")
    url = anna_client.post(NUMBER_URL, {"number": NUMBER}).url

    assert "Код с квитанции" in anna_client.get(url).content.decode()
    assert "Код не совпал. Осталось попыток: 2" in anna_client.post(url, {"answer": "1234"}).content.decode()
    assert anna_client.post(url, {"answer": "ав1234"}).status_code == 302


def test_the_title_cannot_be_reached_without_it(anna, anna_client, url):
    without_proof = url.removesuffix("proof/")

    for response in (anna_client.get(without_proof), anna_client.post(without_proof, {"title": ""})):
        assert response.url == NUMBER_URL
    assert not AddedAccount.objects.exists()


def test_a_number_found_before_the_provider_began_to_ask_is_not_added_unproven(anna, anna_client):
    Provider.objects.update(account_proof=Provider.AccountProof.NONE)
    title_url = anna_client.post(NUMBER_URL, {"number": NUMBER}).url
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    assert anna_client.post(title_url, {"title": ""}).url == NUMBER_URL
    assert not AddedAccount.objects.exists()


def test_annas_proof_opens_nothing_to_a_neighbour(anna_client, boris_client, url):
    title_url = anna_client.post(url, {"answer": "1234,00"}).url

    assert boris_client.get(url).status_code == 404
    assert boris_client.post(title_url, {"title": ""}).status_code == 404


def test_where_no_proof_is_asked_the_page_leads_back(anna_client, url):
    Provider.objects.update(account_proof=Provider.AccountProof.NONE)

    assert anna_client.get(url).url == NUMBER_URL


def test_what_is_not_signed_by_us_is_404(anna_client):
    assert anna_client.get(f"{NUMBER_URL}nonsense/proof/").status_code == 404

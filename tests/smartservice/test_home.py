"""The home page «Я хочу оплатить:»: who may see which providers, and what comes first for whom."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import User
from billing.models import Provider
from tests.billing.make import add_account, make_account, make_provider

ADD = "Добавить лицевой счёт с квитанции"


@pytest.fixture
def provider(db: None) -> Provider:
    return make_provider(code="smart-zhku", short_name="Смарт Сервис (ЖКУ)")


def test_a_visitor_learns_how_it_works_and_can_register(client, provider):
    page = client.get("/")

    assertContains(page, "<h1>Я хочу оплатить:</h1>", html=True)
    assertContains(page, f'<a class="button" href="{reverse("accounts:registration")}">Регистрация</a>', html=True)
    assertContains(page, "Добавьте лицевой счёт: его номер есть на бумажной квитанции.")


def test_it_lists_providers_under_their_category(client, provider):
    html = client.get("/").content.decode()

    category = html.index(provider.category.title)
    assert category < html.index(f">{provider.short_name}</a>")
    assert f'href="{reverse("billing:account-number", args=[provider.code])}"' in html


def test_a_provider_leads_a_visitor_to_the_login_and_back(client, provider):
    address = reverse("billing:account-number", args=[provider.code])

    answer = client.get(address)

    assertRedirects(answer, f"{reverse('accounts:login')}?next={address}", fetch_redirect_response=False)


def test_it_hides_providers_that_issue_no_bills_yet(client, provider):
    make_provider(code="gibdd", short_name="Штрафы ГИБДД", issues_bills=False)

    assertNotContains(client.get("/"), "Штрафы ГИБДД")


def test_it_hides_providers_that_were_switched_off(client, provider):
    make_provider(code="gone", short_name="Закрытая компания", is_active=False)

    assertNotContains(client.get("/"), "Закрытая компания")


def test_a_newcomer_is_asked_to_add_an_account(anna_client: Client, provider: Provider):
    page = anna_client.get("/")

    assertContains(page, ADD)
    assertContains(page, f'href="{reverse("billing:account-provider")}"')
    assertNotContains(page, "Зарегистрируйтесь по номеру")


def test_a_resident_with_accounts_is_led_to_the_bills(anna: User, anna_client: Client, provider: Provider):
    add_account(anna, make_account(provider=provider))

    page = anna_client.get("/")

    assertContains(page, "Счета по уже добавленным")
    assertNotContains(page, ADD)


def test_a_neighbours_account_changes_nothing_for_boris(anna: User, boris_client: Client, provider: Provider):
    add_account(anna, make_account(provider=provider), title="Квартира Анны")

    page = boris_client.get("/")

    assertContains(page, ADD)
    assertNotContains(page, "Квартира Анны")


def test_it_asks_little_of_the_database(anna_client: Client, provider: Provider, django_assert_max_num_queries):
    anna_client.get("/")

    with django_assert_max_num_queries(6):
        anna_client.get("/")


def test_it_is_read_only(client, provider):
    assert client.post("/").status_code == 405

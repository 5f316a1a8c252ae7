"""The home page «Я хочу оплатить:»: who may see which providers, and what comes first for whom."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from accounts.models import User
from billing import marks
from billing.models import Bill, Provider
from tests.billing.make import add_account, make_account, make_category, make_manual_bill, make_provider
from tests.people import NOW

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
    assert f'href="{reverse("payments:pay-account", args=[provider.code])}"' in html


def test_what_is_not_featured_stands_behind_show_all(client, provider):
    make_provider(code="gas", short_name="Горгаз", is_featured=False)

    page = client.get("/")

    assertNotContains(page, "Горгаз")
    assertContains(page, f'href="{reverse("billing:provider-list")}?category=utilities">показать все')


def test_there_is_nothing_more_to_show_where_all_are_featured(client, provider):
    make_provider(code="gone", is_featured=False, is_active=False)

    assertNotContains(client.get("/"), "показать все")


def test_mobile_operators_come_with_the_quick_form(client, provider):
    mobile = make_category("mobile", "Мобильная связь")
    assertNotContains(client.get("/"), "+7</span>")
    make_provider("mts", short_name="МТС", category=mobile, account_kind="MOBILE")

    page = client.get("/")

    assertContains(page, f'<form method="get" action="{reverse("payments:pay-mobile")}">')
    assertContains(page, "+7</span>")


def test_it_searches_for_providers_without_scripts_too(client, provider):
    page = client.get("/")

    assertContains(page, "Введите название поставщика")
    assertContains(page, f'action="{reverse("billing:provider-list")}"')
    assertContains(page, 'data-provider="смарт сервис (жку)')


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

    assertContains(page, "Новых счетов к оплате нет")
    assertContains(page, f'<a href="{reverse("billing:bill-list")}">Счета к оплате</a>', html=True)
    assertNotContains(page, ADD)


def test_what_is_due_is_one_tap_from_paying(anna: User, anna_client: Client):
    bill = make_manual_bill(anna)

    page = anna_client.get("/")

    assertContains(page, "К оплате сейчас")
    assertContains(page, "12\u00a0970,24\u00a0₽")
    assertContains(page, "Центральная 5-1, Смарт Сервис (ЖКУ)")
    assertContains(page, f'href="{reverse("payments:bill-charges", args=[bill.uuid])}"')


def test_what_is_due_to_a_neighbour_is_not_shown(anna: User, boris_client: Client):
    bill = make_manual_bill(anna)

    page = boris_client.get("/")

    assertNotContains(page, "12\u00a0970,24")
    assertNotContains(page, str(bill.uuid))


def test_an_account_that_waits_for_its_proof_shows_nothing(anna: User, anna_client: Client):
    bill = make_manual_bill(anna)
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    assertNotContains(anna_client.get("/"), str(bill.uuid))


def test_what_is_paid_being_paid_or_marked_is_not_due(anna: User, anna_client: Client):
    bill = make_manual_bill(anna)

    Bill.objects.update(held=bill.total)
    assertNotContains(anna_client.get("/"), str(bill.uuid))
    Bill.objects.update(held=0)
    marks.put(resident=anna, bill=bill, version=bill.version, reason="", now=NOW)
    assertNotContains(anna_client.get("/"), str(bill.uuid))


def test_a_neighbours_account_changes_nothing_for_boris(anna: User, boris_client: Client, provider: Provider):
    add_account(anna, make_account(provider=provider), title="Квартира Анны")

    page = boris_client.get("/")

    assertContains(page, ADD)
    assertNotContains(page, "Квартира Анны")


def test_it_asks_little_of_the_database(
    anna: User, anna_client: Client, provider: Provider, django_assert_max_num_queries
):
    make_manual_bill(anna)
    for number in range(20):
        add_account(anna, make_account())
        make_provider(f"more-{number}")
    anna_client.get("/")

    with django_assert_max_num_queries(6):
        anna_client.get("/")


def test_it_is_read_only(client, provider):
    assert client.post("/").status_code == 405

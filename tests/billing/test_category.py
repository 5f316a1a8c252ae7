"""The page of a category: its block of the home page alone, open to anybody."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db

URL = "/providers/mobile/"


@pytest.fixture(autouse=True)
def mobile():
    mobile = make_category("mobile", "Мобильная связь")
    make_provider("mts", short_name="МТС", category=mobile, account_kind="MOBILE")
    make_provider("smart-zhku")
    return mobile


def test_it_shows_its_own_providers_only(client):
    page = client.get(URL)

    assertContains(page, "<h1>Мобильная связь</h1>", html=True)
    assertContains(page, f'<a href="{reverse("payments:pay-account", args=["mts"])}">МТС</a>', html=True)
    assertNotContains(page, "Смарт Сервис (ЖКУ)")


def test_it_has_the_quick_form(client):
    assertContains(client.get(URL), f'action="{reverse("payments:pay-mobile")}"')


def test_its_branch_of_the_menu_is_marked(client):
    assertContains(client.get(URL), f'<a href="{URL}" aria-current="page">Мобильная связь</a>', html=True)


def test_its_search_stays_within_it(client):
    assertContains(client.get(URL), '<input type="hidden" name="category" value="mobile">', html=True)


def test_a_category_that_is_not_there_is_not_found(client):
    assert client.get("/providers/taxi/").status_code == 404


def test_it_asks_two_questions(client, mobile, django_assert_num_queries):
    for number in range(10):
        make_provider(f"operator-{number}", category=mobile)

    with django_assert_num_queries(2):
        client.get(URL)

"""«показать все» and the search: alphabetic, by any part of any name, whatever the case and «ё»."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains

from billing.folding import fold
from billing.models import Provider
from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db

URL = "/providers/"


@pytest.fixture(autouse=True)
def providers():
    make_provider(
        "zhku", short_name="Смарт Сервис (ЖКУ)", full_name="Смарт Сервис (ЖКУ)", former_name="ДС Эксплуатация"
    )
    make_provider("water", short_name="Зелёный водоканал", full_name="МУП Зелёный водоканал", is_featured=False)
    make_provider("gas", short_name="Горгаз", full_name="Горгаз", is_featured=False)
    make_provider("mts", short_name="МТС", full_name="МТС", category=make_category("mobile", "Мобильная связь"))
    make_provider("gone", short_name="Горсвет", full_name="Горсвет", is_active=False)


def names(client, **query) -> list[str]:
    return [provider.short_name for provider in client.get(URL, query).context["providers"]]


def test_it_shows_all_by_the_alphabet(client):
    assert names(client) == ["Горгаз", "Зелёный водоканал", "МТС", "Смарт Сервис (ЖКУ)"]


def test_it_shows_all_of_a_category(client):
    page = client.get(URL, {"category": "mobile"})

    assertContains(page, "<h1>Мобильная связь</h1>", html=True)
    assert [provider.short_name for provider in page.context["providers"]] == ["МТС"]


@pytest.mark.parametrize("query", ["зеленый", "ЗЕЛЁНЫЙ", "муп", "канал зел", "  водоканал  "])
def test_it_finds_by_any_part_of_a_name_without_case_and_yo(client, query):
    assert names(client, q=query) == ["Зелёный водоканал"]


def test_it_finds_by_a_former_name(client):
    assert names(client, q="дс эксплуатация") == ["Смарт Сервис (ЖКУ)"]


def test_it_searches_within_a_category(client):
    assert names(client, q="м", category="mobile") == ["МТС"]


def test_what_was_typed_stays_and_leads_to_paying(client):
    page = client.get(URL, {"q": "горгаз"})

    assertContains(page, 'value="горгаз"')
    assertContains(page, f'<a href="{reverse("payments:pay-account", args=["gas"])}">Горгаз</a>', html=True)


@pytest.mark.parametrize("query", ["такси", "%", "_", "\0такси", "' OR 1=1", "<script>", "x" * 500])
def test_nothing_found_is_said_plainly(client, query):
    page = client.get(URL, {"q": query})

    assertContains(page, "Такого поставщика нет")
    assertNotContains(page, "<script>'")


def test_a_closed_provider_is_not_found(client):
    assert names(client, q="горсвет") == []


def test_a_category_that_is_not_there_is_not_found(client):
    assert client.get(URL, {"category": "taxi\0"}).status_code == 404


def test_a_long_list_has_pages(client, django_assert_max_num_queries):
    for number in range(60):
        make_provider(f"p{number}", short_name=f"Поставщик {number:03d}", full_name="")

    with django_assert_max_num_queries(2):
        first = names(client)

    assert len(first) == 50
    assert len(names(client, page=2)) == 14
    assertContains(client.get(URL), "Страницы:")


def test_names_fold_when_they_are_saved():
    water = Provider.objects.get(code="water")
    water.short_name = "ЁЛКА"
    water.save()

    assert Provider.objects.get(code="water").folded_name == "елка муп зеленый водоканал"
    assert fold("  Ёж  И  ЁЛКА ") == "еж и елка"

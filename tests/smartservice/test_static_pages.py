"""The agreement and the consent: public, with version and date, linked from every page."""

import pytest
from django.conf import settings
from django.urls import reverse
from pytest_django.asserts import assertContains

pytestmark = pytest.mark.django_db

PAGES = [
    ("agreement", "Соглашение об использовании Системы А3", "AGREEMENT"),
    ("personal-data", "Согласие на обработку персональных данных", "PERSONAL_DATA"),
]


@pytest.mark.parametrize(("name", "title", "setting"), PAGES)
def test_anyone_may_read_it(client, boris_client, name, title, setting):
    for reader in (client, boris_client):
        page = reader.get(reverse(name))

        assertContains(page, f"<h1>{title}</h1>", html=True)
        assertContains(page, f"<title>{title} – Смарт Сервис</title>", html=True)


@pytest.mark.parametrize(("name", "title", "setting"), PAGES)
def test_it_shows_the_version_that_consent_is_recorded_for(client, settings, name, title, setting):
    setattr(settings, f"{setting}_VERSION", "17")
    setattr(settings, f"{setting}_DATE", "01.02.2027")

    page = client.get(reverse(name))

    assertContains(page, "Редакция 17 от 01.02.2027")


@pytest.mark.parametrize(("name", "title", "setting"), PAGES)
def test_it_names_the_operator_and_the_way_to_reach_it(client, name, title, setting):
    page = client.get(reverse(name))

    assertContains(page, settings.AGENT["name"])
    assertContains(page, settings.AGENT["inn"])
    assertContains(page, settings.CONTACT_CENTRE_PHONE)


@pytest.mark.parametrize(
    "words", ["номер мобильного телефона", "кодовое слово", "лицевые счета", "Как отозвать", "Срок"]
)
def test_the_consent_lists_the_data_the_term_and_the_withdrawal(client, words):
    assertContains(client.get(reverse("personal-data")), words)


@pytest.mark.parametrize(("name", "title", "setting"), PAGES)
def test_every_page_links_to_it_at_the_foot(client, name, title, setting):
    foot = client.get("/").content.decode().split("<footer")[1]

    assert f'href="{reverse(name)}"' in foot


@pytest.mark.parametrize(("name", "title", "setting"), PAGES)
def test_it_is_read_only(client, name, title, setting):
    assert client.post(reverse(name)).status_code == 405

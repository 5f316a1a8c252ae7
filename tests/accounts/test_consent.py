"""«Документы изменились»: asked at the next login, about what was shown, and nobody is kept from paying."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from accounts import consents, pages
from accounts.models import Consent, Page
from tests.accounts.make import log_in, registered
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
CONSENT = reverse("accounts:consent")
BILLS = reverse("billing:bill-list")


def publish(page=Page.AGREEMENT, *, asks_again=True):
    return pages.publish(page=page, text="Новый текст", asks_again=asks_again, author=None, now=NOW)


@pytest.fixture
def agreed(anna):
    consents.give(resident=anna, shown={Page.AGREEMENT: 1, Page.PERSONAL_DATA: 1}, ip="203.0.113.7", now=NOW)
    return anna


def versions_of(resident, kind="AGREEMENT"):
    return sorted(resident.consents.filter(kind=kind).values_list("version", flat=True))


def test_registration_records_the_versions_that_stand(client):
    publish()

    resident = registered(client)

    assert versions_of(resident) == ["2"]
    assert versions_of(resident, "PERSONAL_DATA") == ["1"]
    assert consents.due(resident) == []


def test_a_changed_agreement_is_asked_for_at_the_next_login(client, agreed):
    publish()

    answer = log_in(client, ANNAS_PHONE, next=BILLS)

    assertRedirects(answer, f"{CONSENT}?next=%2Fbills%2F")
    assertContains(client.get(answer["Location"]), "Соглашение об использовании Системы А3</a> (редакция 2)")


def test_accepting_leads_on_and_is_kept_with_time_and_address(agreed):
    client = Client(REMOTE_ADDR="203.0.113.9")
    publish()
    log_in(client, ANNAS_PHONE)

    answer = client.post(CONSENT, {"agreement": "2", "next": BILLS})

    assertRedirects(answer, BILLS)
    assert versions_of(agreed) == ["1", "2"]
    assert Consent.objects.get(version="2").ip == "203.0.113.9"
    assert log_in(Client(), ANNAS_PHONE)["Location"] == "/"


def test_later_leads_on_and_the_next_login_asks_again(client, agreed):
    publish()
    log_in(client, ANNAS_PHONE)

    assert client.get(BILLS).status_code == 200
    assert log_in(Client(), ANNAS_PHONE)["Location"].startswith(CONSENT)


def test_a_version_that_was_not_shown_is_not_agreed_to(client, agreed):
    publish()
    log_in(client, ANNAS_PHONE)
    publish()

    answer = client.post(CONSENT, {"agreement": "2"})

    assertRedirects(answer, CONSENT)
    assert versions_of(agreed) == ["1"]


def test_a_mended_comma_is_nothing_to_ask_about(client, agreed):
    publish(asks_again=False)

    assert log_in(client, ANNAS_PHONE)["Location"] == "/"


def test_a_change_before_a_mended_comma_is_still_asked_about(agreed):
    publish()
    publish(asks_again=False)

    assert [one.number for one in consents.due(agreed)] == [3]


def test_who_never_agreed_is_not_asked(client, anna):
    publish()

    assert log_in(client, ANNAS_PHONE)["Location"] == "/"


def test_without_a_change_the_page_leads_on(anna_client):
    assertRedirects(anna_client.get(CONSENT, {"next": BILLS}), BILLS)


def test_the_way_on_stays_in_the_house(anna_client):
    assertRedirects(anna_client.get(CONSENT, {"next": "https://elsewhere.example/"}), "/")


def test_the_neighbours_consents_are_his_own(boris_client, agreed):
    publish()

    boris_client.post(CONSENT, {"agreement": "2"})

    assert versions_of(agreed) == ["1"]
    assert not Consent.objects.filter(version="2").exists()

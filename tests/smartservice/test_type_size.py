"""«А+ Крупный текст»: a POST, a cookie, back to the page."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from smartservice import views

pytestmark = pytest.mark.django_db


def test_it_makes_the_type_large_and_comes_back(client):
    answer = client.post(reverse("type-size"), {"size": "large", "next": "/agreement/?a=1"})
    page = client.get(reverse("agreement"))

    assertRedirects(answer, "/agreement/?a=1", fetch_redirect_response=False)
    assertContains(page, '<html lang="ru" class="type-large">')
    assertContains(page, 'value="normal"')
    assertContains(page, 'aria-pressed="true"')


def test_it_makes_the_type_usual_again(client):
    client.post(reverse("type-size"), {"size": "large"})

    client.post(reverse("type-size"), {"size": "normal"})

    assertContains(client.get(reverse("agreement")), '<html lang="ru">')


def test_the_cookie_lasts_and_stays_at_home(client):
    answer = client.post(reverse("type-size"), {"size": "large"})
    cookie = answer.cookies["type_size"]

    assert cookie["max-age"] == views.ONE_YEAR
    assert cookie["samesite"] == "Lax"
    assert cookie["httponly"]


def test_it_keeps_only_the_two_sizes(client):
    answer = client.post(reverse("type-size"), {"size": '"><script>'})

    assert answer.cookies["type_size"].value == "normal"


def test_it_does_not_change_by_a_link(client):
    answer = client.get(reverse("type-size"))

    assert answer.status_code == 405
    assert "type_size" not in answer.cookies


FOREIGN = [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "https:///evil.example",
    "",
]


@pytest.mark.parametrize("address", FOREIGN)
def test_it_never_leads_to_a_strangers_site(client, address):
    answer = client.post(reverse("type-size"), {"size": "large", "next": address})

    assertRedirects(answer, "/", fetch_redirect_response=False)


def test_it_would_lead_away_without_the_check(client, monkeypatch):
    monkeypatch.setattr(views, "url_has_allowed_host_and_scheme", lambda *args, **kwargs: True)

    answer = client.post(reverse("type-size"), {"size": "large", "next": "https://evil.example/"})

    assert answer.url == "https://evil.example/"


def test_the_header_brings_the_resident_back_to_the_same_page(client):
    page = client.get("/agreement/?a=1&b=2")

    assertContains(page, '<input type="hidden" name="next" value="/agreement/?a=1&amp;b=2">')

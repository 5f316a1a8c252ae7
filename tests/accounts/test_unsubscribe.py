"""The link of a letter: one press stops one kind of it, without a login; only looking stops nothing."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from notifications import subscriptions
from notifications.models import Subscription, Topic
from tests.accounts.make import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def link(anna):
    """The link of a letter about Anna's bill."""
    return subscriptions.stop_link(anna.uuid, Topic.BILLS_BY_EMAIL).removeprefix("http://127.0.0.1:8000")


def test_looking_asks_and_stops_nothing(anna, client, link):
    for _ in range(2):
        assert "Больше не присылать: счета на e-mail ?" in words(client.get(link))

    assert not Subscription.objects.exists()
    assert "_auth_user_id" not in client.session


def test_the_button_stops_this_and_nothing_else(anna, client, link):
    text = words(client.post(link))

    assert "Вы отписаны" in text
    before = subscriptions.of(uuid4())
    assert subscriptions.of(anna.uuid) == {**before, Topic.BILLS_BY_EMAIL: False}


def test_a_mail_service_stops_it_in_one_post_without_cookies_or_token(anna, link):
    service = Client(enforce_csrf_checks=True)

    response = service.post(link, {"List-Unsubscribe": "One-Click"})

    assert response.status_code == 200
    assert not subscriptions.wants(anna.uuid, Topic.BILLS_BY_EMAIL)


def test_twice_is_the_same_as_once(anna, client, link):
    client.post(link)

    assert "Вы отписаны" in words(client.post(link))
    assert Subscription.objects.count() == 1


def test_it_says_so_when_it_is_opened_again(client, link):
    client.post(link)

    text = words(client.get(link))

    assert "Вы отписаны" in text
    assert "Вернуть можно в личном кабинете" in text


@pytest.mark.parametrize("token", ["sample", "a.b", "%D1%8F.x"])
def test_a_link_that_is_none_of_ours_stops_nothing(client, token):
    response = client.post(reverse("accounts:unsubscribe", args=["x"]).replace("x/", f"{token}/"))

    assert response.status_code == 404
    assert not Subscription.objects.exists()


def test_a_link_cannot_be_turned_to_another_person_or_topic(anna, boris, client, link):
    payload, signature = link.rstrip("/").rsplit("/", 1)[1].split(".", 1)
    other = subscriptions.stop_link(boris.uuid, Topic.PROMOTIONS_BY_SMS).rstrip("/").rsplit("/", 1)[1].split(".", 1)

    response = client.post(reverse("accounts:unsubscribe", args=[f"{other[0]}.{signature}"]))

    assert response.status_code == 404
    assert payload != other[0]
    assert not Subscription.objects.exists()


def test_it_names_nobody(anna, client, link):
    text = words(client.get(link))

    assert anna.first_name not in text
    assert anna.masked_phone not in text

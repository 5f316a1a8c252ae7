"""«Отмена» deletes the unconfirmed registration and its code."""

import pytest
from django.test import Client

from accounts.models import Confirmation, PendingRegistration, User
from tests.accounts.make import CANCEL, CONFIRM, NEW_PHONE, REGISTRATION, code_sent_to, pending_of, register, words

pytestmark = pytest.mark.django_db


def test_it_deletes_the_registration_and_makes_its_code_useless(client):
    register(client)
    code = code_sent_to(NEW_PHONE)

    response = client.post(CANCEL, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "Регистрация отменена" in words(response)
    assert not PendingRegistration.objects.exists()
    assert Confirmation.objects.get().cancelled_at is not None
    assert client.post(CONFIRM, {"code": code}, follow=True).redirect_chain[-1][0] == REGISTRATION
    assert not User.objects.exists()


def test_it_leaves_other_peoples_registrations_alone(client):
    register(client)
    other = Client()
    register(other, "+79261112244")

    client.post(CANCEL)

    assert pending_of(other).phone == "+79261112244"


def test_pressed_twice_it_says_nothing_the_second_time(client):
    register(client)
    client.post(CANCEL, follow=True)

    response = client.post(CANCEL, follow=True)

    assert response.status_code == 200
    assert "Регистрация отменена" not in words(response)


def test_it_is_asked_for_by_post_alone(client):
    register(client)

    assert client.get(CANCEL).status_code == 405
    assert PendingRegistration.objects.exists()

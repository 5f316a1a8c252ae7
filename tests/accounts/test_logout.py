"""«Выйти» ends the session, by POST alone."""

import pytest
from django.contrib.sessions.models import Session

from tests.accounts.make import LOGOUT, words

pytestmark = pytest.mark.django_db


def test_it_ends_the_session_and_leads_home(anna_client):
    key = anna_client.session.session_key

    response = anna_client.post(LOGOUT, follow=True)

    assert response.redirect_chain == [("/", 302)]
    assert "Вы вышли из личного кабинета." in words(response)
    assert not Session.objects.filter(session_key=key).exists()


def test_a_link_cannot_log_anybody_out(anna_client):
    assert anna_client.get(LOGOUT).status_code == 405
    assert "_auth_user_id" in anna_client.session


def test_the_neighbours_session_goes_on(anna_client, boris_client):
    anna_client.post(LOGOUT)

    assert "_auth_user_id" in boris_client.session


def test_who_is_not_logged_in_is_led_home_as_well(client):
    assert client.post(LOGOUT)["Location"] == "/"

"""The SMS about a login from a new device: told to the owner, with the link, and not too often."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from accounts import block_links, new_device
from accounts.models import BlockLink, KnownDevice, User
from tests.accounts.make import LOGOUT, NEW_PHONE, log_in, registered, sms, words
from tests.people import ANNAS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0"


@pytest.fixture
def home(anna):
    """The browser that Anna always uses."""
    client = Client()
    log_in(client, ANNAS_PHONE)
    client.post(LOGOUT)
    return client


def test_another_browser_is_told_with_a_link_that_blocks(home, client, settings):
    log_in(Client(headers={"User-Agent": FIREFOX}), ANNAS_PHONE)

    (text,) = sms(ANNAS_PHONE)
    link = re.search(rf"{settings.BASE_URL}(/s/\w+)$", text)[1]
    client.post(link)

    assert text.startswith("Вход с нового устройства: Firefox, Windows. Это были не вы? Заблокируйте кабинет: ")
    assert User.objects.get().blocked_at is not None


def test_the_sms_has_two_segments_at_most_and_nothing_like_a_code(home):
    samsung = "Mozilla/5.0 (Linux; Android 14) SamsungBrowser/25.0 Chrome/121 Mobile Safari/537.36"

    log_in(Client(headers={"User-Agent": samsung}), ANNAS_PHONE)

    (text,) = sms(ANNAS_PHONE)
    assert len(text) <= 134
    assert not re.search(r"(?<!\d)\d{6}(?!\d)", text)


def test_the_usual_browser_is_no_news(home):
    log_in(home, ANNAS_PHONE)

    assert sms(ANNAS_PHONE) == []


def test_the_browser_that_registered_is_no_news(client):
    registered(client)
    client.post(LOGOUT)
    before = len(sms(NEW_PHONE))

    log_in(client, NEW_PHONE)

    assert len(sms(NEW_PHONE)) == before


def test_the_first_device_of_a_cabinet_that_staff_made_is_no_news(anna, client):
    log_in(client, ANNAS_PHONE)

    assert sms(ANNAS_PHONE) == []
    assert KnownDevice.objects.count() == 1


def test_a_device_is_told_once(home):
    second = Client()
    log_in(second, ANNAS_PHONE)
    second.post(LOGOUT)

    log_in(second, ANNAS_PHONE)

    assert len(sms(ANNAS_PHONE)) == 1


def test_the_neighbours_browser_is_new_for_her(home, boris, client):
    log_in(client, boris.phone)
    client.post(LOGOUT)

    log_in(client, ANNAS_PHONE)

    assert len(sms(ANNAS_PHONE)) == 1


def test_a_wrong_password_tells_nobody(home):
    log_in(Client(), ANNAS_PHONE, "Smart2018")

    assert sms(ANNAS_PHONE) == []


def test_a_blocked_cabinet_tells_nothing_more(home):
    User.objects.update(blocked_at=NOW)

    log_in(Client(), ANNAS_PHONE)

    assert sms(ANNAS_PHONE) == []


def test_five_a_day_are_enough(home):
    for _ in range(new_device.NOTICES.times + 3):
        response = log_in(Client(), ANNAS_PHONE)
        assert response.status_code == 302

    assert len(sms(ANNAS_PHONE)) == BlockLink.objects.count() == 5
    with time_machine.travel(NOW + timedelta(days=1, minutes=1)):
        log_in(Client(), ANNAS_PHONE)
    assert len(sms(ANNAS_PHONE)) == 6


def test_the_login_does_not_fail_for_a_device_that_says_nothing(home):
    client = Client()

    response = client.post("/login/", {"phone": ANNAS_PHONE, "password": PASSWORD}, follow=True)

    assert "Здравствуйте" in words(response)
    assert "неизвестное устройство" in sms(ANNAS_PHONE)[0]


def test_the_link_is_the_residents_own(home, boris):
    log_in(Client(), ANNAS_PHONE)

    token = sms(ANNAS_PHONE)[0].split("/")[-1]

    assert block_links.find(token=token, now=NOW).user.phone == ANNAS_PHONE

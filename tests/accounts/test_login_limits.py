"""How many guesses a door bears, and that strangers cannot lock its owner out."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.hashers import MD5PasswordHasher
from django.test import Client

from accounts import entry
from accounts.entry import Paused, WrongPair
from accounts.models import KnownDevice, User
from safeguards import throttle
from safeguards.models import Throttle
from safeguards.throttle import Limit
from tests.accounts.make import LOGIN, OFTEN, log_in, page, picture, words
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW, PASSWORD
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAUSE = "Слишком много попыток входа"
PICTURE = "Код с картинки"


def guess(client, phone=ANNAS_PHONE, password="Smart2018"):
    """A try that brings the code on a picture, whether it is asked for or not."""
    return log_in(client, phone, password, **picture())


def fail(times, client=None, phone=ANNAS_PHONE):
    for _ in range(times):
        guess(client or Client(), phone)


def is_logged_in(client):
    return "_auth_user_id" in client.session


def known_browser():
    """Anna's own: she has logged in with it before, and out again."""
    client = Client()
    log_in(client, ANNAS_PHONE)
    client.post("/logout/")
    return client


def test_after_five_failures_a_picture_is_asked_for(anna):
    answers = [log_in(Client(), ANNAS_PHONE, "Smart2018") for _ in range(5)]

    assert [PICTURE in words(answer) for answer in answers] == [False] * 4 + [True]


def test_without_the_code_on_the_picture_even_the_right_password_is_not_looked_at(anna, client):
    fail(5)

    response = log_in(client, ANNAS_PHONE)

    assert "Введите код с картинки" in words(response)
    assert not is_logged_in(client)


def test_a_wrong_code_on_the_picture_does_not_help(anna, client):
    fail(5)

    log_in(client, ANNAS_PHONE, **{**picture(), "captcha_1": "wrong"})

    assert not is_logged_in(client)


def test_the_right_code_on_the_picture_and_the_right_password_log_in(anna, client):
    fail(5)

    guess(client, password=PASSWORD)

    assert is_logged_in(client)


def test_another_picture_keeps_the_phone_and_judges_nothing(anna, client):
    html = page(client.post(LOGIN, {"phone": ANNAS_PHONE, "password": PASSWORD, "new_picture": "1"}))

    assert f'value="{ANNAS_PHONE}"' in html
    assert PASSWORD not in html
    assert "Ошибка" not in html
    assert "captcha_1" in html


def test_after_ten_failures_there_is_a_pause_of_half_an_hour(anna, client):
    with time_machine.travel(NOW, tick=False):
        fail(10)
        text = words(guess(client, password=PASSWORD))

    assert f"{PAUSE}. Повторите через 30 минут" in text
    with time_machine.travel(NOW + timedelta(minutes=29)):
        assert PAUSE in words(guess(client, password=PASSWORD))
    with time_machine.travel(NOW + timedelta(minutes=31)):
        guess(client, password=PASSWORD)
        assert is_logged_in(client)


def test_nothing_is_hashed_during_the_pause(anna, monkeypatch):
    fail(10)
    hashed = []
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1))

    guess(Client(), password=PASSWORD)

    assert hashed == []


def test_an_unknown_phone_pauses_as_a_known_one_does(client):
    fail(10, phone="+79269999999")

    assert PAUSE in words(guess(client, "+79269999999"))


def test_failures_with_one_phone_do_not_touch_another(anna, boris, client):
    fail(10)

    log_in(client, BORISS_PHONE)

    assert is_logged_in(client)


def test_right_passwords_are_not_counted(anna):
    for _ in range(12):
        client = Client()
        log_in(client, ANNAS_PHONE)
        assert is_logged_in(client)


def test_a_stranger_cannot_lock_the_owner_out_of_a_known_device(anna):
    owner = known_browser()
    fail(30)

    log_in(owner, ANNAS_PHONE)

    assert is_logged_in(owner)


def test_saboteur_without_known_devices_the_owner_is_locked_out(anna, monkeypatch):
    monkeypatch.setattr(entry.devices, "is_known", lambda **device: False)
    owner = known_browser()
    fail(30)

    log_in(owner, ANNAS_PHONE)

    assert not is_logged_in(owner)


def test_a_known_device_pauses_for_its_own_failures(anna):
    owner = known_browser()
    fail(10, owner)

    assert PAUSE in words(guess(owner, password=PASSWORD))
    stranger = Client()
    log_in(stranger, ANNAS_PHONE)
    assert is_logged_in(stranger)


def test_a_device_is_known_for_its_own_people_alone(anna, boris):
    owner = known_browser()
    fail(10, phone=BORISS_PHONE)

    assert PAUSE in words(guess(owner, BORISS_PHONE, PASSWORD))


def test_a_forged_cookie_makes_no_known_device(anna):
    owner = known_browser()
    (name,) = [name for name in owner.cookies if name.startswith("device")]
    forger = Client()
    forger.cookies[name] = owner.cookies[name].value.split(":")[0] + ":forged:signature"
    fail(10)

    assert PAUSE in words(guess(forger, password=PASSWORD))


def test_a_device_cookie_is_hidden_from_scripts_and_lives_a_year(anna, client):
    response = log_in(client, ANNAS_PHONE)

    (cookie,) = [morsel for name, morsel in response.cookies.items() if name.startswith("device")]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["max-age"] == 365 * 24 * 60 * 60


def test_two_people_on_one_device_are_both_known(anna, boris):
    browser = known_browser()
    log_in(browser, BORISS_PHONE)

    devices = KnownDevice.objects.all()
    assert {device.user for device in devices} == {anna, boris}
    assert len({device.device_hmac for device in devices}) == 1


def test_logging_in_again_makes_no_second_row(anna):
    browser = known_browser()

    log_in(browser, ANNAS_PHONE)

    device = KnownDevice.objects.get()
    assert device.last_login_at > device.created_at


def test_strangers_have_fifty_guesses_a_day_at_one_phone(anna, monkeypatch):
    heard = []
    for half_hour in range(48):
        for _ in range(11):
            try:
                entry.let_in(
                    phone=ANNAS_PHONE,
                    password="Smart2018",
                    device="",
                    ip=f"203.0.113.{half_hour}",
                    now=NOW + half_hour * timedelta(minutes=30),
                )
            except (WrongPair, Paused) as refusal:
                heard.append(type(refusal))

    assert heard.count(WrongPair) == 50


def test_one_address_has_a_loose_cap_over_all_phones(anna, monkeypatch):
    monkeypatch.setattr(entry, "PER_ADDRESS", Limit("login.ip", 3, timedelta(hours=1)))
    for number in range(3):
        guess(Client(), f"+7926000000{number}")

    assert PAUSE in words(guess(Client(), password=PASSWORD))
    elsewhere = Client(REMOTE_ADDR="203.0.113.99")
    log_in(elsewhere, ANNAS_PHONE)
    assert is_logged_in(elsewhere)


def test_a_refusal_takes_no_place_of_the_other_limits(anna):
    fail(40)

    assert throttle.used(entry.STRANGERS_FAILURES, ANNAS_PHONE, NOW + timedelta(minutes=1)) == 10


def test_a_blocked_cabinet_counts_no_failure(anna):
    User.objects.update(blocked_at=NOW)

    for _ in range(12):
        assert log_in(Client(), ANNAS_PHONE).status_code == 403


def tries_at_once(number, monkeypatch):
    """So many wrong passwords at once; how many were hashed."""
    hashed = []
    encode = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *args: hashed.append(1) or encode(*args))

    def one(_):
        try:
            entry.let_in(phone=ANNAS_PHONE, password="Smart2018", device="", ip=OFTEN, now=NOW)
        except (WrongPair, Paused):
            return

    at_once(number, one)
    return len(hashed)


@pytest.mark.django_db(transaction=True)
def test_of_forty_passwords_at_once_ten_are_looked_at(anna, monkeypatch):
    assert tries_at_once(40, monkeypatch) == 10


@pytest.mark.django_db(transaction=True)
def test_saboteur_counting_after_the_password_looks_at_more(anna, monkeypatch):
    def look_first(limit, key, now):
        return throttle.used(limit, key, now) < limit.times

    monkeypatch.setattr(entry.throttle, "take", look_first)

    assert tries_at_once(40, monkeypatch) > 10
    assert not Throttle.objects.exists()

"""«Вход с нового устройства»: beside the right password a new browser needs the code of an SMS."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import blocking, new_device
from accounts.models import BlockSource, Confirmation, KnownDevice, User
from notifications.models import Message
from tests.accounts.make import LOGIN, LOGOUT, code_sent_to, log_in, registered, sms, words, wrong
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:new-device")
BILLS = reverse("billing:bill-list")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0"


@pytest.fixture(autouse=True)
def _codes_on(settings):
    settings.NEW_DEVICE_CODE = True


@pytest.fixture
def home(anna):
    """The browser that Anna always uses."""
    client = Client()
    log_in(client, ANNAS_PHONE)
    client.post(LOGOUT)
    return client


@pytest.fixture
def strange(home):
    """A browser that has typed Anna's password and waits for the code."""
    client = Client(headers={"User-Agent": FIREFOX})
    log_in(client, ANNAS_PHONE, next=BILLS)
    return client


def type_code(client, code, **more):
    return client.post(PAGE, {"code": code, "next": BILLS, **more})


def is_in(client):
    return client.get(BILLS).status_code == 200


def test_the_right_password_leads_to_the_code_and_lets_nobody_in(home):
    client = Client()

    answer = log_in(client, ANNAS_PHONE, next=BILLS)

    assertRedirects(answer, f"{PAGE}?next=%2Fbills%2F")
    text = words(client.get(answer["Location"]))
    assert "Вход с нового устройства" in text
    assert "Код из SMS" in text
    assert "+7 916 ***-**-67" in text
    assert not is_in(client)


def test_the_right_code_lets_in_and_the_owner_hears_of_it(strange, anna):
    answer = type_code(strange, code_sent_to(ANNAS_PHONE, digits=6))

    assertRedirects(answer, BILLS)
    assert sms(ANNAS_PHONE)[-1].startswith("Вход с нового устройства: Firefox, Windows.")


def test_the_second_login_from_there_needs_no_code(strange):
    type_code(strange, code_sent_to(ANNAS_PHONE, digits=6))
    strange.post(LOGOUT)

    assert log_in(strange, ANNAS_PHONE)["Location"] == "/"


def test_the_usual_browser_needs_no_code(home):
    assert log_in(home, ANNAS_PHONE)["Location"] == "/"


def test_the_first_browser_of_a_cabinet_needs_no_code(anna):
    assert log_in(Client(), ANNAS_PHONE)["Location"] == "/"


def test_the_browser_that_registered_needs_no_code(client):
    user = registered(client)
    client.post(LOGOUT)

    assert log_in(client, user.phone)["Location"] == "/"


def test_it_can_be_switched_off(home, settings):
    settings.NEW_DEVICE_CODE = False

    assert log_in(Client(), ANNAS_PHONE)["Location"] == "/"


def test_a_wrong_code_counts_and_five_are_the_end(strange):
    code = code_sent_to(ANNAS_PHONE, digits=6)

    assertContains(type_code(strange, wrong(code)), "Неверный код. Осталось попыток: 4")
    for _ in range(4):
        answer = type_code(strange, wrong(code))

    assertContains(answer, "Попытки закончились")
    assertContains(type_code(strange, code), "Попытки закончились")
    assertNotContains(answer, 'name="code"')
    assertContains(answer, "Получить одноразовый пароль</button>")
    assert not is_in(strange)


@pytest.mark.parametrize("typed", ["", "12345", "abcdef", "1234567"])
def test_what_is_no_code_is_told_at_the_field_and_is_no_try(strange, typed):
    answer = type_code(strange, typed)

    assert "Осталось попыток: 5" in words(answer)
    assertContains(answer, "field wrong")


def test_a_code_lives_ten_minutes(strange):
    code = code_sent_to(ANNAS_PHONE, digits=6)

    with time_machine.travel(NOW + timedelta(minutes=11)):
        assertContains(type_code(strange, code), "Пароль больше не действует. Получите новый.")


def test_after_twenty_minutes_the_password_is_asked_for_again(strange):
    with time_machine.travel(NOW + timedelta(minutes=21)):
        assertRedirects(strange.get(PAGE), LOGIN)


def test_without_a_password_there_is_only_the_login_page(client):
    for answer in (client.get(PAGE), client.post(PAGE, {"code": "123456"})):
        assertRedirects(answer, LOGIN)


def test_the_code_of_one_browser_is_no_use_in_another(strange, settings):
    other = Client()
    with time_machine.travel(NOW + timedelta(minutes=2)):
        log_in(other, ANNAS_PHONE)
        code = code_sent_to(ANNAS_PHONE, digits=6)

        assertContains(type_code(strange, code), "Неверный код")


def test_the_neighbour_cannot_come_in_with_it(strange, boris):
    client = Client()
    log_in(client, BORISS_PHONE)
    client.post(LOGOUT)
    other = Client()
    log_in(other, BORISS_PHONE)

    type_code(other, code_sent_to(ANNAS_PHONE, digits=6))

    assert not is_in(other)


def test_a_cabinet_that_is_blocked_meanwhile_stays_closed(strange, anna):
    code = code_sent_to(ANNAS_PHONE, digits=6)
    blocking.block(user=anna, source=BlockSource.COMMAND, reason="звонок", ip=None, now=NOW)

    assertRedirects(type_code(strange, code), LOGIN)
    assert not is_in(strange)


@pytest.mark.parametrize("closed", [{"blocked_at": NOW}, {"is_active": False}], ids=["blocked", "erased"])
def test_a_cabinet_closed_after_the_page_had_looked_takes_no_code_and_keeps_it(strange, anna, monkeypatch, closed):
    """Even a code that was sent beside the closing, and was therefore not ended by it."""
    code, check = code_sent_to(ANNAS_PHONE, digits=6), new_device.confirmations.check

    def meanwhile(**arguments):
        check(**arguments)
        User.objects.filter(pk=anna.pk).update(**closed)

    monkeypatch.setattr(new_device.confirmations, "check", meanwhile)

    assertContains(type_code(strange, code), "Код больше не действует")

    assert not is_in(strange)
    assert Confirmation.objects.filter(resident=anna, used_at=None).exists()


def test_a_password_that_is_changed_meanwhile_makes_the_code_useless(strange, anna):
    anna.set_password("Drugoy2026")
    anna.save()

    assertContains(type_code(strange, code_sent_to(ANNAS_PHONE, digits=6)), "Код больше не действует")
    assert not is_in(strange)


def test_another_code_can_be_had_after_a_minute(strange):
    assertContains(strange.post(PAGE, {"resend": "1"}, follow=True), "Новое SMS можно получить через")

    with time_machine.travel(NOW + timedelta(minutes=2)):
        strange.post(PAGE, {"resend": "1"})
        assert is_in_with_the_last_code(strange)


def is_in_with_the_last_code(client):
    type_code(client, code_sent_to(ANNAS_PHONE, digits=6))
    return is_in(client)


def test_a_used_code_does_not_hold_up_the_next_payment(strange, anna):
    type_code(strange, code_sent_to(ANNAS_PHONE, digits=6))

    new_device.send_code(user=anna, attempt=anna.uuid, device="", ip="203.0.113.7", now=NOW)


def test_the_key_of_the_session_is_a_new_one(strange):
    before = strange.session.session_key

    type_code(strange, code_sent_to(ANNAS_PHONE, digits=6))

    assert strange.session.session_key != before
    assert "login_from_new_device" not in strange.session


def test_the_sms_carries_the_link_that_blocks(strange, anna, settings):
    text = sms(ANNAS_PHONE)[-1]
    link = text.rpartition(" ")[2].removeprefix(settings.BASE_URL)

    Client().post(link)

    anna.refresh_from_db()
    assert "Не вы? Заблокируйте: " in text
    assert anna.blocked_at is not None


def test_a_confirmed_address_hears_of_it_too(strange, anna):
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)

    type_code(strange, code_sent_to(ANNAS_PHONE, digits=6))

    letter = Message.objects.get(kind="new_device_login_letter")
    assert letter.address == anna.email
    assert "Это были не вы? Заблокируйте кабинет: http" in letter.full_text()


def test_without_the_defence_a_stolen_password_is_enough(home, monkeypatch):
    """The saboteur: the code is asked for, and nobody compares it."""
    monkeypatch.setattr(new_device.confirmations, "check", lambda **_: None)
    thief = Client()
    log_in(thief, ANNAS_PHONE, PASSWORD)

    type_code(thief, "000000")

    assert is_in(thief)
    assert KnownDevice.objects.count() == 2

"""The way in: a password alone opens nothing, a code is good once, tries are counted before anything is looked at."""

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.plugins.otp_static.models import StaticToken

from accounts import staff_entry
from accounts.models import Authenticator
from safeguards.models import JournalEntry
from tests.accounts.make import log_in, picture, sms
from tests.contact_centre.staff import (
    ENROLMENT,
    INDEX,
    LOGIN,
    OPERATORS_PHONE,
    PASSWORD,
    SECOND,
    client_of,
    code,
    enrolled,
    give_code,
    give_password,
    later,
    make_staff,
)
from tests.people import ANNAS_PHONE
from tests.people import PASSWORD as ANNAS_PASSWORD
from tests.races import at_once

pytestmark = pytest.mark.django_db
PAUSED = "Слишком много попыток"


@pytest.fixture
def device():
    return enrolled(make_staff())


def actions():
    return list(JournalEntry.objects.order_by("number").values_list("action", flat=True))


def test_password_and_code_open_the_staff_site(client, device):
    assert give_password(client).url == SECOND

    assert give_code(client, code(device)).url == INDEX
    assert client.get(INDEX).status_code == 200
    assert actions() == ["staff.logged-in"]


def test_a_phone_may_be_written_in_any_way(client, device):
    assert give_password(client, "8 (900) 000-00-11").url == SECOND


def test_the_page_that_was_wanted_comes_after_the_second_factor(client, device):
    wanted = reverse("admin:password_change")
    give_password(client, next=wanted)

    assert give_code(client, code(device)).url == wanted


@pytest.mark.parametrize("wanted", ["https://evil.example/admin/", "//evil.example", "/", "/profile/"])
def test_nobody_is_led_elsewhere(client, device, wanted):
    give_password(client, next=wanted)

    assert give_code(client, code(device)).url == INDEX


def test_the_password_alone_opens_nothing(client, device):
    give_password(client)

    assert client.get(INDEX).url.startswith(LOGIN)
    assert client.get(reverse("home")).context["user"].is_anonymous


def test_a_wrong_password_and_a_resident_hear_the_same(client, device, anna):
    wrong = give_password(client, password="Wrong-and-plain-7")
    resident = give_password(client, phone=ANNAS_PHONE, password=ANNAS_PASSWORD)

    for answer in (wrong, resident):
        assert "Неверный номер телефона или пароль" in answer.content.decode()
    assert client.get(SECOND).url == LOGIN


def test_who_has_left_does_not_come_in(client):
    enrolled(make_staff(is_active=False))

    assert "Неверный" in give_password(client).content.decode()


def test_the_first_login_sets_the_authenticator_up_and_shows_recovery_codes_once(client):
    user = make_staff()
    assert give_password(client).url == ENROLMENT
    page = client.get(ENROLMENT).content.decode()
    device = Authenticator.objects.get(user=user)
    assert '<path d="M' in page

    shown = client.post(ENROLMENT, {"code": code(device)}).content.decode()

    codes = re.findall(r"<code>(\w{10})</code>", shown)
    assert len(set(codes)) == 10
    # Nothing leads past them by a slip of the hand.
    assert "staff-menu" not in shown
    assert client.get(INDEX).status_code == 200
    assert client.get(ENROLMENT).url == LOGIN
    assert not StaticToken.objects.filter(token__in=codes).exists()
    assert actions() == ["staff.second-factor"]


def test_looking_at_the_enrolment_page_twice_keeps_one_key(client):
    user = make_staff()
    give_password(client)

    client.get(ENROLMENT)
    client.get(ENROLMENT)

    assert Authenticator.objects.filter(user=user).count() == 1


def test_a_wrong_first_code_sets_nothing_up(client):
    user = make_staff()
    give_password(client)

    assert "Неверный код" in client.post(ENROLMENT, {"code": "000000"}).content.decode()
    assert not staff_entry.has_second_factor(user)


def test_who_has_an_authenticator_cannot_set_up_another_with_a_password_alone(client, device):
    give_password(client)

    assert client.get(ENROLMENT).url == LOGIN
    assert client.post(ENROLMENT, {"code": code(device)}).url == LOGIN


def test_a_code_is_good_once(client, device):
    shown = code(device)
    give_password(client)
    give_code(client, shown)
    thief = Client()
    give_password(thief)

    assert "Неверный код" in give_code(thief, shown).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_code_is_good_once_however_many_come_at_once(device):
    shown = code(device)

    def come(_):
        try:
            return staff_entry.check_code(user=device.user, code=shown, ip="203.0.113.7", now=timezone.now())
        except (staff_entry.WrongCode, staff_entry.Paused):
            return None

    assert sum(found is not None for found in at_once(8, come)) == 1


def test_a_recovery_code_is_good_once_in_any_case_and_spacing(client, device):
    first, _ = staff_entry.new_recovery_codes(device.user)[:2]
    give_password(client)
    typed = f" {first[:5].upper()}-{first[5:]} "

    assert give_code(client, typed).url == INDEX
    assert actions() == ["staff.recovery-code"]
    again = Client()
    give_password(again)
    assert "Неверный код" in give_code(again, first).content.decode()


def test_somebody_elses_code_opens_nothing(client, device):
    other = enrolled(make_staff(phone="+79000000012"))
    give_password(client)

    assert "Неверный код" in give_code(client, code(other)).content.decode()


def test_five_wrong_codes_pause_even_the_right_one(client, device):
    give_password(client)
    for _ in range(5):
        give_code(client, "000000")

    assert PAUSED in give_code(client, code(device)).content.decode()
    with later(16 * 60):
        give_password(client)
        assert give_code(client, code(device)).url == INDEX


def test_saboteur_without_the_throttle_a_sixth_code_is_heard(client, device, monkeypatch):
    give_password(client)
    monkeypatch.setattr(staff_entry.throttle, "take", lambda *_: True)
    for _ in range(5):
        give_code(client, "000000")

    assert give_code(client, code(device)).url == INDEX


def test_five_wrong_passwords_pause_even_the_right_one(client, device):
    for _ in range(5):
        give_password(client, password="Wrong-and-plain-7")

    assert PAUSED in give_password(client).content.decode()
    assert actions() == ["staff.login-failed"] * 5


def test_the_password_must_be_given_again_after_ten_minutes(client, device):
    give_password(client)

    with later(601):
        assert give_code(client, code(device)).url == LOGIN


def test_fifteen_idle_minutes_end_the_session(client, device):
    give_password(client)
    give_code(client, code(device))

    with later(15 * 60 + 61):
        assert client.get(INDEX).url.startswith(LOGIN)


def test_the_session_key_is_a_new_one(client, device):
    give_password(client)
    planted = client.session.session_key

    give_code(client, code(device))

    assert client.session.session_key != planted


def test_staff_do_not_come_in_by_the_residents_door(client, device):
    answer = log_in(client, OPERATORS_PHONE, PASSWORD)

    assert "Неверный номер телефона или пароль" in answer.content.decode()


def test_a_resident_is_nobody_on_the_staff_site(anna_client):
    assert anna_client.get(INDEX).url.startswith(LOGIN)


def test_staff_are_nobody_on_the_residents_pages(operator_client):
    answer = operator_client.get(reverse("accounts:profile"))

    assert answer.url.startswith(reverse("accounts:login"))
    assert operator_client.get(INDEX).status_code == 200


def test_saboteur_without_the_gate_staff_have_a_cabinet(operator_client, settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.endswith("keep_apart")]

    assert operator_client.get(reverse("accounts:profile")).status_code == 200


def test_a_staff_phone_gets_no_code_for_a_forgotten_password(client, device):
    client.post(reverse("accounts:password-reset"), {"phone": OPERATORS_PHONE, **picture()})

    assert not any(re.search(r"\b\d{6}\b", text) for text in sms(OPERATORS_PHONE))


def test_without_the_second_factor_a_session_of_staff_reaches_nothing(operator):
    client = Client()
    client.force_login(operator)

    assert client.get(INDEX).url.startswith(LOGIN)


def test_a_new_password_of_staff_has_twelve_characters(operator_client):
    typed = {"old_password": PASSWORD, "new_password1": "Short-789", "new_password2": "Short-789"}

    answer = operator_client.post(reverse("admin:password_change"), typed)

    assert "не короче 12" in answer.content.decode()


def test_a_new_password_names_one_length():
    page = client_of(make_staff()).get(reverse("admin:password_change")).content.decode()

    assert "Не короче 12 знаков" in page
    assert "как минимум" not in page

"""Another login phone: the new one proves itself, both hear of it, and everything that was open ends."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts import confirmations, phone_change
from accounts.models import BlockLink, Confirmation, KnownDevice, PhoneChange, User
from notifications.models import Message
from tests.accounts.make import code_sent_to, log_in, sms, wrong
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db(transaction=True)
NEW = "+79265550011"


def begun(resident, phone=NEW, now=NOW):
    change = phone_change.start(resident=resident, phone=phone, now=now)
    phone_change.send_code(change=change, ip="203.0.113.7", now=now)
    return change


def finish(change, code, now=NOW):
    confirmation = phone_change.check(change=change, code=code, now=now)
    with transaction.atomic():
        phone_change.apply(change=change, confirmation=confirmation, now=now)


def change(resident):
    finish(begun(resident), code_sent_to(NEW, digits=6))


def test_the_code_of_the_new_phone_makes_it_the_login(anna):
    change(anna)

    assert User.objects.get().phone == NEW
    assert log_in(Client(), NEW)["Location"] == "/"
    assert "Неверный номер" in log_in(Client(), ANNAS_PHONE).content.decode()
    assert not PhoneChange.objects.exists()


def test_the_code_goes_to_the_new_phone_alone_and_says_whom_it_may_be_told(anna):
    begun(anna)

    (text,) = sms(NEW)
    assert "Никому не сообщайте, кроме оператора, с которым говорите" in text
    assert sms(ANNAS_PHONE) == []
    assert User.objects.get().phone == ANNAS_PHONE


def test_both_phones_and_the_mailbox_hear_of_it_with_a_link_each(anna):
    User.objects.update(email_confirmed_at=NOW)
    anna.refresh_from_db()

    change(anna)

    for phone in (ANNAS_PHONE, NEW):
        assert "Номер входа изменён 20.11 в 12:00 (Мск). Это были не вы? Заблокируйте: http" in sms(phone)[-1]
    assert "изменён" in Message.objects.get(channel="EMAIL").full_text()
    assert BlockLink.objects.filter(user=anna).count() == 3


def test_the_former_phones_link_blocks_the_cabinet(anna):
    change(anna)

    Client().post("/s/" + sms(ANNAS_PHONE)[-1].partition("/s/")[2])

    assert User.objects.get().blocked_at is not None


def test_sessions_end_and_every_device_is_strange_again(anna):
    client = Client()
    log_in(client, ANNAS_PHONE)

    change(anna)

    assert client.get(reverse("billing:bill-list")).status_code == 302
    assert not KnownDevice.objects.exists()


def test_the_password_alone_lets_nobody_in_from_a_strange_device_afterwards(anna, settings):
    settings.NEW_DEVICE_CODE = True
    log_in(Client(), ANNAS_PHONE)

    change(anna)

    assert log_in(Client(), NEW)["Location"].startswith(reverse("accounts:new-device"))


def test_codes_that_were_under_way_are_useless(anna):
    confirmations.request(
        purpose="BLOCKING", subject=anna.uuid, digest="x", phone=ANNAS_PHONE, resident=anna, ip="203.0.113.7",
        context={}, now=NOW,
    )  # fmt: skip

    change(anna)

    assert Confirmation.objects.get(purpose="BLOCKING").cancelled_at is not None


@pytest.mark.parametrize(("phone", "refusal"), [(ANNAS_PHONE, "SamePhone"), (BORISS_PHONE, "PhoneTaken")])
def test_its_own_and_a_neighbours_number_are_refused(anna, boris, phone, refusal):
    with pytest.raises(getattr(phone_change, refusal)):
        phone_change.start(resident=anna, phone=phone, now=NOW)


def test_a_number_that_is_taken_meanwhile_is_refused_and_nothing_changes(anna):
    started = begun(anna)
    make_resident(NEW)

    with pytest.raises(phone_change.PhoneTaken):
        finish(started, code_sent_to(NEW, digits=6))

    anna.refresh_from_db()
    assert anna.phone == ANNAS_PHONE


def test_a_wrong_code_changes_nothing(anna):
    started = begun(anna)

    with pytest.raises(confirmations.WrongCode):
        finish(started, wrong(code_sent_to(NEW, digits=6)))

    assert User.objects.get().phone == ANNAS_PHONE


def test_another_number_makes_the_first_code_useless(anna):
    first = begun(anna)
    code = code_sent_to(NEW, digits=6)
    begun(anna, phone="+79265550022")

    with pytest.raises((confirmations.CodeExpired, phone_change.OutOfTime)):
        finish(PhoneChange(uuid=first.uuid, resident=anna, phone="+79265550022"), code, NOW + timedelta(minutes=11))
    assert User.objects.get().phone == ANNAS_PHONE


def test_a_code_lives_ten_minutes(anna):
    started = begun(anna)

    with pytest.raises(confirmations.CodeExpired):
        finish(started, code_sent_to(NEW, digits=6), NOW + timedelta(minutes=11))

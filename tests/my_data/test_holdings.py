"""Whose rows are whose: by key, by UUID, by phone and by address; a neighbour's are never among them."""

from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import PasswordReset, User
from notifications.models import Message
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.my_data.holdings import HOLDINGS, sessions_of
from tests.accounts.feedback_steps import SCAN, sent
from tests.accounts.profile_steps import FILLED, fill
from tests.billing.make import make_manual_bill
from tests.my_data.lived_in import live_in
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db(transaction=True)
HELD = {one.model._meta.label: one for one in HOLDINGS}


def message(key, address, resident=None):
    at = NOW + timedelta(seconds=int(key))
    return Message.objects.create(
        key=key, kind="x", channel="SMS", address=address, created_at=at, due_at=at, resident_uuid=resident
    )


def test_a_neighbour_has_no_row_of_a_cabinet_that_somebody_has_lived_in(anna, boris, bank):
    live_in(anna, make_manual_bill(anna))
    journal.record(actor=Actor(name="ops"), action=Action.LOOKED, whose=anna.uuid, now=NOW)

    hers = {label for label, one in HELD.items() if one.rows(anna).exists()}
    his = {label for label, one in HELD.items() if one.rows(boris).exists()}

    assert his == {"accounts.User"}
    assert {"accounts.Profile", "accounts.FeedbackFile", "payments.Payment", "safeguards.JournalEntry"} <= hers
    assert {"accounts.PasswordReset", "notifications.Message", "accounts.PendingRegistration"} <= hers


def test_a_message_is_his_by_uuid_or_to_his_address_while_it_is_nobodys(anna, boris):
    own, nobodys = message("1", "+79990000000", anna.uuid), message("2", ANNAS_PHONE)
    message("3", ANNAS_PHONE, boris.uuid)
    message("4", "+79990000001")

    assert set(HELD["notifications.Message"].rows(anna)) == {own, nobodys}


def test_a_person_without_a_phone_owns_no_rows_by_phone(anna):
    PasswordReset.objects.create(phone=ANNAS_PHONE, created_at=NOW, expires_at=NOW)
    nameless = User.objects.create_user(None)

    assert not HELD["accounts.PasswordReset"].rows(nameless).exists()
    assert HELD["accounts.PasswordReset"].rows(anna).count() == 1


def test_a_file_is_found_through_its_request(anna, boris):
    sent(anna, attachment=SCAN)
    sent(boris, attachment=SCAN)

    assert HELD["accounts.FeedbackFile"].rows(anna).count() == 1


def test_sessions_are_found_by_who_stands_in_them(anna, boris):
    hers, his = Client(), Client()
    hers.force_login(anna)
    his.force_login(boris)

    assert sessions_of(anna) == [hers.session.session_key]


def test_what_is_shown_can_be_read_of_every_row(anna, bank):
    live_in(anna, make_manual_bill(anna))
    fill(anna, **FILLED)

    for one in HOLDINGS:
        for row in one.rows(anna):
            for path in one.shown.values():
                value = row
                for name in path.split("."):
                    value = getattr(value, name)

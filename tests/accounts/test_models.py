"""People as rows: the phone is the login, and may be gone after erasure."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Confirmation, Consent, ConsentKind, PendingRegistration, User
from tests.people import ANNAS_PHONE, NOW, PASSWORD, make_resident

pytestmark = pytest.mark.django_db


def test_a_resident_is_made_with_a_hashed_password(anna):
    assert anna.check_password(PASSWORD)
    assert PASSWORD not in anna.password
    assert (anna.is_staff, anna.is_superuser, anna.is_active, anna.blocked_at) == (False, False, True, None)


def test_a_superuser_may_do_everything():
    admin = User.objects.create_superuser("+79000000002", PASSWORD)

    assert admin.is_staff
    assert admin.has_perm("accounts.change_user")


def test_a_person_without_password_cannot_be_logged_in():
    assert not User.objects.create_user("+79000000003").has_usable_password()


def test_a_phone_belongs_to_one_person(anna):
    with pytest.raises(IntegrityError), transaction.atomic():
        make_resident(ANNAS_PHONE)


def test_many_erased_people_have_no_phone():
    make_resident(None)
    erased = make_resident(None)

    assert erased.masked_phone == ""


def test_a_phone_is_stored_as_e164_or_not_at_all():
    with pytest.raises(IntegrityError), transaction.atomic():
        make_resident("89161234567")


def test_the_greeting_has_the_last_name_first(anna):
    assert anna.full_name == "Соколова Анна"
    assert User(first_name="Иван").full_name == "Иван"


def test_a_phone_is_shown_masked(anna):
    assert anna.masked_phone == "+7 916 ***-**-67"


def test_no_row_tells_names_or_phones_when_it_is_printed(anna):
    consent = Consent(user=anna, kind=ConsentKind.MARKETING, version="1", given_at=NOW, ip="203.0.113.7")
    rows = [
        anna,
        PendingRegistration(phone=ANNAS_PHONE, last_name="Соколова"),
        consent,
        Confirmation(purpose="PAYMENT"),
    ]

    printed = " ".join(f"{row} {row!r}" for row in rows)

    assert "Соколова" not in printed
    assert "9161234567" not in printed

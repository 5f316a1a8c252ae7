"""The authenticator's key is encrypted at rest, and the second factor works as before."""

import pytest
from django.db import connection

from accounts import staff_entry
from accounts.models import Authenticator
from tests.contact_centre.staff import code, enrolled, make_staff
from tests.people import NOW

pytestmark = pytest.mark.django_db
IP = "203.0.113.7"


def stored(device):
    with connection.cursor() as cursor:
        cursor.execute("SELECT key FROM accounts_authenticator WHERE id = %s", [device.pk])
        return cursor.fetchone()[0]


def test_the_key_stands_in_no_row_in_clear():
    device = enrolled(make_staff())

    assert len(device.key) == 40
    assert device.key not in stored(device)
    assert Authenticator.objects.get().key == device.key


def test_without_the_field_key_no_code_fits_and_a_recovery_code_does(settings):
    user = make_staff()
    device = enrolled(user)
    shown, (spare, *_) = code(device), staff_entry.new_recovery_codes(user)
    settings.FIELD_KEYS = f"other:{'B' * 43}="

    with pytest.raises(staff_entry.WrongCode):
        staff_entry.check_code(user=user, code=shown, ip=IP, now=NOW)

    assert staff_entry.check_code(user=user, code=spare, ip=IP, now=NOW)


def test_a_key_of_another_row_is_no_key_here():
    hers, his = enrolled(make_staff()), enrolled(make_staff(phone="+79000000020"))
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_authenticator SET key = %s WHERE id = %s", [stored(his), hers.pk])

    with pytest.raises(staff_entry.WrongCode):
        staff_entry.check_code(user=hers.user, code=code(his), ip=IP, now=NOW)

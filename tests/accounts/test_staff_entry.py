"""The rules of the staff's way in, apart from its pages: what counts as a try, and what stands in the database."""

from datetime import timedelta

import pytest
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken

from accounts import staff, staff_entry
from accounts.models import Authenticator, ResidentSession
from safeguards.models import JournalEntry
from tests.clock import NOW
from tests.contact_centre.staff import OPERATORS_PHONE, PASSWORD, client_of, code, enrolled, make_staff
from tests.people import ANNAS_PHONE

pytestmark = pytest.mark.django_db
IP = "203.0.113.7"


@pytest.fixture
def user(db):
    return make_staff()


def check(password=PASSWORD, phone=OPERATORS_PHONE, ip=IP, now=NOW):
    return staff_entry.check_password(phone=phone, password=password, ip=ip, now=now)


def wrong(**changes):
    with pytest.raises(staff_entry.WrongPair):
        check(password="Wrong-and-plain-7", **changes)


def test_the_right_password_gives_its_try_back(user):
    for _ in range(20):
        assert check() == user


def test_a_wrong_one_costs_a_try_and_the_sixth_is_not_heard(user):
    for _ in range(5):
        wrong()

    with pytest.raises(staff_entry.Paused) as pause:
        check()

    assert timedelta(minutes=14) < pause.value.retry_after <= timedelta(minutes=15)


def test_a_quarter_of_an_hour_later_it_is_heard_again(user):
    for _ in range(5):
        wrong()

    assert check(now=NOW + timedelta(minutes=16)) == user


def test_other_phones_are_not_held_up(user):
    other = make_staff(phone="+79000000012")
    for _ in range(5):
        wrong()

    assert check(phone=other.phone) == other


def test_one_address_has_sixty_tries_an_hour_at_all_phones(user):
    for number in range(60):
        wrong(phone=f"+790000001{number:02}")

    with pytest.raises(staff_entry.Paused):
        check()
    assert check(ip="203.0.113.8") == user


@pytest.mark.parametrize("changes", [{"is_active": False}, {"blocked_at": NOW}, {"is_staff": False}])
def test_who_may_not_come_in_is_as_good_as_unknown(user, changes):
    for name, value in changes.items():
        setattr(user, name, value)
    user.save()

    with pytest.raises(staff_entry.WrongPair):
        check()


def test_a_failed_login_is_noted_under_the_person_when_there_is_one(user, anna):
    wrong()
    wrong(phone="+79000000099")
    wrong(phone=ANNAS_PHONE)

    assert list(JournalEntry.objects.order_by("number").values_list("who_uuid", "ip")) == [
        (user.uuid, IP),
        (None, IP),
        (None, IP),
    ]


def test_recovery_codes_stand_as_digests(user):
    codes = staff_entry.new_recovery_codes(user)

    kept = set(StaticToken.objects.filter(device__user=user).values_list("token", flat=True))
    assert len(kept) == len(codes) == staff_entry.RECOVERY_CODES
    assert not kept & set(codes)


def test_new_recovery_codes_end_the_former(user):
    enrolled(user)
    (former, *_), _ = staff_entry.new_recovery_codes(user), staff_entry.new_recovery_codes(user)

    with pytest.raises(staff_entry.WrongCode):
        staff_entry.check_code(user=user, code=former, ip=IP, now=NOW)
    assert StaticDevice.objects.filter(user=user).count() == 1


def test_a_code_of_the_next_step_is_taken_and_then_those_before_it_are_over(user):
    device = enrolled(user)
    ahead, now = code(device, ahead=1), code(device)

    assert staff_entry.check_code(user=user, code=ahead, ip=IP, now=NOW) == device
    with pytest.raises(staff_entry.WrongCode):
        staff_entry.check_code(user=user, code=now, ip=IP, now=NOW)


@pytest.mark.parametrize("typed", ["", " ", "000000", "abc", "12345", "1234567", "١٢٣٤٥٦", "not-a-code-at-all"])
def test_what_is_no_code_opens_nothing(user, typed):
    enrolled(user)
    staff_entry.new_recovery_codes(user)

    with pytest.raises(staff_entry.WrongCode):
        staff_entry.check_code(user=user, code=typed, ip=IP, now=NOW)


def test_a_code_may_be_typed_with_spaces(user):
    device = enrolled(user)
    shown = code(device)

    assert staff_entry.check_code(user=user, code=f" {shown[:3]} {shown[3:]} ", ip=IP, now=NOW) == device


def test_enrolment_leaves_one_authenticator(user):
    first = staff_entry.begin_enrolment(user)
    staff_entry.finish_enrolment(user=user, code=code(first), ip=IP, now=NOW)
    again = staff_entry.begin_enrolment(user)

    enrolled_again = staff_entry.finish_enrolment(user=user, code=code(again), ip=IP, now=NOW)

    assert list(Authenticator.objects.filter(user=user)) == [enrolled_again.device]
    assert len(enrolled_again.recovery_codes) == staff_entry.RECOVERY_CODES


def test_a_forgotten_second_factor_takes_codes_and_sessions_with_it(user):
    client_of(user).get("/admin/")
    staff_entry.new_recovery_codes(user)

    staff.forget_second_factor(user=user, now=NOW)

    assert not staff_entry.has_second_factor(user)
    assert not StaticToken.objects.filter(device__user=user).exists()
    assert not ResidentSession.objects.filter(user=user, ended_at=None).exists()


def test_first_passwords_are_long_and_differ(user):
    given = {staff.new_password(user=user, now=NOW) for _ in range(5)}

    assert len(given) == 5
    assert min(map(len, given)) >= 12
    user.refresh_from_db()
    assert sum(user.check_password(password) for password in given) == 1

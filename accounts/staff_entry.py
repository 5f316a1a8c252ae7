"""How the staff come in: phone and password, then the second factor; nobody without it gets any further.

A code of the authenticator is good once (django-otp remembers its step), a recovery code is gone when used and stands
in the database as an HMAC only. Every try takes a place before anything is looked at.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import django_otp
from django.contrib.auth import authenticate
from django.db import transaction
from django.utils.crypto import salted_hmac
from django_otp.models import Device
from django_otp.plugins.otp_static.models import StaticDevice

from accounts.client_ip import subscriber
from accounts.models import Authenticator, User
from safeguards import journal, throttle
from safeguards.journal import Action, Actor
from safeguards.throttle import Limit

PASSWORD_TRIES = Limit("staff.password", 5, timedelta(minutes=15))
PER_ADDRESS = Limit("staff.address", 60, timedelta(hours=1))
CODE_TRIES = Limit("staff.code", 5, timedelta(minutes=15))
HALF_LIFE = timedelta(minutes=10)
RECOVERY_CODES = 10
# Without letters and digits that look alike.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
RECOVERY_LENGTH, TOKEN_LENGTH = 10, 16


class WrongPair(Exception):
    """No such member of the staff, or not his password: nobody is told which."""


class WrongCode(Exception):
    """The code is not his, is over, or was used before."""


class Paused(Exception):
    """Too many tries; `retry_after` says when the next one is heard."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("paused")
        self.retry_after = retry_after


@dataclass(frozen=True)
class Enrolled:
    """A second factor that has just been set up: the device, and the recovery codes that are shown this once."""

    device: Device
    recovery_codes: list[str]


def check_password(*, phone: str, password: str, ip: str, now: datetime) -> User:
    """The member of the staff behind the pair; raises WrongPair or Paused. Residents are as good as unknown here."""
    for limit, key in ((PER_ADDRESS, subscriber(ip)), (PASSWORD_TRIES, phone)):
        _take(limit, key, now)
    user = authenticate(phone=phone, password=password)
    if not isinstance(user, User) or not user.is_staff or user.blocked_at is not None:
        known = User.objects.filter(phone=phone, is_staff=True).first()
        _record(known, Action.LOGIN_FAILED, ip, now)
        raise WrongPair
    throttle.give_back(PASSWORD_TRIES, phone, now)
    return user


def has_second_factor(user: User) -> bool:
    """Whether an authenticator was ever confirmed; without one there is enrolment first."""
    return bool(Authenticator.objects.filter(user=user, confirmed=True).exists())


def begin_enrolment(user: User) -> Authenticator:
    """The authenticator that is being set up: the same one until its first code has come."""
    found = Authenticator.objects.filter(user=user, confirmed=False).order_by("pk").first()
    return found or Authenticator.objects.create(user=user, name="authenticator", confirmed=False)


def finish_enrolment(*, user: User, code: str, ip: str, now: datetime) -> Enrolled:
    """Confirm the authenticator by its first code; raises WrongCode or Paused."""
    _take(CODE_TRIES, str(user.uuid), now)
    device = begin_enrolment(user)
    if django_otp.verify_token(user, device.persistent_id, _digits(code)) is None:
        raise WrongCode
    with transaction.atomic():
        if not Authenticator.objects.filter(pk=device.pk, confirmed=False).update(confirmed=True):
            raise WrongCode
        Authenticator.objects.filter(user=user).exclude(pk=device.pk).delete()
        codes = new_recovery_codes(user)
        _record(user, Action.SECOND_FACTOR_SET, ip, now)
    throttle.give_back(CODE_TRIES, str(user.uuid), now)
    device.refresh_from_db()
    return Enrolled(device, codes)


def check_code(*, user: User, code: str, ip: str, now: datetime) -> Device:
    """The device behind a code of the authenticator or a recovery code; raises WrongCode or Paused."""
    _take(CODE_TRIES, str(user.uuid), now)
    is_recovery = not _digits(code).isdecimal()
    kind, token = (StaticDevice, _kept(code)) if is_recovery else (Authenticator, _digits(code))
    for device in kind.objects.filter(user=user, confirmed=True):
        if django_otp.verify_token(user, device.persistent_id, token) is not None:
            throttle.give_back(CODE_TRIES, str(user.uuid), now)
            _record(user, Action.RECOVERY_CODE_USED if is_recovery else Action.LOGGED_IN, ip, now)
            return device
    _record(user, Action.LOGIN_FAILED, ip, now)
    raise WrongCode


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten codes in place of all earlier ones; only their HMAC is kept."""
    codes = ["".join(secrets.choice(ALPHABET) for _ in range(RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery codes", confirmed=True)
    device.token_set.bulk_create([device.token_set.model(device=device, token=_kept(code)) for code in codes])
    return codes


@transaction.atomic
def forget_second_factor(user: User) -> None:
    """A lost phone: the next login begins with enrolment."""
    Authenticator.objects.filter(user=user).delete()
    StaticDevice.objects.filter(user=user).delete()


def _take(limit: Limit, key: str, now: datetime) -> None:
    if not throttle.take(limit, key, now):
        raise Paused(throttle.retry_after(limit, key, now))


def _digits(code: str) -> str:
    return "".join(code.split()).replace("-", "")


def _kept(code: str) -> str:
    plain = _digits(code).casefold()
    return salted_hmac("staff.recovery", plain, algorithm="sha256").hexdigest()[:TOKEN_LENGTH]


def _record(user: User | None, action: Action, ip: str, now: datetime) -> None:
    journal.record(actor=Actor(uuid=user.uuid if user else None, ip=ip), action=action, now=now)

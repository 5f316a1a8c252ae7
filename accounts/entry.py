"""Letting people in: phone, password, and how many failures a door bears (screens 1.5)."""

from datetime import datetime, timedelta

from django.contrib.auth import authenticate

from accounts import devices
from accounts.client_ip import subscriber
from accounts.models import User
from safeguards import throttle
from safeguards.throttle import Limit

FAILURES_BEFORE_PICTURE = 5
FAILURES = Limit("login.failures", 10, timedelta(minutes=30))
# Half an hour again and again would still be 480 guesses a day.
STRANGERS_FAILURES = Limit("login.strangers", 50, timedelta(days=1))
PER_ADDRESS = Limit("login.ip", 300, timedelta(hours=1))


class WrongPair(Exception):
    """No such phone, or not its password: nobody is told which."""


class Paused(Exception):
    """Too many failures; `retry_after` says when the next try is heard."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("paused")
        self.retry_after = retry_after


class CabinetBlocked(Exception):
    """The right password of a blocked cabinet."""


def needs_picture(*, phone: str, device: str, now: datetime) -> bool:
    """Whether this door has failed often enough to ask for the code on a picture."""
    return throttle.used(FAILURES, _door(phone, device), now) >= FAILURES_BEFORE_PICTURE


def let_in(*, phone: str, password: str, device: str, ip: str, now: datetime) -> User:
    """The person behind the pair; raises WrongPair, Paused or CabinetBlocked.

    Every try takes its places before the password is looked at, and has them back when it is right.
    """
    places = _take_places(phone, device, ip, now)
    user = authenticate(phone=phone, password=password)
    # The staff have a door of their own, with a second factor.
    if not isinstance(user, User) or user.is_staff:
        raise WrongPair
    _give_back(places, now)
    if user.blocked_at is not None:
        raise CabinetBlocked
    return user


def _take_places(phone: str, device: str, ip: str, now: datetime) -> list[tuple[Limit, str]]:
    door = _door(phone, device)
    wanted = [(FAILURES, door), (PER_ADDRESS, subscriber(ip))]
    if door == phone:
        wanted.append((STRANGERS_FAILURES, phone))
    wait = throttle.take_all(wanted, now)
    if wait:
        raise Paused(wait)
    return wanted


def _give_back(places: list[tuple[Limit, str]], now: datetime) -> None:
    for limit, key in places:
        throttle.give_back(limit, key, now)


def _door(phone: str, device: str) -> str:
    """A known device has a count of its own; all others share one, since a stranger drops his cookie at will."""
    return f"{phone}|{device}" if devices.is_known(device=device, phone=phone) else phone

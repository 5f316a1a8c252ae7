"""«Смена пароля»: the current password first, then a one-time password for the new one (screens 6.5)."""

from datetime import datetime, timedelta
from uuid import UUID

from django.contrib.auth.hashers import check_password
from django.db import transaction

from accounts import confirmations, passwords
from accounts.models import Confirmation, Purpose, User
from safeguards import throttle
from safeguards.throttle import Limit

# Who finds a cabinet open must not find its password out there.
WRONG_PASSWORDS = Limit("password.current", 5, timedelta(minutes=30))


class WrongPassword(Exception):
    """Not the current password."""


class Paused(Exception):
    """Five wrong ones; `retry_after` says when the next is looked at."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("paused")
        self.retry_after = retry_after


def check_current(*, user: User, password: str, now: datetime) -> None:
    """Pass when it is the current password; raises WrongPassword or Paused. A try is counted before it is looked at."""
    key = str(user.uuid)
    if not throttle.take(WRONG_PASSWORDS, key, now):
        raise Paused(throttle.retry_after(WRONG_PASSWORDS, key, now))
    # Not user.check_password: it may hash anew, and this session would end with the old hash.
    if not check_password(password, user.password):
        raise WrongPassword
    throttle.give_back(WRONG_PASSWORDS, key, now)


def cancel(*, user: User, now: datetime) -> None:
    """Make the code of a former choice useless."""
    confirmations.void(purpose=Purpose.PASSWORD_CHANGE, subject=user.uuid, now=now)


def send_code(*, user: User, hashed: str, ip: str, now: datetime) -> Confirmation:
    """Send the code for this very password; raises confirmations.TooManyCodes."""
    return confirmations.request(
        purpose=Purpose.PASSWORD_CHANGE,
        subject=user.uuid,
        digest=_digest(user, hashed),
        phone=user.phone or "",
        resident=user,
        ip=ip,
        context={},
        now=now,
    )


def current(*, user: User, now: datetime) -> Confirmation | None:
    """The code that could still be typed."""
    return confirmations.current(purpose=Purpose.PASSWORD_CHANGE, subject=user.uuid, now=now)


def finish(*, user: User, hashed: str, code: str, device: str, session: UUID | None, now: datetime) -> None:
    """Put the new password in place when the code is right; raises what confirmations.check raises."""
    confirmation = current(user=user, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(user, hashed), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        passwords.replace(user=user, hashed=hashed, device=device, session=session, now=now)


def _digest(user: User, hashed: str) -> str:
    return confirmations.digest_of(user.password, hashed)

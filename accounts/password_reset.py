"""«Забыли пароль?»: who reads the SMS of a phone may choose its cabinet's password (screens 1.5)."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.urls import reverse

from accounts import confirmations, passwords
from accounts.models import Confirmation, PasswordReset, Purpose, User
from notifications import messages, outbox
from notifications.messages import MessageKind
from safeguards import throttle
from safeguards.throttle import Limit

LIFE = timedelta(hours=1)
INVITATIONS = Limit("password-reset.invitations", 3, timedelta(days=1))


class TooManyInvitations(Exception):
    """He was written to often enough today; `retry_after` says when he may be again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many invitations")
        self.retry_after = retry_after


class OutOfTime(Exception):
    """The right to choose a password is used up, too old, or its cabinet was blocked meanwhile."""


def start(*, phone: str, former: PasswordReset | None, now: datetime) -> PasswordReset:
    """The row of this phone: the one that this visitor has already, while its code may still come, or a new one."""
    PasswordReset.objects.filter(expires_at__lte=now).delete()
    if former is not None and former.phone == phone and former.confirmed_at is None:
        return former
    return PasswordReset.objects.create(phone=phone, created_at=now, expires_at=now + LIFE)


def invite(*, resident: User, now: datetime) -> None:
    """Write the resident where a new password is chosen, as he asked on the phone; raises TooManyInvitations.

    The rest is his own: the code goes to his phone, and nobody of the staff can type it for him.
    """
    wait = throttle.take_all([(INVITATIONS, str(resident.uuid))], now)
    if wait:
        raise TooManyInvitations(wait)
    outbox.put(
        messages.PASSWORD_RESET_INVITATION,
        address=resident.phone or "",
        context={"link": settings.BASE_URL + reverse("accounts:password-reset")},
        key=f"password-reset-invitation:{uuid4()}",
        now=now,
        resident_uuid=resident.uuid,
    )


def find(*, uuid: UUID | None, now: datetime) -> PasswordReset | None:
    """The row of that UUID, unless its time is over."""
    return PasswordReset.objects.filter(uuid=uuid, expires_at__gt=now).first() if uuid else None


def send_code(*, reset: PasswordReset, ip: str, now: datetime) -> Confirmation:
    """Send the code, or what else there is to say to this phone; raises confirmations.TooManyCodes.

    A phone without a cabinet gets a confirmation as any other, only one that no code fits: the pages cannot differ.
    """
    owner = User.objects.filter(phone=reset.phone, is_staff=False).first()
    instead = _instead(owner)
    return confirmations.request(
        purpose=Purpose.PASSWORD_RESET,
        subject=reset.uuid,
        digest=_digest(reset),
        phone=reset.phone,
        resident=None,
        ip=ip,
        context={"contact_centre": settings.CONTACT_CENTRE_PHONE} if instead else {},
        now=now,
        instead=instead,
        owner=owner,
    )


def confirm(*, reset: PasswordReset, code: str, now: datetime) -> None:
    """Take the code: from now on there are ten minutes to choose a password. Raises what confirmations.check raises."""
    confirmation = confirmations.current(purpose=Purpose.PASSWORD_RESET, subject=reset.uuid, now=now)
    if confirmation is None:
        raise confirmations.CodeExpired
    confirmations.check(confirmation=confirmation, code=code, digest=_digest(reset), now=now)
    with transaction.atomic():
        if not confirmations.consume(confirmation=confirmation, now=now):
            raise confirmations.CodeExpired
        PasswordReset.objects.filter(pk=reset.pk).update(confirmed_at=now, expires_at=now + settings.CONFIRMATION_LIFE)


def finish(*, reset: PasswordReset, password: str, now: datetime) -> User:
    """Give the cabinet its new password; of several at once one wins, and the others raise OutOfTime."""
    hashed = make_password(password)
    with transaction.atomic():
        right = PasswordReset.objects.filter(pk=reset.pk, confirmed_at__isnull=False, expires_at__gt=now)
        used, _ = right.delete()
        user = User.objects.filter(phone=reset.phone, is_staff=False, is_active=True, blocked_at=None).first()
        if not used or user is None:
            raise OutOfTime
        passwords.replace(user=user, hashed=hashed, device="", session=None, now=now)
    return user


def _instead(owner: User | None) -> MessageKind | None:
    """What the SMS says in place of a code."""
    if owner is None:
        return messages.PHONE_NOT_REGISTERED
    return messages.CABINET_IS_BLOCKED if owner.blocked_at or not owner.is_active else None


def _digest(reset: PasswordReset) -> str:
    return confirmations.digest_of(reset.phone)

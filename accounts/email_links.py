"""An e-mail address is its owner's once he has opened the link in the letter: signed, good for one day and one use."""

import hashlib
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.urls import reverse

from accounts.models import User
from notifications import budget, messages, outbox
from notifications.models import Channel, Message
from safeguards import throttle
from safeguards.throttle import Limit

LIFE = timedelta(hours=24)
MINUTE = Limit("email.link.minute", 1, timedelta(minutes=1))
DAY = Limit("email.link.day", 5, timedelta(days=1))
# Whose address it is he has not said yet: no number of cabinets may fill a stranger's mailbox.
ADDRESS = Limit("email.link.address", 5, timedelta(days=1))


class TooManyLetters(Exception):
    """No letter goes out now; `retry_after` says when one may be asked for again."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many letters")
        self.retry_after = retry_after


class DeadLink(Exception):
    """Not ours, older than a day, or for an address that is no longer this person's."""


def send(*, resident: User, now: datetime) -> None:
    """Write to an unconfirmed address: the only letter it ever gets. Never call it inside a transaction."""
    if not resident.email or (resident.email_confirmed_at is not None and not bounces(resident, now)):
        return
    _take_places(resident, now)
    _doubt(resident)
    expires_at = now + LIFE
    link = settings.BASE_URL + reverse("accounts:email-link", args=[_token(resident, expires_at)])
    outbox.put(
        messages.EMAIL_LINK,
        address=resident.email,
        context={"link": link},
        key=f"email-link:{uuid4()}",
        now=now,
        expires_at=expires_at,
        resident_uuid=resident.uuid,
    )


def bounces(resident: User, now: datetime) -> bool:
    """Whether letters to the address come back."""
    return budget.is_bouncing(resident.email, Channel.EMAIL, now)


def _doubt(resident: User) -> None:
    """Whoever asks for a link wants one letter more to an address whose letters came back; only its link confirms."""
    budget.forget_bounce(resident.email, Channel.EMAIL)
    User.objects.filter(pk=resident.pk, email=resident.email).update(email_confirmed_at=None)


def wait(*, resident: User, now: datetime) -> timedelta:
    """How long until another letter may be asked for."""
    return max(throttle.retry_after(limit, key, now) for limit, key in _places(resident))


def is_sent(resident: User) -> bool:
    """Whether a link was ever sent to the address that stands in the cabinet now."""
    letters = Message.objects.filter(resident_uuid=resident.uuid, kind=messages.EMAIL_LINK.name)
    return letters.filter(address=resident.email).exists()


def opened(*, token: str, now: datetime) -> User:
    """Whose address the link is about; raises DeadLink."""
    try:
        uuid, digest, until = _signer().unsign_object(token)
    except (BadSignature, ValueError, TypeError):
        raise DeadLink from None
    if datetime.fromtimestamp(until, tz=UTC) <= now:
        raise DeadLink
    resident = User.objects.filter(uuid=UUID(uuid), is_active=True, blocked_at=None).first()
    if resident is None or _digest(resident.email) != digest:
        raise DeadLink
    return resident


def confirm(*, token: str, now: datetime) -> bool:
    """Take the address for confirmed; False when it has been before. Raises DeadLink."""
    resident = opened(token=token, now=now)
    same = User.objects.filter(pk=resident.pk, email=resident.email, email_confirmed_at=None)
    return bool(same.update(email_confirmed_at=now))


def _token(resident: User, expires_at: datetime) -> str:
    return _signer().sign_object([resident.uuid.hex, _digest(resident.email), int(expires_at.timestamp())])


def _signer() -> Signer:
    return Signer(salt="accounts.email_link", sep=".")


def _digest(email: str) -> str:
    # The address itself would stand in the history of browsers and in the logs of servers.
    return hashlib.sha256(email.encode()).hexdigest()[:32]


def _places(resident: User) -> list[tuple[Limit, str]]:
    return [(MINUTE, str(resident.uuid)), (DAY, str(resident.uuid)), (ADDRESS, resident.email.casefold())]


def _take_places(resident: User, now: datetime) -> None:
    wait = throttle.take_all(_places(resident), now)
    if wait:
        raise TooManyLetters(wait)

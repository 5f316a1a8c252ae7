"""«Быстрая блокировка»: who holds the link of a security message blocks the cabinet without logging in."""

from datetime import datetime, timedelta

from django.db import transaction

from accounts import block_links, blocking
from accounts.client_ip import subscriber
from accounts.models import BlockLink, BlockSource, User
from safeguards import throttle
from safeguards.throttle import Limit

PER_ADDRESS = Limit("block.link.ip", 30, timedelta(hours=1))
REASON = "быстрая блокировка по ссылке из SMS"


class StaleLink(Exception):
    """No such link, or its day is over, or the cabinet was unblocked since it was used."""


class AlreadyBlocked(Exception):
    """The cabinet of this link is blocked."""


class TooManyTries(Exception):
    """The address has tried too many links; `retry_after` says when the next is looked at."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("too many tries")
        self.retry_after = retry_after


def look(*, token: str, ip: str, now: datetime) -> User:
    """Whose cabinet the link would block; writes nothing. Raises StaleLink, AlreadyBlocked, TooManyTries."""
    wait = throttle.retry_after(PER_ADDRESS, subscriber(ip), now)
    if wait:
        raise TooManyTries(wait)
    return _live(token, now)[1]


def block(*, token: str, ip: str, now: datetime) -> None:
    """Block the cabinet of this link. Raises StaleLink, AlreadyBlocked, TooManyTries; each call is counted first."""
    if not throttle.take(PER_ADDRESS, subscriber(ip), now):
        raise TooManyTries(throttle.retry_after(PER_ADDRESS, subscriber(ip), now))
    link, owner = _live(token, now)
    with transaction.atomic():
        if not blocking.block(user=owner, source=BlockSource.LINK, reason=REASON, ip=ip, now=now):
            raise AlreadyBlocked
        # Blocking uses up every link; one that was used before (and its cabinet opened meanwhile) blocks nothing.
        if not BlockLink.objects.filter(pk=link.pk, used_at=now).exists():
            raise StaleLink


def _live(token: str, now: datetime) -> tuple[BlockLink, User]:
    link = block_links.find(token=token, now=now)
    if link is None or link.user is None:
        raise StaleLink
    if link.user.blocked_at is not None:
        raise AlreadyBlocked
    if link.used_at is not None:
        raise StaleLink
    return link, link.user

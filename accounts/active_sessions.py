"""«Активные сеансы»: where a person is logged in, and how one login or all of them are ended.

Each ending raises `User.sessions_version`, which comes with the person at every request: only a session that has not
seen this version yet looks its row up.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import F, QuerySet

from accounts.models import ResidentSession, User


def begin(*, user: User, device: str, network: str, now: datetime) -> ResidentSession:
    """Note a login; what is too old to be alive is forgotten by the way."""
    ResidentSession.objects.filter(user=user, began_at__lte=now - settings.SESSION_LIFE).delete()
    return ResidentSession.objects.create(user=user, device=device, network=network, began_at=now, seen_at=now)


def of(*, user: User, now: datetime) -> QuerySet[ResidentSession]:
    """Those that would be let in now, the last used first."""
    return ResidentSession.objects.filter(
        user=user,
        ended_at=None,
        seen_at__gt=now - settings.SESSION_IDLE,
        began_at__gt=now - settings.SESSION_LIFE,
    ).order_by("-seen_at", "-id")


def is_ended(*, uuid: UUID, user: User) -> bool:
    """Whether somebody has ended it, or it was never this person's; its age is for others to judge."""
    return not ResidentSession.objects.filter(uuid=uuid, user=user, ended_at=None).exists()


def see(*, uuid: UUID, now: datetime) -> None:
    """Somebody is here."""
    ResidentSession.objects.filter(uuid=uuid, ended_at=None).update(seen_at=now)


def end(*, user: User, uuid: UUID, now: datetime) -> None:
    """Its next request is refused."""
    _end(ResidentSession.objects.filter(uuid=uuid), user, now)


def end_all(*, user: User, now: datetime, but: UUID | None = None) -> None:
    """The next request of each is refused, but of the one named."""
    rows = ResidentSession.objects.all()
    _end(rows.exclude(uuid=but) if but else rows, user, now)


@transaction.atomic
def _end(rows: QuerySet[ResidentSession], user: User, now: datetime) -> None:
    # The person before the rows, in the order in which blocking locks them.
    User.objects.filter(pk=user.pk).update(sessions_version=F("sessions_version") + 1)
    rows.filter(user=user, ended_at=None).update(ended_at=now)

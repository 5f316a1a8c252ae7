"""Whom news reach: they are addressed when they are queued, and until they leave people change phones or go."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from accounts.models import User
from notifications.models import Message


def reads(prefix: str = "") -> Q:
    """Of a person, in a query inside one for messages: he has an open cabinet, and this message goes to his address."""
    by_phone = Q(**{f"{prefix}phone": OuterRef("address")})
    by_letter = Q(**{f"{prefix}email": OuterRef("address"), f"{prefix}email_confirmed_at__isnull": False})
    cabinet = {"uuid": OuterRef("resident_uuid"), "is_active": True, "blocked_at": None}
    return Q(by_phone | by_letter, **{f"{prefix}{name}": value for name, value in cabinet.items()})


def unreachable(news: Sequence[Message], now: datetime) -> set[int]:
    """Those whose reader has no open cabinet by now, or another address; one query for all of them."""
    rows = Message.objects.filter(~Exists(User.objects.filter(reads())), pk__in=[message.pk for message in news])
    return set(rows.values_list("pk", flat=True))

"""Whom news reach: they are addressed when they are queued, and until they leave people change phones or go."""

from collections.abc import Sequence
from datetime import datetime

from accounts.models import User
from notifications.models import Message


def unreachable(news: Sequence[Message], now: datetime) -> set[int]:
    """Those whose reader has no open cabinet by now, or another address; one query for all of them."""
    people = User.objects.filter(uuid__in={message.resident_uuid for message in news}, is_active=True, blocked_at=None)
    reached: set[tuple[object, str | None]] = set()
    for uuid, phone, email, confirmed_at in people.values_list("uuid", "phone", "email", "email_confirmed_at"):
        reached |= {(uuid, phone), (uuid, email if confirmed_at else None)}
    return {message.pk for message in news if (message.resident_uuid, message.address) not in reached}

"""Whom news reach: they are addressed when they are queued, and until they leave people change phones or go."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from accounts.models import User
from notifications.models import Message
from safeguards.among import Among


def unreachable(news: Sequence[Message], now: datetime) -> set[int]:
    """Those whose reader has no open cabinet by now, or another address; one query for all of them."""
    those = Among(F("pk"), [message.id for message in news])
    rows = Message.objects.filter(those, ~Exists(User.objects.filter(_reads())))
    return set(rows.values_list("pk", flat=True))


def _reads() -> Q:
    """In a query for messages: of a person with an open cabinet, to whose address this one goes."""
    by_letter = Q(email=OuterRef("address"), email_confirmed_at__isnull=False)
    cabinet = Q(uuid=OuterRef("resident_uuid"), is_active=True, blocked_at=None)
    return cabinet & (by_letter | Q(phone=OuterRef("address")))

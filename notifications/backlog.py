"""How much waits to be sent, and since when: asked of what waits, not of all that was ever sent."""

from datetime import datetime

from django.db.models import Min, Sum

from notifications.models import Bundle, Message


def count() -> int:
    """Messages; of a bundle all that it had when a worker last let go of it, though some have left since."""
    tied = Bundle.objects.aggregate(all=Sum("size"))["all"] or 0
    return Message.objects.filter(waits_alone=True).count() + tied


def oldest_due(now: datetime) -> datetime | None:
    """When the oldest of those whose time has come was to be sent."""
    alone = Message.objects.filter(waits_alone=True, due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    tied = Bundle.objects.filter(due_at__lte=now).aggregate(at=Min("due_at"))["at"]
    return min(filter(None, (alone, tied)), default=None)

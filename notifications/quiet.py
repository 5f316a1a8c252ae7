"""Quiet hours: what can wait does not ring in the night of the one who would read it."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings


def earliest(now: datetime, zone: str) -> datetime:
    """Now, or the end of the night that it is in that time zone; the hours are QUIET_HOURS, empty for none."""
    if not settings.QUIET_HOURS:
        return now
    begins, ends = settings.QUIET_HOURS
    there = now.astimezone(ZoneInfo(zone))
    if ends <= there.hour < begins:
        return now
    day = there.date() + timedelta(days=there.hour >= begins)
    return datetime.combine(day, time(ends), tzinfo=ZoneInfo(zone)).astimezone(now.tzinfo)

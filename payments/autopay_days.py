"""When an autopay is due: the day of a month, the noon that is paid at, and the months that have gone by."""

import calendar
from datetime import date, datetime, time, timedelta

from django.utils import timezone

from billing.models import Bill
from payments.models import Autopay, AutopayRun

PAY_HOUR = 12
# A month is paid so long after its day, by a worker that stood still or once all is known again; then it has gone by.
LATE = timedelta(days=7)


def month_that_comes(pays: Autopay, bill: Bill | None, now: datetime) -> date | None:
    """The month whose day is tomorrow, or has just been: neither before it worked, nor before the bill was issued."""
    if pays.day is None:
        return None
    today, works_since = timezone.localdate(now), timezone.localdate(pays.moved_at)
    tomorrow = today + timedelta(days=1)
    slept_since = max(tomorrow - LATE, works_since + timedelta(days=1), bill.issued_date if bill else date.min)
    for around in (today - LATE, today, tomorrow):
        day = _day_in(around, pays.day)
        if today <= day <= tomorrow or slept_since <= day < today:
            return day.replace(day=1)
    return None


def has_gone_by(run: AutopayRun, at: datetime) -> bool:
    """Whether that is too late for its month, which is not made up: it would be charged beside the month that is."""
    if run.month is None or run.autopay.day is None:
        return False
    return timezone.localdate(at) > _day_in(run.month, run.autopay.day) + LATE


def pay_at(run: AutopayRun, now: datetime) -> datetime:
    """Noon of the next day, or of the day of the month when that is later."""
    day = timezone.localdate(now) + timedelta(days=1)
    if run.month is not None and run.autopay.day is not None:
        day = max(day, _day_in(run.month, run.autopay.day))
    return timezone.make_aware(datetime.combine(day, time(PAY_HOUR)))


def _day_in(month: date, day: int) -> date:
    """That day of the month; the last one where it has none of that number."""
    return month.replace(day=min(day, calendar.monthrange(month.year, month.month)[1]))

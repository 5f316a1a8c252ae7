"""«Заказать справку по почте»: a statement, an address, and what staff did about it."""

from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from accounts.models import User
from payments import statements
from payments.models import StatementOrder
from safeguards import throttle
from safeguards.throttle import Limit

A_DAY = Limit("statement-orders", times=3, period=timedelta(days=1))
Status = StatementOrder.Status


class TooMany(Exception):
    """So many letters a day; `retry_after` says when the next may be ordered."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


def order(*, resident: User, start: date, end: date, address: str, now: datetime) -> StatementOrder:
    """Put the statement into the queue of the staff; while the same one waits there it is not ordered twice.

    Raises TooMany, statements.TooLong, statements.TooMany. Call it outside transactions.
    """
    statement = statements.make(resident=resident, start=start, end=end, now=now)
    waiting = statement.orders.filter(status=Status.NEW)
    known = waiting.first()
    if known is not None:
        return known
    if not throttle.take(A_DAY, str(resident.uuid), now):
        known = waiting.first()
        if known is not None:
            # Its twins took the last places of the day.
            return known
        raise TooMany(throttle.retry_after(A_DAY, str(resident.uuid), now))
    try:
        with transaction.atomic():
            return StatementOrder.objects.create(
                resident=resident, statement=statement, address=address, created_at=now
            )
    except IntegrityError:
        # Its twin was quicker.
        return waiting.get()


def mark_sent(*, order: StatementOrder, staff: User, now: datetime) -> bool:
    """Staff sent the letter; False when somebody has already ended this order."""
    return _end(order, status=Status.SENT, answer="", staff=staff, now=now)


def refuse(*, order: StatementOrder, staff: User, answer: str, now: datetime) -> bool:
    """It cannot be sent, and the resident reads why; False when somebody has already ended this order."""
    return _end(order, status=Status.REFUSED, answer=answer, staff=staff, now=now)


def _end(order: StatementOrder, *, status: Status, answer: str, staff: User, now: datetime) -> bool:
    waiting = StatementOrder.objects.filter(pk=order.pk, status=Status.NEW)
    ended = waiting.update(status=status, answer=answer, ended_by=staff, ended_at=now)
    order.refresh_from_db()
    return bool(ended)

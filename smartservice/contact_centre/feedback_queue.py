"""The queue of requests: the oldest first, and red what has waited for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from accounts import durations, feedback
from accounts.models import OPEN_FEEDBACK, Feedback, User
from safeguards import journal
from safeguards.journal import Action, Actor

RED_AFTER = timedelta(hours=24)
ON_A_PAGE = 50


@dataclass(frozen=True)
class Waiting:
    """A request in the queue, without a word of what it says."""

    request_of: Feedback
    age: str
    is_late: bool
    taken_by: str


def waiting(*, after: int, now: datetime) -> list[Waiting]:
    """A page of the queue behind that key, and one row more when there is another page."""
    found = Feedback.objects.filter(status__in=OPEN_FEEDBACK, pk__gt=after).select_related("taken_by")
    rows = found.defer("text", "name", "contact", "answer").order_by("pk")[: ON_A_PAGE + 1]
    return [
        Waiting(
            request_of=row,
            age=durations.in_words(now - row.created_at),
            is_late=now - row.created_at >= RED_AFTER,
            taken_by=row.taken_by.full_name if row.taken_by else "",
        )
        for row in rows
    ]


@transaction.atomic
def take(*, request_of: Feedback, who: User, actor: Actor, now: datetime) -> None:
    """Take it; raises feedback.NotOpen when a colleague was faster."""
    feedback.take(feedback=request_of, who=who, now=now)
    _record(request_of, Action.FEEDBACK_TAKEN, actor, now)


@transaction.atomic
def answer(*, request_of: Feedback, text: str, who: User, actor: Actor, now: datetime) -> None:
    """Answer it; raises feedback.NotOpen when it has ended meanwhile."""
    feedback.answer(feedback=request_of, text=text, who=who, now=now)
    _record(request_of, Action.FEEDBACK_ANSWERED, actor, now)


@transaction.atomic
def close(*, request_of: Feedback, who: User, actor: Actor, now: datetime) -> None:
    """End it without an answer; raises feedback.NotOpen when it has ended meanwhile."""
    feedback.close(feedback=request_of, who=who, now=now)
    _record(request_of, Action.FEEDBACK_CLOSED, actor, now)


def note_reading(*, request_of: Feedback, actor: Actor, now: datetime) -> None:
    """What people write is theirs: who has read it stands in the journal."""
    _record(request_of, Action.FEEDBACK_READ, actor, now)


def _record(request_of: Feedback, action: Action, actor: Actor, now: datetime) -> None:
    whose = request_of.resident.uuid if request_of.resident else None
    journal.record(actor=actor, action=action, whose=whose, target=f"Feedback {request_of.pk}", now=now)

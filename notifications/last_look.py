"""The last look before messages leave: what was stopped since they were queued stays here.

A choice finds no row that a worker has in its hands, and such a row may come back to the queue. So whoever knows
something is asked once more when it would leave, with one question for the whole batch.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from notifications import claims, messages, subscriptions
from notifications.models import PATIENT, Draft, DraftState, Message, State, Subscription, Topic

# Between two looks at what a worker had when its draft was paused.
PAUSE_LASTS = timedelta(minutes=1)


def passed(batch: list[Message], now: datetime) -> list[Message]:
    """Those that may leave now; the others are dropped, or wait until their draft goes on."""
    news = [message for message in batch if message.resident_uuid and _topic_of(message)]
    if not news:
        return batch
    drafts, said = _drafts_of(news), subscriptions.of_readers(news)
    gone = drafts[DraftState.STOPPED] | _unwanted(news, said) | _objected_to(news, now)
    paused = drafts[DraftState.PAUSED] - gone
    claims.finish(_those(gone, news), State.DROPPED)
    claims.postpone(_those(paused, news), due_at=now + PAUSE_LASTS, error="its draft is paused")
    return [message for message in batch if message.pk not in gone | paused]


def _drafts_of(news: Sequence[Message]) -> dict[str, set[int]]:
    """The messages by the state of their drafts."""
    drafts = {message.draft_id for message in news if message.draft_id}
    states = dict(Draft.objects.filter(pk__in=drafts).values_list("pk", "state")) if drafts else {}
    return {
        state: {message.pk for message in news if states.get(message.draft_id or 0) == state} for state in DraftState
    }


def _unwanted(news: Sequence[Message], said: dict[int, Subscription]) -> set[int]:
    """Those that their readers have unsubscribed from, whatever they said before."""
    return {message.pk for message in news if (topic := _topic_of(message)) and not getattr(said[message.pk], topic)}


def _objected_to(news: Sequence[Message], now: datetime) -> set[int]:
    """Those that an app above this one, which OBJECTIONS of the settings names, knows something against."""
    news = [message for message in news if message.category in PATIENT]
    found: set[int] = set()
    for name in settings.OBJECTIONS if news else ():
        found |= import_string(name)(news, now)
    return found


def _topic_of(message: Message) -> Topic | None:
    kind = messages.BY_NAME.get(message.kind)
    return kind.topic if kind else None


def _those(chosen: Collection[int], news: Sequence[Message]) -> list[Message]:
    return [message for message in news if message.pk in chosen]

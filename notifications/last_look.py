"""The last look before messages leave: what was stopped since they were queued stays here, and nobody is woken up.

A choice finds no row that a worker has in its hands, and such a row may come back to the queue. So whoever knows
something is asked once more when it would leave, with one question for the whole batch.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.module_loading import import_string

from notifications import claims, messages, quiet, subscriptions
from notifications.models import PATIENT, Draft, DraftState, Message, State, Subscription, TimeZone

# Between two looks at what a worker had when its draft was paused.
PAUSE_LASTS = timedelta(minutes=1)
TOPICS = {kind.name: kind.topic for kind in messages.ALL if kind.topic}


def passed(batch: list[Message], now: datetime) -> list[Message]:
    """Those that may leave now; the others are dropped, or wait for the morning or until their draft goes on."""
    # Whom an SMS of a bundle is for, its row knows.
    news = [message for message in batch if message.kind in TOPICS and (message.bundle or message.resident_uuid)]
    if not news:
        return batch
    drafts, said = _drafts_of(news), subscriptions.of_readers(news)
    gone = drafts[DraftState.STOPPED] | _unwanted(news, said) | _objected_to(news, now)
    claims.finish([message for message in news if message.id in gone], State.DROPPED)
    waiting = _asleep(news, said, now) | dict.fromkeys(drafts[DraftState.PAUSED], now + PAUSE_LASTS)
    for due_at in sorted(set(waiting.values())):
        those = [message for message in news if message.id not in gone and waiting.get(message.id) == due_at]
        claims.postpone(those, due_at=due_at, error="quiet hours, or its draft is paused")
    return [message for message in batch if message.id not in gone and message.id not in waiting]


def _drafts_of(news: Sequence[Message]) -> dict[str, set[int]]:
    """The messages by the state of their drafts."""
    drafts = {message.id: message.draft_id for message in news if message.draft_id}
    states = dict(Draft.objects.filter(pk__in=drafts.values()).values_list("pk", "state")) if drafts else {}
    return {state: {pk for pk, draft in drafts.items() if states.get(draft) == state} for state in DraftState}


def _unwanted(news: Sequence[Message], said: dict[int, Subscription]) -> set[int]:
    """Those that their readers have unsubscribed from, whatever they said before."""
    return {message.id for message in news if not getattr(said[message.id], TOPICS[message.kind])}


def _asleep(news: Sequence[Message], said: dict[int, Subscription], now: datetime) -> dict[int, datetime]:
    """Those whose readers have night now, and its end: a backlog, a second try and a resumed draft come late."""
    mornings = {str(zone): quiet.earliest(now, zone) for zone in TimeZone}
    return {
        message.id: morning
        for message in news
        if message.category in PATIENT and (morning := mornings[said[message.id].time_zone]) > now
    }


def _objected_to(news: Sequence[Message], now: datetime) -> set[int]:
    """Those that an app above this one knows something against; OBJECTIONS of the settings says whom to ask."""
    found: set[int] = set()
    for category in PATIENT:
        some = [message for message in news if message.category == category]
        found |= import_string(settings.OBJECTIONS[category.name])(some, now) if some else set()
    return found

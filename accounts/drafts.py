"""Letters and promotions of the staff: tried on oneself, sent to those who subscribed, paused, stopped."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Min, Model
from django.db.models.functions import Greatest

from accounts.models import User
from notifications import budget, messages, moments, outbox, quiet, texts
from notifications.messages import MessageKind
from notifications.models import Channel, Draft, DraftState, Message, State, Subscription, TimeZone, Topic

FILL = """
INSERT INTO {message} (key, kind, channel, category, address, subject, text, state, resident_uuid, attempts,
                       error, created_at, due_at, carrier, carrier_number, attachment, draft_id)
SELECT 'draft:' || %(draft)s || ':' || u.id, %(kind)s, %(channel)s, %(category)s, u.{address}, %(subject)s,
       %(text)s, 'QUEUED', u.uuid, 0, '', {moment}, CASE s.time_zone {mornings} ELSE {now} END, '', '', '', %(draft)s
{readers}
ON CONFLICT (key) WHERE about IS NULL DO NOTHING
"""
READERS = """
FROM {user} u JOIN {subscription} s ON s.resident_uuid = u.uuid
WHERE s.{topic} AND u.is_active AND u.blocked_at IS NULL AND {reachable}
"""
REACHABLE = {
    Channel.SMS: "u.phone IS NOT NULL",
    Channel.EMAIL: "u.email_confirmed_at IS NOT NULL AND u.email <> ''",
}


class NotAllowed(Exception):
    """A draft in this state knows no such step."""


class NoAddress(Exception):
    """The member of staff has no mailbox to which a letter could go."""


@dataclass(frozen=True)
class Estimate:
    """What staff must know before thousands hear: the words, to how many, at what price by our own list."""

    draft: Draft
    text: str
    readers: int
    # A letter has none and costs nothing.
    segments: int = 0
    kopecks: int = 0
    is_over_budget: bool = False


def kind_of(draft: Draft) -> MessageKind:
    """By which way it goes."""
    return messages.STAFF_LETTER if draft.topic == Topic.LETTERS_BY_EMAIL else messages.PROMOTION


def words_of(draft: Draft) -> tuple[str, str]:
    """Subject and text as they will be read; raises texts.TooLong for an SMS over two segments."""
    kind, context = kind_of(draft), {"subject": draft.subject, "text": draft.text}
    return ("", texts.sms(kind, context)) if kind.channel is Channel.SMS else texts.letter(kind, context)


def try_on(*, draft: Draft, staff: User, now: datetime) -> Message:
    """Send it to the member of staff alone, as often as he likes. Raises NoAddress, texts.TooLong."""
    kind = kind_of(draft)
    address = staff.phone if kind.channel is Channel.SMS else staff.email
    if not address:
        raise NoAddress
    context = {"subject": draft.subject, "text": draft.text}
    key = f"draft-try:{draft.pk}:{staff.pk}:{now.timestamp()}"
    return outbox.put(kind, address=address, context=context, key=key, now=now)


def estimate(draft: Draft) -> Estimate:
    """What it would be if it were sent now. Raises NotAllowed for what has begun, texts.TooLong."""
    if draft.state != DraftState.DRAFT:
        raise NotAllowed
    kind, (_, text) = kind_of(draft), words_of(draft)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT COUNT(*) {_readers(draft)}")
        readers = int(cursor.fetchone()[0])
    if kind.channel is not Channel.SMS:
        return Estimate(draft, text, readers)
    kopecks = readers * budget.price_of(text)
    return Estimate(draft, text, readers, texts.segments(text), kopecks, kopecks > budget.ceiling(kind.category))


@transaction.atomic
def send(*, draft: Draft, now: datetime) -> int:
    """Queue it for everybody who subscribed, in one statement, once. Raises NotAllowed, texts.TooLong."""
    words, people = words_of(draft), User.objects.aggregate(first=Min("id", default=0), last=Max("id", default=0))
    now = _after_others(now, people["last"] - people["first"])
    _step(draft, DraftState.DRAFT, DraftState.SENDING, begun_at=now)
    return _fill(draft, words, people["first"], now)


@transaction.atomic
def pause(*, draft: Draft) -> None:
    """What has not left yet waits. Raises NotAllowed."""
    _step(draft, DraftState.SENDING, DraftState.PAUSED)
    draft.messages.filter(state=State.QUEUED, lease_until=None).update(state=State.PAUSED)


@transaction.atomic
def resume(*, draft: Draft, now: datetime) -> None:
    """It goes on; who waits for his morning still does. Raises NotAllowed."""
    _step(draft, DraftState.PAUSED, DraftState.SENDING)
    draft.messages.filter(state=State.PAUSED).update(state=State.QUEUED, due_at=Greatest("due_at", now))


@transaction.atomic
def stop(*, draft: Draft) -> None:
    """What has not left yet never will. Raises NotAllowed."""
    _step(draft, (DraftState.SENDING, DraftState.PAUSED), DraftState.STOPPED)
    draft.messages.untouched().update(state=State.DROPPED)


def progress(draft: Draft) -> Counter[str]:
    """How many messages stand where."""
    rows = draft.messages.values_list("state").annotate(many=Count("id"))
    return Counter({State(state).label: many for state, many in rows})


def _step(draft: Draft, before: str | tuple[str, ...], after: DraftState, **fields: datetime) -> None:
    allowed = (before,) if isinstance(before, str) else before
    if not Draft.objects.filter(pk=draft.pk, state__in=allowed).update(state=after, **fields):
        raise NotAllowed
    draft.refresh_from_db()


def _after_others(now: datetime, people: int) -> datetime:
    """Now, or after the moments that rows of a draft begun just before have: the same people get this one too."""
    latest = Draft.objects.aggregate(latest=Max("begun_at"))["latest"]
    return max(now, latest + timedelta(microseconds=people + 1)) if latest else now


def _fill(draft: Draft, words: tuple[str, str], first: int, now: datetime) -> int:
    kind, (subject, text) = kind_of(draft), words
    is_postgresql = connection.vendor == "postgresql"
    moment = "%({})s::timestamptz" if is_postgresql else "%({})s"
    zones = list(TimeZone)
    sql = FILL.format(
        message=_table(Message),
        readers=_readers(draft),
        address="phone" if kind.channel is Channel.SMS else "email",
        now=moment.format("now"),
        moment=moments.after("u.id - %(first)s"),
        mornings=" ".join(f"WHEN '{zone}' THEN {moment.format(f'zone{n}')}" for n, zone in enumerate(zones)),
    )
    times = {"now": now, **{f"zone{n}": quiet.earliest(now, zone) for n, zone in enumerate(zones)}}
    parameters = {
        **moments.parameters(now),
        "first": first,
        "draft": draft.pk,
        "kind": kind.name,
        "channel": kind.channel,
        "category": kind.category,
        "subject": subject,
        "text": text,
        **{name: connection.ops.adapt_datetimefield_value(at) for name, at in times.items()},
    }
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return int(cursor.rowcount)


def _readers(draft: Draft) -> str:
    return READERS.format(
        user=_table(User),
        subscription=_table(Subscription),
        topic=Topic(draft.topic),
        reachable=REACHABLE[kind_of(draft).channel],
    )


def _table(model: type[Model]) -> str:
    return model._meta.db_table  # noqa: SLF001 — the statements above are not for the ORM

"""Who wants to be written about what: the choice, and the link of a letter that stops its kind at once (RFC 8058)."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import connection, transaction
from django.db.models import QuerySet
from django.urls import reverse

from notifications import messages
from notifications.models import PATIENT, Message, State, Subscription, TimeZone, Topic
from safeguards.among import choice as among_these

Choice = dict[Topic, bool]
SAID = f"""
SELECT said.*, written.id AS message FROM {Message._meta.db_table} written
JOIN {Subscription._meta.db_table} said ON said.resident_uuid = written.resident_uuid WHERE written.id {{among}}
"""  # noqa: S608, SLF001 — the names of our own tables


class DeadLink(Exception):
    """Not a link of ours."""


def of(resident_uuid: UUID) -> Choice:
    """What the resident wants; the defaults where he has never said."""
    row = Subscription.objects.filter(resident_uuid=resident_uuid).first() or Subscription()
    return {topic: getattr(row, topic) for topic in Topic}


def wants(resident_uuid: UUID, topic: Topic) -> bool:
    """Whether he may be written to about this."""
    return of(resident_uuid)[topic]


def of_readers(batch: Collection[Message]) -> dict[int, Subscription]:
    """What the reader of each of these messages has said, by the message's row; one query for all of them."""
    # By the rows: a UUID of each takes as long to read or to write as all the rest.
    among, numbers = among_these([message.id for message in batch], "bigint")
    said = {row.message: row for row in Subscription.objects.raw(SAID.format(among=among), [numbers])}
    nothing = Subscription()
    return {message.id: said.get(message.id, nothing) for message in batch}


def save(*, resident_uuid: UUID, choice: Choice, now: datetime) -> Choice:
    """Write the choice down; answers the part of it that is new. Topics that are not in it stay as they are."""
    before = of(resident_uuid)
    changed = {topic: wanted for topic, wanted in choice.items() if before[topic] != wanted}
    columns = {str(topic): wanted for topic, wanted in changed.items()}
    if changed:
        Subscription.objects.update_or_create(resident_uuid=resident_uuid, defaults={**columns, "changed_at": now})
        _forget([topic for topic, wanted in changed.items() if not wanted], resident_uuid)
    return changed


def zone_of(resident_uuid: UUID) -> TimeZone:
    """By whose clock his night is reckoned."""
    row = Subscription.objects.filter(resident_uuid=resident_uuid).first() or Subscription()
    return TimeZone(row.time_zone)


def set_zone(*, resident_uuid: UUID, zone: TimeZone, now: datetime) -> None:
    """His night is reckoned by this clock from now on."""
    Subscription.objects.update_or_create(
        resident_uuid=resident_uuid,
        defaults={"time_zone": zone},
        create_defaults={"time_zone": zone, "changed_at": now},
    )


def forget_news(resident_uuid: UUID) -> None:
    """Drop what waits for the morning: the cabinet is blocked."""
    _drop(Message.objects.untouched().filter(resident_uuid=resident_uuid, category__in=PATIENT))


def _forget(topics: list[Topic], resident_uuid: UUID) -> None:
    kinds = [kind.name for kind in messages.ALL if kind.topic in topics]
    _drop(Message.objects.untouched().filter(resident_uuid=resident_uuid, kind__in=kinds))


@transaction.atomic
def _drop(waiting: QuerySet[Message]) -> None:
    """All but those whose outcome a worker is writing at this moment: nobody has to wait for that."""
    if connection.features.has_select_for_update_skip_locked:
        waiting = waiting.select_for_update(skip_locked=True)
    numbers = list(waiting.values_list("pk", flat=True))
    Message.objects.filter(pk__in=numbers).update(state=State.DROPPED, secret_text=None)


def stop_link(resident_uuid: UUID, topic: Topic) -> str:
    """The address that stops this topic without a login; it works as long as the letter is kept."""
    token = _signer().sign_object([resident_uuid.hex, str(topic)])
    return settings.BASE_URL + reverse("accounts:unsubscribe", args=[token])


def stopped_by(token: str) -> tuple[UUID, Topic]:
    """Whose subscription to what the link stops; raises DeadLink."""
    try:
        uuid, topic = _signer().unsign_object(token)
        return UUID(uuid), Topic(topic)
    except (BadSignature, ValueError, TypeError):
        raise DeadLink from None


def _signer() -> Signer:
    return Signer(salt="notifications.unsubscribe", sep=".")

"""The way in: a message is written in the caller's transaction, and the worker is woken when that commits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from notifications import messages, subscriptions, tasks, texts
from notifications.messages import MessageKind
from notifications.models import UNFINISHED, Channel, Message, State

MICROSECOND = timedelta(microseconds=1)


def put(
    kind: MessageKind,
    *,
    address: str,
    context: dict[str, str],
    key: str,
    now: datetime,
    expires_at: datetime | None = None,
    resident_uuid: UUID | None = None,
    attachment: str = "",
) -> Message:
    """Queue one message; the same key again returns the first. After `expires_at` it is dropped, never sent late."""
    fields = {
        "kind": kind.name,
        "channel": kind.channel,
        "category": kind.category,
        "address": address,
        "created_at": now,
        "due_at": now,
        "expires_at": expires_at,
        "resident_uuid": resident_uuid,
        "attachment": attachment,
        **_words(kind, context),
    }
    message = _written(key, fields)
    transaction.on_commit(tasks.wake, robust=True)
    return message


class NotRepeatable(Exception):
    """Its text is secret and gone, it is on its way, its reader wants none, or a register, which begins by itself."""


def send_again(message: Message, *, now: datetime) -> Message:
    """Queue the same words once more, for who says that nothing came. Raises NotRepeatable.

    Once an hour: a second press of the button answers the first one's message.
    """
    kind = messages.BY_NAME.get(message.kind)
    if kind is None or kind.is_secret or kind is messages.PAYMENT_REGISTER or message.state in UNFINISHED:
        raise NotRepeatable
    if kind.topic and message.resident_uuid and not subscriptions.wants(message.resident_uuid, kind.topic):
        raise NotRepeatable
    fields = {
        name: getattr(message, name)
        for name in (
            "kind",
            "channel",
            "category",
            "address",
            "subject",
            "text",
            "about",
            "edition",
            "amount",
            "resident_uuid",
            "attachment",
            # A stop of the draft reaches this one as well.
            "draft_id",
        )
    }
    key = f"{message.key[:90] or message.pk}:again:{now:%Y%m%d%H}"
    again = _written(key, {**fields, "created_at": now, "due_at": now})
    transaction.on_commit(tasks.wake, robust=True)
    return again


def try_anew(message: Message, *, address: str, now: datetime) -> bool:
    """Let a letter that was given up or came back begin again, perhaps elsewhere: the same row, so it goes once."""
    failed = Message.objects.filter(pk=message.pk, state__in=[State.FAILED, State.UNDELIVERED])
    began = failed.update(state=State.QUEUED, address=address, shelf=None, due_at=now, attempts=0, claims=0, error="")
    transaction.on_commit(tasks.wake, robust=True)
    return bool(began)


def _words(kind: MessageKind, context: dict[str, str]) -> dict[str, str]:
    subject, text = texts.letter(kind, context) if kind.channel is Channel.EMAIL else ("", texts.sms(kind, context))
    return {"subject": subject, "secret_text" if kind.is_secret else "text": text}


def _written(key: str, fields: dict[str, Any]) -> Message:
    """The row of this key; when another message took this address and microsecond, ours stands one later."""
    about = fields.get("about")
    # News are found by their reader.
    one = {"key": key, "about": about, **({"resident_uuid": fields["resident_uuid"]} if about else {})}
    while True:
        try:
            return Message.objects.get_or_create(**one, defaults=fields)[0]
        except IntegrityError:
            moment = {name: fields[name] for name in ("address", "created_at")}
            # In the words of the constraint, whose index it is.
            if not Message.objects.exclude(key="").filter(**moment).exists():
                raise
            fields = {**fields, "created_at": fields["created_at"] + MICROSECOND}

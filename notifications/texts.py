"""Turns a kind of message and its values into words: plain text, one line and two segments at most for an SMS."""

import re
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.template import Context, Engine
from django.utils.module_loading import import_string

from notifications import messages, stop_word
from notifications.channels import choice
from notifications.messages import MessageKind
from notifications.models import PATIENT, Category, Channel, Message

# What one Cyrillic SMS carries alone, and as a part of a longer one.
ALONE, JOINED = 70, 67
SMS_LIMIT = 2 * JOINED
# Where less of the yielding value would be left, a second segment is worth its price.
RECOGNISABLE = 10
ELLIPSIS = "…"
KEPT_DIGITS = 3


class TooLong(Exception):
    """The message does not fit into its SMS even with the yielding value gone."""


@dataclass(frozen=True)
class Words:
    """What the resident reads; an SMS has no subject."""

    subject: str
    text: str


def of(message: Message) -> Words:
    """The words of a row, decrypted where they are secret: only for the channel that sends it.

    News have none of their own: one piece is told by the kind's template, several by its `_digest`. What they say is
    known by the app that TELLERS of the settings names.
    """
    if message.about is None:
        return Words(message.subject, message.full_text())
    return news(messages.BY_NAME[message.kind], message.together or [message.values or _told(message)])


def _told(message: Message) -> dict[str, Any]:
    """What one says that is not about to leave."""
    said: dict[str, Any] = import_string(settings.TELLERS[Category(message.category).name])(message)
    return said


def news(kind: MessageKind, items: list[dict[str, Any]]) -> Words:
    """One message out of the values of one or several; sums in them are kopecks, links begin with `base`."""
    if len(items) == 1:
        context = {**items[0], "base": settings.BASE_URL}
    else:
        kind = replace(kind, name=f"{kind.name}_digest", yields="")
        context = {"items": items, "kopecks": sum(item["kopecks"] for item in items), "base": settings.BASE_URL}
    if kind.channel is Channel.EMAIL:
        return Words(*letter(kind, context))
    return Words("", sms(kind, context))


def sms(kind: MessageKind, context: dict[str, Any]) -> str:
    """The text of an SMS: its code is the only number of that length, and only the yielding value is ever cut."""
    values = dict(context)
    if kind.yields:
        values[kind.yields] = without_lookalikes(values[kind.yields], code=values.get("code", ""))
    text = _line(_rendered(f"{kind.name}.sms.txt", values))
    if kind.yields:
        over = _units(text) - ALONE
        if over <= 0 or kind.category not in PATIENT or len(values[kind.yields]) - over < RECOGNISABLE:
            over = _units(text) - SMS_LIMIT
        if over > 0 and values.get(kind.spares) and len(values[kind.yields]) - over < RECOGNISABLE:
            return sms(kind, {**context, kind.spares: ""})
        if over > 0:
            values[kind.yields] = _cut(values[kind.yields], by=over)
            text = _line(_rendered(f"{kind.name}.sms.txt", values))
    if _units(text) > SMS_LIMIT:
        raise TooLong(kind.name)
    if kind.topic and segments(text + stop_word.HINT) == segments(text) and choice.takes_answers():
        return text + stop_word.HINT
    return text


def segments(text: str) -> int:
    """How many SMS an operator makes of it, and is paid for."""
    return 1 if _units(text) <= ALONE else -(-_units(text) // JOINED)


def _units(text: str) -> int:
    """Operators count in UTF-16: an emoji is two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def letter(kind: MessageKind, context: dict[str, Any]) -> tuple[str, str]:
    """Subject and body of an e-mail."""
    return _line(_rendered(f"{kind.name}.subject.txt", context)), _rendered(f"{kind.name}.txt", context)


def without_lookalikes(text: str, *, code: str) -> str:
    """The text with numbers as long as the code, or longer, folded to «…» and their last digits.

    Longer ones are folded as well: cut in the middle they could become as long as the code.
    """
    text = _line(text)
    if not code:
        return text
    return re.sub(rf"\d{{{len(code)},}}", lambda run: ELLIPSIS + run[0][-KEPT_DIGITS:], text)


def _cut(text: str, *, by: int) -> str:
    kept = len(text) - by - len(ELLIPSIS)
    return text[: max(kept, 0)].rstrip() + ELLIPSIS


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def _rendered(name: str, context: dict[str, Any]) -> str:
    # Not HTML: with escaping on, «Рога & копыта» would arrive as «Рога &amp; копыта».
    text = Engine.get_default().get_template(f"messages/{name}").render(Context(context, autoescape=False))
    # Django calls it safe all the same: on a page of the staff it must be escaped like any other words.
    return text + ""

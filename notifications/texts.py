"""Turns a kind of message and its values into words: plain text, one line and two segments at most for an SMS."""

import re

from django.template import Context, Engine

from notifications.messages import MessageKind

# Two segments of 67 characters: what one Cyrillic SMS joined of two carries.
SMS_LIMIT = 134
ELLIPSIS = "…"
KEPT_DIGITS = 3


class TooLong(Exception):
    """The message does not fit into its SMS even with the yielding value gone."""


def sms(kind: MessageKind, context: dict[str, str]) -> str:
    """The text of an SMS: its code is the only number of that length, and only the yielding value is ever cut."""
    values = dict(context)
    if kind.yields:
        values[kind.yields] = without_lookalikes(values[kind.yields], code=values.get("code", ""))
    text = _line(_rendered(f"{kind.name}.sms.txt", values))
    if len(text) > SMS_LIMIT and kind.yields:
        values[kind.yields] = _cut(values[kind.yields], by=len(text) - SMS_LIMIT)
        text = _line(_rendered(f"{kind.name}.sms.txt", values))
    if len(text) > SMS_LIMIT:
        raise TooLong(kind.name)
    return text


def letter(kind: MessageKind, context: dict[str, str]) -> tuple[str, str]:
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


def _rendered(name: str, context: dict[str, str]) -> str:
    # Not HTML: with escaping on, «Рога & копыта» would arrive as «Рога &amp; копыта».
    return Engine.get_default().get_template(f"messages/{name}").render(Context(context, autoescape=False))

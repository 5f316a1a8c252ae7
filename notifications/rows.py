"""Rows that a worker has taken, as messages: what sending asks of them and nothing else, a million of them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models.base import ModelState

from notifications.models import Message

TABLE = Message._meta.db_table  # noqa: SLF001 — the statements that take them are not for the ORM
# The lease is as long as we said.
UNREAD = {
    "key",
    "edition",
    "state",
    "shelf",
    "waits_alone",
    "error",
    "due_at",
    "lease_until",
    "sent_at",
    "carrier",
    "segments",
    "cost",
    "ask_at",
}
# What sending asks of a row; it must find all of it here, for threads may not read more.
NEEDED = [
    field
    for field in Message._meta.concrete_fields  # noqa: SLF001
    if field.name not in UNREAD
]
# To read a time takes as long as four numbers: news that live longer than our lease have no end for us.
EXPIRES = "CASE WHEN expires_at <= %(ends)s THEN expires_at END"


def columns(*, of_news: bool) -> str:
    """For SELECT or RETURNING; news ask for the parameter `ends`, the end of the lease."""
    others = {"expires_at": EXPIRES} if of_news else {}
    return ", ".join(others.get(field.attname, f"{TABLE}.{field.attname}") for field in NEEDED)


def messages(rows: list[tuple[Any, ...]], *, lease_until: datetime, are_tied: bool = False) -> Iterator[Message]:
    """Rows of those columns as objects, several times faster than raw() makes them.

    News that are tied up have the number of their bundle as one column more.
    """
    names = [field.attname for field in NEEDED]
    converters = _converters()
    alias = connection.alias
    for row in rows:
        values = dict(zip(names, row, strict=not are_tied), lease_until=lease_until)
        for name, convert, column in converters:
            if values[name] is not None:
                values[name] = convert(values[name], column, connection)
        message = Message.__new__(Message)
        message.__dict__ = values
        message._state = state = ModelState()  # noqa: SLF001 — what from_db() does, without asking field by field
        state.adding, state.db = False, alias
        if are_tied:
            message.bundle = row[-1]
        yield message


def _converters() -> list[tuple[str, Any, Any]]:
    """By the name of the field; None is None in Python as well."""
    columns = [field.get_col(TABLE) for field in NEEDED]
    compiler = Message.objects.all().query.get_compiler(connection=connection)
    return [
        (NEEDED[place].attname, convert, column)
        for place, (chain, column) in compiler.get_converters(columns).items()
        for convert in chain
    ]

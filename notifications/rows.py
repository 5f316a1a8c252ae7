"""Rows that a worker has taken, as messages: what sending asks of them and nothing else, a million of them."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Field
from django.db.models.base import ModelState

from notifications.models import Category, Message, State

TABLE = Message._meta.db_table  # noqa: SLF001 — the statements that take them are not for the ORM
# Whoever is claimed is queued, and the lease is as long as we said.
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
# In which news of a bundle differ: no file, no draft and no secret is theirs, and who failed has left it.
OF_NEWS = {
    "id",
    "kind",
    "channel",
    "address",
    "text",
    "about",
    "amount",
    "resident_uuid",
    "created_at",
    "expires_at",
}
FIELDS = Message._meta.concrete_fields  # noqa: SLF001
# What sending asks of a row; it must find all of it here, for threads may not read more.
NEEDED = [field for field in FIELDS if field.name not in UNREAD]
TIED = [field for field in FIELDS if field.name in OF_NEWS]
ALIKE = {field.attname: field.get_default() for field in NEEDED} | {"uuid": None, "category": Category.BILLS.value}
# A UUID and a time take as long to read as the rest of a row: only a letter has a link by which its reader can stop it,
# and news that live longer than our lease have no end for us.
OWN = {
    "resident_uuid": f"CASE WHEN channel = 'EMAIL' THEN {TABLE}.resident_uuid END",
    "expires_at": "CASE WHEN expires_at <= %(ends)s THEN expires_at END",
}


def columns() -> str:
    """Of what waits by itself, for RETURNING."""
    return ", ".join(f"{TABLE}.{field.attname}" for field in NEEDED)


def columns_of_tied() -> str:
    """Of news in bundles, for SELECT; `ends` is the end of the lease."""
    return ", ".join(OWN.get(field.attname, f"{TABLE}.{field.attname}") for field in TIED)


def messages(rows: list[tuple[Any, ...]], *, lease_until: datetime, are_tied: bool = False) -> Iterator[Message]:
    """Rows of those columns as objects, several times faster than raw() makes them.

    News that are tied up have the number of their bundle as one column more.
    """
    fields = TIED if are_tied else NEEDED
    names = [field.attname for field in fields]
    alike = (ALIKE if are_tied else {}) | {"state": State.QUEUED.value, "lease_until": lease_until}
    converters = _converters(fields)
    alias = connection.alias
    for row in rows:
        values = alike.copy()
        values.update(zip(names, row, strict=not are_tied))
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


def _converters(fields: Sequence["Field[Any, Any]"]) -> list[tuple[str, Any, Any]]:
    """By the name of the field; None is None in Python as well."""
    columns = [field.get_col(TABLE) for field in fields]
    compiler = Message.objects.all().query.get_compiler(connection=connection)
    return [
        (fields[place].attname, convert, column)
        for place, (chain, column) in compiler.get_converters(columns).items()
        for convert in chain
    ]

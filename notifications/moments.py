"""A moment of its own for each row of a mass fill, in the words of SQL.

Files of the file channels are named by address and microsecond, and families share a mailbox.
"""

from datetime import UTC, datetime
from typing import Any

from django.db import connection


def after(number: str) -> str:
    """So many microseconds after `moment`; the number is an expression of the statement, unlike for each row."""
    if connection.vendor == "postgresql":
        return f"%(moment)s::timestamptz + ({number}) * INTERVAL '1 microsecond'"
    whole = f"(%(part)s + {number})"
    return f"datetime(%(second)s, '+' || ({whole} / 1000000) || ' seconds') || printf('.%%06d', {whole} %% 1000000)"


def parameters(moment: datetime) -> dict[str, Any]:
    """What it asks for."""
    second = f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S}"
    return {"moment": moment, "second": second, "part": moment.microsecond}

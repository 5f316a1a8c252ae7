"""A moment of its own for each row of a mass fill, in the words of SQL.

Files of the file channels are named by address and microsecond, and families share a mailbox.
"""

from datetime import UTC, datetime

from django.db import connection


def after_now(number: str) -> str:
    """So many microseconds after `now`; the number is an expression of the statement, unlike for each row."""
    if connection.vendor == "postgresql":
        return f"%(now)s::timestamptz + ({number}) * INTERVAL '1 microsecond'"
    whole = f"(%(part)s + {number})"
    return f"datetime(%(second)s, '+' || ({whole} / 1000000) || ' seconds') || printf('.%%06d', {whole} %% 1000000)"


def parameters(now: datetime) -> dict[str, str | int]:
    """What it asks for beside `now`."""
    return {"second": f"{now.astimezone(UTC):%Y-%m-%d %H:%M:%S}", "part": now.microsecond}

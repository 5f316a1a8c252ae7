"""So many a second for all processes together: turns are given out, evenly, by one row of the database."""

from django.db import connection, transaction

# Microseconds. A line this much longer than anybody stands in was left by a clock that has been put back, or that is
# wrong on another machine: nobody must wait for that clock, for codes wait here.
ASTRAY = 60_000_000
# The row knows when the next turn is free. No row comes back when that is too far ahead: then nobody stands in line.
TURN = """
INSERT INTO safeguards_pace AS line (name, free_at) VALUES (%(name)s, %(now)s + %(pause)s)
ON CONFLICT (name) DO UPDATE SET
    free_at = CASE WHEN line.free_at BETWEEN %(now)s AND %(last)s THEN line.free_at ELSE %(now)s END + %(pause)s
WHERE line.free_at <= %(last)s OR line.free_at > %(astray)s
RETURNING free_at
"""


def turn(name: str, *, pause: int, ahead: int, now: int) -> int | None:
    """Take the next turn; how long until it comes, None when that is longer than `ahead`. All in microseconds.

    Commits alone: in an outer transaction everybody else would wait for its end.
    """
    last = now + ahead
    values: dict[str, str | int] = {
        "name": name,
        "now": now,
        "pause": pause,
        "last": last,
        "astray": last + pause + ASTRAY,
    }
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(TURN, values)
        row = cursor.fetchone()
    return None if row is None else row[0] - pause - now

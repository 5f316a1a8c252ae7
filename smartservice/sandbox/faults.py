"""Faults on demand: what goes wrong next, how often, at which method; rows, so that they outlive a restart.

no-answer-before  the connection drops, nothing was done      duplicate  every notification of one move is sent twice
no-answer-after   it was done, the connection drops           reorder    CONFIRMED comes two seconds before AUTHORIZED
error-500         nothing was done                            forge      two forged CONFIRMED come first: a wrong Token,
garbage           it was done, the answer cannot be read                 and a right Token over a wrong sum
slow              it was done, the answer comes too late      late       the card's outcome comes after a while
"""

import sqlite3

ANY_METHOD = ""
TRANSPORT = ("no-answer-before", "no-answer-after", "error-500", "garbage", "slow")
NOTIFICATIONS = ("duplicate", "reorder", "forge")
LATE = "late"
NAMES = (*TRANSPORT, *NOTIFICATIONS, LATE)
METHODS = (
    "Init",
    "Check3dsVersion",
    "FinishAuthorize",
    "Submit3DSAuthorization",
    "Submit3DSAuthorizationV2",
    "Confirm",
    "Charge",
    "GetState",
    "CheckOrder",
    "Cancel",
    "AddCustomer",
    "GetCustomer",
    "RemoveCustomer",
    "AddCard",
    "AttachCard",
    "GetAddCardState",
    "GetCardList",
    "RemoveCard",
)


class UnknownFault(ValueError):
    """No such fault, method or number of times."""


def order(db: sqlite3.Connection, *, name: str, method: str = ANY_METHOD, times: int = 1) -> None:
    """From now on `name` happens `times` times (0: until cleared) at `method` (empty: at any)."""
    if name not in NAMES:
        raise UnknownFault(f"Нет сбоя «{name}»; есть: {', '.join(NAMES)}")
    if method and method not in METHODS:
        raise UnknownFault(f"Нет метода «{method}»; есть: {', '.join(METHODS)}")
    if times < 0:
        raise UnknownFault("Число раз не бывает отрицательным")
    db.execute("INSERT INTO faults (name, method, times) VALUES (?, ?, ?)", [name, method, times or None])


def clear(db: sqlite3.Connection) -> None:
    """Nothing goes wrong any more."""
    db.execute("DELETE FROM faults")


def listed(db: sqlite3.Connection) -> list[dict[str, object]]:
    """What is still ordered, oldest first; `times` 0 means until cleared."""
    rows = db.execute("SELECT name, method, COALESCE(times, 0) AS times FROM faults ORDER BY id")
    return [dict(row) for row in rows]


def take(db: sqlite3.Connection, names: tuple[str, ...], method: str) -> str:
    """The oldest fault of these that fits the method, counted as used; empty when nothing is to go wrong."""
    rows = db.execute("SELECT id, name, times FROM faults WHERE method IN ('', ?) ORDER BY id", [method])
    found = next((row for row in rows.fetchall() if row["name"] in names), None)
    if found is None:
        return ""
    db.execute("UPDATE faults SET times = times - 1 WHERE id = ?", [found["id"]])
    db.execute("DELETE FROM faults WHERE times <= 0")
    return str(found["name"])

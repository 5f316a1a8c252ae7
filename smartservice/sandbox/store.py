"""The bank's database: one SQLite file, one writer at a time, every step a short durable transaction."""

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS payments (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    order_id TEXT NOT NULL UNIQUE,
    amount INTEGER NOT NULL CHECK (amount > 0),
    refunded INTEGER NOT NULL CHECK (refunded BETWEEN 0 AND amount),
    status TEXT NOT NULL,
    error TEXT NOT NULL,
    description TEXT NOT NULL,
    customer_key TEXT NOT NULL,
    notification_url TEXT NOT NULL,
    due_at REAL NOT NULL,
    pan TEXT NOT NULL,
    expiry TEXT NOT NULL,
    card_id INTEGER NOT NULL,
    version TEXT NOT NULL,
    tds_id TEXT NOT NULL,
    acs_id TEXT NOT NULL,
    acs_url TEXT NOT NULL,
    acs_tries INTEGER NOT NULL,
    acs_result TEXT NOT NULL,
    outcome TEXT NOT NULL,
    outcome_at REAL,
    outcome_method TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS payments_outcome ON payments (outcome_at) WHERE outcome_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS payments_due ON payments (due_at) WHERE status IN ('NEW', '3DS_CHECKING');
CREATE INDEX IF NOT EXISTS payments_acs ON payments (acs_id) WHERE acs_id != '';
CREATE TABLE IF NOT EXISTS cancellations (
    payment_id INTEGER NOT NULL REFERENCES payments (id),
    request_id TEXT NOT NULL,
    amount INTEGER NOT NULL,
    UNIQUE (payment_id, request_id)
);
CREATE TABLE IF NOT EXISTS cards (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    customer_key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    pan TEXT NOT NULL,
    expiry TEXT NOT NULL,
    UNIQUE (customer_key, fingerprint)
);
CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL REFERENCES payments (id),
    url TEXT NOT NULL,
    body TEXT NOT NULL,
    once INTEGER NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    queued_at REAL NOT NULL,
    due_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS notifications_due ON notifications (due_at, id) WHERE state = 'QUEUED';
CREATE TABLE IF NOT EXISTS faults (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    name TEXT NOT NULL,
    method TEXT NOT NULL,
    times INTEGER
);
CREATE TABLE IF NOT EXISTS events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    line TEXT NOT NULL
);
"""


@dataclass(frozen=True, kw_only=True)
class Payment:
    """One payment as the bank keeps it: sums in kopecks, times in seconds of the epoch, the card as a mask."""

    id: int
    order_id: str
    amount: int
    due_at: float
    refunded: int = 0
    status: str = "NEW"
    error: str = "0"
    description: str = ""
    customer_key: str = ""
    notification_url: str = ""
    pan: str = ""
    expiry: str = ""
    card_id: int = 0
    version: str = ""
    tds_id: str = ""
    acs_id: str = ""
    acs_url: str = ""
    acs_tries: int = 0
    acs_result: str = ""
    outcome: str = ""
    outcome_at: float | None = None
    outcome_method: str = ""

    @property
    def left(self) -> int:
        """What has not been given back, in kopecks."""
        return self.amount - self.refunded


_COLUMNS = [column.name for column in fields(Payment) if column.name != "id"]
# Names come from the dataclass above, values are bound.
_INSERT = f"INSERT INTO payments ({', '.join(_COLUMNS)}) VALUES ({', '.join(':' + name for name in _COLUMNS)})"  # noqa: S608
_UPDATE = f"UPDATE payments SET {', '.join(f'{name} = :{name}' for name in _COLUMNS)} WHERE id = :id"  # noqa: S608


class Store:
    """The one connection of the process; threads take turns."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.execute("PRAGMA foreign_keys = ON")
        self._connection.executescript(SCHEMA)
        # Numbers of a thrown-away bank must not come again: the portal may remember them.
        self._connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'payments', ? "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'payments')",
            [int(time.time() * 10)],
        )

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """One durable step: all of it or nothing."""
        with self._lock:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def rows(self, sql: str, *values: object) -> list[sqlite3.Row]:
        """A plain question outside any step."""
        with self._lock:
            return self._connection.execute(sql, values).fetchall()

    def close(self) -> None:
        """Wait for the step under way, then let the file go."""
        with self._lock:
            self._connection.close()


def insert(db: sqlite3.Connection, **values: Any) -> Payment:
    """A new payment; its number is the bank's."""
    draft = Payment(id=0, **values)
    cursor = db.execute(_INSERT, asdict(draft))
    return Payment(id=cursor.lastrowid or 0, **values)


def save(db: sqlite3.Connection, payment: Payment) -> None:
    """The whole row as it is now."""
    db.execute(_UPDATE, asdict(payment))


def find(db: sqlite3.Connection, payment_id: str) -> Payment | None:
    """The payment of this number, whatever was sent as one."""
    if not (payment_id.isascii() and payment_id.isdecimal() and len(payment_id) <= 18):
        return None
    return _one(db.execute("SELECT * FROM payments WHERE id = ?", [int(payment_id)]))


def find_order(db: sqlite3.Connection, order_id: str) -> Payment | None:
    """The payment of the merchant's order."""
    return _one(db.execute("SELECT * FROM payments WHERE order_id = ?", [order_id]))


def find_challenge(db: sqlite3.Connection, acs_id: str) -> Payment | None:
    """The payment that waits for (or has had) this challenge of the issuer."""
    return _one(db.execute("SELECT * FROM payments WHERE acs_id = ? AND acs_id != ''", [acs_id]))


def overdue(db: sqlite3.Connection, now: float) -> list[Payment]:
    """Payments whose term ran out before the card was charged."""
    sql = "SELECT * FROM payments WHERE status IN ('NEW', '3DS_CHECKING') AND due_at <= ? ORDER BY id"
    return [Payment(**row) for row in db.execute(sql, [now])]


def with_outcome(db: sqlite3.Connection, now: float) -> list[Payment]:
    """Payments whose late outcome is due."""
    sql = "SELECT * FROM payments WHERE outcome_at IS NOT NULL AND outcome_at <= ? ORDER BY id"
    return [Payment(**row) for row in db.execute(sql, [now])]


def _one(cursor: sqlite3.Cursor) -> Payment | None:
    row = cursor.fetchone()
    return Payment(**row) if row else None

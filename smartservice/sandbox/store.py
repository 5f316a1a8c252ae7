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
    outcome_method TEXT NOT NULL,
    fingerprint TEXT NOT NULL DEFAULT '',
    initiator TEXT NOT NULL DEFAULT '',
    recurrent INTEGER NOT NULL DEFAULT 0,
    two_stage INTEGER NOT NULL DEFAULT 0,
    success_url TEXT NOT NULL DEFAULT '',
    fail_url TEXT NOT NULL DEFAULT '',
    page_key TEXT NOT NULL DEFAULT '',
    hosted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS payments_outcome ON payments (outcome_at) WHERE outcome_at IS NOT NULL;
CREATE INDEX IF NOT EXISTS payments_unpaid ON payments (due_at) WHERE status IN ('NEW', 'FORM_SHOWED', '3DS_CHECKING');
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
    status TEXT NOT NULL DEFAULT 'A',
    rebill_id INTEGER NOT NULL DEFAULT 0,
    UNIQUE (customer_key, fingerprint)
);
CREATE TABLE IF NOT EXISTS customers (
    customer_key TEXT PRIMARY KEY,
    email TEXT NOT NULL,
    phone TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS bindings (
    id INTEGER PRIMARY KEY,
    request_key TEXT NOT NULL UNIQUE,
    customer_key TEXT NOT NULL,
    check_type TEXT NOT NULL,
    due_at REAL NOT NULL,
    status TEXT NOT NULL,
    error TEXT NOT NULL,
    pan TEXT NOT NULL,
    expiry TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    card_id INTEGER NOT NULL,
    rebill_id INTEGER NOT NULL,
    version TEXT NOT NULL,
    tds_id TEXT NOT NULL,
    acs_id TEXT NOT NULL,
    acs_url TEXT NOT NULL,
    acs_tries INTEGER NOT NULL,
    acs_result TEXT NOT NULL,
    hosted INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS bindings_acs ON bindings (acs_id) WHERE acs_id != '';
CREATE TABLE IF NOT EXISTS notifications (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    payment_id INTEGER NOT NULL,
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


# What the first cut of these tables did not have; a file of that cut is brought up to this one.
ADDED = {
    "payments": {
        "fingerprint": "TEXT NOT NULL DEFAULT ''",
        "initiator": "TEXT NOT NULL DEFAULT ''",
        "recurrent": "INTEGER NOT NULL DEFAULT 0",
        "two_stage": "INTEGER NOT NULL DEFAULT 0",
        "success_url": "TEXT NOT NULL DEFAULT ''",
        "fail_url": "TEXT NOT NULL DEFAULT ''",
        "page_key": "TEXT NOT NULL DEFAULT ''",
        "hosted": "INTEGER NOT NULL DEFAULT 0",
    },
    "bindings": {"hosted": "INTEGER NOT NULL DEFAULT 0"},
    "cards": {"status": "TEXT NOT NULL DEFAULT 'A'", "rebill_id": "INTEGER NOT NULL DEFAULT 0"},
}


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
    fingerprint: str = ""
    initiator: str = ""
    recurrent: int = 0
    two_stage: int = 0
    success_url: str = ""
    fail_url: str = ""
    # The address of the bank's own page, and whether the card was typed there.
    page_key: str = ""
    hosted: int = 0

    @property
    def left(self) -> int:
        """What has not been given back, in kopecks."""
        return self.amount - self.refunded


@dataclass(frozen=True, kw_only=True)
class Binding:
    """A card being bound to a customer; it has a number among the payments', and takes no money."""

    id: int
    request_key: str
    customer_key: str
    check_type: str
    due_at: float
    status: str = "NEW"
    error: str = "0"
    pan: str = ""
    expiry: str = ""
    fingerprint: str = ""
    card_id: int = 0
    rebill_id: int = 0
    version: str = ""
    tds_id: str = ""
    acs_id: str = ""
    acs_url: str = ""
    acs_tries: int = 0
    acs_result: str = ""
    hosted: int = 0

    # What the journal and the issuer's page ask of whatever they are shown.
    order_id = ""
    amount = 0
    description = "Проверка карты, деньги не списываются"


def _columns(kind: type[Payment] | type[Binding]) -> list[str]:
    return [column.name for column in fields(kind) if column.name != "id"]


def _insert(table: str, names: list[str]) -> str:
    """Names come from the dataclasses above, values are bound."""
    return f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join(':' + name for name in names)})"  # noqa: S608


def _update(table: str, names: list[str]) -> str:
    return f"UPDATE {table} SET {', '.join(f'{name} = :{name}' for name in names)} WHERE id = :id"  # noqa: S608


_INSERT = _insert("payments", _columns(Payment))
_INSERT_BINDING = _insert("bindings", ["id", *_columns(Binding)])
_UPDATE = {Payment: _update("payments", _columns(Payment)), Binding: _update("bindings", _columns(Binding))}


class Store:
    """The one connection of the process; threads take turns."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.Lock()
        self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=20)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = FULL")
        self._connection.executescript(SCHEMA)
        self._bring_up_to_date()
        # Numbers of a thrown-away bank must not come again: the portal may remember them.
        self._connection.execute(
            "INSERT INTO sqlite_sequence (name, seq) SELECT 'payments', ? "
            "WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'payments')",
            [int(time.time() * 10)],
        )

    def _bring_up_to_date(self) -> None:
        for table, columns in ADDED.items():
            there = {row["name"] for row in self._connection.execute(f"PRAGMA table_info({table})")}
            for name, definition in columns.items():
                if name not in there:
                    self._connection.execute(f"ALTER TABLE {table} ADD COLUMN {name} {definition}")

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


def insert_binding(db: sqlite3.Connection, **values: Any) -> Binding:
    """A new binding under the number that the next payment would have had."""
    taken = "UPDATE sqlite_sequence SET seq = seq + 1 WHERE name = 'payments' RETURNING seq"
    binding = Binding(id=db.execute(taken).fetchone()["seq"], **values)
    db.execute(_INSERT_BINDING, asdict(binding))
    return binding


def save(db: sqlite3.Connection, row: Payment | Binding) -> None:
    """The whole row as it is now."""
    db.execute(_UPDATE[type(row)], asdict(row))


def find(db: sqlite3.Connection, payment_id: str) -> Payment | None:
    """The payment of this number, whatever was sent as one."""
    return _one(db.execute("SELECT * FROM payments WHERE id = ?", [_number(payment_id)]))


def find_binding(
    db: sqlite3.Connection, *, number: str = "", request_key: str = "", acs_id: str = ""
) -> Binding | None:
    """The binding of this number, key or challenge: whichever is given."""
    sql = "SELECT * FROM bindings WHERE id = ? OR request_key = ? OR acs_id = ?"
    row = db.execute(sql, [_number(number), request_key or None, acs_id or None]).fetchone()
    return Binding(**row) if row else None


def find_order(db: sqlite3.Connection, order_id: str) -> Payment | None:
    """The payment of the merchant's order."""
    return _one(db.execute("SELECT * FROM payments WHERE order_id = ?", [order_id]))


def find_challenge(db: sqlite3.Connection, acs_id: str) -> Payment | None:
    """The payment that waits for (or has had) this challenge of the issuer."""
    return _one(db.execute("SELECT * FROM payments WHERE acs_id = ? AND acs_id != ''", [acs_id]))


def find_page(db: sqlite3.Connection, key: str) -> Payment | None:
    """The payment whose page has this address."""
    return _one(db.execute("SELECT * FROM payments WHERE page_key = ? AND page_key != ''", [key]))


def overdue(db: sqlite3.Connection, now: float) -> list[Payment]:
    """Payments whose term ran out before the card was charged."""
    sql = "SELECT * FROM payments WHERE status IN ('NEW', 'FORM_SHOWED', '3DS_CHECKING') AND due_at <= ? ORDER BY id"
    return [Payment(**row) for row in db.execute(sql, [now])]


def with_outcome(db: sqlite3.Connection, now: float) -> list[Payment]:
    """Payments whose late outcome is due."""
    sql = "SELECT * FROM payments WHERE outcome_at IS NOT NULL AND outcome_at <= ? ORDER BY id"
    return [Payment(**row) for row in db.execute(sql, [now])]


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 18 else None


def _one(cursor: sqlite3.Cursor) -> Payment | None:
    row = cursor.fetchone()
    return Payment(**row) if row else None

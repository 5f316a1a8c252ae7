"""The cards that the bank keeps for a customer: a mask, a fingerprint, two numbers to call them by."""

import sqlite3

from smartservice.sandbox import cards
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.refusals import Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.vault import Card, check_cvv

Answer = dict[str, object]
ACTIVE, DELETED = "A", "D"
# Numbers for charges without the payer look like no other number of the bank.
FIRST_REBILL_ID = 145_919_000_000


def presented(step: Step, card_data: str, *, customer_key: str) -> Card:
    """The card of a cryptogram: typed whole, or one that is kept for this very customer and named by its number."""
    opened = step.vault.open(card_data)
    if isinstance(opened, Card):
        return opened
    row = _row(step, customer_key, opened.card_id)
    if row is None or row["status"] != ACTIVE:
        raise Refusal("107")
    return _card(step, row, cvv=opened.cvv)


def of_rebill(step: Step, rebill_id: str) -> Card:
    """The kept card that a charge without the payer names."""
    if not rebill_id.isascii() or not rebill_id.isdecimal() or len(rebill_id) > 18:
        raise Refusal("223")
    sql = "SELECT * FROM cards WHERE rebill_id = ? AND rebill_id != 0 AND status = ?"
    row = step.db.execute(sql, [int(rebill_id), ACTIVE]).fetchone()
    if row is None:
        raise Refusal("104")
    return _card(step, row, cvv="")


def keep(step: Step, *, customer_key: str, fingerprint: str, pan: str, expiry: str, recurrent: bool) -> tuple[int, int]:
    """The card's two numbers; the same card is kept once, and what may be charged alone stays so."""
    row = step.db.execute(
        "INSERT INTO cards (customer_key, fingerprint, pan, expiry) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (customer_key, fingerprint) DO UPDATE SET expiry = excluded.expiry, status = 'A' RETURNING *",
        [customer_key, fingerprint, pan, expiry],
    ).fetchone()
    number = row["rebill_id"] or (FIRST_REBILL_ID + row["id"] if recurrent else 0)
    step.db.execute("UPDATE cards SET rebill_id = ? WHERE id = ?", [number, row["id"]])
    return int(row["id"]), int(number)


def rebill_id(step: Step, card_id: int) -> int:
    """The number to charge a kept card by, 0 where its owner has not allowed that."""
    row = step.db.execute("SELECT rebill_id FROM cards WHERE id = ?", [card_id]).fetchone()
    return int(row["rebill_id"]) if row else 0


def chosen(step: Step, *, customer_key: str, card_id: str, cvv: str) -> Card:
    """A kept card that its owner pointed at on the bank's own page."""
    row = _row(step, customer_key, card_id)
    if row is None or row["status"] != ACTIVE:
        raise Refusal("107")
    return _card(step, row, cvv=check_cvv(cvv))


def active(step: Step, *, customer_key: str) -> list[tuple[str, str]]:
    """Number and mask of every card that the customer may pay with."""
    sql = "SELECT id, pan FROM cards WHERE customer_key = ? AND status = ? ORDER BY id"
    return [(str(row["id"]), row["pan"]) for row in step.db.execute(sql, [customer_key, ACTIVE])]


def is_kept(step: Step, *, customer_key: str, fingerprint: str) -> bool:
    """Whether the customer has this card already."""
    sql = "SELECT 1 FROM cards WHERE customer_key = ? AND fingerprint = ? AND status = ?"
    return step.db.execute(sql, [customer_key, fingerprint, ACTIVE]).fetchone() is not None


def get_card_list(step: Step, call: Fields) -> list[Answer]:
    """Every card of the customer, the deleted ones too."""
    customer_key = call.text("CustomerKey", limit=36)
    rows = step.db.execute("SELECT * FROM cards WHERE customer_key = ? ORDER BY id", [customer_key]).fetchall()
    if not rows and not _is_known(step, customer_key):
        raise Refusal("503")
    return [_told(row) for row in rows]


def remove_card(step: Step, call: Fields) -> Answer:
    """Forget a card of the customer; one that is forgotten already is no error."""
    customer_key, card_id = call.text("CustomerKey", limit=36), call.text("CardId", limit=40)
    row = _row(step, customer_key, card_id)
    if row is None:
        raise Refusal("231")
    step.db.execute("UPDATE cards SET status = ?, rebill_id = 0 WHERE id = ?", [DELETED, row["id"]])
    return {
        "TerminalKey": step.config.terminal,
        "CustomerKey": customer_key,
        "CardId": card_id,
        "CardType": 0,
        "Status": DELETED,
        "Success": True,
        "ErrorCode": "0",
    }


def _told(row: sqlite3.Row) -> Answer:
    card: Answer = {
        "CardId": str(row["id"]),
        "Pan": row["pan"],
        "Status": row["status"],
        "CardType": 0,
        "ExpDate": row["expiry"],
    }
    return card | {"RebillId": str(row["rebill_id"])} if row["rebill_id"] else card


def _row(step: Step, customer_key: str, card_id: str) -> sqlite3.Row | None:
    if not customer_key or not card_id.isascii() or not card_id.isdecimal() or len(card_id) > 18:
        return None
    sql = "SELECT * FROM cards WHERE customer_key = ? AND id = ?"
    row: sqlite3.Row | None = step.db.execute(sql, [customer_key, int(card_id)]).fetchone()
    return row


def _card(step: Step, row: sqlite3.Row, *, cvv: str) -> Card:
    pan = cards.test_number(step.vault.fingerprint, row["fingerprint"])
    return Card(pan=pan, expiry=row["expiry"], cvv=cvv, card_id=row["id"], kept_mask=row["pan"])


def _is_known(step: Step, customer_key: str) -> bool:
    return step.db.execute("SELECT 1 FROM customers WHERE customer_key = ?", [customer_key]).fetchone() is not None

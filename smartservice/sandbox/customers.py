"""The merchant's customers as the bank knows them: AddCustomer, GetCustomer, RemoveCustomer."""

import sqlite3

from smartservice.sandbox.fields import Fields
from smartservice.sandbox.refusals import Refusal
from smartservice.sandbox.step import Step

Answer = dict[str, object]


def add_customer(step: Step, call: Fields) -> Answer:
    """Know a customer from now on; once more changes what is known of him."""
    customer_key = _key(call)
    email, phone = call.text("Email", limit=64, default=""), call.text("Phone", limit=64, default="")
    step.db.execute("INSERT OR REPLACE INTO customers VALUES (?, ?, ?)", [customer_key, email, phone])
    return _told(step, customer_key)


def get_customer(step: Step, call: Fields) -> Answer:
    """What is known of a customer."""
    row = _row(step, _key(call))
    contacts = {"Email": row["email"], "Phone": row["phone"]}
    return _told(step, row["customer_key"]) | {name: value for name, value in contacts.items() if value}


def remove_customer(step: Step, call: Fields) -> Answer:
    """Forget a customer and every card of his."""
    customer_key = _row(step, _key(call))["customer_key"]
    step.db.execute("DELETE FROM customers WHERE customer_key = ?", [customer_key])
    step.db.execute("UPDATE cards SET status = 'D', rebill_id = 0 WHERE customer_key = ?", [customer_key])
    return _told(step, customer_key)


def _key(call: Fields) -> str:
    return call.text("CustomerKey", limit=36)


def _row(step: Step, customer_key: str) -> sqlite3.Row:
    row: sqlite3.Row | None = step.db.execute(
        "SELECT * FROM customers WHERE customer_key = ?", [customer_key]
    ).fetchone()
    if row is None:
        raise Refusal("7")
    return row


def _told(step: Step, customer_key: str) -> Answer:
    return {
        "TerminalKey": step.config.terminal,
        "CustomerKey": customer_key,
        "Success": True,
        "ErrorCode": "0",
        "Message": "OK",
    }

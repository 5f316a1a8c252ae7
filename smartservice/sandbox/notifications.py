"""Notifications to the merchant: queued in the step that they tell of, sent by a thread, repeated until heard.

The real bank repeats hourly for a day. The sandbox repeats after 1, 3, 10 and 30 seconds, then every minute for a day.
Only targets on this very machine are called: a sandbox must not become a way to post to strangers.
"""

import http.client
import json
from datetime import datetime
from urllib.parse import urlsplit

from smartservice.sandbox import faults, kept
from smartservice.sandbox.refusals import MESSAGES
from smartservice.sandbox.signature import TOKEN, token
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding, Payment, Store

REPEATS = (1, 3, 10, 30)
REPEAT_LATER, GIVE_UP_AFTER = 60, 24 * 3600
TIMEOUT = 10
REORDERED_BY = 2
LOCAL_HOSTS = ("127.0.0.1", "localhost", "::1")

# What the merchant hears of when a payment gets there; a one-stage charge is two words at once.
TOLD = {
    "AUTHORIZED": ("AUTHORIZED",),
    "CONFIRMED": ("AUTHORIZED", "CONFIRMED"),
    "REJECTED": ("REJECTED",),
    "CANCELED": ("CANCELED",),
    "REVERSED": ("REVERSED",),
    "PARTIAL_REVERSED": ("PARTIAL_REVERSED",),
    "REFUNDED": ("REFUNDED",),
    "PARTIAL_REFUNDED": ("PARTIAL_REFUNDED",),
}


def announce(step: Step, payment: Payment, method: str) -> None:
    """Queue what the merchant is told of the payment's new status, with whatever faults are ordered."""
    statuses = TOLD.get(payment.status, ())
    if payment.two_stage:
        statuses = statuses[-1:]
    if not payment.notification_url or not statuses:
        return
    if faults.take(step.db, ("forge",), method):
        _queue(step, payment, _forged(step, payment, {"Token": "0" * 64}), once=True)
        _queue(step, payment, _forged(step, payment, {"Amount": payment.amount + 100}), once=True)
    late = "AUTHORIZED" if len(statuses) > 1 and faults.take(step.db, ("reorder",), method) else ""
    copies = 2 if faults.take(step.db, ("duplicate",), method) else 1
    for status in statuses:
        for _ in range(copies):
            _queue(step, payment, _signed(step, _told(step, payment, status)), delay=REORDERED_BY * (status == late))


def announce_binding(step: Step, binding: Binding, method: str) -> None:
    """Queue what the merchant is told of a card: where to is a setting of the terminal."""
    if binding.status not in {"COMPLETED", "REJECTED"} or not step.config.notification_url:
        return
    body: dict[str, object] = {
        "TerminalKey": step.config.terminal,
        "CustomerKey": binding.customer_key,
        "RequestKey": binding.request_key,
        "Success": binding.error == "0",
        "Status": binding.status,
        "PaymentId": binding.id,
        "ErrorCode": binding.error,
    }
    if binding.card_id:
        body |= {"CardId": str(binding.card_id), "RebillId": str(binding.rebill_id)}
    if binding.pan:
        body |= {"Pan": binding.pan, "ExpDate": binding.expiry}
    for _ in range(2 if faults.take(step.db, ("duplicate",), method) else 1):
        _enqueue(step, binding.id, step.config.notification_url, _signed(step, body))


def deliver_next(store: Store, now: datetime) -> bool:
    """Send the first one that is due and note what came of it; False when none is due."""
    sql = "SELECT * FROM notifications WHERE state = 'QUEUED' AND due_at <= ? ORDER BY due_at, id LIMIT 1"
    rows = store.rows(sql, now.timestamp())
    for row in rows:
        state, delay = "QUEUED", pause(row["attempts"])
        if not is_local(row["url"]):
            state = "REFUSED"
        elif _send(row["url"], row["body"]):
            state = "SENT"
        elif row["once"] or now.timestamp() - row["queued_at"] >= GIVE_UP_AFTER:
            state = "GIVEN_UP"
        with store.transaction() as db:
            db.execute(
                "UPDATE notifications SET state = ?, attempts = attempts + 1, due_at = ? WHERE id = ?",
                [state, now.timestamp() + delay, row["id"]],
            )
    return bool(rows)


def pause(attempts: int) -> float:
    """Seconds until the next try after so many earlier ones."""
    return REPEATS[attempts] if attempts < len(REPEATS) else REPEAT_LATER


def is_local(url: str) -> bool:
    """Whether the address is plain HTTP on this machine."""
    parts = urlsplit(url)
    return parts.scheme == "http" and parts.hostname in LOCAL_HOSTS


def _send(url: str, body: str) -> bool:
    """Only HTTP 200 with the body OK counts; redirects and proxies are not followed."""
    parts = urlsplit(url)
    path = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port or 80, timeout=TIMEOUT)
    try:
        connection.request("POST", path, body.encode(), {"Content-Type": "application/json"})
        answer = connection.getresponse()
        return answer.status == 200 and answer.read(16) == b"OK"
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _told(step: Step, payment: Payment, status: str) -> dict[str, object]:
    """Numbers are numbers here, where the methods answer strings."""
    body: dict[str, object] = {
        "TerminalKey": step.config.terminal,
        "OrderId": payment.order_id,
        "Success": status != "REJECTED",
        "Status": status,
        "PaymentId": payment.id,
        "ErrorCode": payment.error,
        # The current sum of the operation: after a part was given back, what is left.
        "Amount": payment.left if status in {"PARTIAL_REFUNDED", "PARTIAL_REVERSED"} else payment.amount,
    }
    if payment.error != "0":
        body |= {"Message": MESSAGES[payment.error], "Details": ""}
    if payment.card_id:
        body["CardId"] = payment.card_id
        number = kept.rebill_id(step, payment.card_id)
        body |= {"RebillId": number} if number else {}
    if payment.pan:
        body |= {"Pan": payment.pan, "ExpDate": payment.expiry}
    return body


def _signed(step: Step, body: dict[str, object]) -> dict[str, object]:
    return {**body, TOKEN: token(body, step.config.password)}


def _forged(step: Step, payment: Payment, change: dict[str, object]) -> dict[str, object]:
    body = _told(step, payment, "CONFIRMED") | {"ErrorCode": "0"} | change
    return body if TOKEN in change else _signed(step, body)


def _queue(step: Step, payment: Payment, body: dict[str, object], *, once: bool = False, delay: float = 0) -> None:
    _enqueue(step, payment.id, payment.notification_url, body, once=once, delay=delay)


def _enqueue(
    step: Step, number: int, url: str, body: dict[str, object], *, once: bool = False, delay: float = 0
) -> None:
    now = step.now.timestamp()
    step.db.execute(
        "INSERT INTO notifications (payment_id, url, body, once, state, attempts, queued_at, due_at) "
        "VALUES (?, ?, ?, ?, 'QUEUED', 0, ?, ?)",
        [number, url, json.dumps(body, ensure_ascii=False), int(once), now, now + delay],
    )

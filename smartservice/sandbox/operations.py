"""The methods around a payment: Init, GetState, CheckOrder, Cancel."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from smartservice.sandbox import journal, life, store
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.refusals import MESSAGES, Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Payment

Answer = dict[str, object]
SHORTEST_TERM, USUAL_TERM, LONGEST_TERM = timedelta(minutes=1), timedelta(days=1), timedelta(days=90)
# What giving money back makes of a payment: a part of it, or all.
GIVEN_BACK = {
    "CONFIRMED": ("PARTIAL_REFUNDED", "REFUNDED"),
    "PARTIAL_REFUNDED": ("PARTIAL_REFUNDED", "REFUNDED"),
    "AUTHORIZED": ("PARTIAL_REVERSED", "REVERSED"),
    "PARTIAL_REVERSED": ("PARTIAL_REVERSED", "REVERSED"),
}
ENDED = ("CANCELED", "DEADLINE_EXPIRED", "REJECTED", "REFUNDED", "REVERSED")


def init(step: Step, call: Fields) -> Answer:
    """Open a payment of one stage or two; an order number is good for one payment only."""
    order_id = call.text("OrderId", limit=36)
    amount = call.amount()
    call.choice("Language", ("ru", "en"))
    call.check_extra_data()
    if store.find_order(step.db, order_id):
        raise Refusal("20", order_id)
    payment = store.insert(
        step.db,
        order_id=order_id,
        amount=amount,
        due_at=_term(call.text("RedirectDueDate", default=""), step.now).timestamp(),
        description=call.text("Description", limit=140, default=""),
        customer_key=call.text("CustomerKey", limit=36, default=""),
        notification_url=call.text("NotificationURL", default=""),
        initiator=call.pairs().text("OperationInitiatorType", default=""),
        recurrent=int(call.choice("Recurrent", ("N", "Y")) == "Y"),
        two_stage=int(call.choice("PayType", ("O", "T")) == "T"),
        success_url=call.text("SuccessURL", default=""),
        fail_url=call.text("FailURL", default=""),
        page_key=secrets.token_urlsafe(24),
    )
    journal.record(step, payment, "Init")
    return told(step, payment) | {"PaymentURL": f"{step.config.origin}/pay/{payment.page_key}"}


def get_state(step: Step, call: Fields) -> Answer:
    """Where the payment stands; success is that of the question, not of the payment."""
    payment = asked_for(step, call)
    params = [{"Key": "Route", "Value": "ACQ"}, {"Key": "Source", "Value": "cards"}] if payment.pan else []
    return told(step, payment) | {"Params": params}


def check_order(step: Step, call: Fields) -> Answer:
    """What the bank has under an order number; the odd types of an entry (`Success` a text) are the bank's own."""
    order_id = call.text("OrderId", limit=36)
    payment = store.find_order(step.db, order_id)
    answer: Answer = {"TerminalKey": step.config.terminal, "OrderId": order_id}
    if payment is None:
        return answer | {
            "Success": False,
            "ErrorCode": "255",
            "Message": MESSAGES["255"],
            "Details": "",
            "Payments": [],
        }
    entry = {
        "PaymentId": str(payment.id),
        "Amount": payment.amount,
        "Status": payment.status,
        "Success": "true" if payment.error == "0" else "false",
        "ErrorCode": int(payment.error),
        "Message": MESSAGES[payment.error],
    }
    return answer | {"Success": True, "ErrorCode": "0", "Message": "OK", "Details": "", "Payments": [entry]}


def cancel(step: Step, call: Fields) -> Answer:
    """Give up a new payment, or give money back; the same ExternalRequestId again only tells the state."""
    payment = asked_for(step, call)
    request_id = call.text("ExternalRequestId", limit=256, default="")
    amount = call.amount(default=payment.amount)
    if request_id and _is_known(step, payment, request_id):
        return _cancelled(step, payment, payment.left, request_id)
    if payment.status == "NEW":
        after, amount = life.move(step, payment, "CANCELED", method="Cancel"), 0
        original, left = payment.amount, 0
    elif payment.status in GIVEN_BACK:
        if amount > payment.left:
            raise Refusal("330", f"Остаток {payment.left}", payment)
        original, left = payment.left, payment.left - amount
        status = GIVEN_BACK[payment.status][0 if left else 1]
        after = life.move(step, replace(payment, refunded=payment.refunded + amount), status, method="Cancel")
    else:
        raise Refusal("4" if payment.status in ENDED else "8", payment.status, payment)
    if request_id:
        step.db.execute("INSERT INTO cancellations VALUES (?, ?, ?)", [payment.id, request_id, amount])
    return _cancelled(step, after, original, request_id) | {"NewAmount": left}


def asked_for(step: Step, call: Fields) -> Payment:
    """The payment that the request names."""
    payment = store.find(step.db, call.payment_id())
    if payment is None:
        raise Refusal("255")
    return payment


def told(step: Step, payment: Payment, error: str = "0", details: str = "") -> Answer:
    """The fields that every answer about a payment has; numbers of payments are text here."""
    return {
        "TerminalKey": step.config.terminal,
        "Amount": payment.amount,
        "OrderId": payment.order_id,
        "Success": error == "0",
        "Status": payment.status,
        "PaymentId": str(payment.id),
        "ErrorCode": error,
        "Message": MESSAGES[error],
        "Details": details,
    }


def _cancelled(step: Step, payment: Payment, original: int, request_id: str) -> Answer:
    answer = told(step, payment)
    left = 0 if payment.status == "CANCELED" else payment.left
    answer |= {"OriginalAmount": original, "NewAmount": left}
    return answer | {"ExternalRequestId": request_id} if request_id else answer


def _is_known(step: Step, payment: Payment, request_id: str) -> bool:
    sql = "SELECT 1 FROM cancellations WHERE payment_id = ? AND request_id = ?"
    return step.db.execute(sql, [payment.id, request_id]).fetchone() is not None


def _term(text: str, now: datetime) -> datetime:
    """RedirectDueDate: ISO with an offset, from a minute to ninety days ahead, a day by default."""
    if not text:
        return now + USUAL_TERM
    try:
        term = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal("12", text) from None
    if term.tzinfo is None or not SHORTEST_TERM <= term - now <= LONGEST_TERM:
        raise Refusal("12", text)
    return term

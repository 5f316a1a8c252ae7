"""A payment's moves at the bank: each is saved, written into the journal and told to the merchant in one step."""

from dataclasses import replace

from smartservice.sandbox import faults, journal, kept, notifications, store
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Payment

# The bank closes a challenge that nobody finished in a day and a half.
CHALLENGE_LIFE = 36 * 3600


def move(step: Step, payment: Payment, status: str, *, method: str, error: str = "0") -> Payment:
    """Bring the payment to a status; `payment` may carry other changed columns, which are saved along."""
    moved = replace(payment, status=status, error=error)
    store.save(step.db, moved)
    journal.record(step, moved, method)
    notifications.announce(step, moved, method)
    return moved


def decide(step: Step, payment: Payment, error: str, *, method: str) -> Payment:
    """The card's outcome: error "0" charges it. Under the fault `late` the outcome is fixed now and comes later."""
    if faults.take(step.db, (faults.LATE,), method):
        at = step.now.timestamp() + step.config.late_seconds
        waiting = replace(payment, outcome=error, outcome_at=at, outcome_method=method)
        return move(step, waiting, "AUTHORIZING", method=method)
    return _conclude(step, payment, error, method=method)


def catch_up(step: Step) -> None:
    """Do what time alone brings: terms that ran out, outcomes that are due."""
    now = step.now.timestamp()
    for payment in store.overdue(step.db, now):
        move(step, payment, "DEADLINE_EXPIRED", method="Deadline")
    for payment in store.with_outcome(step.db, now):
        _conclude(step, replace(payment, outcome_at=None), payment.outcome, method=payment.outcome_method)


def _conclude(step: Step, payment: Payment, error: str, *, method: str) -> Payment:
    if error != "0":
        return move(step, payment, "REJECTED", method=method, error=error)
    return move(step, _with_kept_card(step, payment), "AUTHORIZED" if payment.two_stage else "CONFIRMED", method=method)


def _with_kept_card(step: Step, payment: Payment) -> Payment:
    """The bank keeps any card that has paid an order which named a customer."""
    if not payment.customer_key or not payment.fingerprint:
        return payment
    card_id, _ = kept.keep(
        step,
        customer_key=payment.customer_key,
        fingerprint=payment.fingerprint,
        pan=payment.pan,
        expiry=payment.expiry,
        recurrent=bool(payment.recurrent),
    )
    return replace(payment, card_id=card_id)

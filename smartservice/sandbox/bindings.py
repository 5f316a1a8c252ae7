"""Binding a card to a customer without a payment: AddCard, AttachCard, GetAddCardState, and its 3-D Secure."""

import uuid
from dataclasses import replace
from datetime import timedelta

from smartservice.sandbox import cards, journal, kept, notifications, store
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.refusals import MESSAGES, Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding
from smartservice.sandbox.vault import Card

Answer = dict[str, object]
LIFE = timedelta(days=2)
CHECKS = ("NO", "HOLD", "3DS", "3DSHOLD")
# These look at the card's 3-D Secure; the first of them takes no card without it.
WITH_3DS = ("3DS", "3DSHOLD")
CHALLENGED = ("THREE_DS_CHECKING", "THREE_DS_CHECKED")
OPEN = ("NEW", "FORM_SHOWED")


def add_card(step: Step, call: Fields) -> Answer:
    """Open a binding for a known customer; it lives two days."""
    customer_key = call.text("CustomerKey", limit=36)
    if step.db.execute("SELECT 1 FROM customers WHERE customer_key = ?", [customer_key]).fetchone() is None:
        raise Refusal("7")
    binding = store.insert_binding(
        step.db,
        request_key=str(uuid.uuid4()),
        customer_key=customer_key,
        check_type=call.choice("CheckType", CHECKS),
        due_at=(step.now + LIFE).timestamp(),
    )
    journal.record(step, binding, "AddCard")
    return {
        "PaymentId": binding.id,
        "TerminalKey": step.config.terminal,
        "CustomerKey": customer_key,
        "RequestKey": binding.request_key,
        "Success": True,
        "ErrorCode": "0",
        "PaymentURL": f"{step.config.origin}/bind/{binding.request_key}",
    }


def attach_card(step: Step, call: Fields) -> Answer:
    """Check the typed card as the binding says, and keep it; or send its owner to the issuer's page first."""
    binding = asked_for(step, call)
    if binding.status not in OPEN:
        raise Refusal("8", binding.status)
    card = step.vault.open(call.text("CardData"))
    if not isinstance(card, Card):
        raise Refusal("244")
    return told(step, attach(step, binding, card))


def attach(step: Step, binding: Binding, card: Card) -> Binding:
    """Where the binding stands after a card was given."""
    fingerprint = step.vault.fingerprint(card)
    if kept.is_kept(step, customer_key=binding.customer_key, fingerprint=fingerprint):
        raise Refusal("510")
    binding = replace(binding, pan=card.mask, expiry=card.expiry, fingerprint=fingerprint)
    behaviour, objection = cards.behaviour(card), cards.objection(card, step.now)
    has_3ds = behaviour.version == cards.SECOND_3DS
    if objection == "0" and binding.check_type == "3DS" and not has_3ds:
        objection = "507"
    if objection == "0" and behaviour.challenge and binding.check_type in WITH_3DS:
        return move(step, replace(binding, acs_id=str(uuid.uuid4())), "THREE_DS_CHECKING", method="AttachCard")
    return decide(step, binding, objection if objection != "0" else behaviour.error, method="AttachCard")


def get_add_card_state(step: Step, call: Fields) -> Answer:
    """Where the binding stands."""
    answer = told(step, asked_for(step, call))
    return {name: value for name, value in answer.items() if name not in {"ACSUrl", "MD", "PaReq"}}


def submit_3ds_authorization(step: Step, call: Fields) -> Answer:
    """What 3-D Secure 1 brought back for a binding; a second time is refused."""
    binding = store.find_binding(step.db, acs_id=call.text("MD"))
    if binding is None:
        raise Refusal("255")
    if binding.status not in CHALLENGED:
        raise Refusal("54")
    if not binding.acs_result or call.text("PaRes") != pares(binding):
        raise Refusal("101")
    error = "0" if binding.acs_result == "Y" else "101"
    binding = decide(step, binding, error, method="Submit3DSAuthorization")
    return {
        "TerminalKey": step.config.terminal,
        "OrderId": binding.request_key,
        "PaymentId": str(binding.id),
        "Status": binding.status,
        "Success": error == "0",
        "ErrorCode": error,
        "Message": MESSAGES[error],
    }


def pares(binding: Binding) -> str:
    """The issuer's word, which only this binding's challenge brings."""
    return f"{binding.acs_id}:{binding.acs_result}"


def asked_for(step: Step, call: Fields) -> Binding:
    """The binding that the request names."""
    binding = store.find_binding(step.db, request_key=call.text("RequestKey"))
    if binding is None:
        raise Refusal("502")
    return in_time(step, binding)


def in_time(step: Step, binding: Binding) -> Binding:
    """The binding, ended if its two days are over."""
    if binding.status in OPEN and binding.due_at <= step.now.timestamp():
        return move(step, binding, "REJECTED", method="Deadline", error="6")
    return binding


def move(step: Step, binding: Binding, status: str, *, method: str, error: str = "0") -> Binding:
    """Bring the binding to a status: saved, journalled and, at its end, told to the merchant."""
    moved = replace(binding, status=status, error=error)
    store.save(step.db, moved)
    journal.record(step, moved, method)
    notifications.announce_binding(step, moved, method)
    return moved


def told(step: Step, binding: Binding) -> Answer:
    """The fields that every answer about a binding has."""
    answer: Answer = {
        "TerminalKey": step.config.terminal,
        "CustomerKey": binding.customer_key,
        "RequestKey": binding.request_key,
        "Status": binding.status,
        "Success": binding.error == "0",
        "ErrorCode": binding.error,
        "Message": MESSAGES[binding.error],
    }
    if binding.status == "THREE_DS_CHECKING":
        answer |= {"ACSUrl": f"{step.config.origin}/acs", "MD": binding.acs_id, "PaReq": f"PaReq-{binding.id}"}
    if binding.card_id:
        answer |= {"CardId": str(binding.card_id), "RebillId": str(binding.rebill_id)}
    return answer


def decide(step: Step, binding: Binding, error: str, *, method: str) -> Binding:
    """The end of the check: error "0" keeps the card."""
    if error != "0":
        return move(step, binding, "REJECTED", method=method, error=error)
    card_id, rebill_id = kept.keep(
        step,
        customer_key=binding.customer_key,
        fingerprint=binding.fingerprint,
        pan=binding.pan,
        expiry=binding.expiry,
        recurrent=True,
    )
    return move(step, replace(binding, card_id=card_id, rebill_id=rebill_id), "COMPLETED", method=method)

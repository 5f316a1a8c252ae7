"""The methods that charge a card: Check3dsVersion, FinishAuthorize, Submit3DSAuthorizationV2, Charge, Confirm."""

import ipaddress
import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from smartservice.sandbox import cards, journal, kept, life, store
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.operations import ENDED, Answer, asked_for, told
from smartservice.sandbox.refusals import Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding, Payment
from smartservice.sandbox.vault import Card

BROWSER_FIELDS = ("language", "timezone", "screen_height", "screen_width")
CHALLENGED = ("3DS_CHECKING", "3DS_CHECKED")
# OperationInitiatorType: the payer keeps his card; somebody charges a kept one.
PAYER_KEEPS, KEPT = "1", ("2", "R", "I")


def check_3ds_version(step: Step, call: Fields) -> Answer:
    """Which 3-D Secure the card takes; the second version gets its transaction number here."""
    payment = _new_binding(step, call) or _new(step, call)
    card = kept.presented(step, call.text("CardData"), customer_key=payment.customer_key)
    behaviour = cards.behaviour(card)
    answer: Answer = {"Version": behaviour.version, "PaymentSystem": cards.system(card)}
    if behaviour.version == cards.SECOND_3DS:
        payment = replace(payment, tds_id=payment.tds_id or str(uuid.uuid4()))
        answer |= {"TdsServerTransID": payment.tds_id, "ThreeDSMethodURL": f"{step.config.origin}/acs/method"}
    payment = replace(payment, version=behaviour.version)
    store.save(step.db, payment)
    journal.record(step, payment, "Check3dsVersion")
    return answer | {"Success": True, "ErrorCode": "0", "Message": "OK", "Details": ""}


def finish_authorize(step: Step, call: Fields) -> Answer:
    """Charge the card, decline it, or send the payer to the issuer's page; done once, for a new payment only."""
    payment = _new(step, call)
    if call.amount(default=payment.amount) != payment.amount:
        raise Refusal("9999", "Amount не такой, как в Init", payment)
    _check_initiator(payment, by_merchant=False)
    card = kept.presented(step, call.text("CardData"), customer_key=payment.customer_key)
    behaviour = cards.behaviour(card)
    if behaviour.version == cards.SECOND_3DS:
        payment = replace(payment, acs_url=_return_address(call), tds_id=payment.tds_id or str(uuid.uuid4()))
    return _outcome(step, authorise(step, payment, card))


def authorise(step: Step, payment: Payment, card: Card) -> Payment:
    """What becomes of a new payment when its card is there: charged, declined, or before the issuer's page."""
    payment = _with_card(step, payment, card)
    behaviour, objection = cards.behaviour(card), cards.objection(card, step.now)
    if objection == "0" and behaviour.challenge:
        return _challenge(step, payment)
    error = behaviour.error if objection == "0" else objection
    return life.decide(step, payment, error, method="FinishAuthorize")


def charge(step: Step, call: Fields) -> Answer:
    """Take the money of a kept card without its owner: no code, no 3-D Secure."""
    payment = _new(step, call)
    _check_initiator(payment, by_merchant=True)
    card = kept.of_rebill(step, call.text("RebillId"))
    # Nobody asks for the code here, so nothing can be wrong with it.
    objection = cards.objection(replace(card, cvv="ok"), step.now)
    error = cards.behaviour(card).error if objection == "0" else objection
    answer = _outcome(step, life.decide(step, _with_card(step, payment, card), error, method="Charge"))
    return {name: value for name, value in answer.items() if name not in {"CardId", "RebillId"}}


def confirm(step: Step, call: Fields) -> Answer:
    """Take what a two-stage payment has set aside, or a part of it."""
    payment = asked_for(step, call)
    if payment.status != "AUTHORIZED":
        raise Refusal("4" if payment.status in ENDED else "8", payment.status, payment)
    amount = call.amount(default=payment.amount)
    if amount > payment.amount:
        raise Refusal("330", f"Удержано {payment.amount}", payment)
    return told(step, life.move(step, replace(payment, amount=amount), "CONFIRMED", method="Confirm"))


def submit_3ds_authorization(step: Step, call: Fields) -> Answer:
    """Charge after the challenge; before the issuer has answered nothing changes, and a second time is refused."""
    payment = asked_for(step, call)
    if not payment.acs_id or payment.status == "DEADLINE_EXPIRED":
        raise Refusal("8", payment.status, payment)
    if payment.status not in CHALLENGED:
        raise Refusal("54", payment.status, payment)
    if not payment.acs_result:
        raise Refusal("110", payment.status, payment)
    error = "0" if payment.acs_result == "Y" else "101"
    return _outcome(step, life.decide(step, payment, error, method="Submit3DSAuthorizationV2"))


def _new_binding(step: Step, call: Fields) -> Binding | None:
    """The binding that is asked about: its number is one among the payments'."""
    binding = store.find_binding(step.db, number=call.payment_id())
    if binding and binding.status not in {"NEW", "FORM_SHOWED"}:
        raise Refusal("8", binding.status)
    return binding


def _check_initiator(payment: Payment, *, by_merchant: bool) -> None:
    """The bank's table of who may start what: kept credentials are for charges alone, keeping needs «Recurrent»."""
    keeps = payment.initiator == PAYER_KEEPS
    if payment.initiator and (by_merchant != (payment.initiator in KEPT) or keeps != bool(payment.recurrent)):
        raise Refusal("1126", payment.initiator, payment)


def _new(step: Step, call: Fields) -> Payment:
    payment = asked_for(step, call)
    if payment.status != "NEW":
        raise Refusal("8", payment.status, payment)
    return payment


def _challenge(step: Step, payment: Payment) -> Payment:
    # On the bank's own page the term of the order goes on.
    due_at = payment.due_at if payment.hosted else step.now.timestamp() + life.CHALLENGE_LIFE
    waiting = replace(payment, acs_id=str(uuid.uuid4()), due_at=due_at)
    return life.move(step, waiting, "3DS_CHECKING", method="FinishAuthorize")


def _outcome(step: Step, payment: Payment) -> Answer:
    answer = told(step, payment, error=payment.error)
    if payment.status == "3DS_CHECKING":
        ids = {"TdsServerTransId": payment.tds_id, "AcsTransId": payment.acs_id}
        return answer | ids | {"ACSUrl": f"{step.config.origin}/acs"}
    if payment.card_id and payment.error == "0":
        answer["CardId"] = str(payment.card_id)
        rebill_id = kept.rebill_id(step, payment.card_id)
        answer |= {"RebillId": str(rebill_id)} if rebill_id else {}
    return answer


def _return_address(call: Fields) -> str:
    """What 3-D Secure 2 asks of a browser payment: its address, its measures, and where the issuer's answer goes."""
    _check_ip(call.text("IP"))
    data = call.pairs()
    data.choice("threeDSCompInd", ("N", "Y", "U"))
    for name in BROWSER_FIELDS:
        data.text(name)
    address = data.text("cresCallbackUrl")
    if urlsplit(address).scheme not in {"http", "https"} or not urlsplit(address).hostname:
        raise Refusal("9999", "cresCallbackUrl должен быть адресом http(s)")
    return address


def _check_ip(text: str) -> None:
    """IPv6 must be written out in full: the payment system asks for it."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        raise Refusal("211", text) from None
    if text.lower() != address.exploded:
        raise Refusal("211", text)


def _with_card(step: Step, payment: Payment, card: Card) -> Payment:
    """The payment with what stays of its card: a mask, and a fingerprint for keeping it when the money is there."""
    fingerprint = "" if card.card_id else step.vault.fingerprint(card)
    return replace(payment, pan=card.mask, expiry=card.expiry, card_id=card.card_id, fingerprint=fingerprint)

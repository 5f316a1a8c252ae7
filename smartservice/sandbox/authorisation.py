"""The methods that see a card or charge it: Check3dsVersion, FinishAuthorize, Submit3DSAuthorizationV2."""

import ipaddress
import uuid
from dataclasses import replace
from urllib.parse import urlsplit

from smartservice.sandbox import cards, journal, life, store
from smartservice.sandbox.fields import Fields
from smartservice.sandbox.operations import Answer, asked_for, told
from smartservice.sandbox.refusals import Refusal
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Payment
from smartservice.sandbox.vault import Card

BROWSER_FIELDS = ("language", "timezone", "screen_height", "screen_width")
CHALLENGED = ("3DS_CHECKING", "3DS_CHECKED")


def check_3ds_version(step: Step, call: Fields) -> Answer:
    """Which 3-D Secure the card takes; the second version gets its transaction number here."""
    payment = _new(step, call)
    card = step.vault.open(call.text("CardData"))
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
    card = step.vault.open(call.text("CardData"))
    behaviour = cards.behaviour(card)
    if behaviour.version == cards.SECOND_3DS:
        payment = replace(payment, acs_url=_return_address(call), tds_id=payment.tds_id or str(uuid.uuid4()))
    payment = replace(payment, pan=card.mask, expiry=card.expiry, card_id=_kept(step, payment, card))
    objection = cards.objection(card, step.now)
    if objection == "0" and behaviour.challenge:
        return _challenge(step, payment)
    error = behaviour.error if objection == "0" else objection
    return _outcome(step, life.decide(step, payment, error, method="FinishAuthorize"))


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


def _new(step: Step, call: Fields) -> Payment:
    payment = asked_for(step, call)
    if payment.status != "NEW":
        raise Refusal("8", payment.status, payment)
    return payment


def _challenge(step: Step, payment: Payment) -> Answer:
    due_at = step.now.timestamp() + life.CHALLENGE_LIFE
    waiting = replace(payment, acs_id=str(uuid.uuid4()), due_at=due_at)
    waiting = life.move(step, waiting, "3DS_CHECKING", method="FinishAuthorize")
    return told(step, waiting) | {
        "ACSUrl": f"{step.config.origin}/acs",
        "TdsServerTransId": waiting.tds_id,
        "AcsTransId": waiting.acs_id,
    }


def _outcome(step: Step, payment: Payment) -> Answer:
    answer = told(step, payment, error=payment.error)
    return answer | {"CardId": str(payment.card_id)} if payment.card_id and payment.error == "0" else answer


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


def _kept(step: Step, payment: Payment, card: Card) -> int:
    """The bank keeps any card whose Init named a customer; the same card is kept once."""
    if not payment.customer_key:
        return 0
    row = step.db.execute(
        "INSERT INTO cards (customer_key, fingerprint, pan, expiry) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (customer_key, fingerprint) DO UPDATE SET expiry = excluded.expiry RETURNING id",
        [payment.customer_key, step.vault.fingerprint(card), card.mask, card.expiry],
    ).fetchone()
    return int(row["id"])

"""The issuer's side of 3-D Secure 2: what it is asked (creq), the static password, what it answers (cres)."""

import base64
import binascii
import hmac
import json
from dataclasses import replace

from smartservice.sandbox import journal, store
from smartservice.sandbox.cards import SECOND_3DS
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Payment

PASSWORD = "1234"  # noqa: S105 - the sandbox's page shows it
TRIES = 3
METHOD = "ACS"


class WrongRequest(Exception):
    """The browser brought a request that belongs to no payment."""


def asked(step: Step, creq: str) -> Payment:
    """The payment that a challenge request is about; both transaction numbers must be its own."""
    try:
        request = json.loads(base64.urlsafe_b64decode(_padded(creq)))
    except (binascii.Error, ValueError):
        raise WrongRequest from None
    if not isinstance(request, dict) or request.get("messageType") != "CReq":
        raise WrongRequest
    payment = find(step, str(request.get("acsTransID", "")))
    if request.get("threeDSServerTransID") != payment.tds_id:
        raise WrongRequest
    return payment


def find(step: Step, acs_id: str) -> Payment:
    """The payment of this challenge."""
    payment = store.find_challenge(step.db, acs_id)
    if payment is None:
        raise WrongRequest
    return payment


def answer(step: Step, payment: Payment, password: str) -> Payment:
    """Try a password: right ends with Y, the third wrong one with N; an ended challenge stays as it is."""
    if payment.acs_result:
        return payment
    if hmac.compare_digest(password.strip().encode(), PASSWORD.encode()):
        return _end(step, payment, "Y")
    tried = replace(payment, acs_tries=payment.acs_tries + 1)
    if tried.acs_tries >= TRIES:
        return _end(step, tried, "N")
    store.save(step.db, tried)
    return tried


def give_up(step: Step, payment: Payment) -> Payment:
    """The payer pressed «Отменить»."""
    return payment if payment.acs_result else _end(step, payment, "N")


def cres(payment: Payment) -> str:
    """The issuer's word for the merchant: Base64url of JSON, without padding."""
    text = json.dumps(
        {
            "threeDSServerTransID": payment.tds_id,
            "acsTransID": payment.acs_id,
            "messageType": "CRes",
            "messageVersion": payment.version or SECOND_3DS,
            "transStatus": payment.acs_result,
        }
    )
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _end(step: Step, payment: Payment, result: str) -> Payment:
    """The payment itself moves only for Y; N waits for the merchant to ask, and it may be too late for either."""
    checked = result == "Y" and payment.status == "3DS_CHECKING"
    ended = replace(payment, acs_result=result, status="3DS_CHECKED" if checked else payment.status)
    store.save(step.db, ended)
    journal.record(step, ended, METHOD)
    return ended


def _padded(text: str) -> str:
    bare = "".join(text.split()).replace("+", "-").replace("/", "_").rstrip("=")
    return bare + "=" * (-len(bare) % 4)

"""The issuer's side of 3-D Secure 2: what it is asked (creq), the static password, what it answers (cres)."""

import base64
import binascii
import hmac
import json
from dataclasses import replace
from urllib.parse import urlsplit

from smartservice.sandbox import bindings, journal, store
from smartservice.sandbox.cards import SECOND_3DS
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Binding, Payment

PASSWORD = "1234"  # noqa: S105 - the sandbox's page shows it
TRIES = 3
CHECKED = {"3DS_CHECKING": "3DS_CHECKED", "THREE_DS_CHECKING": "THREE_DS_CHECKED"}
Challenged = Payment | Binding
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
    payment = store.find_challenge(step.db, str(request.get("acsTransID", "")))
    if payment is None or request.get("threeDSServerTransID") != payment.tds_id:
        raise WrongRequest
    return payment


def asked_of_old(step: Step, md: str, return_url: str) -> Binding:
    """The binding that a request of 3-D Secure 1 is about; the way back comes with it."""
    binding = store.find_binding(step.db, acs_id=md)
    if binding is None or urlsplit(return_url).scheme not in {"http", "https"}:
        raise WrongRequest
    binding = replace(binding, acs_url=return_url)
    store.save(step.db, binding)
    return binding


def find(step: Step, acs_id: str) -> Challenged:
    """What waits for this challenge."""
    found = store.find_challenge(step.db, acs_id) or store.find_binding(step.db, acs_id=acs_id)
    if found is None:
        raise WrongRequest
    return found


def answer(step: Step, payment: Challenged, password: str) -> Challenged:
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


def give_up(step: Step, payment: Challenged) -> Challenged:
    """The payer pressed «Отменить»."""
    return payment if payment.acs_result else _end(step, payment, "N")


def answer_fields(challenged: Challenged) -> dict[str, str]:
    """What the browser brings back to the merchant."""
    if isinstance(challenged, Binding):
        return {"MD": challenged.acs_id, "PaRes": bindings.pares(challenged)}
    return {"cres": cres(challenged)}


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


def _end(step: Step, payment: Challenged, result: str) -> Challenged:
    """The payment itself moves only for Y; N waits for the merchant to ask, and it may be too late for either."""
    status = CHECKED.get(payment.status, payment.status) if result == "Y" else payment.status
    ended = replace(payment, acs_result=result, status=status)
    store.save(step.db, ended)
    journal.record(step, ended, METHOD)
    return ended


def _padded(text: str) -> str:
    bare = "".join(text.split()).replace("+", "-").replace("/", "_").rstrip("=")
    return bare + "=" * (-len(bare) % 4)

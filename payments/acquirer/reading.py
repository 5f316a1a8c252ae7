"""From the bank's answers to ours: only what is sound, or tells of a final failure, is read; all else is Unreadable."""

import base64
import json
from dataclasses import replace
from typing import Any

from payments.acquirer import words
from payments.acquirer.base import Answer, Challenge, ThreeDS, Word
from payments.acquirer.fields import (
    ADDRESS,
    BANK_ID,
    ERROR_CODE,
    ORDER_ID,
    STATUS,
    TRANSACTION,
    VERSION,
    Unreadable,
    flag,
    kopecks,
    mask,
    remark,
    text,
)

Fields = dict[str, Any]

FULL_SCREEN = "05"
NOTIFIED = ("OrderId", "Amount", "Status", "PaymentId")


def state(raw: Fields, *, needed: tuple[str, ...]) -> Answer:
    """A payment's state; an error that comes without a final failure says nothing, whatever its code."""
    answer = _answer(raw, needed=needed)
    if not _is_sound(raw) and answer.word not in words.FAILURES:
        raise Unreadable(f"error {answer.error_code}")
    return answer


def opening(raw: Fields, *, needed: tuple[str, ...]) -> Answer:
    """The answer of a method that takes no money: there, a definite error is a refusal."""
    answer = _answer(raw, needed=needed)
    if _is_sound(raw):
        return answer
    if answer.error_code in words.REFUSALS or answer.word in words.FAILURES:
        return replace(answer, refused=True)
    raise Unreadable(f"error {answer.error_code}")


def card_check(raw: Fields) -> Answer:
    """What Check3dsVersion found out about the card; it says nothing of the payment."""
    answer = opening(raw, needed=("Version",))
    if answer.refused:
        return answer
    three_ds = ThreeDS(
        version=text(raw, "Version", VERSION),
        transaction_id=text(raw, "TdsServerTransID", TRANSACTION),
        method_url=remark(raw, "ThreeDSMethodURL"),
    )
    return replace(answer, three_ds=three_ds)


def authorisation(raw: Fields, three_ds: ThreeDS) -> Answer:
    """What became of FinishAuthorize: a state, with the issuer's page where 3-D Secure 2 wants one."""
    answer = state(raw, needed=("TerminalKey", "Amount", "OrderId", "Status"))
    if answer.word is Word.CHECKING_3DS and raw.get("AcsTransId"):
        return replace(answer, challenge=_challenge(raw, three_ds))
    return answer


def payments(raw: Fields, order_id: str) -> list[Answer]:
    """The payments that CheckOrder lists, none where the bank does not know the order."""
    if not _is_sound(raw):
        if _error_code(raw) in words.UNKNOWN_ORDER:
            return []
        raise Unreadable(f"error {_error_code(raw)}")
    listed = raw.get("Payments")
    if not isinstance(listed, list) or not all(isinstance(row, dict) for row in listed):
        raise Unreadable("Payments")
    rows = [{"ErrorCode": "0", **row, "OrderId": order_id} for row in listed]
    return [_answer(row, needed=("PaymentId", "Status")) for row in rows]


def notification(raw: Fields) -> Answer:
    """What a notification tells of a payment; one about the binding of a card says nothing here."""
    return _answer(raw, needed=() if "RequestKey" in raw else NOTIFIED)


def _answer(raw: Fields, *, needed: tuple[str, ...]) -> Answer:
    """The fields of one payment; `needed` are those without which a sound answer is not one."""
    is_sound = _is_sound(raw)
    for name in needed:
        if is_sound and raw.get(name) in (None, ""):
            raise Unreadable(name)
    status = text(raw, "Status", STATUS)
    bank_id, order_id = text(raw, "PaymentId", BANK_ID), text(raw, "OrderId", ORDER_ID)
    word = words.word(status)
    # A decline comes with Success=false; good news that comes so contradicts itself.
    if not is_sound and not (word in words.FAILURES and (bank_id or order_id)):
        word = Word.PENDING
    return Answer(
        word=word,
        bank_id=bank_id,
        order_id=order_id,
        amount=kopecks(raw, "Amount"),
        raw_status=status,
        error_code=_error_code(raw),
        message=remark(raw, "Message"),
        card_mask=mask(raw, "Pan"),
    )


def _is_sound(raw: Fields) -> bool:
    return flag(raw, "Success") and _error_code(raw) == "0"


def _error_code(raw: Fields) -> str:
    code = text(raw, "ErrorCode", ERROR_CODE)
    if not code:
        raise Unreadable("ErrorCode")
    return code


def _challenge(raw: Fields, three_ds: ThreeDS) -> Challenge:
    """The issuer's page and the CReq for it: Base64url without padding, as EMV 3-D Secure writes it."""
    request = {
        "threeDSServerTransID": text(raw, "TdsServerTransId", TRANSACTION) or three_ds.transaction_id,
        "acsTransID": text(raw, "AcsTransId", TRANSACTION),
        "challengeWindowSize": FULL_SCREEN,
        "messageType": "CReq",
        "messageVersion": three_ds.version,
    }
    creq = base64.urlsafe_b64encode(json.dumps(request, separators=(",", ":")).encode()).decode().rstrip("=")
    url = text(raw, "ACSUrl", ADDRESS)
    if not url:
        raise Unreadable("ACSUrl")
    return Challenge(url=url, creq=creq)

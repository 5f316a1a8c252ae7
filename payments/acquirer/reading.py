"""From the bank's answers to ours: only what is sound, or tells of a final failure, is read; all else is Unreadable."""

import base64
import json
from dataclasses import replace

from payments.acquirer import words
from payments.acquirer.base import Answer, Binding, BindingWord, Challenge, KeptCard, ThreeDS, Word
from payments.acquirer.fields import (
    ADDRESS,
    BANK_ID,
    CARD_ID,
    CARD_STATUS,
    ERROR_CODE,
    EXPIRY,
    ORDER_ID,
    REQUEST_KEY,
    STATUS,
    THREE_DS_1,
    TRANSACTION,
    VERSION,
    Unreadable,
    flag,
    kopecks,
    mask,
    remark,
    text,
)
from payments.acquirer.wire import LISTED, Fields

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


def authorisation(raw: Fields, three_ds: ThreeDS, return_url: str) -> Answer:
    """What became of FinishAuthorize: a state, with the issuer's page where 3-D Secure wants one."""
    answer = state(raw, needed=("TerminalKey", "Amount", "OrderId", "Status"))
    if answer.word is Word.CHECKING_3DS:
        return replace(answer, challenge=_challenge(raw, three_ds, return_url))
    return answer


def refund(raw: Fields) -> Answer:
    """What became of a refund: a definite error gave nothing back."""
    answer = _answer(raw, needed=("TerminalKey", "OrderId", "Status", "PaymentId", "NewAmount"))
    if _is_sound(raw):
        return replace(answer, left=kopecks(raw, "NewAmount"))
    if answer.error_code in words.REFUND_REFUSALS:
        return replace(answer, word=Word.PENDING, refused=True)
    raise Unreadable(f"error {answer.error_code}")


def done(raw: Fields, *, needed: str, unless: frozenset[str] = frozenset()) -> bool:
    """Whether a method about customers or cards has done it; False for the errors that its caller expects."""
    if _is_sound(raw):
        if not raw.get(needed):
            raise Unreadable(needed)
        return True
    if _error_code(raw) in unless:
        return False
    raise Unreadable(f"error {_error_code(raw)}")


def binding(raw: Fields, *, needed: tuple[str, ...], three_ds: ThreeDS | None = None, return_url: str = "") -> Binding:
    """How far a binding has come; a definite error that leaves no status is a refusal."""
    if raw.get("Success") is True and raw.get("ErrorCode") is None:
        # GetAddCardState need not say that there is no error.
        raw = {**raw, "ErrorCode": "0"}
    code, status = _error_code(raw), text(raw, "Status", STATUS)
    for name in needed:
        if _is_sound(raw) and raw.get(name) in (None, ""):
            raise Unreadable(name)
    word = words.binding_word(status)
    refused = not _is_sound(raw) and word is not BindingWord.REJECTED
    if refused and code not in words.BINDING_REFUSALS:
        raise Unreadable(f"error {code}")
    challenge = None
    if word is BindingWord.CHALLENGED and three_ds is not None:
        challenge = _challenge(raw, three_ds, return_url)
    return Binding(
        word=BindingWord.PENDING if refused else word,
        refused=refused,
        request_key=text(raw, "RequestKey", REQUEST_KEY),
        bank_id=text(raw, "PaymentId", BANK_ID),
        page_url=text(raw, "PaymentURL", ADDRESS),
        challenge=challenge,
        card_id=text(raw, "CardId", CARD_ID),
        raw_status=status,
        error_code=code,
    )


def cards(raw: Fields) -> list[KeptCard]:
    """The customer's cards; a customer that the bank does not know has none."""
    if LISTED not in raw:
        done(raw, needed=LISTED, unless=words.UNKNOWN_CUSTOMER)
        return []
    rows = raw[LISTED]
    if not all(isinstance(row, dict) for row in rows):
        raise Unreadable(LISTED)
    return [_card(row) for row in rows]


def _card(raw: Fields) -> KeptCard:
    card_id, shown, status = text(raw, "CardId", CARD_ID), mask(raw, "Pan"), text(raw, "Status", CARD_STATUS)
    if not card_id or not shown or not status:
        raise Unreadable("CardId")
    return KeptCard(
        card_id=card_id,
        mask=shown,
        expiry=text(raw, "ExpDate", EXPIRY),
        is_active=status == "A",
        rebill_id=text(raw, "RebillId", CARD_ID),
    )


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


def notification(raw: Fields) -> Answer | Binding:
    """What a notification tells of a payment, or of the binding of a card."""
    return binding(raw, needed=("RequestKey", "Status")) if "RequestKey" in raw else _answer(raw, needed=NOTIFIED)


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
        card_id=text(raw, "CardId", CARD_ID),
        page_url=text(raw, "PaymentURL", ADDRESS),
    )


def _is_sound(raw: Fields) -> bool:
    return flag(raw, "Success") and _error_code(raw) == "0"


def _error_code(raw: Fields) -> str:
    code = text(raw, "ErrorCode", ERROR_CODE)
    if not code:
        raise Unreadable("ErrorCode")
    return code


def _challenge(raw: Fields, three_ds: ThreeDS, return_url: str) -> Challenge | None:
    """The issuer's page and what goes there, by either 3-D Secure; None where the answer names no page."""
    if not raw.get("AcsTransId") and not raw.get("PaReq"):
        return None
    url = text(raw, "ACSUrl", ADDRESS)
    if not url:
        raise Unreadable("ACSUrl")
    if raw.get("AcsTransId"):
        return Challenge(url=url, fields={"creq": _creq(raw, three_ds)})
    old = {name: text(raw, name, THREE_DS_1) for name in ("MD", "PaReq")}
    if not all(old.values()):
        raise Unreadable("MD")
    return Challenge(url=url, fields={**old, "TermUrl": return_url})


def _creq(raw: Fields, three_ds: ThreeDS) -> str:
    """Base64url without padding, as EMV 3-D Secure writes it."""
    request = {
        "threeDSServerTransID": text(raw, "TdsServerTransId", TRANSACTION) or three_ds.transaction_id,
        "acsTransID": text(raw, "AcsTransId", TRANSACTION),
        "challengeWindowSize": FULL_SCREEN,
        "messageType": "CReq",
        "messageVersion": three_ds.version,
    }
    return base64.urlsafe_b64encode(json.dumps(request, separators=(",", ":")).encode()).decode().rstrip("=")

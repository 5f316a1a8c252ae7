"""«Проверка квитанции или справки»: whether a paper is ours and what it must say, to anybody who has its code."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from payments.models import PaymentSnapshot
from payments.shown import Row, Shown
from payments.status import TAKEN
from safeguards import throttle
from safeguards.throttle import Limit

TRIES = Limit("document-checks", times=20, period=timedelta(hours=1))
HALF = 8
LEAST, GREATEST = "B000B000", "X999X999"
SHOWN_DIGITS = 4


class TooManyTries(Exception):
    """So many codes an hour may be tried from one place; `retry_after` says when the next."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


@dataclass(frozen=True)
class Confirmed:
    """What the paper of this code says, without anything about a person."""

    title: str
    rows: list[Row]


def confirm(*, code: str, asked_from: str, now: datetime) -> Confirmed | None:
    """The paper of a code as check_codes.read() gives it; None when there is none. Raises TooManyTries.

    Call it outside transactions.
    """
    if not throttle.take(TRIES, asked_from, now):
        raise TooManyTries(throttle.retry_after(TRIES, asked_from, now))
    return _receipt(code)


def _receipt(code: str) -> Confirmed | None:
    """The half finds, the whole is compared in constant time: how long it took tells nothing about the rest."""
    half = code[:HALF]
    near = PaymentSnapshot.objects.filter(
        check_code__gte=half + LEAST, check_code__lte=half + GREATEST, payment__status__in=TAKEN
    )
    for snapshot in near.select_related("payment"):
        if constant_time_compare(snapshot.check_code, code):
            return _of_receipt(snapshot)
    return None


def _of_receipt(snapshot: PaymentSnapshot) -> Confirmed:
    shown = Shown(snapshot.payment)
    rows = [
        Row("Номер транзакции", shown.number),
        Row("Дата и время", f"{shown.at} (Мск)"),
        Row("Получатель перевода", shown.recipient),
        Row(f"{snapshot.account_label} оканчивается на", snapshot.account_number[-SHOWN_DIGITS:]),
        Row("Принято", shown.total_roubles),
        Row("Статус операции сейчас", shown.status),
    ]
    return Confirmed("Это квитанция Смарт Сервиса", [*rows, *shown.refunds])

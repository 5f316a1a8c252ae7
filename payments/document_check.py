"""«Проверка квитанции или справки»: whether a paper is ours and what it must say, to anybody who has its code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from billing.money import roubles
from payments import statements
from payments.models import PaymentSnapshot, Statement
from payments.shown import Row, Shown, day, moment
from payments.status import TAKEN
from safeguards import throttle
from safeguards.throttle import Limit

Paper = TypeVar("Paper", PaymentSnapshot, Statement)

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
    taken = PaymentSnapshot.objects.filter(payment__status__in=TAKEN).select_related("payment")
    snapshot, statement = _found(taken, code), _found(Statement.objects.all(), code)
    if snapshot is not None:
        return _of_receipt(snapshot)
    return _of_statement(statement) if statement is not None else None


def _found(papers: QuerySet[Paper], code: str) -> Paper | None:
    """The half finds, the whole is compared in constant time: how long it took tells nothing about the rest."""
    half = code[:HALF]
    near = papers.filter(check_code__gte=half + LEAST, check_code__lte=half + GREATEST)
    return next((paper for paper in near if constant_time_compare(paper.check_code, code)), None)


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


def _of_statement(statement: Statement) -> Confirmed:
    totals = statements.totals(statement)
    rows = [
        Row("Номер справки", str(statement.number)),
        Row("Период", f"{day(statement.start)} – {day(statement.end)}"),
        Row("Составлена", f"{moment(statement.made_at)} (Мск)"),
        Row("Операций", str(len(statement.lines))),
        Row("Всего принято", roubles(totals.total)),
        Row("Возвращено", roubles(totals.returned)),
    ]
    return Confirmed("Это справка Смарт Сервиса", rows)

"""What waits for a decision about money: refunds and addresses of registers for a second pair of eyes, cases,
differences with the bank.

Each decision is a rule of payments; here it is called by its word, and with it stands or falls its row of the journal.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import transaction

from accounts import durations
from accounts.models import User
from billing import dues
from billing.money import Kopecks, roubles
from payments import cases, refunds, register_address
from payments.acquirer.base import NoAnswer
from payments.models import Difference, Payment, Refund, RegisterDelivery
from payments.shown import moment
from payments.status import LIVE, Status
from safeguards import journal
from safeguards.journal import Action, Actor

AT_MOST = 50
Deed = TypeVar("Deed")


class Refused(Exception):
    """The rule said no; the text is for who pressed the button."""


@dataclass(frozen=True)
class Waiting:
    """One row of a queue, ready to be read."""

    row: Payment | Refund
    number: int
    total: str
    age: str
    words: str


def refunds_waiting(now: datetime) -> list[Waiting]:
    """Those that a second person may approve, the oldest first."""
    found = Refund.objects.filter(state=Refund.State.REQUESTED).select_related("payment", "requested_by")
    return [
        Waiting(
            row=refund,
            number=refund.payment.number,
            total=roubles(refund.total),
            age=durations.in_words(now - refund.created_at),
            words=f"{refund.reason} ({refund.requested_by.full_name if refund.requested_by else 'банк'})",
        )
        for refund in found.order_by("created_at")[:AT_MOST]
    ]


def cases_waiting(now: datetime) -> list[Waiting]:
    """Operations of which only staff may say how they ended."""
    found = Payment.objects.filter(attention_at__isnull=False).order_by("attention_at")[:AT_MOST]
    return [
        Waiting(
            row=payment,
            number=payment.number,
            total=roubles(payment.total),
            age=durations.in_words(now - (payment.attention_at or now)),
            words=f"{_known(payment)}{_back(payment)}, номер у банка: {payment.bank_id or 'нет'}",
        )
        for payment in found
    ]


def _known(payment: Payment) -> str:
    """What we ourselves have said of it; the page of its resident says «в обработке» till it is decided."""
    return (
        "исход неизвестен" if payment.status in LIVE else f"у нас «{Status(payment.status).label}», а банк сказал иное"
    )


def _back(payment: Payment) -> str:
    """Of late money a part may be back already."""
    return f", возвращено {roubles(Kopecks(payment.refunded))}" if payment.refunded else ""


def differences() -> list[tuple[str, Payment | None, str, str]]:
    """What the bank's registers and our books disagree on, the oldest first."""
    found = Difference.objects.filter(gone_at=None).select_related("payment").order_by("first_seen_at")[:AT_MOST]
    return [(moment(one.first_seen_at), one.payment, one.order_id, str(one)) for one in found]


def request_refund(*, payment: Payment, total: Kopecks, why: str, by: User, actor: Actor, now: datetime) -> None:
    """Ask for a refund, which another person must approve; raises Refused."""
    try:
        with transaction.atomic():
            refunds.request(payment=payment, total=total, reason=why, by=by, now=now)
            _record(payment, Action.REFUND_REQUESTED, why, actor, now)
    except refunds.NotRefundable as no:
        raise Refused(f"Вернуть можно не больше {roubles(no.left)}.") from no


def decide_refund(*, deed: str, refund: Refund, by: User, actor: Actor, now: datetime) -> None:
    """«Одобрить» or «Отозвать»; raises Refused."""

    def record(action: Action) -> None:
        _record(refund.payment, action, refund.reason, actor, now)

    def approve() -> None:
        refunds.approve(refund=refund, by=by, now=now, record=lambda: record(Action.REFUND_APPROVED))

    @transaction.atomic
    def withdraw() -> None:
        refunds.withdraw(refund=refund)
        record(Action.REFUND_WITHDRAWN)

    deeds: dict[str, Callable[[], None]] = {"approve": approve, "withdraw": withdraw}
    rule = _named(deeds, deed)
    try:
        rule()
    except refunds.SamePerson as no:
        raise Refused("Одобряет не тот, кто попросил: нужен второй сотрудник.") from no
    except refunds.NotWaiting as no:
        raise Refused("Этот возврат уже одобрен или отозван.") from no
    if refund.state == Refund.State.REFUSED:
        raise Refused("Одобрено, но банк отказал: деньги на карту не вернулись.")


def decide_address(
    *, deed: str, delivery: RegisterDelivery, address: str, by: User, actor: Actor, now: datetime
) -> None:
    """«Одобрить» or «Отозвать» where registers are to go; raises Refused."""
    deeds: dict[str, tuple[Action, Callable[[], None]]] = {
        "approve": (
            Action.REGISTER_ADDRESS_APPROVED,
            lambda: register_address.approve(delivery=delivery, address=address, by=by),
        ),
        "withdraw": (
            Action.REGISTER_ADDRESS_WITHDRAWN,
            lambda: register_address.withdraw(delivery=delivery, address=address),
        ),
    }
    action, rule = _named(deeds, deed)
    try:
        with transaction.atomic():
            rule()
            journal.record(actor=actor, action=action, target=f"RegisterDelivery {delivery.pk}", now=now)
    except register_address.SamePerson as no:
        raise Refused("Одобряет не тот, кто ввёл адрес: нужен второй сотрудник.") from no
    except register_address.NotWaiting as no:
        raise Refused("Этот адрес уже одобрен, отозван или заменён другим: посмотрите ещё раз.") from no


def decide_case(*, deed: str, payment: Payment, why: str, by: User, actor: Actor, now: datetime) -> None:
    """«Спросить банк», «Зачесть», «Вернуть», «Закрыть»; raises Refused."""
    deeds: dict[str, tuple[Action, Callable[[], object]]] = {
        "credit": (Action.CASE_CREDITED, lambda: cases.credit(payment=payment, now=now)),
        "give-back": (
            Action.REFUND_REQUESTED,
            lambda: cases.give_back(payment=payment, reason=why, by=by, now=now),
        ),
        "close": (Action.CASE_CLOSED, lambda: cases.close(payment=payment, now=now)),
    }
    try:
        if deed == "ask":
            _ask_bank(payment, why, actor, now)
            return
        action, rule = _named(deeds, deed)
        with transaction.atomic():
            rule()
            _record(payment, action, why, actor, now)
    except cases.NotACase as no:
        raise Refused("Здесь это решение не подходит: посмотрите историю операции.") from no
    except cases.NoEvidence as no:
        raise Refused("Реестр банка ещё не показал, что денег не брали: закрыть нельзя.") from no
    except cases.SumUnknown as no:
        raise Refused(
            "Банк вернул часть, а сколько – ещё не сказал его реестр: вернуть остаток можно после сверки."
        ) from no
    except dues.AlreadyBeingPaid as no:
        raise Refused("Счёт уже оплачен или оплачивается: зачесть некуда, деньги надо вернуть.") from no
    except refunds.NotRefundable as no:
        raise Refused("Возвращать нечего: деньги уже возвращены или возврат ждёт одобрения.") from no
    except NoAnswer as no:
        raise Refused("Банк не ответил. Спросите ещё раз через минуту.") from no


def _ask_bank(payment: Payment, why: str, actor: Actor, now: datetime) -> None:
    """That it was asked stands before the call, whatever comes of it: no network inside a transaction."""
    if payment.bank_id:
        _record(payment, Action.BANK_ASKED, why, actor, now)
    cases.ask_bank(payment=payment, now=now)


def _named(deeds: dict[str, Deed], deed: str) -> Deed:
    try:
        return deeds[deed]
    except KeyError:
        raise Refused("Такого решения нет.") from None


def _record(payment: Payment, action: Action, why: str, actor: Actor, now: datetime) -> None:
    whose = payment.resident.uuid if payment.resident else None
    journal.record(actor=actor, action=action, whose=whose, target=f"Payment {payment.pk}", why=why, now=now)

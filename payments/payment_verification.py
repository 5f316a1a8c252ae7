"""Whether one payment adds up: its history, sums, refunds, entries on the bill and snapshot. Knows no database."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from billing.models import BillEntry
from billing.money import Kopecks, plain_roubles
from payments import fees
from payments.models import Payment, PaymentEvent, PaymentSnapshot, Refund
from payments.status import BY_AUTOPAY, BY_STAFF, FAILED, NEXT, TAKEN, UNSUBMITTED, Status

ALLOWED: dict[str, frozenset[Status]] = {
    status.value: targets | BY_STAFF.get(status, frozenset()) | BY_AUTOPAY.get(status, frozenset())
    for status, targets in NEXT.items()
}
RESERVED = frozenset({Refund.State.REQUESTED, Refund.State.APPROVED})
# Operations of the demo: no bank has ever heard of them.
DEMO = "demo-"
Kind = PaymentEvent.Kind


@dataclass(frozen=True)
class Document:
    """The version of the bill that was paid."""

    account_id: int
    total: int
    period: date
    issued_date: date


@dataclass
class Record:
    """A payment with everything that stands about it; entries are found by its UUID and by those of its refunds."""

    payment: Payment
    snapshot: PaymentSnapshot | None
    document: Document | None
    events: list[PaymentEvent] = field(default_factory=list)
    refunds: list[Refund] = field(default_factory=list)
    entries: list[BillEntry] = field(default_factory=list)

    def noted(self, kind: str) -> list[PaymentEvent]:
        """The lines of the history of one kind."""
        return [event for event in self.events if event.kind == kind]

    @property
    def was_given_up(self) -> bool:
        """We gave it up before the bank's money came: what followed was decided by staff."""
        return any(move.status in FAILED for move in self.noted(Kind.MOVE))

    @property
    def returned(self) -> list[Refund]:
        """Refunds whose money is back."""
        return [refund for refund in self.refunds if refund.state == Refund.State.DONE]


def troubles(record: Record) -> Iterator[str]:
    """What does not add up, in words."""
    for check in CHECKS:
        yield from check(record)


def _path(record: Record) -> Iterator[str]:
    """The moves lead from CREATED to where the payment stands, each as the table allows."""
    at = Status.CREATED.value
    for move in record.noted(Kind.MOVE):
        if move.status not in ALLOWED.get(at, frozenset()):
            yield f"в истории переход {at} → {move.status}, которого не бывает"
        at = move.status
    if at != record.payment.status:
        yield f"состояние {record.payment.status}, а история кончается на {at}"


def _length(record: Record) -> Iterator[str]:
    """A deleted line would leave a path that may be lawful."""
    if len(record.events) != record.payment.history_lines:
        yield f"строк истории {len(record.events)}, а было записано {record.payment.history_lines}"


def _moments(record: Record) -> Iterator[str]:
    payment, moves = record.payment, record.noted(Kind.MOVE)
    by_status = {move.status: move.at for move in moves}
    told = {
        "moved_at": (payment.moved_at, moves[-1].at if moves else payment.created_at),
        "submitted_at": (payment.submitted_at, by_status.get(Status.SUBMITTED)),
        "succeeded_at": (payment.succeeded_at, by_status.get(Status.SUCCEEDED)),
    }
    for name, (stands, by_history) in told.items():
        if stands != by_history:
            yield f"{name} не совпадает с историей"


def _agreed(record: Record) -> Iterator[str]:
    """Histories of the first version do not repeat the sum."""
    for move in record.noted(Kind.MOVE):
        if move.kopecks is not None and move.kopecks != record.payment.total:
            yield f"сумма с комиссией {_sum(record.payment.total)}, а подтверждено было {_sum(move.kopecks)}"


def _bank(record: Record) -> Iterator[str]:
    payment = record.payment
    is_demo = (payment.bank_id or "").startswith(DEMO)
    if payment.status in TAKEN and not is_demo and not record.noted(Kind.BANK):
        yield "деньги взяты, а слова банка в истории нет"


def _attention(record: Record) -> Iterator[str]:
    """Staff are called until they, or the bank by giving the money back, settle it."""
    # Once it is credited it is refunded like any other payment: that answers no question.
    is_late = record.was_given_up and record.payment.succeeded_at is None
    calls = {Kind.ATTENTION, Kind.CLOSED} | ({Kind.REFUND} if is_late else set())
    last = next((event for event in reversed(record.events) if event.kind in calls), None)
    expected = last.at if last is not None and last.kind == Kind.ATTENTION else None
    if record.payment.attention_at != expected:
        yield "пометка для сотрудника не совпадает с историей"


def _refunded(record: Record) -> Iterator[str]:
    payment, refunds = record.payment, record.returned
    returned = sum(refund.total for refund in refunds)
    reserved = sum(refund.total for refund in record.refunds if refund.state in RESERVED)
    if reserved != payment.refunding:
        yield f"к возврату отложено {_sum(payment.refunding)}, а заявки дают {_sum(reserved)}"
    if returned != payment.refunded:
        yield f"возвращено {_sum(payment.refunded)}, а возвраты дают {_sum(returned)}"
    if sum(one.amount for one in refunds) > payment.amount or sum(one.fee for one in refunds) > payment.fee:
        yield "возвращено больше, чем было взято"
    expected = {0: Status.SUCCEEDED, payment.total: Status.REFUNDED}.get(payment.refunded, Status.PARTLY_REFUNDED)
    if payment.status in TAKEN and payment.status != expected:
        yield f"возвращено {_sum(payment.refunded)}, а состояние {payment.status}"
    # Late money may be back in part; with the whole the payment is REFUNDED.
    is_late = payment.status in FAILED and record.noted(Kind.ATTENTION) and payment.refunded < payment.total
    if payment.status not in TAKEN and (refunds or payment.refunded) and not is_late:
        yield "возврат денег, которых не брали"


def _refund_notes(record: Record) -> Iterator[str]:
    noted = Counter((event.at, event.kopecks) for event in record.noted(Kind.REFUND))
    if record.payment.status in FAILED and not record.returned:
        if any(kopecks != record.payment.total for _, kopecks in noted):
            yield "в истории возврат не на всю сумму"
    elif noted != Counter((refund.done_at, refund.total) for refund in record.returned):
        yield "возвраты не совпадают с историей"


def _entries(record: Record) -> Iterator[str]:
    payment = record.payment
    expected = Counter({(payment.uuid, kind, payment.amount): 1 for kind in _kinds(record)})
    if payment.bill_id is not None and payment.succeeded_at is not None:
        expected += Counter((one.uuid, BillEntry.Kind.REVERSE, one.amount) for one in record.returned if one.amount)
    found = Counter((entry.operation, entry.kind, entry.kopecks) for entry in record.entries)
    if found != expected:
        yield f"записи счёта: {_list(found)}; должно быть: {_list(expected)}"
    if any(entry.bill_id != payment.bill_id for entry in record.entries):
        yield "записи стоят в другом счёте"
    if any(entry.resident_id not in {None, payment.resident_id} for entry in record.entries):
        yield "записи счёта – другого жителя"


def _kinds(record: Record) -> list[str]:
    """The entries that a payment in this status has left on its bill."""
    payment = record.payment
    if payment.bill_id is None or payment.submitted_at is None or payment.status in UNSUBMITTED:
        return []
    if record.was_given_up:
        late = [BillEntry.Kind.CREDIT] if payment.succeeded_at is not None else []
        return [BillEntry.Kind.HOLD, BillEntry.Kind.RELEASE, *late]
    return [BillEntry.Kind.HOLD, BillEntry.Kind.SETTLE] if payment.status in TAKEN else [BillEntry.Kind.HOLD]


def _list(entries: Counter[tuple[UUID, str, int]]) -> str:
    return ", ".join(sorted(f"{kind} {_sum(kopecks)}" for _, kind, kopecks in entries.elements())) or "ни одной"


def _payee(record: Record) -> Iterator[str]:
    payment = record.payment
    if payment.provider_id != payment.account.provider_id:
        yield "лицевой счёт другого поставщика"
    if record.snapshot is not None and record.snapshot.account_number != payment.account.number:
        yield "в снимке другой лицевой счёт"
    if payment.bill_id is not None and record.document is None:
        yield f"у счёта нет версии {payment.bill_version}, которую оплачивали"
    if record.document is not None and record.document.account_id != payment.account_id:
        yield "оплаченный счёт – другого лицевого счёта"


def _snapshot(record: Record) -> Iterator[str]:
    snapshot, document = record.snapshot, record.document
    if snapshot is None:
        yield "нет снимка оплаченного"
        return
    charged = sum(kopecks for _, kopecks in snapshot.charges)
    if snapshot.charges and charged != snapshot.bill_total:
        yield f"начисления снимка дают {_sum(charged)}, а итог {_sum(snapshot.bill_total or 0)}"
    # A payer who has not added the account is shown neither the charges nor their total.
    has_total = snapshot.bill_total is not None
    frozen = (snapshot.bill_total, snapshot.period, snapshot.issued_date)
    if document is not None and frozen != (
        document.total if has_total else None,
        document.period,
        document.issued_date,
    ):
        yield "снимок не совпадает с той версией счёта, которую оплачивали"
    if record.payment.bill_id is None and (snapshot.charges or frozen != (None, None, None)):
        yield "счёта не было, а в снимке он есть"


def _fee(record: Record) -> Iterator[str]:
    """The first snapshots know the percent alone."""
    payment, snapshot = record.payment, record.snapshot
    if snapshot is None:
        return
    if snapshot.fee_minimum is None or snapshot.fee_maximum is None:
        if payment.fee < fees.share(payment.amount, snapshot.fee_basis_points):
            yield f"комиссия {_sum(payment.fee)} меньше обещанного процента"
        return
    promised = fees.Rule(snapshot.fee_basis_points, snapshot.fee_minimum, snapshot.fee_maximum).of(payment.amount)
    if payment.fee != promised:
        yield f"комиссия {_sum(payment.fee)}, а обещано {_sum(promised)}"


def _sum(kopecks: int) -> str:
    return plain_roubles(Kopecks(kopecks))


CHECKS: tuple[Callable[[Record], Iterator[str]], ...] = (
    _path,
    _length,
    _moments,
    _agreed,
    _bank,
    _attention,
    _refunded,
    _refund_notes,
    _entries,
    _payee,
    _snapshot,
    _fee,
)

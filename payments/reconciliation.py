"""The bank's register of operations against ours: what agrees, what differs, what only one of us has."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone

from billing.money import Kopecks, plain_roubles
from payments import bank_evidence, bank_register_format, cases
from payments.bank_register_format import GIVING, TAKING, Kind, Operation
from payments.models import BankOperation, BankRegister, Difference, Payment
from payments.models.payment import PaymentQuerySet
from payments.payment_verification import DEMO
from payments.status import TAKEN

BATCH = 1000
DISPUTES = frozenset(
    {
        *(Kind.CHARGEBACK, Kind.CHARGEBACK_REVERSAL, Kind.SECOND_CHARGEBACK, Kind.SECOND_CHARGEBACK_REVERSAL),
        *(Kind.CR_CHARGEBACK, Kind.REPRESENTMENT, Kind.REPRESENTMENT_REVERSAL),
    }
)


class DaysKnown(Exception):
    """Another register of the bank has some of these days, and not the same period: which one is right, staff ask."""

    def __init__(self, register: BankRegister) -> None:
        super().__init__(str(register))
        self.register = register


class WrongPeriod(Exception):
    """The days are upside down, stated and not over, or yet to come; `line` is an operation of another day, if that."""

    def __init__(self, line: int | None = None) -> None:
        super().__init__(line)
        self.line = line


@dataclass(frozen=True)
class Period:
    """The days that a register is about: it has told of each, also of one without operations."""

    first: date
    last: date


@dataclass(frozen=True)
class Found:
    """A difference as one comparison finds it; sums in kopecks."""

    kind: Difference.Kind
    order_id: str
    text: str
    payment: Payment | None = None
    operation: BankOperation | None = None
    ours: int | None = None
    theirs: int | None = None


@dataclass(frozen=True)
class Outcome:
    """What a register says beside our books; `differences` are those that stand open in its days.

    `withdrawn` are registers of other days that gave way to it: of what it does not repeat nobody has told any more.
    """

    register: BankRegister
    is_repeated: bool
    agreed: int
    differences: list[Difference]
    withdrawn: list[BankRegister] = field(default_factory=list)


def reconcile(*, data: bytes, file_name: str, now: datetime, period: Period | None = None) -> Outcome:
    """Take the bank's register in and compare it; the same file again compares anew.

    Without a stated period it is about the days from its first operation to its last. A register of exactly the same
    period replaces the earlier one: the bank has corrected itself. So does one that takes back quiet days which an
    earlier one was stated to have. Raises Malformed, WrongPeriod, DaysKnown.
    """
    operations = bank_register_format.read(data, may_be_empty=period is not None)
    days = period or _days_of(operations)
    _check(days, operations, _last_to_tell_of(period, now))
    digest = _digest(data, period)
    register = BankRegister.objects.filter(digest=digest).first()
    is_repeated, withdrawn = register is not None, list[BankRegister]()
    if register is None:
        try:
            register, withdrawn = _take_in(operations, days, digest, file_name, now)
        except IntegrityError:
            register = BankRegister.objects.get(digest=digest)
    cases.book_told_by_registers(now=now)
    agreed, found = compare(register)
    return Outcome(register, is_repeated, agreed, _record(register, found, now), withdrawn)


def _last_to_tell_of(stated: Period | None, now: datetime) -> date:
    """The last day that a register may be about."""
    today = timezone.localdate(now)
    # Who states days says that the bank has told everything of them, and of today it cannot have.
    return today if stated is None else today - timedelta(days=1)


def _check(period: Period, operations: list[Operation], latest: date) -> None:
    """Refuse days in the wrong order or beyond the latest, and operations of other days."""
    if not period.first <= period.last <= latest:
        raise WrongPeriod
    for operation in operations:
        if not period.first <= operation.at.date() <= period.last:
            raise WrongPeriod(operation.line)


def _digest(data: bytes, period: Period | None) -> str:
    """Files of days without operations are all alike: the period tells them apart."""
    stated = b"" if period is None else f"{period.first} {period.last}\n".encode()
    return hashlib.sha256(stated + data).hexdigest()


def _days_of(operations: list[Operation]) -> Period:
    days = [operation.at.date() for operation in operations]
    return Period(min(days), max(days))


def _take_in(
    operations: list[Operation], period: Period, digest: str, file_name: str, now: datetime
) -> tuple[BankRegister, list[BankRegister]]:
    first, last = period.first, period.last
    with transaction.atomic():
        replaced = list(BankRegister.objects.filter(first_date__lte=last, last_date__gte=first))
        for known in replaced:
            if not _gives_way(known, operations, period):
                raise DaysKnown(known)
        charged = BankOperation.objects.filter(register__in=replaced, kind__in=TAKING)
        told = set(charged.values_list("order_id", flat=True))
        register = BankRegister.objects.create(
            digest=digest,
            file_name=file_name[:250],
            first_date=first,
            last_date=last,
            rows=len(operations),
            total=sum(operation.signed_amount for operation in operations),
            fee=sum(operation.fee for operation in operations),
            imported_at=now,
        )
        for known in replaced:
            Difference.objects.filter(register=known).update(register=register)
            known.delete()
        BankOperation.objects.bulk_create((_row(register, one) for one in operations), batch_size=BATCH)
        _trust_no_longer(told - {one.order_id[:36] for one in operations if one.kind in TAKING})
        withdrawn = [known for known in replaced if (known.first_date, known.last_date) != (first, last)]
        for known in withdrawn:
            _miss_no_longer(known, now)
    return register, withdrawn


def _gives_way(known: BankRegister, operations: list[Operation], period: Period) -> bool:
    """Whether the days of a known register may be told of anew: its quiet days may be taken back, no operation may."""
    if known.rows and not operations:
        # An empty file is no correction: it would wipe out what the bank has told of those days.
        return False
    narrower = known.first_date <= period.first and period.last <= known.last_date
    if not known.rows:
        return narrower or bool(operations)
    days = known.operations.aggregate(first=Min("at"), last=Max("at"))
    return (
        narrower
        and period.first <= timezone.localdate(days["first"]) <= timezone.localdate(days["last"]) <= period.last
    )


def _trust_no_longer(orders: set[str]) -> None:
    """Of charges that a correction has left out nothing is paid to a provider until a register tells of them again."""
    for batch in _pieces(sorted(_uuids(orders))):
        Payment.objects.filter(uuid__in=batch).update(reconciled_at=None)


def _miss_no_longer(withdrawn: BankRegister, now: datetime) -> None:
    """What seemed to be missing on days of which nobody has told any more is only not told of yet."""
    missed = Difference.objects.filter(kind=Difference.Kind.ONLY_OURS, gone_at=None, payment__in=_paid_in(withdrawn))
    untold = [one.pk for one in missed.select_related("payment") if one.payment and not _is_told_of(one.payment)]
    Difference.objects.filter(pk__in=untold).update(gone_at=now)


def _row(register: BankRegister, operation: Operation) -> BankOperation:
    return BankOperation(
        register=register,
        line=operation.line,
        kind=operation.kind,
        order_id=operation.order_id[:36],
        bank_id=operation.bank_id[:20],
        at=operation.at,
        amount=operation.signed_amount,
        fee=operation.fee,
        transfer=operation.transfer,
        transfer_date=operation.transfer_date,
        card=operation.card[:30],
        rrn=operation.rrn[:20],
    )


def compare(register: BankRegister) -> tuple[int, list[Found]]:
    """How many orders of the register agree with ours, and every difference of its days."""
    agreed, found = 0, []
    for orders in _orders(register):
        payments = {str(one.uuid): one for one in Payment.objects.filter(uuid__in=_uuids(orders))}
        for order_id, operations in orders.items():
            differences = list(_differences(payments.get(order_id), operations, register))
            found += differences
            agreed += not differences
    return agreed, [*found, *_only_ours(register)]


def _orders(register: BankRegister) -> Iterator[dict[str, list[BankOperation]]]:
    """Orders of the register in batches, each with its operations of all registers: a refund comes days later."""
    ids = register.operations.order_by("order_id").values_list("order_id", flat=True).distinct()
    for batch in _pieces(list(ids)):
        orders: dict[str, list[BankOperation]] = defaultdict(list)
        for operation in BankOperation.objects.filter(order_id__in=batch).order_by("at", "id"):
            orders[operation.order_id].append(operation)
        yield orders


def _uuids(orders: Iterable[str]) -> list[str]:
    return [order for order in orders if _is_uuid(order)]


def _is_uuid(text: str) -> bool:
    return len(text) == 36 and text.count("-") == 4 and all(sign in "0123456789abcdef-" for sign in text)


def _differences(payment: Payment | None, operations: list[BankOperation], register: BankRegister) -> Iterator[Found]:
    mine = [one for one in operations if one.register_id == register.pk]
    for one in mine:
        if abs(one.amount) - one.fee != one.transfer and one.kind in TAKING:
            text = f"сумма {_sum(one.amount)} без комиссии {_sum(one.fee)} – не {_sum(one.transfer)}"
            yield Found(Difference.Kind.FEE, one.order_id, text, payment, one, theirs=one.transfer)
    taken = sum(one.amount for one in operations if one.kind in TAKING)
    given = -sum(one.amount for one in operations if one.kind in GIVING)
    at = next((one for one in mine if one.kind in TAKING | GIVING), mine[0])
    if payment is None:
        if taken or given:
            text = f"заказа {at.order_id[:36]} на {_sum(taken)} у нас нет"
            yield Found(Difference.Kind.ONLY_THEIRS, at.order_id, text, None, at, theirs=taken)
        return
    yield from _money(payment, at, taken, given)
    dispute = next((one for one in mine if one.kind in DISPUTES), None)
    if dispute is not None:
        text = f"операция {payment.number}: {dispute.kind} на {_sum(abs(dispute.amount))}"
        yield Found(Difference.Kind.CHARGEBACK, at.order_id, text, payment, dispute, theirs=dispute.amount)


def _money(payment: Payment, at: BankOperation, taken: int, given: int) -> Iterator[Found]:
    name = f"операция {payment.number}"
    if (payment.status in TAKEN) != (taken > 0) and taken != given:
        text = f"{name}: у нас «{payment.public_status}», банк взял {_sum(taken)}"
        yield Found(Difference.Kind.STATE, at.order_id, text, payment, at, ours=payment.total, theirs=taken)
    elif payment.status in TAKEN and taken != payment.total:
        text = f"{name}: у нас {_sum(payment.total)}, у банка {_sum(taken)}"
        yield Found(Difference.Kind.AMOUNT, at.order_id, text, payment, at, ours=payment.total, theirs=taken)
    elif payment.status in TAKEN and given != payment.refunded:
        text = f"{name}: у нас возвращено {_sum(payment.refunded)}, у банка {_sum(given)}"
        yield Found(Difference.Kind.REFUND, at.order_id, text, payment, at, ours=payment.refunded, theirs=given)


def _only_ours(register: BankRegister) -> Iterator[Found]:
    """Payments that must have been charged on days that the bank has told of, and of which it says nothing."""
    payments = _paid_in(register).exclude(bank_id__startswith=DEMO).order_by("pk")
    last = 0
    while batch := list(payments.filter(pk__gt=last)[:BATCH]):
        last = batch[-1].pk
        orders = [str(payment.uuid) for payment in batch]
        known = set(BankOperation.objects.filter(order_id__in=orders).values_list("order_id", flat=True))
        for payment in batch:
            if str(payment.uuid) not in known and _is_told_of(payment):
                text = f"операция {payment.number} на {_sum(payment.total)}: банк о ней не говорит"
                yield Found(Difference.Kind.ONLY_OURS, str(payment.uuid), text, payment, ours=payment.total)


def _paid_in(register: BankRegister) -> PaymentQuerySet:
    """Payments whose charge may stand in this register: between the confirmation and the moment we learned of it."""
    first, after = midnight(register.first_date), midnight(register.last_date + timedelta(days=1))
    return Payment.objects.filter(status__in=TAKEN, submitted_at__lt=after, succeeded_at__gte=first)


def _is_told_of(payment: Payment) -> bool:
    """The bank has told of every day on which it may have been charged."""
    first, last = timezone.localdate(payment.submitted_at), timezone.localdate(payment.succeeded_at)
    return bank_evidence.covers(first, last)


def midnight(day: date) -> datetime:
    """The Moscow midnight with which the day begins."""
    return timezone.make_aware(datetime.combine(day, time()))


def _record(register: BankRegister, found: list[Found], now: datetime) -> list[Difference]:
    """Keep what is new, let go what is gone, leave the age of the rest; what agrees may be paid out."""
    orders = set(register.operations.values_list("order_id", flat=True))
    differing = {one.order_id for one in found}
    found = list({(one.kind, one.order_id): one for one in reversed(found)}.values())[::-1]
    with transaction.atomic():
        # Twins of one file come one after the other: the second finds what the first has kept.
        BankRegister.objects.select_for_update(no_key=True).get(pk=register.pk)
        standing = {(one.kind, one.order_id): one for one in _open_about(register)}
        kept = [_kept(standing.pop((one.kind.value, one.order_id), None), one, now) for one in found]
        Difference.objects.filter(pk__in=[one.pk for one in standing.values()]).update(gone_at=now)
        for batch in _pieces(sorted(_uuids(orders - differing))):
            Payment.objects.filter(uuid__in=batch, reconciled_at=None, status__in=TAKEN).update(reconciled_at=now)
        for batch in _pieces(sorted(_uuids(differing))):
            Payment.objects.filter(uuid__in=batch).update(reconciled_at=None)
    return sorted(kept, key=lambda one: (one.line is None, one.line or 0, one.pk))


def _open_about(register: BankRegister) -> QuerySet[Difference]:
    orders = register.operations.values("order_id")
    ours = Q(kind=Difference.Kind.ONLY_OURS, payment__in=_paid_in(register))
    return Difference.objects.filter(Q(register=register) | Q(order_id__in=orders) | ours, gone_at=None)


def _kept(standing: Difference | None, found: Found, now: datetime) -> Difference:
    difference = standing or Difference(kind=found.kind, order_id=found.order_id, first_seen_at=now)
    difference.payment, difference.text = found.payment, found.text[:250]
    difference.register = found.operation.register if found.operation else None
    difference.line = found.operation.line if found.operation else None
    difference.ours, difference.theirs = found.ours, found.theirs
    difference.save()
    return difference


def _pieces(orders: list[str]) -> Iterator[list[str]]:
    return (orders[start : start + BATCH] for start in range(0, len(orders), BATCH))


def _sum(kopecks: int) -> str:
    return plain_roubles(Kopecks(kopecks))

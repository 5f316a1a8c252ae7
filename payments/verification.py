"""The whole database read once in batches: every bill, payment and register that does not add up is named."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import connection, models, transaction
from django.db.models import Exists, F, OuterRef, Q

from billing import bill_verification
from billing.models import Bill, BillEntry, BillVersion
from billing.money import Kopecks, plain_roubles
from payments import payment_verification, payouts, register_export
from payments.models import Payment, PaymentEvent, PaymentRegister, PaymentSnapshot, Payout, Refund
from payments.payment_verification import Document, Record

# Rows in memory at a time; each thousand costs a few queries.
BATCH = 1000

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class Trouble:
    """What does not add up, and of what."""

    subject: str
    text: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.text}"


@contextmanager
def one_moment() -> Iterator[None]:
    """Everything read inside is of one moment, and nobody who pays meanwhile has to wait."""
    if connection.in_atomic_block:
        yield
    elif connection.vendor == "sqlite":
        # atomic() would be a writer here: every payment would wait until the reading is over.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def troubles() -> Iterator[Trouble]:
    """Everything that does not add up; best asked for inside one_moment()."""
    yield from _bills()
    yield from _payments()
    yield from _strays()
    yield from _registers()


def _batches(rows: models.QuerySet[Row]) -> Iterator[list[Row]]:
    last = 0
    while batch := list(rows.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield batch
        last = batch[-1].pk


def _bills() -> Iterator[Trouble]:
    for batch in _batches(Bill.objects.select_related("account")):
        for bill, text in bill_verification.troubles(batch):
            yield Trouble(f"счёт {bill.pk} ({bill.account.number}, {bill.period:%m.%Y})", text)


def _payments() -> Iterator[Trouble]:
    # The challenge is of use to nobody here, and a copy of the database may have come without the keys.
    for batch in _batches(Payment.objects.select_related("account").defer("challenge")):
        for record in _records(batch):
            for text in payment_verification.troubles(record):
                yield Trouble(f"операция {record.payment.number}", text)


def _records(batch: Sequence[Payment]) -> Iterator[Record]:
    """Each payment with what stands about it, six queries for all of them."""
    those = Payment.objects.filter(pk__gte=batch[0].pk, pk__lte=batch[-1].pk)
    snapshots = {one.payment_id: one for one in PaymentSnapshot.objects.filter(payment__in=those)}
    events = _by(PaymentEvent.objects.filter(payment__in=those), "payment_id")
    refunds = _by(Refund.objects.filter(payment__in=those), "payment_id")
    refunded = Refund.objects.filter(payment__in=those).values("uuid")
    of_these = Q(operation__in=those.values("uuid")) | Q(operation__in=refunded)
    entries = _by(BillEntry.objects.filter(of_these), "operation")
    documents = _documents(those)
    for payment in batch:
        own = refunds[payment.pk]
        yield Record(
            payment=payment,
            snapshot=snapshots.get(payment.pk),
            document=documents.get((payment.bill_id, payment.bill_version)),
            events=events[payment.pk],
            refunds=own,
            entries=[entry for uuid in (payment.uuid, *(one.uuid for one in own)) for entry in entries[uuid]],
        )


def _by(rows: models.QuerySet[Row], name: str) -> defaultdict[Any, list[Row]]:
    found: defaultdict[Any, list[Row]] = defaultdict(list)
    for row in rows.order_by("pk"):
        found[getattr(row, name)].append(row)
    return found


def _documents(those: models.QuerySet[Payment]) -> dict[tuple[int | None, int | None], Document]:
    """What was paid, by bill and version."""
    bills = {bill.pk: bill for bill in Bill.objects.filter(pk__in=those.values("bill")).defer("stored_charges")}
    earlier = BillVersion.objects.filter(bill__in=those.values("bill")).defer("stored_charges")
    found: dict[tuple[int | None, int | None], Document] = {
        (bill.pk, bill.version): Document(bill.account_id, bill.total, bill.period, bill.issued_date)
        for bill in bills.values()
    }
    for one in earlier:
        bill = bills[one.bill_id]
        found[bill.pk, one.version] = Document(bill.account_id, one.total, bill.period, one.issued_date)
    return found


def _strays() -> Iterator[Trouble]:
    """Entries of operations that nobody has."""
    reverse = Q(kind=BillEntry.Kind.REVERSE)
    of_payment = Exists(Payment.objects.filter(uuid=OuterRef("operation")))
    of_refund = Exists(Refund.objects.filter(uuid=OuterRef("operation")))
    strays = BillEntry.objects.exclude(reverse & of_refund).exclude(~reverse & of_payment)
    for entry in strays.order_by("pk").iterator(BATCH):
        yield Trouble(f"запись {entry.pk} счёта {entry.bill_id}", f"нет операции для {entry.kind}")


def _registers() -> Iterator[Trouble]:
    number: defaultdict[int, int] = defaultdict(int)
    for register in PaymentRegister.objects.select_related("provider").order_by("provider", "number").iterator(1):
        subject = f"реестр {register.provider.code} {register}"
        number[register.provider_id] += 1
        if register.number != number[register.provider_id]:
            yield Trouble(subject, f"номера идут не подряд: ожидался {number[register.provider_id]}")
            number[register.provider_id] = register.number
        yield from (Trouble(subject, text) for text in _register_troubles(register))


def _register_troubles(register: PaymentRegister) -> Iterator[str]:
    if not register.is_intact:
        yield "содержимое не то, которое передали"
    foreign = ~Q(payment__provider=register.provider) | Q(refund__isnull=False) & ~Q(refund__payment=F("payment"))
    for line in register.lines.filter(foreign).select_related("payment").order_by("pk").iterator(BATCH):
        yield f"операция {line.payment.number} стоит в чужом реестре"
    try:
        written = register_export.written_again(register)
    except (register_export.Damaged, PaymentSnapshot.DoesNotExist):
        written = ""
    if written != register.content:
        yield "операции реестра дают другие строки или суммы"
    for copy in register.copies.all():
        if not copy.is_intact:
            yield f"копия в формате {copy.format} – не та, которую передали"
    payout = Payout.objects.filter(register=register).first()
    if payout is not None and payout.amount != payouts.amount_of(register):
        yield f"выплачено {plain_roubles(Kopecks(payout.amount))}, а операции дают другую сумму"

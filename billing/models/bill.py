"""Bills, their earlier versions, residents' marks on them, and what was paid on each."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery
from django.utils.functional import cached_property

from accounts.models import User
from billing import months
from billing.models.account import AddedAccount, PersonalAccount
from billing.models.provider import Provider
from billing.models.register import BillRegister, BillService
from billing.money import Kopecks

# The housing law moved the day from the 10th to the 15th for bills issued since then.
LATER_DUE_DAY_SINCE = date(2026, 3, 1)


@dataclass(frozen=True)
class Charge:
    """One line of a bill; volume and tariff are decimals as text, empty when the register has none."""

    name: str
    unit: str
    amount: Kopecks
    accrued: Kopecks | None
    recalculated: Kopecks | None
    volume: str
    tariff: str


def read_charges(stored: list[Any], services: dict[int, BillService]) -> list[Charge]:
    """Charges as a bill or a version keeps them, with the names of their services."""
    return [
        Charge(services[service].name, services[service].unit, amount, accrued, recalculated, volume, tariff)
        for service, amount, accrued, recalculated, volume, tariff in stored
    ]


class ChargesField(models.JSONField):
    """JSON kept as it was written: on PostgreSQL `json`, which takes half the room of `jsonb` for such short rows."""

    def db_type(self, connection: Any) -> str:
        """Elsewhere there is one way to keep JSON."""
        return "json" if connection.vendor == "postgresql" else str(super().db_type(connection))

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> Any:
        """psycopg2 reads `json` by itself."""
        return value if isinstance(value, list) else super().from_db_value(value, expression, connection)


class BillStatus(models.TextChoices):
    """What a resident reads about a bill; it follows from the bill's own figures."""

    NOT_PAID = "NOT_PAID", "Не оплачен"
    PARTLY_PAID = "PARTLY_PAID", "Оплачен частично"
    PROCESSING = "PROCESSING", "В обработке"
    PAID = "PAID", "Оплачен"
    NO_DATA = "NO_DATA", "Нет данных об оплате"
    CARRIED = "CARRIED", "Включён в новый счёт"
    OVERPAID = "OVERPAID", "Переплата"


# Being paid, or paid in part: with the newest of an account these are all that can be unpaid.
BEGUN = Q(held__gt=0) | Q(paid__gt=0, total__gt=F("paid"))


class BillQuerySet(models.QuerySet["Bill"]):
    """Choices of bills."""

    def visible_to(self, resident: User) -> Self:
        """Bills of the accounts that he added, and proved where that is asked: there is no other way to charges."""
        return self.filter(account__in=AddedAccount.objects.of(resident).opened().values("account"))

    def with_newest(self) -> Self:
        """Learn `is_newest` in the same query; without it each bill asks for itself."""
        newer = Bill.objects.filter(account=OuterRef("account"), period__gt=OuterRef("period"))
        return self.annotate(is_newest=~Exists(newer))

    def unpaid(self) -> Self:
        """Those that can be paid or are being paid; an older bill with nothing recorded is neither."""
        standing = Q(held__gt=0) | Q(total__gt=F("paid")) & (Q(paid__gt=0) | Q(is_newest=True))
        return self.with_newest().filter(standing, carried_into=None)

    def current(self, *, provider: Provider, number: str) -> "Bill | None":
        """Of these, the newest bill of the account that can be paid."""
        bills = self.with_newest().filter(account__provider=provider, account__number=number)
        newest_first = bills.select_related("account__provider").order_by("-period")
        return next((bill for bill in newest_first if bill.is_payable and bill.due), None)

    def with_mark_of(self, resident: User) -> Self:
        """Learn `mark_reason` in the same query; a mark speaks for the document that he saw, not for a correction."""
        marks = BillMark.objects.filter(resident=resident, bill=OuterRef("pk"), version=OuterRef("version"))
        return self.annotate(mark_reason=Subquery(marks.values("reason")[:1]))

    def unpaid_for(self, resident: User) -> Self:
        """Unpaid in his view: without those that go as paid by his mark."""
        return self.unpaid().with_mark_of(resident).exclude(held=0, mark_reason__isnull=False)


class Bill(models.Model):
    """What is asked for an account and a period: a stable identity with its current document. Sums are in kopecks."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    account = models.ForeignKey(PersonalAccount, models.PROTECT, related_name="bills", db_index=False)
    # The first day of the month.
    period = models.DateField()
    version = models.PositiveIntegerField(default=1)
    issued_date = models.DateField()
    # [[service, kopecks, accrued or null, recalculated or null, "volume", "tariff"], …] in the order of the register.
    stored_charges = ChargesField(db_column="charges")
    total = models.BigIntegerField()
    register = models.ForeignKey(BillRegister, models.PROTECT, related_name="+")
    carried_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="+")
    # Sums of the entries below, moved by dues.py alone.
    paid = models.BigIntegerField(default=0)
    held = models.BigIntegerField(default=0)

    objects = BillQuerySet.as_manager()
    # Known after with_mark_of(): None when there is no mark.
    mark_reason: str | None = None

    class Meta:
        constraints = [
            # Read backwards it is also the index of every list: newest period first.
            models.UniqueConstraint(fields=["account", "period"], name="bill_account_period"),
            models.CheckConstraint(condition=Q(paid__gte=0), name="bill_paid"),
            models.CheckConstraint(condition=Q(held__gte=0), name="bill_held"),
            models.CheckConstraint(condition=Q(version__gte=1), name="bill_version"),
        ]
        indexes = [
            # A few rows of ten years.
            models.Index(fields=["account"], condition=BEGUN, name="bill_begun"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.period:%m.%Y}"

    @property
    def due(self) -> Kopecks:
        """What is still to be paid and nobody is paying."""
        return Kopecks(max(0, self.total - self.paid - self.held))

    @property
    def overpaid(self) -> Kopecks:
        """What was paid beyond the bill, or the credit that a bill below zero is."""
        return Kopecks(max(0, self.paid - self.total))

    @cached_property
    def is_newest(self) -> bool:
        """Whether its period is the greatest of the account."""
        return not Bill.objects.filter(account_id=self.account_id, period__gt=self.period).exists()

    @property
    def status(self) -> BillStatus:
        """The public word, from counters and age alone."""
        if self.carried_into_id is not None:
            return BillStatus.CARRIED
        if self.overpaid:
            return BillStatus.OVERPAID
        if not self.due:
            return BillStatus.PROCESSING if self.held else BillStatus.PAID
        if self.paid:
            return BillStatus.PARTLY_PAID
        return BillStatus.NOT_PAID if self.held or self.is_newest else BillStatus.NO_DATA

    @property
    def is_payable(self) -> bool:
        """The newest bill, an older one that was begun, or any where its provider allows it, while something is due."""
        if self.status == BillStatus.NO_DATA:
            return self.account.provider.older_bills_payable
        return self.status in {BillStatus.NOT_PAID, BillStatus.PARTLY_PAID}

    @property
    def is_markable(self) -> bool:
        """Whether a resident may say that he paid it elsewhere: nobody is paying it, and something is due."""
        return self.status in {BillStatus.NOT_PAID, BillStatus.PARTLY_PAID} and not self.held

    @property
    def goes_as_paid(self) -> bool:
        """Whether the resident's mark speaks for it; of a bill that is paid or being paid the figures speak."""
        unsettled = {BillStatus.NOT_PAID, BillStatus.PARTLY_PAID, BillStatus.NO_DATA}
        return self.mark_reason is not None and not self.held and self.status in unsettled

    @property
    def due_date(self) -> date:
        """The last day to pay without being late: in the month after the period, or the first such day after issue."""
        by_law = 15 if self.issued_date >= LATER_DUE_DAY_SINCE else 10
        day = self.account.provider.due_day or by_law
        due = months.after(self.period).replace(day=day)
        while due < self.issued_date:
            due = months.after(due).replace(day=day)
        return due

    def is_overdue(self, today: date) -> bool:
        """A bill that is unpaid, or paid in part, and whose last day has gone; `today` is Moscow's."""
        return self.status in {BillStatus.NOT_PAID, BillStatus.PARTLY_PAID} and today > self.due_date

    @cached_property
    def charges(self) -> list[Charge]:
        """The lines of the current document, their services read in one query."""
        services = BillService.objects.in_bulk({row[0] for row in self.stored_charges})
        return read_charges(self.stored_charges, services)


class BillVersion(models.Model):
    """A document that a correction replaced, as it was."""

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="versions")
    version = models.PositiveIntegerField()
    issued_date = models.DateField()
    stored_charges = ChargesField(db_column="charges")
    total = models.BigIntegerField()
    register = models.ForeignKey(BillRegister, models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bill", "version"], name="bill_version_once")]

    def __str__(self) -> str:
        return f"{self.bill_id} v{self.version}"


class BillMark(models.Model):
    """«Отметить как оплаченный»: one resident's word about one document of a bill; his view alone, never money."""

    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="bill_marks", db_index=False)
    bill = models.ForeignKey(Bill, models.CASCADE, related_name="marks")
    version = models.PositiveIntegerField()
    reason = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "bill"], name="bill_mark_once")]

    def __str__(self) -> str:
        return f"{self.bill_id} v{self.version}"


class BillEntry(models.Model):
    """One movement of money on a bill, never changed; `kopecks` are above zero, the kind says which way they go."""

    class Kind(models.TextChoices):
        HOLD = "HOLD", "удержано операцией"
        SETTLE = "SETTLE", "оплачено"
        RELEASE = "RELEASE", "освобождено"
        REVERSE = "REVERSE", "возвращено"
        CREDIT = "CREDIT", "зачтено сотрудником"

    bill = models.ForeignKey(Bill, models.PROTECT, related_name="entries")
    # The UUID of the payment, or of the refund for REVERSE; not a foreign key, because payments stand above bills.
    operation = models.UUIDField()
    kind = models.CharField(max_length=10, choices=Kind)
    kopecks = models.BigIntegerField()
    # Whose operation it is: his own list links to it. Null when nobody's, or after erasure.
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["operation", "kind"], name="bill_entry_once"),
            models.UniqueConstraint(
                fields=["operation"], condition=Q(kind__in=["SETTLE", "RELEASE"]), name="bill_entry_one_end"
            ),
            models.CheckConstraint(condition=Q(kopecks__gt=0), name="bill_entry_kopecks"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.kopecks}"

"""Autopay: what a resident allowed once with his one-time password, and each time that it was due."""

import uuid
from typing import Self

from django.db import models
from django.db.models import Q

from accounts.models import User
from billing.models import Bill
from billing.money import Kopecks
from payments.models.payment import Payment
from payments.models.payment_template import PaymentTemplate
from payments.models.saved_card import SavedCard


class AutopayQuerySet(models.QuerySet["Autopay"]):
    """Choices of autopays."""

    def of(self, resident: User) -> Self:
        """On his own templates."""
        return self.filter(template__resident=resident).select_related("template__account__provider", "card")

    def standing(self) -> Self:
        """Those that work or wait for his word."""
        return self.filter(state__in=STANDING)


class Autopay(models.Model):
    """The settings as they were confirmed; other settings are another row. Sums are in kopecks."""

    class Trigger(models.TextChoices):
        BILL = "BILL", "когда придёт новый счёт"
        DAY = "DAY", "по дням месяца"

    class State(models.TextChoices):
        NEW = "NEW", "не подтверждён"
        ACTIVE = "ACTIVE", "работает"
        PAUSED = "PAUSED", "приостановлен"
        STOPPED = "STOPPED", "остановлен"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    template = models.ForeignKey(PaymentTemplate, models.CASCADE, related_name="autopays")
    card = models.ForeignKey(SavedCard, models.PROTECT, related_name="autopays")
    trigger = models.CharField(max_length=4, choices=Trigger)
    # The 31st of a shorter month is its last day.
    day = models.PositiveSmallIntegerField(null=True)
    # What is paid on that day where no bill says it.
    amount = models.BigIntegerField(null=True)
    limit = models.BigIntegerField()
    # The largest sum that he has agreed to although it was far above the usual.
    agreed = models.BigIntegerField(default=0)
    state = models.CharField(max_length=7, choices=State, default=State.NEW)
    reason = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    objects = AutopayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["template"], condition=Q(state__in=["ACTIVE", "PAUSED"]), name="autopay_one_stands"
            ),
            models.CheckConstraint(condition=Q(trigger="BILL") ^ Q(day__range=(1, 31)), name="autopay_day"),
            models.CheckConstraint(
                condition=Q(limit__gt=0) & (Q(amount=None) | Q(amount__gt=0, amount__lte=models.F("limit"))),
                name="autopay_sums",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.trigger} {self.pk}"

    @property
    def when(self) -> str:
        """«когда придёт новый счёт», «5-го числа каждого месяца»."""
        return f"{self.day}-го числа каждого месяца" if self.day else Autopay.Trigger.BILL.label


STANDING = (Autopay.State.ACTIVE, Autopay.State.PAUSED)


class AutopayRun(models.Model):
    """One time that an autopay is due: told of the day before, paid once or not at all."""

    class State(models.TextChoices):
        NOTICED = "NOTICED", "предстоит"
        PAYING = "PAYING", "выполняется"
        DONE = "DONE", "выполнен"
        FAILED = "FAILED", "не выполнен"
        SKIPPED = "SKIPPED", "пропущен"
        DROPPED = "DROPPED", "отменён"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    autopay = models.ForeignKey(Autopay, models.CASCADE, related_name="runs")
    template = models.ForeignKey(PaymentTemplate, models.CASCADE, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")
    # With the sum it is what the notice said: a bill that has changed since is told of anew.
    bill_version = models.PositiveIntegerField(null=True)
    # The month of a day's autopay: one payment in it, whatever bill it pays.
    month = models.DateField(null=True)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    notices = models.PositiveSmallIntegerField(default=0)
    noticed_at = models.DateTimeField(null=True)
    pay_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State, default=State.NOTICED)
    reason = models.CharField(max_length=100, blank=True)
    payment = models.OneToOneField(Payment, models.PROTECT, null=True, related_name="autopay_run")

    class Meta:
        constraints = [
            # What was dropped unpaid may be planned again, under other settings or for another sum.
            models.UniqueConstraint(
                fields=["template", "bill"], condition=~Q(state="DROPPED"), name="autopay_run_bill_once"
            ),
            models.UniqueConstraint(
                fields=["template", "month"],
                condition=Q(month__isnull=False) & ~Q(state="DROPPED"),
                name="autopay_run_month_once",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0) & Q(fee__gte=0), name="autopay_run_sums"),
            # Nothing is paid that was not told of.
            models.CheckConstraint(condition=Q(payment=None) | Q(noticed_at__isnull=False), name="autopay_run_noticed"),
        ]
        indexes = [models.Index(fields=["pay_at"], condition=Q(state="NOTICED"), name="autopay_run_due")]

    def __str__(self) -> str:
        return f"{self.state} {self.pk}"

    @property
    def total(self) -> Kopecks:
        """What leaves the card."""
        return Kopecks(self.amount + self.fee)

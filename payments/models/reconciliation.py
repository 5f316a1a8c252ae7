"""The bank's own registers of operations, and where they differ from ours."""

from django.db import models
from django.db.models import Q

from payments.models.payment import Payment


class BankRegister(models.Model):
    """A register of the bank that was taken in; the digest is of its bytes."""

    digest = models.CharField(max_length=64, unique=True)
    file_name = models.CharField(max_length=250, blank=True)
    first_date = models.DateField()
    last_date = models.DateField()
    rows = models.PositiveIntegerField()
    # What the bank settles by it: debits less credits.
    total = models.BigIntegerField()
    fee = models.BigIntegerField()
    imported_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(first_date__lte=models.F("last_date")), name="bank_register_dates")
        ]

    def __str__(self) -> str:
        return f"{self.first_date:%d.%m.%Y}–{self.last_date:%d.%m.%Y}"


class BankOperation(models.Model):
    """One line of a register; the sum has the sign of its kind. Of a card there is the bank's mask alone."""

    register = models.ForeignKey(BankRegister, models.CASCADE, related_name="operations")
    line = models.PositiveIntegerField()
    kind = models.CharField(max_length=30)
    order_id = models.CharField(max_length=36, db_index=True)
    bank_id = models.CharField(max_length=20)
    at = models.DateTimeField()
    amount = models.BigIntegerField()
    fee = models.BigIntegerField()
    transfer = models.BigIntegerField()
    transfer_date = models.DateField(null=True)
    card = models.CharField(max_length=30, blank=True)
    rrn = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "line"], name="bank_operation_line")]

    def __str__(self) -> str:
        return f"{self.kind} {self.order_id}"


class Difference(models.Model):
    """Something on which the bank and we disagree, from the day it was first seen until it is gone."""

    class Kind(models.TextChoices):
        AMOUNT = "AMOUNT", "сумма отличается"
        FEE = "FEE", "комиссия не сходится"
        STATE = "STATE", "состояние отличается"
        REFUND = "REFUND", "возвраты отличаются"
        CHARGEBACK = "CHARGEBACK", "оспорено держателем карты"
        ONLY_OURS = "ONLY_OURS", "есть только у нас"
        ONLY_THEIRS = "ONLY_THEIRS", "есть только у банка"

    kind = models.CharField(max_length=20, choices=Kind)
    # The order number at the bank; ours is the payment's UUID.
    order_id = models.CharField(max_length=36)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="differences")
    # Where in the file: null for what only we have.
    register = models.ForeignKey(BankRegister, models.SET_NULL, null=True, related_name="+")
    line = models.PositiveIntegerField(null=True)
    ours = models.BigIntegerField(null=True)
    theirs = models.BigIntegerField(null=True)
    text = models.CharField(max_length=250)
    first_seen_at = models.DateTimeField()
    gone_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "order_id"], condition=Q(gone_at=None), name="difference_open_once")
        ]
        indexes = [
            models.Index(fields=["first_seen_at"], condition=Q(gone_at=None), name="difference_open"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.text}"

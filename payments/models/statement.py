"""Statements of operations as they were made, and those that residents want by post."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from payments import check_codes
from safeguards.encrypted import EncryptedField

# So that the first numbers do not look like a test.
FIRST_NUMBER = 10_000


class Statement(models.Model):
    """What a resident's operations of a period were at one moment; never changed. Days are Moscow's, both included."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    # Null after the resident's data were erased: the paper that he has can still be confirmed.
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="statements")
    start = models.DateField()
    end = models.DateField()
    made_at = models.DateTimeField()
    check_code = models.CharField(max_length=16, unique=True, default=check_codes.new)
    # One list for each operation, as payments.statements.Line names its parts.
    lines = models.JSONField()
    # Of the days and lines: the same statement asked for again is the same row.
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "digest"], name="statement_once")]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def number(self) -> int:
        """The number that people see."""
        return self.pk + FIRST_NUMBER


class StatementOrder(models.Model):
    """A statement that a resident wants by post: the queue of the staff who send it."""

    class Status(models.TextChoices):
        NEW = "NEW", "Принята"
        SENT = "SENT", "Отправлена"
        REFUSED = "REFUSED", "Есть ответ"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="statement_orders")
    statement = models.ForeignKey(Statement, models.PROTECT, related_name="orders")
    address = EncryptedField(null=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    created_at = models.DateTimeField()
    # Why it was not sent, to be read by the resident.
    answer = models.CharField(max_length=500, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "заказ справки"
        constraints = [
            models.UniqueConstraint(fields=["statement"], condition=Q(status="NEW"), name="statement_order_waits_once"),
            models.CheckConstraint(
                condition=Q(status="NEW") ^ Q(ended_by__isnull=False, ended_at__isnull=False),
                name="statement_order_ended",
            ),
        ]
        indexes = [models.Index(fields=["created_at"], condition=Q(status="NEW"), name="statement_order_queue")]

    def __str__(self) -> str:
        return f"№ {self.number}"

    @property
    def number(self) -> int:
        """The number that people see."""
        return self.pk + FIRST_NUMBER

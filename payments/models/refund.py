"""Money given back."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from billing.money import Kopecks
from payments.models.payment import Payment

LONGEST_REASON = 200


class Refund(models.Model):
    """Money given back; only its amount part returns to what is owed on the bill."""

    class Origin(models.TextChoices):
        BANK = "BANK", "банк"
        STAFF = "STAFF", "сотрудник"

    class State(models.TextChoices):
        REQUESTED = "REQUESTED", "ждёт второго сотрудника"
        APPROVED = "APPROVED", "отправлен в банк"
        DONE = "DONE", "деньги возвращены"
        REFUSED = "REFUSED", "банк отказал"
        WITHDRAWN = "WITHDRAWN", "отозван"

    # At the bank it is the number of the request: the same one again gives nothing more.
    uuid = models.UUIDField("номер возврата у банка", default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds", verbose_name="операция")
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    origin = models.CharField("кто начал", max_length=10, choices=Origin)
    state = models.CharField("состояние", max_length=10, choices=State, default=State.DONE)
    reason = models.CharField("причина", max_length=LONGEST_REASON, blank=True)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    error_code = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    # When the money was back: the day of the provider's register.
    done_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "возврат"
        verbose_name_plural = "возвраты"
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(fee__gte=0) & Q(amount__gt=-F("fee")), name="refund_sums"
            ),
            models.CheckConstraint(condition=Q(state="DONE") ^ Q(done_at__isnull=True), name="refund_done"),
        ]
        indexes = [
            models.Index(fields=["ask_at"], condition=Q(state="APPROVED"), name="refund_to_send"),
            models.Index(fields=["created_at"], condition=Q(state="REQUESTED"), name="refund_to_approve"),
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def total(self) -> Kopecks:
        """What returns to the card."""
        return Kopecks(self.amount + self.fee)

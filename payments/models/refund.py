"""Money given back."""

import uuid

from django.db import models
from django.db.models import F, Q

from billing.money import Kopecks
from payments.models.payment import Payment


class Refund(models.Model):
    """Money given back; only its amount part returns to what is owed on the bill."""

    class Origin(models.TextChoices):
        BANK = "BANK", "банк"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    origin = models.CharField(max_length=10, choices=Origin)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount__gte=0) & Q(fee__gte=0) & Q(amount__gt=-F("fee")), name="refund_sums"
            )
        ]

    def __str__(self) -> str:
        return str(self.uuid)

    @property
    def total(self) -> Kopecks:
        """What returned to the card."""
        return Kopecks(self.amount + self.fee)

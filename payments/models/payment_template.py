"""What a resident pays again and again."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from billing.models import PersonalAccount
from payments.models.saved_card import SavedCard

LONGEST_TITLE = 60


class PaymentTemplateQuerySet(models.QuerySet["PaymentTemplate"]):
    """Choices of templates."""

    def of(self, resident: User) -> Self:
        """His own: there is no other way to anybody's."""
        return self.filter(resident=resident).select_related("account__provider", "saved_card")


class PaymentTemplate(models.Model):
    """An account under a name of his own and, where no bill says it, a sum in kopecks. Months are never kept."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="payment_templates")
    account = models.ForeignKey(PersonalAccount, models.PROTECT, related_name="+")
    title = models.CharField(max_length=LONGEST_TITLE)
    amount = models.BigIntegerField(null=True)
    # The kept card that paid the operation it was made from, to say plainly when that card is gone.
    saved_card = models.ForeignKey(SavedCard, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()

    objects = PaymentTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "title"], name="payment_template_title"),
            models.CheckConstraint(condition=Q(amount=None) | Q(amount__gt=0), name="payment_template_amount"),
        ]

    def __str__(self) -> str:
        return self.title

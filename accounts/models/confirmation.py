"""One-time passwords."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models.user import DIGEST_LENGTH


class Purpose(models.TextChoices):
    """What a one-time password is for."""

    ACTIVATION = "ACTIVATION", "подтверждение регистрации"
    NEW_DEVICE = "NEW_DEVICE", "вход с нового устройства"
    PASSWORD_CHANGE = "PASSWORD_CHANGE", "смена пароля"
    PASSWORD_RESET = "PASSWORD_RESET", "восстановление пароля"
    PAYMENT = "PAYMENT", "оплата"
    PROFILE = "PROFILE", "личные данные"
    PHONE_CHANGE = "PHONE_CHANGE", "смена номера"
    MY_DATA = "MY_DATA", "мои данные"
    BLOCKING = "BLOCKING", "блокировка"
    SUBSCRIPTIONS = "SUBSCRIPTIONS", "подписки"
    CARD_BINDING = "CARD_BINDING", "добавление карты"
    CARD_REMOVAL = "CARD_REMOVAL", "удаление карты"
    AUTOPAY = "AUTOPAY", "автоплатёж"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """The codes that a rule asks for."""

    def live(self, now: datetime) -> "ConfirmationQuerySet":
        """Neither used nor cancelled nor out of time; the tries may be over."""
        return self.filter(used_at=None, cancelled_at=None, expires_at__gt=now)


class Confirmation(models.Model):
    """A one-time password for one operation, as it was shown; the code and the phone stand here as HMACs only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    subject = models.UUIDField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    code_hmac = models.CharField(max_length=DIGEST_LENGTH)
    phone_hmac = models.CharField(max_length=DIGEST_LENGTH)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(cancelled_at__isnull=True), name="confirmation_one_end"
            ),
        ]
        indexes = [models.Index(fields=["purpose", "subject", "-id"], name="confirmation_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def tries_left(self) -> int:
        """How many codes may still be typed."""
        return max(0, settings.CONFIRMATION_TRIES - self.tries)

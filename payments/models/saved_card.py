"""What is kept of a resident's cards: never a number, never a code; the bank knows the rest."""

import uuid
from datetime import date, datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from payments import cards
from safeguards.encrypted import EncryptedField


class BankCustomer(models.Model):
    """A resident as a customer of the bank, which knows him by his UUID; when to ask for his cards there again."""

    resident = models.OneToOneField(settings.AUTH_USER_MODEL, models.PROTECT, related_name="bank_customer")
    list_at = models.DateTimeField(null=True)
    # After a change of the phone that he is called by, what was kept before may not pay for a while.
    frozen_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["list_at"], condition=Q(list_at__isnull=False), name="bank_customer_list")]

    def __str__(self) -> str:
        return str(self.pk)


class SavedCardQuerySet(models.QuerySet["SavedCard"]):
    """Choices of cards."""

    def of(self, resident: User) -> "SavedCardQuerySet":
        """His own, as he sees them: the one he pays with by default first, then the newest."""
        there = [SavedCard.State.ACTIVE, SavedCard.State.UNAVAILABLE]
        return self.filter(resident=resident, state__in=there).order_by("-is_default", "-id")

    def usable(self, resident: User, *, now: datetime) -> "SavedCardQuerySet":
        """Those that can pay now; none while they are frozen."""
        in_time = Q(expires_on=None) | Q(expires_on__gte=timezone.localdate(now))
        cards_of_his = self.of(resident).filter(in_time, state=SavedCard.State.ACTIVE)
        return cards_of_his.exclude(resident__bank_customer__frozen_until__gt=now)


class SavedCard(models.Model):
    """A card that the bank keeps for a resident."""

    class State(models.TextChoices):
        ACTIVE = "ACTIVE", "Активен"
        UNAVAILABLE = "UNAVAILABLE", "Недоступна"
        # The resident has deleted it; the bank does not know yet.
        REMOVING = "REMOVING", "Удаляется"
        REMOVED = "REMOVED", "Удалена"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="saved_cards")
    bank_card_id = models.CharField(max_length=40)
    rebill_id = EncryptedField(null=True)
    brand = models.CharField(max_length=20)
    last_four = models.CharField(max_length=4)
    # The last day of its last month.
    expires_on = models.DateField(null=True)
    title = models.CharField(max_length=40, blank=True)
    state = models.CharField(max_length=12, choices=State, default=State.ACTIVE)
    is_default = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    objects = SavedCardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["resident", "bank_card_id"], name="saved_card_of_bank"),
            models.UniqueConstraint(fields=["resident"], condition=Q(is_default=True), name="saved_card_default"),
            models.CheckConstraint(condition=Q(is_default=False) | Q(state="ACTIVE"), name="saved_card_default_active"),
        ]
        indexes = [models.Index(fields=["moved_at"], condition=Q(state="REMOVING"), name="saved_card_removing")]

    def __str__(self) -> str:
        return self.mask

    @property
    def mask(self) -> str:
        """«VISA (***0551)»."""
        return cards.mask(brand=self.brand, last_four=self.last_four)

    @property
    def name(self) -> str:
        """The mask with the resident's own name for it, where he gave one."""
        return f"{self.mask} «{self.title}»" if self.title else self.mask

    def is_expired(self, today: date) -> bool:
        """Its last month is over."""
        return self.expires_on is not None and self.expires_on < today


class CardBinding(models.Model):
    """The life of a card being added: no money moves, the bank checks the card and keeps it."""

    class Status(models.TextChoices):
        NEW = "NEW", "не подтверждена"
        SUBMITTED = "SUBMITTED", "проверяется"
        CHALLENGED = "CHALLENGED", "ждёт подтверждения банка"
        COMPLETED = "COMPLETED", "привязана"
        REJECTED = "REJECTED", "не привязана"
        EXPIRED = "EXPIRED", "время вышло"

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="card_bindings")
    status = models.CharField(max_length=10, choices=Status, default=Status.NEW)
    request_key = models.CharField(max_length=64, null=True, unique=True)  # noqa: DJ001 - unique only when given
    bank_id = models.CharField(max_length=20, blank=True)
    return_token = models.CharField(max_length=24, unique=True)
    challenge = EncryptedField(null=True)
    error_code = models.CharField(max_length=20, blank=True)
    created_at = models.DateTimeField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["NEW", "SUBMITTED", "CHALLENGED", "COMPLETED", "REJECTED", "EXPIRED"]),
                name="card_binding_status",
            )
        ]
        indexes = [
            models.Index(
                fields=["moved_at"],
                condition=Q(status__in=["NEW", "SUBMITTED", "CHALLENGED"]),
                name="card_binding_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.status} {self.pk}"

    @property
    def page_url(self) -> str:
        """The bank's own page, where the card is typed; empty when no page waits for the resident."""
        return (self.challenge or "") if self.status == self.Status.SUBMITTED else ""

    @property
    def total(self) -> int:
        """The check takes no money: what a payment's cryptogram is bound to is nothing here."""
        return 0

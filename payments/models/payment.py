"""The try to pay itself, what was paid frozen beside it, and its history."""

import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When

from accounts.models import User
from billing import account_numbers
from billing.models import Bill, PersonalAccount, Provider
from billing.money import Kopecks
from payments import cards, check_codes
from payments.models.saved_card import SavedCard
from payments.status import FAILED, FINAL, LIVE, TAKEN, UNSUBMITTED, Outcome, Status
from safeguards.encrypted import EncryptedField

# People see this number; the first payment of the old portal that we go on counting from.
FIRST_NUMBER = 44_742_440
# A payment that is not confirmed by then starts anew: its sum and fee may have changed.
TIME_TO_CONFIRM = timedelta(minutes=15)


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Choices of payments."""

    def of(self, resident: User) -> "PaymentQuerySet":
        """His own payments: there is no other way to anybody's."""
        return self.filter(resident=resident)

    def submitted(self) -> "PaymentQuerySet":
        """Those that the resident confirmed; the rest never became operations."""
        return self.filter(submitted_at__isnull=False)

    def cases(self) -> "PaymentQuerySet":
        """Those that wait for staff, the oldest first."""
        return self.filter(attention_at__isnull=False).order_by("attention_at", "id")

    def live(self) -> "PaymentQuerySet":
        """Those that wait for the bank's last word."""
        return self.filter(status__in=LIVE)


class Payment(models.Model):
    """One try to pay with one card; its UUID is the order number at the bank. Sums are in kopecks."""

    uuid = models.UUIDField("номер заказа у банка", default=uuid.uuid4, unique=True, editable=False)
    # Null after the resident's data were erased: money records stay without identity.
    resident = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="payments",
        db_index=False,  # payment_history begins with it
    )
    provider = models.ForeignKey(Provider, models.PROTECT, related_name="+", verbose_name="поставщик")
    account = models.ForeignKey(PersonalAccount, models.PROTECT, related_name="+")
    bill = models.ForeignKey(Bill, models.PROTECT, null=True, related_name="+")
    bill_version = models.PositiveIntegerField(null=True)
    amount = models.BigIntegerField()
    fee = models.BigIntegerField(default=0)
    refunded = models.BigIntegerField(default=0)
    # Reserved by refunds that staff asked for and the bank has not yet made.
    refunding = models.BigIntegerField(default=0)
    status = models.CharField("состояние", max_length=20, choices=Status, default=Status.CREATED)
    channel = models.CharField(max_length=60)
    card_brand = models.CharField(max_length=20, blank=True)
    card_last_four = models.CharField(max_length=4, blank=True)
    # Paid with a card that the bank keeps, or has it kept now: only then is a customer named there.
    saved_card = models.ForeignKey(SavedCard, models.PROTECT, null=True, related_name="payments")
    keeps_card = models.BooleanField(default=False)
    # The card is typed on the bank's own page: nothing of it comes here, and the bank charges without another word.
    is_hosted = models.BooleanField(default=False)
    form_key = models.UUIDField(null=True)
    bank_id = models.CharField("номер операции у банка", max_length=20, null=True, unique=True)  # noqa: DJ001 - unknown is not an empty number
    error_code = models.CharField("код отказа", max_length=20, blank=True)
    return_token = models.CharField(max_length=24, null=True, unique=True)  # noqa: DJ001 - unique only when given
    challenge = EncryptedField(null=True)
    created_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    # When we learned that the money was taken: the day of the provider's register.
    succeeded_at = models.DateTimeField(null=True)
    # When the bank's register agreed with it: only then is its money paid out to the provider.
    reconciled_at = models.DateTimeField(null=True)
    # How many events the history has: one that somebody deletes is missed.
    history_lines = models.PositiveIntegerField(default=0)
    ask_at = models.DateTimeField(null=True)
    asked = models.PositiveSmallIntegerField(default=0)
    attention_at = models.DateTimeField(null=True)
    # Worked out by the database itself, so that a filter by the public word reads an index and never disagrees.
    outcome = models.GeneratedField(
        expression=Case(
            When(status__in=[Status.DECLINED, Status.EXPIRED], attention_at=None, then=Value(Outcome.FAILED)),
            When(status=Status.SUCCEEDED, then=Value(Outcome.SUCCEEDED)),
            When(status=Status.PARTLY_REFUNDED, then=Value(Outcome.PARTLY_REFUNDED)),
            When(status=Status.REFUNDED, then=Value(Outcome.REFUNDED)),
            default=Value(Outcome.PROCESSING),
        ),
        output_field=models.CharField(max_length=20, choices=Outcome),
        db_persist=True,
    )

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = "операция"
        verbose_name_plural = "операции"
        permissions = [("decide_money", "Решать о возвратах и неясных операциях")]
        constraints = [
            models.UniqueConstraint(fields=["resident", "form_key"], name="payment_form_key"),
            models.CheckConstraint(condition=Q(amount__gt=0) & Q(fee__gte=0), name="payment_sums"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0)
                & Q(refunding__gte=0)
                & Q(refunded__lte=F("amount") + F("fee") - F("refunding")),
                name="payment_refunded",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="payment_status"),
        ]
        indexes = [
            # Whole pages of the history, under any filter, are found in the index; rows are read for one page alone.
            models.Index(
                fields=[
                    "resident",
                    "-submitted_at",
                    "-id",
                    "outcome",
                    "provider",
                    "channel",
                    "card_brand",
                    "card_last_four",
                ],
                name="payment_history",
            ),
            models.Index(fields=["ask_at"], condition=Q(status__in=sorted(LIVE)), name="payment_live"),
            models.Index(
                fields=["created_at"], condition=Q(status__in=sorted(UNSUBMITTED)), name="payment_unsubmitted"
            ),
            models.Index(fields=["provider", "succeeded_at"], name="payment_succeeded"),
            models.Index(fields=["submitted_at"], name="payment_submitted"),
            models.Index(fields=["attention_at"], condition=Q(attention_at__isnull=False), name="payment_cases"),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def number(self) -> int:
        """The number of the transaction that people see."""
        return self.pk + FIRST_NUMBER

    @property
    def total(self) -> Kopecks:
        """What leaves the card: the sum and the fee."""
        return Kopecks(self.amount + self.fee)

    @property
    def card(self) -> str:
        """The card as it may be shown: «VISA (***0551)»."""
        return cards.mask(brand=self.card_brand, last_four=self.card_last_four)

    @property
    def page_url(self) -> str:
        """The bank's own page, which takes the money; empty when no page waits for the resident."""
        is_waiting = self.is_hosted and self.status == Status.AUTHORISING
        return (self.challenge or "") if is_waiting else ""

    @property
    def names_customer(self) -> bool:
        """The bank keeps any card that pays an order with a customer in it: only who wishes that is named."""
        return self.keeps_card or self.saved_card_id is not None

    @property
    def is_submitted(self) -> bool:
        """The resident has confirmed it: nothing of it can be changed any more."""
        return self.status not in UNSUBMITTED and self.submitted_at is not None

    @property
    def needs_staff(self) -> bool:
        """The bank said something that our table refuses: the outcome is unknown until staff decide."""
        return self.attention_at is not None and self.status in FAILED

    @property
    def is_final(self) -> bool:
        """Nothing more will happen by itself."""
        return self.status in FINAL and not self.needs_staff

    @property
    def public_status(self) -> str:
        """The one word that residents read."""
        return Status.AUTHORISING.label if self.needs_staff else Status(self.status).label

    @property
    def is_taken(self) -> bool:
        """The bank took the money, whatever came after."""
        return self.status in TAKEN

    @property
    def is_failed(self) -> bool:
        """Certainly not paid: only then may a page say that no money was taken."""
        return self.status in FAILED and not self.needs_staff

    def is_out_of_time(self, now: datetime) -> bool:
        """It was never confirmed, and now it may not be."""
        if self.is_submitted:
            return False
        return self.status == Status.EXPIRED or self.created_at <= now - TIME_TO_CONFIRM


class PaymentSnapshot(models.Model):
    """What was paid, frozen: receipts, history and registers read it, never the live bill."""

    payment = models.OneToOneField(Payment, models.PROTECT, related_name="snapshot")
    provider_short_name = models.CharField(max_length=160)
    provider_full_name = models.CharField(max_length=250)
    requisites = models.JSONField(default=dict)
    account_label = models.CharField(max_length=60, default="Номер лицевого счёта")
    account_number = models.CharField(max_length=40)
    period = models.DateField(null=True)
    issued_date = models.DateField(null=True)
    # Null where no bill was paid, or one of an account that the payer has not added: its charges are not his to see.
    bill_total = models.BigIntegerField(null=True)
    # [[name of the service, kopecks], …] in the order of the bill.
    charges = models.JSONField(default=list)
    # The fee rule; snapshots of the first version know the percent alone.
    fee_basis_points = models.PositiveIntegerField(default=0)
    fee_minimum = models.BigIntegerField(null=True)
    fee_maximum = models.BigIntegerField(null=True)
    # Printed on the receipt: whoever has it can be told that the receipt is ours.
    check_code = models.CharField(max_length=16, unique=True, default=check_codes.new)

    def __str__(self) -> str:
        return f"{self.provider_short_name} {self.account_number}"

    @property
    def shown_number(self) -> str:
        """The number of the account as pages and papers show it; registers take it as it is kept."""
        return account_numbers.shown(self.account_number)


class PaymentEvent(models.Model):
    """One line of a payment's history, never changed; no names, phones or card data in it."""

    class Kind(models.TextChoices):
        MOVE = "MOVE", "переход"
        BANK = "BANK", "ответ банка"
        ATTENTION = "ATTENTION", "нужен сотрудник"
        REFUND = "REFUND", "возврат"
        CLOSED = "CLOSED", "вопрос снят"

    payment = models.ForeignKey(Payment, models.PROTECT, related_name="events")
    at = models.DateTimeField("когда")
    kind = models.CharField("что", max_length=10, choices=Kind)
    status = models.CharField("состояние", max_length=20, blank=True)
    source = models.CharField("откуда", max_length=20, blank=True)
    bank_status = models.CharField("слово банка", max_length=30, blank=True)
    error_code = models.CharField("код отказа", max_length=20, blank=True)
    kopecks = models.BigIntegerField("копеек", null=True)

    class Meta:
        verbose_name = "событие"
        verbose_name_plural = "события"
        indexes = [models.Index(fields=["payment", "id"], name="payment_event")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M:%S} {self.kind} {self.status or self.bank_status}"

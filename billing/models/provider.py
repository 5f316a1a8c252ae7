"""Who is paid: the catalogue."""

from typing import Self

from django.db import models
from django.db.models import Q


class ProviderCategory(models.Model):
    """A headed block of the catalogue: «Коммунальные услуги»."""

    code = models.SlugField(max_length=40, unique=True)
    title = models.CharField(max_length=100)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Choices of providers."""

    def issuing_bills(self) -> Self:
        """Those whose bills residents can have here, in the order of the manual."""
        return self.filter(is_active=True, issues_bills=True).order_by("category__position", "position", "id")


class Provider(models.Model):
    """Who is paid: names, how an account number looks, the fee of an operation, and where the money goes."""

    class AccountCheck(models.TextChoices):
        KNOWN = "KNOWN", "только известные счета"
        PATTERN = "PATTERN", "любой номер по образцу"

    class AccountProof(models.TextChoices):
        NONE = "NONE", "не нужно"
        BILL_SUM = "BILL_SUM", "сумма из последней квитанции"
        PRINTED_CODE = "PRINTED_CODE", "код с квитанции"

    code = models.SlugField(max_length=40, unique=True)
    category = models.ForeignKey(ProviderCategory, models.PROTECT, related_name="providers")
    short_name = models.CharField(max_length=160)
    full_name = models.CharField(max_length=250)
    former_name = models.CharField(max_length=250, blank=True)
    notice = models.TextField(blank=True)
    account_example = models.CharField(max_length=40)
    # A regular expression for the whole number.
    account_pattern = models.CharField(max_length=200, default="[0-9]{10}")
    account_check = models.CharField(max_length=10, choices=AccountCheck, default=AccountCheck.KNOWN)
    account_proof = models.CharField(max_length=20, choices=AccountProof, default=AccountProof.NONE)
    issues_bills = models.BooleanField(default=False)
    # The day of the month by which its bills are to be paid; null follows the housing law.
    due_day = models.PositiveSmallIntegerField(null=True, blank=True)
    # Whether an older bill of which nothing is known may be paid here; it may have been paid elsewhere.
    older_bills_payable = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    is_featured = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)
    recipient_name = models.CharField(max_length=160, blank=True)
    inn = models.CharField(max_length=12, blank=True)
    kpp = models.CharField(max_length=9, blank=True)
    bank_name = models.CharField(max_length=100, blank=True)
    bic = models.CharField(max_length=9, blank=True)
    settlement_account = models.CharField(max_length=20, blank=True)
    correspondent_account = models.CharField(max_length=20, blank=True)
    # Hundredths of a percent, and the least fee in kopecks.
    fee_basis_points = models.PositiveIntegerField(default=0)
    fee_minimum = models.BigIntegerField(default=0)
    # The greatest sum of one operation in kopecks; 0 means no limit.
    payment_limit = models.BigIntegerField(default=0)

    objects = ProviderQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_basis_points__lte=10_000) & Q(fee_minimum__gte=0), name="provider_fee"
            ),
            models.CheckConstraint(condition=Q(payment_limit__gte=0), name="provider_payment_limit"),
            # Every month has a 28th.
            models.CheckConstraint(condition=Q(due_day=None) | Q(due_day__range=(1, 28)), name="provider_due_day"),
        ]

    def __str__(self) -> str:
        return self.short_name

    @property
    def asks_for_proof(self) -> bool:
        """Whether a resident must show that the account is his before he sees its bills."""
        return self.account_proof != self.AccountProof.NONE

    @property
    def requisites(self) -> dict[str, str]:
        """Where the money goes, for the snapshot of a payment."""
        names = ("inn", "kpp", "bank_name", "bic", "settlement_account", "correspondent_account")
        return {"name": self.recipient_name or self.full_name} | {name: getattr(self, name) for name in names}

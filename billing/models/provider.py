"""Who is paid: the catalogue."""

import re
from collections.abc import Collection
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from billing import account_numbers, requisites
from billing.account_numbers import AccountKind
from billing.folding import fold


class ProviderCategory(models.Model):
    """A headed block of the catalogue: «Коммунальные услуги»."""

    code = models.SlugField("код", max_length=40, unique=True)
    title = models.CharField("название", max_length=100)
    position = models.PositiveSmallIntegerField("порядок", default=0)

    class Meta:
        verbose_name = "категория"
        verbose_name_plural = "категории"
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class ProviderQuerySet(models.QuerySet["Provider"]):
    """Choices of providers."""

    def issuing_bills(self) -> Self:
        """Those whose bills residents can have here, in the order of the manual."""
        return self.open().filter(issues_bills=True)

    def open(self) -> Self:
        """Those that take payments now, in the order of the manual."""
        return self.filter(is_active=True).order_by("category__position", "position", "id")

    def named_like(self, query: str) -> Self:
        """Those in whose names every word of the query occurs, whatever its case and «ё»."""
        found = self
        for word in fold(query).split():
            found = found.filter(folded_name__contains=word)
        return found


class Provider(models.Model):
    """Who is paid: names, how an account number looks, the fee of an operation, and where the money goes."""

    class AccountCheck(models.TextChoices):
        KNOWN = "KNOWN", "только известные счета"
        PATTERN = "PATTERN", "любой номер по образцу"

    class AccountProof(models.TextChoices):
        NONE = "NONE", "не нужно"
        BILL_SUM = "BILL_SUM", "сумма из последней квитанции"
        PRINTED_CODE = "PRINTED_CODE", "код с квитанции"

    code = models.SlugField("код", max_length=40, unique=True)
    category = models.ForeignKey(ProviderCategory, models.PROTECT, related_name="providers", verbose_name="категория")
    short_name = models.CharField("короткое имя", max_length=160)
    full_name = models.CharField("полное имя", max_length=250)
    former_name = models.CharField("прежнее имя", max_length=250, blank=True)
    notice = models.TextField("объявление", blank=True)
    # How residents find the account on paper, and how its number is read and checked.
    account_label = models.CharField("как назван счёт на квитанции", max_length=60, default="Номер лицевого счёта")
    account_kind = models.CharField("вид номера", max_length=10, choices=AccountKind, default=AccountKind.PLAIN)
    account_example = models.CharField("пример номера", max_length=40)
    # A regular expression for the whole number.
    account_pattern = models.CharField("образец номера", max_length=200, default="[0-9]{10}")
    account_check = models.CharField(
        "какие номера принимаем", max_length=10, choices=AccountCheck, default=AccountCheck.KNOWN
    )
    account_proof = models.CharField(
        "подтверждение счёта", max_length=20, choices=AccountProof, default=AccountProof.NONE
    )
    issues_bills = models.BooleanField("присылает счета", default=False)
    # The day of the month by which its bills are to be paid; null follows the housing law.
    due_day = models.PositiveSmallIntegerField("день оплаты", null=True, blank=True)
    # Whether an older bill of which nothing is known may be paid here; it may have been paid elsewhere.
    older_bills_payable = models.BooleanField("старые счета можно оплатить", default=False)
    # Whether «Сумма к оплате» of an account may be told to a payer who has not added it.
    shows_due = models.BooleanField("сумма видна плательщику", default=False)
    is_active = models.BooleanField("показан жителям", default=True)
    is_featured = models.BooleanField("на главной", default=True)
    position = models.PositiveSmallIntegerField("порядок", default=0)
    recipient_name = models.CharField("получатель", max_length=160, blank=True)
    inn = models.CharField("ИНН", max_length=12, blank=True)
    kpp = models.CharField("КПП", max_length=9, blank=True)
    bank_name = models.CharField("банк", max_length=100, blank=True)
    bic = models.CharField("БИК", max_length=9, blank=True)
    settlement_account = models.CharField("расчётный счёт", max_length=20, blank=True)
    correspondent_account = models.CharField("корр. счёт", max_length=20, blank=True)
    # Hundredths of a percent, the least and the greatest fee in kopecks; a greatest of 0 means none. A method of paying
    # may have a FeeRule of its own.
    fee_basis_points = models.PositiveIntegerField("комиссия, сотых процента", default=0)
    fee_minimum = models.BigIntegerField("наименьшая комиссия, коп.", default=0)
    fee_maximum = models.BigIntegerField("наибольшая комиссия, коп.", default=0)
    # The least and the greatest sum of one operation in kopecks; a greatest of 0 means no limit.
    payment_minimum = models.BigIntegerField("наименьшая сумма, коп.", default=0)
    payment_limit = models.BigIntegerField("наибольшая сумма, коп.", default=0)
    # All its names as the search compares them: SQLite cannot fold Cyrillic.
    folded_name = models.CharField(max_length=700, editable=False, default="")

    objects = ProviderQuerySet.as_manager()

    class Meta:
        verbose_name = "поставщик услуг"
        verbose_name_plural = "поставщики услуг"
        permissions = [("change_requisites", "Менять реквизиты поставщика")]
        constraints = [
            models.CheckConstraint(
                condition=Q(fee_basis_points__lte=10_000) & Q(fee_minimum__gte=0),
                name="provider_fee",
                violation_error_message="комиссия – от 0 до 100 процентов",
            ),
            models.CheckConstraint(
                condition=Q(fee_maximum=0) | Q(fee_maximum__gte=models.F("fee_minimum")),
                name="provider_fee_maximum",
                violation_error_message="наибольшая комиссия меньше наименьшей",
            ),
            models.CheckConstraint(condition=Q(payment_limit__gte=0), name="provider_payment_limit"),
            # What is told to anybody proves nothing.
            models.CheckConstraint(
                condition=~Q(account_proof="BILL_SUM", shows_due=True),
                name="provider_proof_is_not_told",
                violation_error_message="сумма не может и подтверждать счёт, и быть видна любому плательщику",
            ),
            # Every month has a 28th.
            models.CheckConstraint(
                condition=Q(due_day=None) | Q(due_day__range=(1, 28)),
                name="provider_due_day",
                violation_error_message="день оплаты – от 1 до 28 или пусто",
            ),
            models.CheckConstraint(
                condition=Q(payment_minimum__gte=0)
                & (Q(payment_limit=0) | Q(payment_limit__gte=models.F("payment_minimum"))),
                name="provider_payment_minimum",
                violation_error_message="наибольшая сумма операции меньше наименьшей",
            ),
        ]

    def __str__(self) -> str:
        return self.short_name

    def save(self, *arguments: Any, **options: Any) -> None:
        """Keep the folded name in step with the names."""
        self.folded_name = fold(f"{self.short_name} {self.full_name} {self.former_name}")
        super().save(*arguments, **options)

    def clean_fields(self, exclude: Collection[str] | None = None) -> None:
        """Requisites too; those that a form only shows are not its matter."""
        super().clean_fields(exclude)
        wrong = requisites.mistakes(
            inn=self.inn,
            kpp=self.kpp,
            bic=self.bic,
            settlement_account=self.settlement_account,
            correspondent_account=self.correspondent_account,
        )
        asked = {name: words for name, words in wrong.items() if name not in (exclude or ())}
        if asked:
            raise ValidationError(asked)

    def clean(self) -> None:
        """The pattern is one, and the example is a number of this provider."""
        try:
            re.compile(self.account_pattern, re.ASCII)
        except (re.error, ValueError, OverflowError, RecursionError):
            raise ValidationError({"account_pattern": "Это не регулярное выражение"}) from None
        try:
            self.read_number(self.account_example)
        except account_numbers.WrongNumber as reason:
            raise ValidationError({"account_example": f"Пример не подходит под образец: {reason}"}) from None

    def read_number(self, text: str) -> str:
        """The number of an account here as it is kept. Raises account_numbers.WrongNumber."""
        return account_numbers.read(text, kind=self.account_kind, pattern=self.account_pattern)

    @property
    def is_paid_once(self) -> bool:
        """Whether its number names one debt: a fine that is paid is asked for no more."""
        return self.account_kind == AccountKind.UIN

    @property
    def is_in_use(self) -> bool:
        """Whether accounts, registers, payments or the like hang on it: whatever may not lose its provider."""
        held: list[Any] = [one for one in self._meta.related_objects if one.on_delete is models.PROTECT]
        return any(one.related_model.objects.filter(**{one.field.name: self}).exists() for one in held)

    @property
    def asks_for_proof(self) -> bool:
        """Whether a resident must show that the account is his before he sees its bills."""
        return self.account_proof != self.AccountProof.NONE

    @property
    def requisites(self) -> dict[str, str]:
        """Where the money goes, for the snapshot of a payment."""
        names = ("inn", "kpp", "bank_name", "bic", "settlement_account", "correspondent_account")
        return {"name": self.recipient_name or self.full_name} | {name: getattr(self, name) for name in names}


class FeeRule(models.Model):
    """The fee of one method of paying at a provider, where it differs from the provider's usual one."""

    class Method(models.TextChoices):
        CARD = "CARD", "банковская карта"
        AUTOPAY = "AUTOPAY", "автоплатёж"

    provider = models.ForeignKey(Provider, models.CASCADE, related_name="fee_rules")
    method = models.CharField("чем платят", max_length=10, choices=Method)
    basis_points = models.PositiveIntegerField("сотых процента", default=0)
    minimum = models.BigIntegerField("не меньше, коп.", default=0)
    # 0 means none.
    maximum = models.BigIntegerField("не больше, коп.", default=0)

    class Meta:
        verbose_name = "комиссия"
        verbose_name_plural = "комиссии"
        constraints = [
            models.UniqueConstraint(fields=["provider", "method"], name="fee_rule_method"),
            models.CheckConstraint(
                condition=Q(basis_points__lte=10_000)
                & Q(minimum__gte=0)
                & (Q(maximum=0) | Q(maximum__gte=models.F("minimum"))),
                name="fee_rule",
                violation_error_message="комиссия – от 0 до 100 процентов, наибольшая не меньше наименьшей",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.provider_id} {self.method}"

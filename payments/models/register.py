"""Registers of payments as they were handed over."""

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q

from billing.models import Provider
from payments.models.payment import Payment
from payments.models.refund import Refund


class PaymentRegister(models.Model):
    """The register of a provider's day as it was handed over; numbers count from 1 at every provider. Never changed."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="payment_registers", verbose_name="поставщик")
    date = models.DateField("день")
    number = models.PositiveIntegerField("номер")
    # The file itself: repeated byte by byte, whatever a later version of the portal would write.
    content = models.TextField()
    digest = models.CharField("отпечаток SHA-256", max_length=64)
    exported_at = models.DateTimeField()
    # When its file was laid out or its letter had left; null where nobody asked for that.
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "реестр платежей"
        verbose_name_plural = "реестры платежей"
        constraints = [
            models.UniqueConstraint(fields=["provider", "date"], name="payment_register_day"),
            models.UniqueConstraint(fields=["provider", "number"], name="payment_register_number"),
        ]

    def __str__(self) -> str:
        return f"№ {self.number} за {self.date:%d.%m.%Y}"

    @staticmethod
    def digest_of(content: str) -> str:
        """The digest that a file of this content has."""
        return hashlib.sha256(content.encode()).hexdigest()

    @property
    def is_intact(self) -> bool:
        """What is kept is what was handed over."""
        return self.digest == self.digest_of(self.content)


class RegisterDelivery(models.Model):
    """That a provider's registers make themselves every night, in which format, and whether they go by e-mail."""

    class Format(models.TextChoices):
        SMART = "smart", "smart, UTF-8"
        SBER = "sber", "Сбер, Windows-1251"

    provider = models.OneToOneField(
        Provider, models.PROTECT, related_name="register_delivery", verbose_name="поставщик"
    )
    format = models.CharField("формат", max_length=10, choices=Format, default=Format.SMART)
    # The first day whose register is delivered.
    since_date = models.DateField("первый день", help_text="реестры за этот день и следующие")
    address = models.EmailField("e-mail поставщика", blank=True, help_text="пусто – файлом в папку REGISTER_DIR")
    # Waits for a second person; until then registers go where they went, and those of a new row nowhere.
    next_address = models.EmailField("новый e-mail ждёт одобрения", blank=True)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = "доставка реестров"
        verbose_name_plural = "доставка реестров"

    def __str__(self) -> str:
        return f"{self.provider} {self.format}"


class PaymentRegisterCopy(models.Model):
    """The same register in another format, as it was first handed over. Never changed."""

    register = models.ForeignKey(PaymentRegister, models.PROTECT, related_name="copies")
    format = models.CharField(max_length=10)
    content = models.TextField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["register", "format"], name="payment_register_copy_once")]

    def __str__(self) -> str:
        return f"{self.register} {self.format}"

    @property
    def is_intact(self) -> bool:
        """What is kept is what was handed over."""
        return self.digest == PaymentRegister.digest_of(self.content)


class Payout(models.Model):
    """That the money of a register reached the provider, by the bank's statement; one register is paid once."""

    register = models.OneToOneField(PaymentRegister, models.PROTECT, related_name="payout")
    # The sums of the operations without fees, refunds taken off.
    amount = models.BigIntegerField()
    document_number = models.CharField(max_length=20)
    paid_date = models.DateField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"п/п {self.document_number} от {self.paid_date:%d.%m.%Y}"


class PaymentRegisterLine(models.Model):
    """A payment, or one of its refunds, in the only register that it will ever be in."""

    register = models.ForeignKey(PaymentRegister, models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="register_lines")
    # Null where the line is the payment itself.
    refund = models.OneToOneField(Refund, models.PROTECT, null=True, related_name="register_line")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["payment"], condition=Q(refund=None), name="payment_register_once"),
        ]

    def __str__(self) -> str:
        return f"{self.payment_id} {self.refund_id or ''}".strip()

"""What messages may cost, and whom we must not write to."""

from django.core.exceptions import ValidationError
from django.db import models

from notifications import addresses
from notifications.models.message import Channel


class Spending(models.Model):
    """What the SMS of one Moscow day have cost, in kopecks."""

    day = models.DateField("день", unique=True)
    kopecks = models.PositiveBigIntegerField("копеек", default=0)

    class Meta:
        verbose_name = "расход на SMS"
        verbose_name_plural = "расходы на SMS"

    def __str__(self) -> str:
        return f"{self.day}: {self.kopecks}"


class BlacklistSource(models.TextChoices):
    """Who says that an address is not to be written to."""

    STAFF = "STAFF", "сотрудник"
    BOUNCE = "BOUNCE", "не существует"


class BlacklistedAddress(models.Model):
    """A phone or mailbox that gets nothing, and why; without `until` for ever.

    What staff forbade stops everything; what bounced does not stop codes, since a provider may be wrong.
    """

    channel = models.CharField("канал", max_length=5, choices=Channel.choices)
    address = models.CharField("адрес", max_length=254)
    source = models.CharField(
        "кто сказал", max_length=6, choices=BlacklistSource.choices, default=BlacklistSource.STAFF
    )
    reason = models.CharField("причина", max_length=200)
    created_at = models.DateTimeField("когда", auto_now_add=True)
    until = models.DateTimeField("до", null=True, blank=True)

    class Meta:
        verbose_name = "адрес в чёрном списке"
        verbose_name_plural = "чёрный список"
        constraints = [models.UniqueConstraint(fields=["channel", "address"], name="blacklisted_once")]

    def __str__(self) -> str:
        return f"BlacklistedAddress {self.pk}"

    def clean(self) -> None:
        """As messages have it, however it was typed: another spelling would stop nothing."""
        if self.channel == Channel.EMAIL:
            self.address = self.address.strip().lower()
            return
        self.address = addresses.as_kept(self.address)
        if not addresses.RUSSIAN_MOBILE.fullmatch(self.address):
            raise ValidationError({"address": "Введите номер мобильного телефона: +7 и десять цифр"})

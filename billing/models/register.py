"""Registers of bills that were taken in, and the services that bills name."""

from django.db import models
from django.db.models import Q

from billing.models.provider import Provider


class BillRegister(models.Model):
    """A file of bills that was taken in; the digest is of its bytes."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="registers", verbose_name="поставщик")
    period = models.DateField()
    issued_date = models.DateField()
    # Its number in the month, where the format has one.
    sequence = models.PositiveIntegerField(default=0)
    digest = models.CharField("отпечаток SHA-256", max_length=64, unique=True)
    file_name = models.CharField("файл", max_length=250, blank=True)
    bills = models.PositiveIntegerField("счетов")
    rows = models.PositiveIntegerField("строк")
    total = models.BigIntegerField()
    imported_at = models.DateTimeField()
    # Null until the residents have been told of its bills.
    announced_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "реестр начислений"
        verbose_name_plural = "реестры начислений"
        indexes = [
            models.Index(fields=["provider", "period", "-issued_date"], name="register_last_issued"),
            models.Index(fields=["id"], condition=Q(announced_at=None), name="register_untold"),
        ]

    def __str__(self) -> str:
        return f"{self.provider}, {self.period:%m.%Y}"


class RegisterImport(models.Model):
    """One try to take a file in: the journal of imports, refused ones too."""

    class Result(models.TextChoices):
        ACCEPTED = "ACCEPTED", "загружен"
        REPEATED = "REPEATED", "уже был загружен"
        REFUSED = "REFUSED", "не принят"

    started_at = models.DateTimeField("когда", db_index=True)
    by = models.CharField("кто", max_length=100, blank=True)
    file_name = models.CharField("файл", max_length=250, blank=True)
    digest = models.CharField("отпечаток SHA-256", max_length=64, blank=True)
    format = models.CharField("формат", max_length=20, blank=True)
    result = models.CharField("итог", max_length=10, choices=Result)
    # Why it was refused: the first mistakes with their places.
    reason = models.TextField("причина", blank=True)
    register = models.ForeignKey(BillRegister, models.PROTECT, null=True, related_name="+", verbose_name="реестр")
    new = models.PositiveIntegerField("новых счетов", default=0)
    changed = models.PositiveIntegerField("изменённых", default=0)
    unchanged = models.PositiveIntegerField("без изменений", default=0)

    class Meta:
        verbose_name = "загрузка реестра"
        verbose_name_plural = "загрузки реестров"

    def __str__(self) -> str:
        return self.file_name


class BillService(models.Model):
    """A service as bills name it; never edited or deleted, because charges point here."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="services")
    name = models.CharField(max_length=200)
    unit = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "name", "unit"], name="service_provider_name_unit")]

    def __str__(self) -> str:
        return self.name

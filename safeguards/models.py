"""The counters behind every «so many a day», and the journal of what staff and commands did."""

from typing import Any, Never

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models

MAX_ACTION_LENGTH, MAX_WHO_LENGTH, MAX_TARGET_LENGTH, MAX_WHY_LENGTH = 40, 60, 120, 200
DIGEST_LENGTH = 64


class Throttle(models.Model):
    """How often something happened since its window opened; the key is an HMAC, so that no phone stands here."""

    scope = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    opened_at = models.DateTimeField()
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="throttle_scope_key")]
        indexes = [models.Index(fields=["opened_at"], name="throttle_opened_at")]

    def __str__(self) -> str:
        return f"{self.scope}: {self.used}"


class Pace(models.Model):
    """When the next turn at something is free, in microseconds since 1970."""

    name = models.CharField(max_length=40, unique=True)
    free_at = models.BigIntegerField()

    def __str__(self) -> str:
        return self.name


class Append(models.QuerySet["JournalEntry"]):
    """Rows that are added and read, never changed, never deleted."""

    def update(self, **_fields: Any) -> Never:
        """Never."""
        raise TypeError("the journal is never changed")

    def delete(self) -> Never:
        """Never."""
        raise TypeError("the journal is never deleted from")


class JournalEntry(models.Model):
    """One deed: who, when, from where, what, whose, why, masked before and after; chained to the row before it.

    People stand here by uuid, so that erasing one of them leaves the chain whole and the journal without a name.
    """

    number = models.PositiveBigIntegerField(unique=True)
    at = models.DateTimeField()
    who_uuid = models.UUIDField(null=True)
    who = models.CharField(max_length=MAX_WHO_LENGTH, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    action = models.CharField(max_length=MAX_ACTION_LENGTH)
    whose_uuid = models.UUIDField(null=True)
    target = models.CharField(max_length=MAX_TARGET_LENGTH, blank=True, default="")
    why = models.CharField(max_length=MAX_WHY_LENGTH, blank=True, default="")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    previous = models.CharField(max_length=DIGEST_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH)

    objects = Append.as_manager()

    class Meta:
        verbose_name = "запись журнала"
        verbose_name_plural = "журнал"
        indexes = [
            models.Index(fields=["whose_uuid", "-number"], name="journal_whose"),
            models.Index(fields=["who_uuid", "-number"], name="journal_who"),
            models.Index(fields=["target", "-number"], name="journal_target"),
        ]

    def __str__(self) -> str:
        return f"№ {self.number}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that stands already is history."""
        if not self._state.adding:
            raise TypeError("the journal is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        """Never."""
        raise TypeError("the journal is never deleted from")


class JournalHead(models.Model):
    """The one row that says where the journal ends, sealed: whoever cuts the tail off cannot seal an earlier end."""

    number = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=DIGEST_LENGTH)
    seal = models.CharField(max_length=DIGEST_LENGTH, blank=True, default="")

    def __str__(self) -> str:
        return f"№ {self.number}"

"""The counters behind every «so many a day»."""

from django.db import models


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

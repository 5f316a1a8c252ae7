"""Browsers that are known, logins that stand open, operators of numbers."""

import uuid

from django.conf import settings
from django.db import models

from accounts.models.user import DIGEST_LENGTH


class KnownDevice(models.Model):
    """A browser that its owner has logged in with: strangers' failures elsewhere do not lock it out."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="known_devices")
    device_hmac = models.CharField(max_length=DIGEST_LENGTH)
    created_at = models.DateTimeField()
    last_login_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "device_hmac"], name="known_device_user_device")]

    def __str__(self) -> str:
        return f"KnownDevice {self.pk}"


class ResidentSession(models.Model):
    """One login of one person, as «Активные сеансы» lists it; the session itself carries the UUID."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60)
    network = models.CharField(max_length=20, blank=True, default="")
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="resident_session_user")]

    def __str__(self) -> str:
        return f"ResidentSession {self.pk}"


class NumberRange(models.Model):
    """Mobile numbers of ten digits that were given to one operator, both ends included."""

    first = models.BigIntegerField(db_index=True)
    last = models.BigIntegerField()
    operator = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"

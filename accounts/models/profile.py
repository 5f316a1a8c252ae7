"""What a resident tells of himself, and the changes of it that wait for his one-time password."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from safeguards.encrypted import EncryptedField


class Profile(models.Model):
    """What a resident tells of himself when he likes to: encrypted as a whole, gone with one row."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="profile")
    middle_name = EncryptedField(null=True)
    address = EncryptedField(null=True)
    passport_series = EncryptedField(null=True)
    passport_number = EncryptedField(null=True)
    passport_issuer = EncryptedField(null=True)
    passport_issue_date = EncryptedField(null=True)
    inn = EncryptedField(null=True)
    snils = EncryptedField(null=True)
    oms = EncryptedField(null=True)
    birth_date = EncryptedField(null=True)
    sex = EncryptedField(null=True)
    postal_address = EncryptedField(null=True)
    home_phone = EncryptedField(null=True)

    def __str__(self) -> str:
        return f"Profile {self.pk}"


class ProfileAction(models.TextChoices):
    """What a one-time password lets a resident do with his personal data."""

    SAVE = "SAVE", "Изменение личных данных"
    DELETE = "DELETE", "Удаление личных данных"
    REVEAL = "REVEAL", "Показ личных данных"


class ProfileChange(models.Model):
    """What a resident wants to do with his personal data and has not confirmed yet."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    action = models.CharField(max_length=6, choices=ProfileAction.choices)
    document = models.CharField(max_length=20, blank=True, default="")
    values = EncryptedField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.action} {self.pk}"

    def is_over(self, now: datetime) -> bool:
        """Done, given up for another one, or out of time."""
        return self.ended_at is not None or self.expires_at <= now

"""Registrations and password resets under way, and what was agreed to."""

import uuid

from django.conf import settings
from django.db import models

from accounts.models.user import MAX_NAME_LENGTH, MAX_PHONE_LENGTH
from safeguards.encrypted import EncryptedField


class PendingRegistration(models.Model):
    """Somebody who filled the form in and has not typed the code yet: no phone is taken by that.

    Its session alone knows its UUID, and so it is nobody else's.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone = models.CharField(max_length=MAX_PHONE_LENGTH)
    first_name = models.CharField(max_length=MAX_NAME_LENGTH)
    last_name = models.CharField(max_length=MAX_NAME_LENGTH)
    email = models.EmailField()
    code_word = EncryptedField(null=True)
    password = models.CharField(max_length=128)
    agreement_version = models.CharField(max_length=20)
    personal_data_version = models.CharField(max_length=20)
    marketing_version = models.CharField(max_length=20, blank=True, default="")
    ip = models.GenericIPAddressField()
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = "незавершённая регистрация"

    def __str__(self) -> str:
        return f"PendingRegistration {self.pk}"


class PasswordReset(models.Model):
    """Somebody who forgot the password of a phone, as he says; `confirmed_at` once he has typed the code of its SMS.

    Its session alone knows its UUID. A phone without a cabinet has such rows as well, never confirmed.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone = models.CharField(max_length=MAX_PHONE_LENGTH, db_index=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    confirmed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"PasswordReset {self.pk}"


class ConsentKind(models.TextChoices):
    """What a person agreed to; the law wants each of them apart."""

    AGREEMENT = "AGREEMENT", "Соглашение об использовании Системы А3"
    PERSONAL_DATA = "PERSONAL_DATA", "обработка персональных данных"
    MARKETING = "MARKETING", "информация об акциях по SMS"


class Consent(models.Model):
    """That a person agreed, to which version of which text, when and from where."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="consents")
    kind = models.CharField(max_length=13, choices=ConsentKind.choices)
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    ip = models.GenericIPAddressField()

    def __str__(self) -> str:
        return f"{self.kind} {self.version}"

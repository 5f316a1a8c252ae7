"""People and what they tell of themselves: registrations, consents, one-time passwords, devices, sessions."""

import uuid
from datetime import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.utils import timezone

from accounts import phones
from safeguards.encrypted import EncryptedField

MAX_PHONE_LENGTH = 16
MAX_NAME_LENGTH = 60
MAX_CODE_WORD_LENGTH = 60
DIGEST_LENGTH = 64
MAX_REASON_LENGTH = 200


class UserManager(BaseUserManager["User"]):
    """Makes people; the phone is their login."""

    def create_user(self, phone: str | None, password: str | None = None, **fields: Any) -> "User":
        """Store a person; `phone` is E.164, `password` None makes an account that nobody can log in to."""
        user = self.model(phone=phone, **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, phone: str, password: str | None = None, **fields: Any) -> "User":
        """Store a person who may do everything on the staff site."""
        return self.create_user(phone, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(AbstractBaseUser, PermissionsMixin):
    """A resident or a member of the staff; erasure leaves the row without phone, names and words."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    phone = models.CharField(max_length=MAX_PHONE_LENGTH, unique=True, null=True, blank=True)
    first_name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True, default="")
    last_name = models.CharField(max_length=MAX_NAME_LENGTH, blank=True, default="")
    email = models.EmailField(blank=True, default="")
    email_confirmed_at = models.DateTimeField(null=True)
    code_word = EncryptedField(null=True)
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)
    sessions_version = models.PositiveIntegerField(default=0)
    last_visit_at = models.DateTimeField(null=True)
    previous_visit_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)

    objects = UserManager()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(phone__isnull=True) | Q(phone__startswith="+"), name="user_phone_e164"),
        ]

    def __str__(self) -> str:
        return f"User {self.pk}"

    @property
    def full_name(self) -> str:
        """«Иванов Иван», as the greeting has it."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def masked_phone(self) -> str:
        """«+7 916 ***-**-67»; empty for a person who was erased."""
        return phones.masked(self.phone) if self.phone else ""


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


class Purpose(models.TextChoices):
    """What a one-time password is for."""

    ACTIVATION = "ACTIVATION", "подтверждение регистрации"
    PASSWORD_CHANGE = "PASSWORD_CHANGE", "смена пароля"
    PASSWORD_RESET = "PASSWORD_RESET", "восстановление пароля"
    PAYMENT = "PAYMENT", "оплата"
    PROFILE = "PROFILE", "личные данные"
    BLOCKING = "BLOCKING", "блокировка"


class ConfirmationQuerySet(models.QuerySet["Confirmation"]):
    """The codes that a rule asks for."""

    def live(self, now: datetime) -> "ConfirmationQuerySet":
        """Neither used nor cancelled nor out of time; the tries may be over."""
        return self.filter(used_at=None, cancelled_at=None, expires_at__gt=now)


class Confirmation(models.Model):
    """A one-time password for one operation, as it was shown; the code and the phone stand here as HMACs only."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    subject = models.UUIDField()
    digest = models.CharField(max_length=DIGEST_LENGTH)
    code_hmac = models.CharField(max_length=DIGEST_LENGTH)
    phone_hmac = models.CharField(max_length=DIGEST_LENGTH)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    tries = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    objects = ConfirmationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(used_at__isnull=True) | Q(cancelled_at__isnull=True), name="confirmation_one_end"
            ),
        ]
        indexes = [models.Index(fields=["purpose", "subject", "-id"], name="confirmation_subject")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def tries_left(self) -> int:
        """How many codes may still be typed."""
        return max(0, settings.CONFIRMATION_TRIES - self.tries)


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


class NumberRange(models.Model):
    """Mobile numbers of ten digits that were given to one operator, both ends included."""

    first = models.BigIntegerField(db_index=True)
    last = models.BigIntegerField()
    operator = models.CharField(max_length=100)

    def __str__(self) -> str:
        return f"{self.first}-{self.last}"


class ResidentSession(models.Model):
    """One login of one person, as «Активные сеансы» lists it; the session itself carries the UUID."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="sessions")
    device = models.CharField(max_length=60)
    began_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["user", "-seen_at"], name="resident_session_user")]

    def __str__(self) -> str:
        return f"ResidentSession {self.pk}"


class BlockLink(models.Model):
    """«Это были не вы? Заблокируйте кабинет»: the link of one SMS; its token stands here as an HMAC only."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    token_hmac = models.CharField(max_length=DIGEST_LENGTH, unique=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"BlockLink {self.pk}"


class BlockAction(models.TextChoices):
    """What was done to a cabinet."""

    BLOCKED = "BLOCKED", "заблокирован"
    UNBLOCKED = "UNBLOCKED", "разблокирован"


class BlockSource(models.TextChoices):
    """Which door the word came in by."""

    CABINET = "CABINET", "житель, в кабинете"
    LINK = "LINK", "по ссылке из SMS"
    COMMAND = "COMMAND", "сотрудник, командой"


class BlockEvent(models.Model):
    """That a cabinet was blocked or unblocked: by whom, from where, when and why. Rows are added and never changed."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="block_events")
    action = models.CharField(max_length=9, choices=BlockAction.choices)
    source = models.CharField(max_length=7, choices=BlockSource.choices)
    who = models.CharField(max_length=60, blank=True, default="")
    ip = models.GenericIPAddressField(null=True)
    reason = models.CharField(max_length=MAX_REASON_LENGTH)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["user", "-id"], name="block_event_user")]

    def __str__(self) -> str:
        return f"BlockEvent {self.pk} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the row; one that stands already is history."""
        if not self._state.adding:
            raise TypeError("a BlockEvent is never changed")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> tuple[int, dict[str, int]]:
        """Never."""
        raise TypeError("a BlockEvent is never deleted")

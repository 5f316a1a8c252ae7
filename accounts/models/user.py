"""A person: a resident or a member of the staff."""

import time
import uuid
from secrets import randbits
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models import Q
from django.db.models.functions import Right
from django.utils import timezone

from accounts import phones
from accounts.folding import folded
from safeguards.encrypted import EncryptedField

MAX_PHONE_LENGTH = 16
MAX_NAME_LENGTH = 60
MAX_CODE_WORD_LENGTH = 60
DIGEST_LENGTH = 64


def uuid7() -> uuid.UUID:
    """The later the greater (RFC 9562, 5.7): what is kept in the order of people stands together on the disk."""
    milliseconds = time.time_ns() // 1_000_000
    return uuid.UUID(int=milliseconds << 80 | 7 << 76 | randbits(12) << 64 | 2 << 62 | randbits(62))


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

    uuid = models.UUIDField(default=uuid7, unique=True, editable=False)
    phone = models.CharField("телефон", max_length=MAX_PHONE_LENGTH, unique=True, null=True, blank=True)
    first_name = models.CharField("имя", max_length=MAX_NAME_LENGTH, blank=True, default="")
    last_name = models.CharField("фамилия", max_length=MAX_NAME_LENGTH, blank=True, default="")
    # The surname as it is searched; save() keeps it in step.
    surname_key = models.CharField(max_length=MAX_NAME_LENGTH, blank=True, default="", db_index=True, editable=False)
    email = models.EmailField("e-mail", blank=True, default="")
    email_confirmed_at = models.DateTimeField(null=True)
    code_word = EncryptedField(null=True)
    is_active = models.BooleanField("работает", default=True)
    is_staff = models.BooleanField(default=False)
    blocked_at = models.DateTimeField(null=True)
    sessions_version = models.PositiveIntegerField(default=0)
    last_visit_at = models.DateTimeField(null=True)
    previous_visit_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(default=timezone.now)
    erasure_asked_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True)

    objects = UserManager()

    USERNAME_FIELD = "phone"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = "сотрудник"
        verbose_name_plural = "сотрудники"
        permissions = [("serve_resident", "Вести карточку жителя"), ("see_overview", "Смотреть сводку")]
        # «…45-67»: a caller often knows no more of a number.
        indexes = [
            models.Index(Right("phone", 4), name="user_phone_end"),
            # Of a mailbox that does not exist: whose it is.
            models.Index(fields=["email"], name="user_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(phone__isnull=True) | Q(phone__startswith="+"), name="user_phone_e164"),
        ]

    def __str__(self) -> str:
        return f"User {self.pk}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the surname as it is searched beside the surname as it is written."""
        written = kwargs.get("update_fields")
        if written is None or "last_name" in written:
            self.surname_key = folded(self.last_name)[:MAX_NAME_LENGTH]
            if written is not None:
                kwargs["update_fields"] = {*written, "surname_key"}
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        """«Иванов Иван», as the greeting has it."""
        return f"{self.last_name} {self.first_name}".strip()

    @property
    def masked_phone(self) -> str:
        """«+7 916 ***-**-67»; empty for a person who was erased."""
        return phones.masked(self.phone) if self.phone else ""

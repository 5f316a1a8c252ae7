"""Blocking: links that do it without a login, and the journal."""

from typing import Any

from django.conf import settings
from django.db import models

from accounts.models.user import DIGEST_LENGTH

MAX_REASON_LENGTH = 200


class BlockLink(models.Model):
    """«Это были не вы? Заблокируйте кабинет»: the link of one message; its token stands here as an HMAC only.

    A link of nobody stands where a message said something else instead.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, null=True, related_name="+")
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
    STAFF = "STAFF", "сотрудник, по звонку"


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

"""Another login phone, while the caller has not yet read its code out."""

import uuid
from datetime import datetime

from django.conf import settings
from django.db import models

from accounts.models.user import MAX_PHONE_LENGTH


class PhoneChange(models.Model):
    """A number that a resident wants to log in with from now on; it is his when the code sent to it comes back."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    phone = models.CharField(max_length=MAX_PHONE_LENGTH)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"PhoneChange {self.pk}"

    def is_over(self, now: datetime) -> bool:
        """Too old to be finished."""
        return self.expires_at <= now

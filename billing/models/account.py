"""Personal accounts, and who has added them."""

import uuid

from django.conf import settings
from django.db import models

from billing.models.provider import Provider


class PersonalAccount(models.Model):
    """An account at a provider, whether or not a resident has added it."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="account_provider_number")]

    def __str__(self) -> str:
        return self.number


class AddedAccount(models.Model):
    """A resident's own mark on a personal account, under a name that he gave it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="added_accounts")
    account = models.ForeignKey(PersonalAccount, models.PROTECT, related_name="added")
    title = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "account"], name="added_account_once")]

    def __str__(self) -> str:
        return self.title

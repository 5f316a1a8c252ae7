"""Personal accounts, the codes that providers print for them, and who has added them."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from accounts.models import User
from billing import account_numbers
from billing.models.provider import Provider


class PersonalAccount(models.Model):
    """An account at a provider, whether or not a resident has added it."""

    provider = models.ForeignKey(Provider, models.PROTECT, related_name="accounts")
    number = models.CharField(max_length=40)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["provider", "number"], name="account_provider_number")]
        # The contact centre hears a number before it hears whose.
        indexes = [models.Index(fields=["number"], name="account_number")]

    def __str__(self) -> str:
        return self.number

    @property
    def shown_number(self) -> str:
        """The number as pages show it."""
        return account_numbers.shown(self.number)


class PrintedCode(models.Model):
    """The code that the provider prints on the bills of an account, folded as it is compared."""

    account = models.OneToOneField(PersonalAccount, models.CASCADE, primary_key=True, related_name="printed_code")
    code = models.CharField(max_length=40)

    def __str__(self) -> str:
        return f"{self.account_id}"


class AddedAccountQuerySet(models.QuerySet["AddedAccount"]):
    """Choices of added accounts."""

    def of(self, resident: User) -> Self:
        """All that he added, shown to him or still waiting for a proof."""
        return self.filter(resident=resident).select_related("account__provider")

    def opened(self) -> Self:
        """Those whose bills their residents may see and hear of: proven, or of a provider that asks for no proof."""
        asks_nothing = Q(account__provider__account_proof=Provider.AccountProof.NONE)
        return self.filter(asks_nothing | Q(proven_at__isnull=False))


class AddedAccount(models.Model):
    """A resident's own mark on a personal account, under a name that he gave it."""

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    resident = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="added_accounts")
    account = models.ForeignKey(PersonalAccount, models.PROTECT, related_name="added")
    title = models.CharField(max_length=60)
    created_at = models.DateTimeField()
    # When he showed that he holds a bill of it; null where the provider did not ask.
    proven_at = models.DateTimeField(null=True)

    objects = AddedAccountQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["resident", "account"], name="added_account_once")]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        """The same as opened() of one row: whether its bills may be seen."""
        return self.proven_at is not None or not self.account.provider.asks_for_proof

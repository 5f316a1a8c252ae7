"""What a payer may learn of an account that he has not added: that it exists, and at most «Сумма к оплате»."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from accounts.models import User
from billing import personal_accounts
from billing.models import AddedAccount, PersonalAccount, Provider
from billing.personal_accounts import TooManyTries
from safeguards import throttle
from safeguards.throttle import Limit

# More numbers than anybody pays for in an hour; what is due is told less often, to one payer and about one account.
NUMBERS = Limit("foreign-numbers", times=30, period=timedelta(hours=1))
DUES_TOLD = Limit("foreign-dues", times=10, period=timedelta(days=1))
ACCOUNTS_DUES_TOLD = Limit("foreign-dues-account", times=10, period=timedelta(days=1))


@dataclass(frozen=True)
class Found:
    """A number that can be paid to, and whether this payer may be told what is due there."""

    number: str
    shows_due: bool = False


def find(*, resident: User, provider: Provider, number: str, now: datetime) -> Found:
    """The number as the provider writes it; one's own accounts are not counted.

    Raises WrongNumber, UnknownAccount, TooManyMisses, TooManyTries. Call it outside transactions.
    """
    number = provider.read_number(number)
    own = AddedAccount.objects.of(resident).opened()
    if own.filter(account__provider=provider, account__number=number).exists():
        return Found(number)
    if not throttle.take(NUMBERS, str(resident.uuid), now):
        raise TooManyTries(throttle.retry_after(NUMBERS, str(resident.uuid), now))
    account = personal_accounts.look_up(resident=resident, provider=provider, number=number, now=now)
    return Found(number, account is not None and _may_be_told(resident, account, now))


def _may_be_told(resident: User, account: PersonalAccount, now: datetime) -> bool:
    """Where the provider allows it, until a limit is used up; then he types the sum."""
    return (
        account.provider.shows_due
        and throttle.take(DUES_TOLD, str(resident.uuid), now)
        and throttle.take(ACCOUNTS_DUES_TOLD, str(account.pk), now)
    )

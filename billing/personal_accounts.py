"""A resident's personal accounts: what he may learn about a number, adding, renaming, taking off."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from billing.models import AddedAccount, PersonalAccount, Provider
from notifications import messages, outbox
from safeguards import throttle
from safeguards.throttle import Limit

NEW_NUMBERS = Limit("account-numbers", times=10, period=timedelta(days=1))
MISSES = Limit("account-misses", times=5, period=timedelta(hours=1))
LONGEST_TITLE = 60


class UnknownAccount(Exception):
    """The provider has no such account."""


class AlreadyAdded(Exception):
    """The resident has added this account before."""


class NotProven(Exception):
    """The provider asks for a proof that the account is the resident's, and there is none."""


class TooManyTries(Exception):
    """A limit is used up; `retry_after` says for how long."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class TooManyMisses(TooManyTries):
    """Too many numbers that do not exist."""


class TooManyNumbers(TooManyTries):
    """Too many accounts added in a day."""


def confirm_number(*, resident: User, provider: Provider, number: str, now: datetime) -> str:
    """The number as the provider writes it, when it may be added; nothing else about the account is told.

    Raises WrongNumber, UnknownAccount, AlreadyAdded, TooManyMisses, TooManyNumbers. Call it outside transactions.
    """
    number = provider.read_number(number)
    wait = throttle.retry_after(NEW_NUMBERS, str(resident.uuid), now)
    if wait:
        raise TooManyNumbers(wait)
    account = look_up(resident=resident, provider=provider, number=number, now=now)
    if account is not None and AddedAccount.objects.filter(resident=resident, account=account).exists():
        raise AlreadyAdded
    return number


def look_up(*, resident: User, provider: Provider, number: str, now: datetime) -> PersonalAccount | None:
    """The account, or None where it may be one that nobody has used yet; guessing numbers is limited.

    Raises UnknownAccount, TooManyMisses. Call it outside transactions.
    """
    # Taken before the look-up, so that parallel guesses cannot outrun the count; a hit gives its place back.
    if not throttle.take(MISSES, str(resident.uuid), now):
        raise TooManyMisses(throttle.retry_after(MISSES, str(resident.uuid), now))
    account = PersonalAccount.objects.filter(provider=provider, number=number).first()
    if account is None and provider.account_check == Provider.AccountCheck.KNOWN:
        raise UnknownAccount
    throttle.give_back(MISSES, str(resident.uuid), now)
    return account


def add(
    *, resident: User, provider: Provider, number: str, title: str, now: datetime, is_proven: bool = False
) -> AddedAccount:
    """Add a confirmed number under the resident's own title, or under the number when he gave none.

    Those who hold the account already are told. Raises NotProven, UnknownAccount, AlreadyAdded, TooManyNumbers.
    Call it outside transactions.
    """
    if provider.asks_for_proof and not is_proven:
        raise NotProven
    if not throttle.take(NEW_NUMBERS, str(resident.uuid), now):
        raise TooManyNumbers(throttle.retry_after(NEW_NUMBERS, str(resident.uuid), now))
    try:
        with transaction.atomic():
            account = account_of(provider, number)
            added = AddedAccount.objects.create(
                resident=resident,
                account=account,
                title=_title(title, number),
                created_at=now,
                proven_at=now if is_proven else None,
            )
            _tell_holders(added, now)
            return added
    except IntegrityError:
        throttle.give_back(NEW_NUMBERS, str(resident.uuid), now)
        raise AlreadyAdded from None


def _tell_holders(added: AddedAccount, now: datetime) -> None:
    """By SMS, each at most once a day about one account; who has added it is not said."""
    holders = AddedAccount.objects.opened().filter(account=added.account, resident__is_active=True)
    holders = holders.filter(resident__blocked_at=None, resident__phone__isnull=False).exclude(pk=added.pk)
    for holder in holders.select_related("resident"):
        outbox.put(
            messages.ACCOUNT_ADDED_ELSEWHERE,
            address=holder.resident.phone or "",
            context={"number": added.account.number, "contact_centre": settings.CONTACT_CENTRE_PHONE},
            key=f"account-added:{holder.uuid}:{timezone.localdate(now)}",
            now=now,
            resident_uuid=holder.resident.uuid,
        )


def rename(*, added: AddedAccount, title: str) -> None:
    """Call it otherwise; without a title the number is one, as when it was added."""
    AddedAccount.objects.filter(pk=added.pk).update(title=_title(title, added.account.number))


def take_off(*, added: AddedAccount) -> None:
    """Show it to this resident no more; the account, its bills and his operations stay as they are."""
    AddedAccount.objects.filter(pk=added.pk).delete()


def _title(title: str, number: str) -> str:
    return " ".join(title.split()) or number


def account_of(provider: Provider, number: str) -> PersonalAccount:
    """The account; where the provider sends no list of them, its first use creates it. Raises UnknownAccount."""
    if provider.account_check == Provider.AccountCheck.PATTERN:
        return PersonalAccount.objects.get_or_create(provider=provider, number=number)[0]
    account = PersonalAccount.objects.filter(provider=provider, number=number).first()
    if account is None:
        raise UnknownAccount
    return account

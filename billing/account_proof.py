"""Proof that a personal account is the resident's: he knows what stands on its bills. Guesses are few."""

from datetime import datetime, timedelta

from django.utils.crypto import constant_time_compare

from accounts.models import User
from billing.lookalikes import folded
from billing.models import AddedAccount, Bill, BillVersion, PrintedCode, Provider
from billing.personal_accounts import TooManyTries
from safeguards import throttle
from safeguards.throttle import Limit

# A neighbour's guesses: three an hour for one who guesses, ten a day for one account whoever guesses.
RESIDENTS_MISSES = Limit("account-proof-resident", times=3, period=timedelta(hours=1))
ACCOUNTS_MISSES = Limit("account-proof-account", times=10, period=timedelta(days=1))
RECENT_BILLS = 3


class WrongProof(Exception):
    """The answer is not what stands on a recent bill; `left` more may be given."""

    def __init__(self, left: int) -> None:
        super().__init__(left)
        self.left = left


def check(*, resident: User, provider: Provider, number: str, answer: str, now: datetime) -> None:
    """Return when the answer (kopecks of a bill as text, or a code) is right. Raises WrongProof, TooManyTries.

    Call it outside transactions.
    """
    places = [(RESIDENTS_MISSES, str(resident.uuid)), (ACCOUNTS_MISSES, f"{provider.code}:{number}")]
    # Taken before the look-up, so that parallel guesses cannot outrun the count; a right answer gives its places back.
    for taken, (limit, key) in enumerate(places):
        if not throttle.take(limit, key, now):
            _give_back(places[:taken], now)
            raise TooManyTries(throttle.retry_after(limit, key, now))
    if not _is_right(provider, number, answer):
        raise WrongProof(min(limit.times - throttle.used(limit, key, now) for limit, key in places))
    _give_back(places, now)


def open_up(*, added: AddedAccount, now: datetime) -> None:
    """Show the bills of an account that was added before its provider asked for a proof; call it after check()."""
    AddedAccount.objects.filter(pk=added.pk).update(proven_at=now)


def _give_back(places: list[tuple[Limit, str]], now: datetime) -> None:
    for limit, key in places:
        throttle.give_back(limit, key, now)


def _is_right(provider: Provider, number: str, answer: str) -> bool:
    if provider.account_proof == Provider.AccountProof.BILL_SUM:
        right = _recent_sums(provider, number)
    else:
        codes = PrintedCode.objects.filter(account__provider=provider, account__number=number)
        right, answer = list(codes.values_list("code", flat=True)), folded(answer)
    # Every one is compared: the time tells nothing.
    matches = [constant_time_compare(answer, one) for one in right]
    return True in matches


def _recent_sums(provider: Provider, number: str) -> list[str]:
    """Of the newest bills and of the documents that they replaced: the paper at hand may be of before a correction."""
    bills = Bill.objects.filter(account__provider=provider, account__number=number).order_by("-period")[:RECENT_BILLS]
    totals = {bill.pk: bill.total for bill in bills}
    replaced = BillVersion.objects.filter(bill__in=list(totals)).values_list("total", flat=True)
    return [str(total) for total in [*totals.values(), *replaced] if total > 0]

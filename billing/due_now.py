"""«К оплате сейчас»: a resident's bills that one tap leads to paying, as ready rows in two queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.urls import reverse

from accounts.models import User
from billing.bills import period_words
from billing.models import AddedAccount, Bill
from billing.models.bill import BEGUN
from billing.money import roubles

MOST = 5


@dataclass(frozen=True)
class DueRow:
    """One bill to pay; every text as it is read. `key` tells its ids on the page from those of other rows."""

    key: int
    title: str
    provider: str
    period: str
    due: str
    is_overdue: bool
    pay_url: str


def rows(*, resident: User, today: date) -> list[DueRow]:
    """The newest unpaid bills of his accounts, without those that go as paid by his mark.

    Only the newest bill of an account and those that were begun can be due: older years are left alone.
    """
    newest = Bill.objects.filter(account=OuterRef("account")).order_by("-period").values("pk")[:1]
    opened = AddedAccount.objects.of(resident).opened().annotate(newest_bill=Subquery(newest))
    added: dict[int, Any] = {one.account_id: one for one in opened}
    standing = Q(pk__in=[one.newest_bill for one in added.values()]) | BEGUN
    unpaid = (
        Bill.objects.filter(standing, account__in=added).unpaid_for(resident).filter(total__gt=F("paid") + F("held"))
    )
    return [_row(bill, added[bill.account_id], today) for bill in unpaid.order_by("-period", "-id")[:MOST]]


def _row(bill: Bill, own: AddedAccount, today: date) -> DueRow:
    bill.account = own.account
    return DueRow(
        key=bill.pk,
        title=own.title,
        provider=own.account.provider.short_name,
        period=period_words(bill.period),
        due=roubles(bill.due),
        is_overdue=bill.is_overdue(today),
        pay_url=reverse("payments:bill-charges", args=[bill.uuid]),
    )

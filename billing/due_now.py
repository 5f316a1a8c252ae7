"""«К оплате сейчас»: a resident's bills that one tap leads to paying, as ready rows in one query."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.urls import reverse

from accounts.models import User
from billing.bills import period_words
from billing.models import AddedAccount, Bill
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
    """The newest unpaid bills of his accounts, without those that go as paid by his mark."""
    titles = AddedAccount.objects.filter(resident=resident, account=OuterRef("account")).values("title")[:1]
    unpaid = Bill.objects.visible_to(resident).unpaid_for(resident).filter(total__gt=F("paid") + F("held"))
    bills: Any = unpaid.annotate(own_title=Subquery(titles)).select_related("account__provider")
    return [
        DueRow(
            key=bill.pk,
            title=bill.own_title,
            provider=bill.account.provider.short_name,
            period=period_words(bill.period),
            due=roubles(bill.due),
            is_overdue=bill.is_overdue(today),
            pay_url=reverse("payments:bill-charges", args=[bill.uuid]),
        )
        for bill in bills.order_by("-period", "-id")[:MOST]
    ]

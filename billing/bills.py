"""«Счета к оплате» as a page shows it: groups of ready rows, in three queries however many bills there are."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from enum import Enum
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.urls import reverse

from accounts.models import User
from billing import accruals, dues, months
from billing.accruals import Chart
from billing.models import BEGUN, AddedAccount, Bill, BillEntry, BillQuerySet, BillStatus
from billing.money import Kopecks, roubles

# A year of one account.
PER_PAGE = 12
MOST_PAGES = 10_000
KIND = "Выставленный счёт"
LOOKS = {
    BillStatus.NOT_PAID: "due",
    BillStatus.PARTLY_PAID: "due",
    BillStatus.PROCESSING: "run",
    BillStatus.PAID: "ok",
    BillStatus.NO_DATA: "mute",
    BillStatus.CARRIED: "mute",
    BillStatus.OVERPAID: "ok",
}
NO_DATA_HINT = (
    "«Нет данных об оплате»: если Вы платили другим способом, здесь это не видно. Сверьте долг с последней квитанцией."
)
OTHERS_HINT = "Счёт оплачивается"
CORRECTED_HINT = "Исправлен поставщиком услуг"


class Tab(Enum):
    """The two tabs of the page, by the word in the address."""

    UNPAID = "unpaid"
    ALL = "all"


@dataclass(frozen=True)
class Span:
    """Dates of issue from … to …, both included; None leaves that end open."""

    start: date | None = None
    end: date | None = None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None

    def condition(self) -> Q:
        """The span as a condition on bills."""
        condition = Q()
        if self.start:
            condition &= Q(issued_date__gte=self.start)
        if self.end:
            condition &= Q(issued_date__lte=self.end)
        return condition


@dataclass(frozen=True)
class Tag:
    """A coloured word."""

    look: str
    word: str


MARKED = Tag("mute", "Отмечен как оплаченный")


@dataclass(frozen=True)
class Row:
    """One bill; every text as it is read. `key` tells its ids on the page from those of other rows."""

    key: int
    provider: str
    number: str
    title: str
    issued: str
    period: str
    total: str
    due: str
    is_muted: bool
    tags: list[Tag]
    hint: str
    charges_url: str
    pay_url: str
    operation_url: str
    mark_url: str
    unmark_url: str
    kind: str = KIND

    @property
    def has_action(self) -> bool:
        """Whether something stands in the last column."""
        return bool(self.pay_url or self.operation_url or self.mark_url or self.unmark_url)


@dataclass
class Group:
    """Bills of one provider; `unpaid` counts all his unpaid bills, whichever tab, period or page is shown."""

    title: str
    unpaid: int
    rows: list[Row]
    hint: str = ""


@dataclass(frozen=True)
class BillList:
    """What the page shows; `titles` are the accounts it is about, `waiting` those that he has yet to prove."""

    titles: list[str]
    waiting: list[AddedAccount]
    groups: list[Group]
    page: "Page[Bill]"
    chart: Chart | None


def period_words(period: date) -> str:
    """«за июнь 2017»."""
    return f"за {months.name(period)}"


def for_resident(
    *, resident: User, tab: Tab, span: Span, today: date, page: str = "", account: UUID | None = None
) -> BillList:
    """The resident's bills, newest first within a provider; `account` is the UUID of one account that he added.

    What it costs does not grow with the years of bills behind those shown.
    """
    every = _added(resident, account, tab, span, page)
    added = [one for one in every if one.is_open]
    places = [one.account_id for one in added]
    order = ("account__provider__category__position", "account__provider__position", "account__provider")
    bills = _of_tab(added, tab, span, resident).order_by(*order, "-period", "-id")
    pages = Paginator(_with_own_operations(bills, resident), PER_PAGE)
    # Counted together with the accounts: the paginator need not ask again.
    pages.count = sum(one.shown for one in added)
    shown = pages.get_page(page)
    newest = max((one.newest for one in added if one.newest), default=None)
    chart = accruals.chart(accounts=places, newest=newest)
    groups = _groups(added, list(shown.object_list), today)
    waiting = [one for one in every if not one.is_open]
    return BillList([one.title for one in added], waiting, groups, shown, chart)


def _added(resident: User, account: UUID | None, tab: Tab, span: Span, page: str) -> list[Any]:
    """His accounts, each with how many of its bills are to be shown and are unpaid, and how far back to look."""
    added = AddedAccount.objects.of(resident)
    if account is not None:
        added = added.filter(uuid=account)
    bills = Bill.objects.filter(account=OuterRef("account"))
    newest_first = bills.order_by("-period")
    within = bills.filter(span.condition())
    last = _rows_before_end_of(page)
    return list(
        added.annotate(
            newest=Subquery(newest_first.values("period")[:1]),
            newest_bill=Subquery(newest_first.values("pk")[:1]),
            oldest_needed=Subquery(newest_first.values("period")[last - 1 : last]),
            unpaid=_unpaid(bills, resident),
            shown=_unpaid(within, resident) if tab is Tab.UNPAID else _count(within),
        ).order_by("id")
    )


def _unpaid(bills: BillQuerySet, resident: User) -> Combinable:
    """How many of these are unpaid in his view: those begun, by a small index, and the newest, by its key."""
    # Of the added account, two levels up: named of the bill itself, it would be sought anew for every bill.
    newest = Bill.objects.filter(account=OuterRef(OuterRef("account"))).order_by("-period").values("pk")[:1]
    fresh = bills.filter(pk=newest, held=0, paid=0)
    return _count(bills.filter(BEGUN).unpaid_for(resident)) + _count(fresh.unpaid_for(resident))


def _rows_before_end_of(page: str) -> int:
    """How many rows of one account this page and those before it can have at most."""
    try:
        number = int(page)
    except ValueError:
        number = 1
    # A page before the first or beyond the last is answered with the last one.
    return PER_PAGE * (number if 0 < number < MOST_PAGES else MOST_PAGES)


def _of_tab(added: list[Any], tab: Tab, span: Span, resident: User) -> BillQuerySet:
    """Bills of these accounts, which are open to him; of «Все» no older ones than the page can reach."""
    bills = Bill.objects.filter(span.condition(), account__in=[one.account_id for one in added])
    if tab is Tab.UNPAID:
        return bills.filter(Q(pk__in=[one.newest_bill for one in added]) | BEGUN).unpaid_for(resident)
    if not span:
        within = [Q(account=one.account_id, period__gte=one.oldest_needed or date.min) for one in added]
        bills = bills.filter(reduce(or_, within, Q()))
    return bills.with_newest().with_mark_of(resident)


def _count(bills: BillQuerySet) -> Coalesce:
    """By the account: a column of the index, so that the rows themselves are left alone."""
    of_account = bills.order_by().values("account")
    return Coalesce(Subquery(of_account.annotate(number=Count("account")).values("number")), 0)


def _groups(added: list[Any], bills: list[Any], today: date) -> list[Group]:
    """Rows under the heading of their provider, in the order they come."""
    by_account = {one.account_id: one for one in added}
    unpaid = Counter[int]()
    for one in added:
        unpaid[one.account.provider_id] += one.unpaid
    groups: dict[int, Group] = {}
    for bill in bills:
        own = by_account[bill.account_id]
        bill.account = own.account
        provider = own.account.provider
        group = groups.setdefault(provider.pk, Group(provider.short_name, unpaid[provider.pk], []))
        if bill.status == BillStatus.NO_DATA and not bill.goes_as_paid:
            group.hint = NO_DATA_HINT
        group.rows.append(_row(bill, own, today))
    return list(groups.values())


def _with_own_operations(bills: BillQuerySet, resident: User) -> BillQuerySet:
    """Learn the resident's operation that goes on and the last that paid; anybody else's stay unknown."""
    own = BillEntry.objects.filter(bill=OuterRef("pk"), resident=resident)
    ended = BillEntry.objects.filter(operation=OuterRef("operation"), kind__in=dues.ENDS)
    live = own.filter(~Exists(ended), kind=BillEntry.Kind.HOLD).order_by("id")
    settled = own.filter(kind=BillEntry.Kind.SETTLE).order_by("-id")
    return bills.annotate(
        own_live=Subquery(live.values("operation")[:1]), own_settled=Subquery(settled.values("operation")[:1])
    )


def _row(bill: Any, own: AddedAccount, today: date) -> Row:
    is_muted = bill.goes_as_paid or bill.status in {BillStatus.NO_DATA, BillStatus.CARRIED}
    link = _operation(bill)
    charges_url = reverse("payments:bill-charges", args=[bill.uuid])
    mark_url = reverse("billing:bill-mark", args=[bill.uuid])
    return Row(
        key=bill.pk,
        provider=own.account.provider.short_name,
        number=own.account.number,
        title="" if own.title == own.account.number else own.title,
        issued=f"{bill.issued_date:%d.%m.%Y}",
        period=period_words(bill.period),
        total=roubles(Kopecks(bill.total)),
        due=roubles(Kopecks(bill.total) if is_muted else bill.due),
        is_muted=is_muted,
        tags=_tags(bill, today),
        hint=_hint(bill, link),
        charges_url=charges_url,
        pay_url=charges_url if bill.is_payable and not bill.goes_as_paid else "",
        operation_url=reverse("payments:detail", args=[link]) if link else "",
        mark_url=mark_url if bill.is_markable and not bill.goes_as_paid else "",
        unmark_url=mark_url if bill.goes_as_paid else "",
    )


def _hint(bill: Bill, link: UUID | None) -> str:
    if bill.goes_as_paid:
        return bill.mark_reason or ""
    if bill.held and link is None:
        return OTHERS_HINT
    return CORRECTED_HINT if bill.version > 1 else ""


def _tags(bill: Bill, today: date) -> list[Tag]:
    if bill.goes_as_paid:
        return [MARKED]
    status = bill.status
    word = f"{status.label} {roubles(bill.overpaid)}" if status == BillStatus.OVERPAID else str(status.label)
    tags = [Tag(LOOKS[status], word)]
    if bill.is_overdue(today):
        tags.append(Tag("bad", "Просрочен"))
    if bill.held and status != BillStatus.PROCESSING:
        tags.append(Tag("run", f"{roubles(Kopecks(bill.held))} в обработке"))
    return tags


def _operation(bill: Any) -> UUID | None:
    """The operation to look at: the one that is going on, else the one that paid the bill."""
    link: UUID | None = bill.own_live if bill.held else bill.own_settled if bill.status == BillStatus.PAID else None
    return link


def check_counters(*, among: BillQuerySet | None = None) -> list[UUID]:
    """Bills, of all or of these, whose `paid` or `held` is not the sum of their entries; there must be none."""
    kind = BillEntry.Kind
    moved = {name: Coalesce(Sum("entries__kopecks", filter=Q(entries__kind=name)), 0) for name in kind.values}
    wrong = (
        (Bill.objects.all() if among is None else among)
        .alias(
            held_by_entries=moved[kind.HOLD] - moved[kind.SETTLE] - moved[kind.RELEASE],
            paid_by_entries=moved[kind.SETTLE] + moved[kind.CREDIT] - moved[kind.REVERSE],
        )
        .exclude(held=F("held_by_entries"), paid=F("paid_by_entries"))
    )
    return list(wrong.values_list("uuid", flat=True))

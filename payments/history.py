"""«История операций»: a resident's own operations, newest first, as ready rows; three queries whatever is asked.

Counting, filtering and turning pages read one index (payment_history); rows are read for the page alone. Exact page
numbers end where more operations lie than anybody leafs through, older ones follow by the place of the last one seen.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import cast

from django.core.paginator import Page, Paginator
from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing.money import roubles
from payments import cards
from payments.models import Payment, PaymentQuerySet
from payments.shown import TAGS, moment

ON_A_PAGE = 15
WITHIN_REACH = 1000

_PLACE = re.compile(r"(?P<micros>[0-9]{1,17})-(?P<id>[0-9]{1,18})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# When it was confirmed, and its number: the order of the history.
Key = tuple[datetime, int]


@dataclass(frozen=True)
class Wanted:
    """What the filters ask for; days are Moscow's, both included; an empty value asks for nothing."""

    start: date | None = None
    end: date | None = None
    method: str = ""
    outcome: str = ""
    provider: str = ""
    channel: str = ""

    def condition(self) -> Q:
        """The same as a condition on payments."""
        condition = Q()
        if self.start:
            condition &= Q(submitted_at__gte=_midnight(self.start))
        if self.end:
            condition &= Q(submitted_at__lt=_midnight(self.end + timedelta(days=1)))
        if self.method:
            brand, _, last_four = self.method.rpartition("-")
            condition &= Q(card_brand=brand, card_last_four=last_four)
        equal = {"outcome": self.outcome, "provider": self.provider, "channel": self.channel}
        return condition & Q(**{name: value for name, value in equal.items() if value})


@dataclass(frozen=True)
class Overview:
    """What the filters can offer: values and their words, from his own operations alone."""

    first_day: date | None
    methods: list[tuple[str, str]]
    providers: list[tuple[str, str]]
    channels: list[tuple[str, str]]


@dataclass(frozen=True)
class Operation:
    """One row of the history, ready to be read."""

    at: str
    card: str
    provider: str
    channel: str
    total: str
    status: str
    tag: str
    number: int
    url: str


@dataclass(frozen=True)
class Found:
    """The operations of one page; `older` is the place after which still older ones follow, empty at the end."""

    operations: list[Operation]
    page: "Page[Key] | None"
    older: str


def overview(*, resident: User) -> Overview:
    """The ways, providers and channels that his operations ever had, and the day of the first."""
    kinds = list(
        _of(resident)
        .order_by()
        .values_list("card_brand", "card_last_four", "provider", "provider__short_name", "channel")
        .annotate(first=Min("submitted_at"))
    )
    first = min((kind[-1] for kind in kinds), default=None)
    return Overview(
        first_day=timezone.localdate(first) if first else None,
        methods=_choices((f"{brand}-{last_four}", card_words(brand, last_four)) for brand, last_four, *_ in kinds),
        providers=_choices((str(kind[2]), kind[3]) for kind in kinds),
        channels=_choices((kind[4], kind[4]) for kind in kinds),
    )


def card_words(brand: str, last_four: str) -> str:
    """«VISA (***0551)», or that it was a card."""
    return cards.mask(brand=brand, last_four=last_four)


def page(*, resident: User, wanted: Wanted, providers: dict[str, str], number: str = "", after: str = "") -> Found:
    """A page by its number (one out of range is the nearest), or what is older than the place `after`."""
    chosen = _of(resident).filter(wanted.condition())
    place = _read_place(after)
    if place is not None:
        operations, older = _older(chosen, place)
        return Found(_rows(operations, providers), None, older)
    keys = cast(list[Key], list(chosen.values_list("submitted_at", "pk")[: WITHIN_REACH + 1]))
    found = Paginator(keys[:WITHIN_REACH], ON_A_PAGE).get_page(number)
    shown = list(found.object_list)
    operations = list(chosen.filter(_from(shown[0]))[: len(shown)]) if shown else []
    is_last_in_reach = len(keys) > WITHIN_REACH and not found.has_next()
    return Found(_rows(operations, providers), found, _place(shown[-1]) if is_last_in_reach else "")


def _of(resident: User) -> PaymentQuerySet:
    return Payment.objects.of(resident).submitted().order_by("-submitted_at", "-id")


def _older(chosen: PaymentQuerySet, place: Key) -> tuple[list[Payment], str]:
    found = list(chosen.filter(_from(place)).exclude(pk=place[1])[: ON_A_PAGE + 1])
    shown = found[:ON_A_PAGE]
    return shown, _place((_at(shown[-1]), shown[-1].pk)) if len(found) > ON_A_PAGE else ""


def _from(key: Key) -> Q:
    """The operation at the place and all that follow; the first condition alone bounds the reading."""
    at, number = key
    return Q(submitted_at__lte=at) & (Q(submitted_at__lt=at) | Q(pk__lte=number))


def _place(key: Key) -> str:
    at, number = key
    return f"{(at - _EPOCH) // timedelta(microseconds=1)}-{number}"


def _read_place(text: str) -> Key | None:
    """The place as an address tells it; None when it is none, for addresses are typed and cut."""
    found = _PLACE.fullmatch(text)
    return (_EPOCH + timedelta(microseconds=int(found["micros"])), int(found["id"])) if found else None


def _rows(payments: Sequence[Payment], providers: dict[str, str]) -> list[Operation]:
    root = reverse("payments:history")
    return [
        Operation(
            at=moment(_at(payment)),
            card=payment.card,
            # Empty for the first one to a provider when it came between two queries of this page.
            provider=providers.get(str(payment.provider_id), ""),
            channel=payment.channel,
            total=roubles(payment.total),
            status=payment.public_status,
            tag=TAGS[payment.public_status],
            number=payment.number,
            url=f"{root}{payment.uuid}/",
        )
        for payment in payments
    ]


def _at(payment: Payment) -> datetime:
    return payment.submitted_at or payment.created_at


def _choices(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted(set(pairs), key=lambda pair: pair[1])


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))

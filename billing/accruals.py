"""«Начисления по месяцам»: what was asked for each of thirteen months, by the month of accrual and not of issue."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Sum

from billing import months
from billing.models import Bill
from billing.money import Kopecks, roubles

# A year and the month to compare with.
SHOWN = 13
# From ten thousand roubles on the bars are labelled in thousands.
THOUSANDS_FROM = 10_000_00


@dataclass(frozen=True)
class Bar:
    """A month: `height` of a hundred, everything else as it is read."""

    month: str
    short: str
    label: str
    total: str
    height: int
    is_last: bool

    @property
    def top(self) -> int:
        """Where the bar begins, counted from above."""
        return 100 - self.height


@dataclass(frozen=True)
class Chart:
    """The bars, oldest first; `comparison` is empty where the last two months cannot be compared."""

    bars: list[Bar]
    unit: str
    comparison: str


def chart(*, accounts: Collection[int], newest: date | None) -> Chart | None:
    """The year that ends with the newest month; nothing when there are fewer than two months to look at."""
    if newest is None:
        return None
    found = Bill.objects.filter(account__in=accounts, period__gt=months.before(newest, months=SHOWN))
    asked = {
        period: (total, bills)
        for period, total, bills in found.values("period")
        .annotate(sum=Sum("total"), bills=Count("id"))
        .values_list("period", "sum", "bills")
    }
    if len(asked) < 2:
        return None
    shown = [month for back in range(SHOWN) if (month := months.before(newest, months=back)) >= min(asked)]
    highest = max(total for total, _ in asked.values())
    in_thousands = highest >= THOUSANDS_FROM
    bars = [_bar(month, asked.get(month), highest, in_thousands, month == newest) for month in reversed(shown)]
    return Chart(bars, "тыс. ₽" if in_thousands else "₽", _comparison(asked, newest))


def _bar(month: date, asked: tuple[int, int] | None, highest: int, in_thousands: bool, is_last: bool) -> Bar:
    if asked is None:
        return Bar(months.name(month), months.short(month), "–", "нет счёта", 0, is_last)
    total = asked[0]
    height = max(0, total) * 100 // max(1, highest)
    label = _label(total, in_thousands)
    return Bar(months.name(month), months.short(month), label, roubles(Kopecks(total)), height, is_last)


def _label(kopecks: int, in_thousands: bool) -> str:
    if not in_thousands:
        return str((kopecks + 50) // 100)
    tenths = (abs(kopecks) + 50_00) // 100_00
    return f"{'-' if kopecks < 0 else ''}{tenths // 10},{tenths % 10}"


def _comparison(asked: dict[date, tuple[int, int]], newest: date) -> str:
    """Only of months for which equally many bills have come: half of them would look like a saving."""
    previous = months.before(newest)
    if previous not in asked or asked[previous][1] != asked[newest][1]:
        return ""
    change = asked[newest][0] - asked[previous][0]
    then = months.within(previous, seen_from=newest)
    if not change:
        return f"За {months.name(newest)} столько же, сколько {then}"
    way = "больше" if change > 0 else "меньше"
    return f"За {months.name(newest)} на {roubles(Kopecks(abs(change)))} {way}, чем {then}"

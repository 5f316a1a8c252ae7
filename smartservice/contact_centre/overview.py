"""«Сводка»: payments by hour and by day as bars with tables, and how the bank, messages and registers are."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncDay, TruncHour
from django.utils import timezone

from accounts import durations
from billing.money import Kopecks, roubles
from payments.models import Payment
from payments.status import FAILED, TAKEN
from smartservice import vitals
from smartservice.vitals import ChannelHealth, Vitals

HOURS, DAYS = 24, 30
HEIGHT, WIDTH = 100, 10


@dataclass(frozen=True)
class Row:
    """One hour or day in figures."""

    label: str
    made: int
    succeeded: int
    total: str


@dataclass(frozen=True)
class Bar:
    """One hour or day in a picture 100 high."""

    left: int
    top: int
    height: int


@dataclass(frozen=True)
class Picture:
    """What is drawn, the bars, and how much the highest stands for; empty where there was nothing."""

    title: str
    bars: list[Bar]
    peak: str


@dataclass(frozen=True)
class Chart:
    """A heading, its pictures, and the same in figures; `width` is of the pictures."""

    title: str
    pictures: list[Picture]
    rows: list[Row]
    width: int


@dataclass(frozen=True)
class _Piece:
    begins: datetime
    made: int
    succeeded: int
    total: int


def charts(*, now: datetime) -> list[Chart]:
    """The last day by hours, the last thirty days by days; both in Moscow time."""
    here = timezone.localtime(now)
    hour = here.replace(minute=0, second=0, microsecond=0)
    day = hour.replace(hour=0)
    return [
        _chart("По часам, последние сутки", _pieces(hour, HOURS, timedelta(hours=1), TruncHour), "%H:00"),
        _chart("По дням, последние тридцать", _pieces(day, DAYS, timedelta(days=1), TruncDay), "%d.%m"),
    ]


def success_rate(*, now: datetime) -> str:
    """«97,5 % из 40»: of the payments of the last day that have ended."""
    found = Payment.objects.filter(submitted_at__gt=now - timedelta(days=1)).aggregate(
        taken=Count("pk", filter=Q(status__in=sorted(TAKEN))), failed=Count("pk", filter=Q(status__in=sorted(FAILED)))
    )
    ended = found["taken"] + found["failed"]
    if not ended:
        return "за сутки ничего не закончилось"
    thousandths = found["taken"] * 1000 // ended
    return f"{thousandths // 10},{thousandths % 10} % из {ended}"


def facts(*, taken: Vitals) -> list[tuple[str, str]]:
    """The vitals in words."""
    return [
        ("Сообщений в очереди", _oldest(taken.messages_waiting, "самое старое ждёт", taken.queue_lag)),
        ("Оплат без исхода", _oldest(taken.payments_live, "самой старой", taken.oldest_live)),
        ("Ждут решения сотрудника", str(taken.payments_attention)),
        ("Возвратов ждут одобрения", str(taken.refunds_waiting)),
        ("Обращений без ответа", str(taken.feedback_open)),
        ("Банк отвечал", _ago(taken.since_bank_answer)),
        *((f"Канал {one.channel}", _channel(one)) for one in taken.channels),
        ("Реестр начислений загружен", _ago(taken.since_register_in)),
        ("Реестр платежей выгружен", _ago(taken.since_register_out)),
    ]


def take(*, now: datetime) -> dict[str, object]:
    """Everything of the page."""
    return {
        "charts": charts(now=now),
        "success_rate": success_rate(now=now),
        "facts": facts(taken=vitals.take(now=now)),
    }


def _pieces(last: datetime, count: int, step: timedelta, trunc: Callable[..., object]) -> list[_Piece]:
    begins = [last - step * back for back in reversed(range(count))]
    rows = (
        Payment.objects.filter(submitted_at__gte=begins[0])
        .annotate(begins=trunc("submitted_at"))
        .values("begins")
        .annotate(
            made=Count("pk"),
            succeeded=Count("pk", filter=Q(status__in=sorted(TAKEN))),
            kopecks=Sum(F("amount") + F("fee"), filter=Q(status__in=sorted(TAKEN))),
        )
    )
    found: dict[datetime, dict[str, Any]] = {row["begins"]: dict(row) for row in rows.order_by("begins")}
    empty = {"made": 0, "succeeded": 0, "kopecks": 0}
    return [
        _Piece(one, row["made"], row["succeeded"], row["kopecks"] or 0)
        for one in begins
        for row in [found.get(one, empty)]
    ]


def _chart(title: str, pieces: list[_Piece], shape: str) -> Chart:
    made, taken = [piece.made for piece in pieces], [piece.total for piece in pieces]
    return Chart(
        title=title,
        pictures=[
            Picture("Оплаты", _bars(made), str(max(made) or "")),
            Picture("Принято", _bars(taken), roubles(Kopecks(max(taken))) if max(taken) else ""),
        ],
        rows=[
            Row(piece.begins.strftime(shape), piece.made, piece.succeeded, roubles(Kopecks(piece.total)))
            for piece in pieces
        ],
        width=len(pieces) * WIDTH,
    )


def _bars(values: list[int]) -> list[Bar]:
    most = max(values) or 1
    heights = [value * HEIGHT // most for value in values]
    return [Bar(left=at * WIDTH, top=HEIGHT - height, height=height) for at, height in enumerate(heights)]


def _channel(one: ChannelHealth) -> str:
    if not one.settled:
        return "сообщений ещё не было"
    return f"не дошло {one.failed} из {one.settled}, последнее ушло {_ago(one.seconds_since_sent)}"


def _oldest(count: int, says: str, seconds: int) -> str:
    return f"{count}, {says} {_age(seconds)}" if count and seconds else str(count)


def _ago(seconds: int | None) -> str:
    return "ещё не было" if seconds is None else f"{_age(seconds)} назад"


def _age(seconds: int) -> str:
    return durations.in_words(timedelta(seconds=seconds)) if seconds else "0 секунд"

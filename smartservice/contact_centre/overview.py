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
HEIGHT = 100


@dataclass(frozen=True)
class Bar:
    """One hour or day: `top` and `height` are of a picture 100 high."""

    label: str
    made: int
    succeeded: int
    total: str
    top: int
    height: int
    left: int


@dataclass(frozen=True)
class Chart:
    """Bars with their heading; `width` is of the picture."""

    title: str
    bars: list[Bar]
    width: int

    @property
    def peak(self) -> int:
        """The most payments of one bar: how high the picture is."""
        return max(bar.made for bar in self.bars)


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
    most = max(piece.made for piece in pieces) or 1
    bars = [
        Bar(
            label=piece.begins.strftime(shape),
            made=piece.made,
            succeeded=piece.succeeded,
            total=roubles(Kopecks(piece.total)),
            height=piece.made * HEIGHT // most,
            top=HEIGHT - piece.made * HEIGHT // most,
            left=at * 10,
        )
        for at, piece in enumerate(pieces)
    ]
    return Chart(title, bars, len(bars) * 10)


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

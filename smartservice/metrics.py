"""`/metrics`: the vitals as Prometheus text, for who brings METRICS_TOKEN; where none is set there is no page."""

from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from smartservice import vitals
from smartservice.vitals import Vitals

TEXT = "text/plain; version=0.0.4; charset=utf-8"


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """A wrong token and a portal without one look the same: 404."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if not settings.METRICS_TOKEN or not constant_time_compare(token, settings.METRICS_TOKEN):
        raise Http404
    lines = "\n".join(_lines(vitals.take(now=timezone.now())))
    return HttpResponse(f"{lines}\n", content_type=TEXT)


def _lines(taken: Vitals) -> Iterator[str]:
    gauges = {
        "messages_waiting": ("Messages not sent yet", taken.messages_waiting),
        "queue_lag_seconds": ("How long the oldest message has been due", taken.queue_lag),
        "payments_live": ("Payments that wait for the bank's last word", taken.payments_live),
        "payments_live_oldest_seconds": ("Age of the oldest of them", taken.oldest_live),
        "payments_attention": ("Payments that wait for staff", taken.payments_attention),
        "refunds_waiting": ("Refunds that wait for a second person", taken.refunds_waiting),
        "feedback_open": ("Requests without an answer", taken.feedback_open),
        "bank_answer_age_seconds": ("Since the bank answered last", taken.since_bank_answer),
        "register_in_age_seconds": ("Since a bill register came in", taken.since_register_in),
        "register_out_age_seconds": ("Since a payment register went out", taken.since_register_out),
        "journal_rows": ("Rows of the staff's journal", taken.journal_rows),
    }
    for name, (says, value) in gauges.items():
        yield from _gauge(name, says, {"": value})
    by_channel = {f'{{channel="{one.channel}"}}': one for one in taken.channels}
    yield from _gauge("messages_settled", "Of the last messages", {at: one.settled for at, one in by_channel.items()})
    yield from _gauge("messages_failed", "Of those, given up", {at: one.failed for at, one in by_channel.items()})


def _gauge(name: str, says: str, values: dict[str, int | None]) -> Iterator[str]:
    yield f"# HELP smartservice_{name} {says}."
    yield f"# TYPE smartservice_{name} gauge"
    yield from (f"smartservice_{name}{at} {value}" for at, value in values.items() if value is not None)

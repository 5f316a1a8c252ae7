"""The act of a reconciliation, as CSV for spreadsheets and as PDF for signing."""

from datetime import datetime

from django.utils import timezone

from billing.money import Kopecks, plain_roubles
from payments import paper
from payments.models import Difference
from payments.reconciliation import Outcome
from payments.register_format import END, cell

COLUMNS = ("Строка реестра", "Вид", "Номер заказа", "У нас", "У банка", "Впервые замечено", "Дней", "Что именно")


def csv(*, outcome: Outcome, now: datetime) -> bytes:
    """A line for each difference, UTF-8 with BOM: so that a spreadsheet reads it."""
    lines = [COLUMNS, *(_row(one, now) for one in outcome.differences)]
    return "".join(";".join(map(cell, line)) + END for line in lines).encode("utf-8-sig")


def pdf(*, outcome: Outcome, now: datetime) -> bytes:
    """One table with the sums of both sides above it. Raises paper.PdfUnavailable."""
    register = outcome.register
    context = {
        "period": str(register),
        "rows": register.rows,
        "total": plain_roubles(Kopecks(register.total)),
        "fee": plain_roubles(Kopecks(register.fee)),
        "agreed": outcome.agreed,
        "made_at": f"{timezone.localtime(now):%d.%m.%Y %H:%M}",
        "columns": COLUMNS,
        "differences": [_row(one, now) for one in outcome.differences],
    }
    return paper.pdf(template="payments/reconciliation_act.html", context=context, style="receipt.css")


def _row(difference: Difference, now: datetime) -> tuple[str, ...]:
    return (
        str(difference.line or ""),
        difference.get_kind_display(),
        difference.order_id,
        _sum(difference.ours),
        _sum(difference.theirs),
        f"{timezone.localtime(difference.first_seen_at):%d.%m.%Y}",
        str((now - difference.first_seen_at).days),
        difference.text,
    )


def _sum(kopecks: int | None) -> str:
    return "" if kopecks is None else plain_roubles(Kopecks(kopecks))

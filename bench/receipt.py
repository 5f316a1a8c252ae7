"""A receipt as PDF: cheap to lay out, one page, and never laid out twice."""

import io
from collections.abc import Iterator
from datetime import date
from unittest.mock import patch

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone
from pypdf import PdfReader
from weasyprint import CSS, HTML

from bench.figures import Figure, best_of
from billing.models import PersonalAccount, Provider, ProviderCategory
from payments import paper, receipts
from payments.models import Payment, PaymentSnapshot
from payments.status import Status

CHARGES = [[f"Услуга по содержанию дома, строка {number}", 92_645] for number in range(14)]
# What the page itself wears, in the order of templates/base.html.
STYLES = ("tokens", "base", "layout", "components", "forms", "tables", "pages", "print")


def measure() -> Iterator[Figure]:
    """The same words laid out as the page wears them, each style sheet read anew, and as we do."""
    payment = make()
    html = render_to_string("payments/receipt_paper.html", receipts.context(payment))
    folder = settings.PROJECT_DIR / "static" / "css"
    styles = "\n".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in STYLES)
    css = (folder / "receipt.css").read_text(encoding="utf-8")

    def as_it_comes() -> bytes:
        content: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string=styles)])
        return content

    as_it_comes()
    usual = best_of(5, as_it_comes)
    ours = best_of(5, lambda: paper.laid_out(html=html, css=css))
    yield Figure(
        "квитанция: процессор к WeasyPrint без настройки",
        ours.cpu / usual.cpu,
        at_most=0.6,
        detail=f"{ours.cpu * 1000:.0f} мс к {usual.cpu * 1000:.0f} мс, 14 начислений",
    )
    first = receipts.pdf(payment)
    yield Figure("квитанция: страниц A4", len(PdfReader(io.BytesIO(first)).pages), at_most=1, detail="14 начислений")
    with patch.object(paper, "laid_out", wraps=paper.laid_out) as laid_out:
        assert receipts.pdf(payment) == first
    yield Figure("квитанция: раскладок при втором скачивании", laid_out.call_count, at_most=0)


def make() -> Payment:
    """A payment of a bill with fourteen charges."""
    category = ProviderCategory.objects.create(code="bench", title="Bench")
    provider = Provider.objects.create(
        code="p", category=category, short_name="Смарт Сервис (ЖКУ)", account_example="1"
    )
    account = PersonalAccount.objects.create(provider=provider, number="1234567890")
    now = timezone.now()
    payment = Payment.objects.create(
        provider=provider,
        account=account,
        amount=1_297_030,
        status=Status.SUCCEEDED,
        channel="Смарт Сервис-портал",
        card_brand="МИР",
        card_last_four="7761",
        created_at=now,
        submitted_at=now,
        succeeded_at=now,
        moved_at=now,
    )
    PaymentSnapshot.objects.create(
        payment=payment,
        provider_short_name=provider.short_name,
        provider_full_name=provider.short_name,
        account_number=account.number,
        period=date(2017, 6, 1),
        bill_total=1_297_030,
        charges=CHARGES,
    )
    return payment

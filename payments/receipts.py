"""The receipt as PDF: the same template as the page, with nothing fetched from anywhere but this package."""

from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from payments.models import Payment
from payments.shown import Shown


class PdfUnavailable(Exception):
    """The libraries that lay out PDFs are missing on this machine; the page and its print version work without."""


def context(payment: Payment) -> dict[str, Any]:
    """What the receipt shows, on the page and on paper."""
    return {
        "payment": payment,
        "shown": Shown(payment),
        "agent": settings.AGENT,
        "operator": settings.MONEY_TRANSFER_OPERATOR,
    }


def pdf(payment: Payment) -> bytes:
    """The receipt of a payment that was taken, as one A4 page where it fits; raises PdfUnavailable."""
    try:
        # Half a second of import and native libraries that only this needs.
        from weasyprint import CSS, HTML
        from weasyprint.urls import URLFetcher
    except (ImportError, OSError) as missing:
        raise PdfUnavailable from missing
    text = render_to_string("payments/receipt_paper.html", context(payment))
    style = (settings.PROJECT_DIR / "static" / "css" / "receipt.css").read_text(encoding="utf-8")
    # By default the library reads file:// and http:// addresses of whatever it is given.
    fetcher = URLFetcher(allowed_protocols={"data"})
    document = HTML(string=text, url_fetcher=fetcher)
    result: bytes = document.write_pdf(stylesheets=[CSS(string=style, url_fetcher=fetcher)])
    return result

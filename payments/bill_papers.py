"""A bill on paper: the same words as page, print and PDF, with the payment code of what is due."""

from typing import Any

from billing import payment_qr
from billing.bills import period_words
from billing.models import Bill
from billing.money import Kopecks, plain_roubles
from payments import paper


def context(bill: Bill) -> dict[str, Any]:
    """What the paper shows, on the page and as PDF."""
    code = payment_qr.of_bill(bill)
    return {
        "bill": bill,
        "provider": bill.account.provider,
        "title": f"{period_words(bill.period)}, выставлен {bill.issued_date:%d.%m.%Y}",
        "pay_by": f"{bill.due_date:%d.%m.%Y}" if bill.is_payable else "",
        "charges": [(f"{charge.name}, руб.", plain_roubles(charge.amount)) for charge in bill.charges],
        "total": plain_roubles(Kopecks(bill.total)),
        "paid": plain_roubles(Kopecks(bill.paid)) if bill.paid else "",
        "due": plain_roubles(bill.due),
        "code": payment_qr.picture(code) if code else None,
    }


def pdf(bill: Bill) -> bytes:
    """The bill as one A4 page where it fits; raises paper.PdfUnavailable."""
    return paper.pdf(template="payments/bill_paper_sheet.html", context=context(bill), style="receipt.css")

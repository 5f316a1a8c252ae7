"""The receipt: a page and a one-page PDF of the same words, fetched from nowhere."""

import io
import sys
from datetime import date

import pytest
from pypdf import PdfReader
from weasyprint import urls

from billing.models import Bill, BillService, Provider
from payments import cases, check_codes, paper, receipts, refunds, settlement
from payments.models import Refund
from payments.status import LIVE
from tests.payments.make import authorise, pay
from tests.payments.steps import url
from tests.people import NOW, make_resident

SUMS = (
    "Сумма выставленного счёта, руб.",
    "Сумма к оплате, руб.",
    "Сумма перевода, руб.",
    "Комиссия за проведение операции 0,00 %, руб.",
    "Принято, руб.",
)


def folded(text):
    return " ".join(text.replace("\u00a0", " ").split())


@pytest.fixture
def payment(anna, annas_bill, bank):
    return pay(annas_bill, anna)


def test_the_page_has_all_the_words(anna_client, payment):
    page = folded(anna_client.get(url("receipt", payment)).content.decode())

    for words in (
        "Спасибо! Ваш перевод принят",
        "ООО «А3»",
        "7702726396",
        "ПАО «Промсвязьбанк»",
        "7744000912",
        "Данные об операции",
        "Реквизиты операции",
        str(payment.number),
        "Код проверки",
        check_codes.words(payment.snapshot.check_code),
        *SUMS,
    ):
        assert words in page


def test_money_that_is_back_in_full_is_not_said_to_be_accepted(anna_client, late, bank):
    """The provider never had it: it came after the payment was given up, and staff had it returned."""
    asking, approving = make_resident("+79000000101", is_staff=True), make_resident("+79000000102", is_staff=True)
    refund = cases.give_back(payment=late, reason="Опоздала", by=asking, now=NOW)
    refunds.approve(refund=refund, by=approving, now=NOW)

    page = folded(anna_client.get(url("receipt", late)).content.decode())
    document = PdfReader(io.BytesIO(anna_client.get(url("receipt-pdf", late)).content))
    paper_text = folded(document.pages[0].extract_text())

    for text in (page, paper_text):
        assert "Операция возвращена" in text
        assert "перевод принят" not in text


@pytest.fixture
def late(submitted, bank):
    """Given up by us, and then the bank says that it has taken the money."""
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)
    bank.lose = {}
    settlement.give_up(submitted, now=NOW, source="test", only=LIVE)
    settlement.apply(payment=submitted, answer=bank.answer_about(submitted.uuid), source="notification", now=NOW)
    return submitted


def test_the_pdf_is_one_page_with_every_charge_and_the_five_sums(anna_client, payment):
    answer = anna_client.get(url("receipt-pdf", payment))

    document = PdfReader(io.BytesIO(answer.content))
    text = folded(document.pages[0].extract_text())
    assert len(document.pages) == 1
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'attachment; filename="receipt-{payment.number}.pdf"'
    for name, _ in payment.snapshot.charges:
        assert folded(f"{name}, руб.") in text
    for words in SUMS:
        assert words in text
    assert text.count("12 970,24") == 4


def test_it_never_changes_after_the_bill_or_the_provider_does(anna_client, payment, annas_bill):
    """Byte for byte, on paper; on the page but for what is new on every page."""
    before = anna_client.get(url("receipt-pdf", payment)).content, receipt_on_page(anna_client, payment)
    Bill.objects.update(
        stored_charges=annas_bill.stored_charges[:1], total=1, version=2, issued_date=date(2026, 1, 1), paid=0
    )
    for service in BillService.objects.all():
        BillService.objects.filter(pk=service.pk).update(name=f"Другая услуга {service.pk}")
    Provider.objects.update(short_name="Другой", full_name="Другой", fee_basis_points=500, fee_minimum=100)
    for kept in (paper.settings.VAR_DIR / "papers").glob("*.pdf"):
        kept.unlink()

    after = anna_client.get(url("receipt-pdf", payment)).content, receipt_on_page(anna_client, payment)

    assert after == before


def receipt_on_page(client, payment):
    page = client.get(url("receipt", payment)).content.decode()
    return page[page.index('<section class="card receipt">') : page.index("</section>")]


def test_the_second_download_lays_out_nothing(anna_client, payment, monkeypatch):
    first = anna_client.get(url("receipt-pdf", payment)).content
    monkeypatch.setattr(paper, "laid_out", lambda **_: pytest.fail("laid out again"))

    assert anna_client.get(url("receipt-pdf", payment)).content == first


def test_what_is_kept_is_for_its_owner_alone(payment):
    receipts.pdf(payment)

    folder = paper.settings.VAR_DIR / "papers"
    (kept,) = folder.iterdir()
    assert (folder.stat().st_mode & 0o777, kept.stat().st_mode & 0o777) == (0o700, 0o600)


def test_a_refund_makes_another_paper(anna_client, payment):
    before = receipts.pdf(payment)
    at = payment.created_at
    Refund.objects.create(payment=payment, amount=100, origin=Refund.Origin.BANK, created_at=at, done_at=at)

    assert receipts.pdf(payment) != before


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(payment, settings):
    settings.VAR_DIR = settings.VAR_DIR / "file"
    settings.VAR_DIR.write_text("in the way")

    assert receipts.pdf(payment).startswith(b"%PDF")


@pytest.mark.parametrize("name", ["receipt", "receipt-pdf"])
def test_what_was_not_taken_has_no_receipt(anna_client, submitted, name):
    answer = anna_client.get(url(name, submitted))

    assert (answer.status_code, answer.url) == (303, url("detail", submitted))


def test_the_pdf_reads_no_file_and_asks_no_server(payment, monkeypatch):
    asked = hostile_fetches(payment, monkeypatch)

    assert asked == []


def test_without_its_fetcher_the_pdf_would_read_files(payment, monkeypatch):
    """The saboteur: the library's default fetcher."""
    trusting = urls.URLFetcher
    monkeypatch.setattr(urls, "URLFetcher", lambda allowed_protocols: trusting())

    asked = hostile_fetches(payment, monkeypatch)

    assert asked


def hostile_fetches(payment, monkeypatch):
    """The files that laying out a hostile receipt opens outside the fonts."""
    opened = []
    monkeypatch.setattr(paper, "render_to_string", lambda name, context: '<img src="file:///etc/hostname"><p>x</p>')
    paper._prepared.cache_clear()
    watching = [True]
    sys.addaudithook(
        lambda event, arguments: (
            opened.append(arguments[0])
            if watching[0] and event == "open" and str(arguments[0]) == "/etc/hostname"
            else None
        )
    )
    receipts.pdf(payment)
    watching[0] = False
    paper._prepared.cache_clear()
    return opened


def test_without_its_libraries_the_page_says_so(anna_client, payment, monkeypatch):
    def missing(payment):
        raise paper.PdfUnavailable

    monkeypatch.setattr(receipts, "pdf", missing)

    page = anna_client.get(url("receipt-pdf", payment), follow=True)

    assert "Файл PDF сейчас не создать" in page.content.decode()


def test_a_long_bill_takes_as_many_pages_as_it_needs(payment):
    payment.snapshot.charges = [[f"Услуга {number}", 1] for number in range(120)]

    document = PdfReader(io.BytesIO(receipts.pdf(payment)))

    assert "Услуга 119" in "".join(page.extract_text() for page in document.pages)

"""The receipt: a page and a one-page PDF of the same words, fetched from nowhere."""

import io
import sys

import pytest
from pypdf import PdfReader
from weasyprint import urls

from payments import receipts
from tests.payments.make import pay
from tests.payments.steps import url

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
        *SUMS,
    ):
        assert words in page


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


def test_it_shows_what_was_paid_even_when_the_bill_has_changed_since(anna_client, payment, annas_bill):
    annas_bill.stored_charges = annas_bill.stored_charges[:1]
    annas_bill.total = 1
    annas_bill.save()

    page = anna_client.get(url("receipt", payment)).content.decode()

    assert len(payment.snapshot.charges) > 1
    for name, _ in payment.snapshot.charges:
        assert f"{name}, руб." in page


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
    monkeypatch.setattr(receipts, "render_to_string", lambda name, context: '<img src="file:///etc/hostname"><p>x</p>')
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
    return opened


def test_without_its_libraries_the_page_says_so(anna_client, payment, monkeypatch):
    def missing(payment):
        raise receipts.PdfUnavailable

    monkeypatch.setattr(receipts, "pdf", missing)

    page = anna_client.get(url("receipt-pdf", payment), follow=True)

    assert "Файл PDF сейчас не создать" in page.content.decode()


def test_a_long_bill_takes_as_many_pages_as_it_needs(payment):
    payment.snapshot.charges = [[f"Услуга {number}", 1] for number in range(120)]

    document = PdfReader(io.BytesIO(receipts.pdf(payment)))

    assert "Услуга 119" in "".join(page.extract_text() for page in document.pages)

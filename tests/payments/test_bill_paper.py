"""A bill on paper: the page to print and the PDF, with the payment code that our own check calls right."""

import io
import re

import pytest
import segno
from django.urls import reverse
from PIL import Image
from pypdf import PdfReader

from billing import payment_qr, qr_check, qr_picture
from billing.models import Provider
from payments import bill_papers, paper
from tests.billing.codes import with_requisites
from tests.billing.make import MANUAL_CHARGES, add_account, make_account, make_bill


@pytest.fixture
def bill(anna):
    bill = make_bill(make_account("1234567890", with_requisites()), charges=MANUAL_CHARGES)
    add_account(anna, bill.account)
    return bill


@pytest.fixture
def address(bill):
    return reverse("payments:bill-paper", args=[bill.uuid])


def pdf_address(bill) -> str:
    return reverse("payments:bill-paper-pdf", args=[bill.uuid])


def test_a_visitor_is_asked_to_log_in(client, address, bill):
    assert client.get(address).status_code == 302
    assert client.get(pdf_address(bill)).status_code == 302


def test_a_stranger_sees_nothing(boris_client, address, bill):
    assert boris_client.get(address).status_code == 404
    assert boris_client.get(pdf_address(bill)).status_code == 404


def test_nor_does_one_who_has_not_proved_the_account(anna_client, address, bill):
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    assert anna_client.get(address).status_code == 404
    assert anna_client.get(pdf_address(bill)).status_code == 404


def test_the_charges_page_leads_to_it(anna_client, address, bill):
    assert f'href="{address}"' in anna_client.get(reverse("payments:bill-charges", args=[bill.uuid])).content.decode()


def test_it_shows_every_charge_the_sums_and_where_the_money_goes(anna_client, address):
    page = anna_client.get(address).content.decode()

    for name, _ in MANUAL_CHARGES:
        assert f"{name}, руб." in page
    for words in ("12\u00a0970,24", "10.07.2017", "1234567890", "40702810938000000001", "044525225", "за июнь 2017"):
        assert words in page
    assert "Скачать PDF" in page


def test_its_code_is_read_back_and_called_right(anna, anna_client, address, bill):
    page = anna_client.get(address).content.decode()
    side, path = re.search(r'viewBox="0 0 (\d+) \d+".*?<path d="([^"]+)"', page, re.DOTALL).groups()
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", path)}

    fields = payment_qr.read(qr_picture.read(drawn(int(side), dark), size=1))
    verdict = qr_check.check(resident=anna, fields=fields)

    assert verdict.is_genuine
    assert verdict.bill == bill
    assert payment_qr.kopecks(fields) == bill.total


def drawn(side: int, dark: set[tuple[int, int]], scale: int = 4) -> io.BytesIO:
    picture = Image.new("L", (side, side), 255)
    for place in dark:
        picture.putpixel(place, 0)
    file = io.BytesIO()
    picture.resize((side * scale, side * scale), Image.Resampling.NEAREST).save(file, "PNG")
    file.seek(0)
    return file


def test_a_paid_bill_has_its_paper_without_a_code(anna_client, address, bill):
    type(bill).objects.update(paid=bill.total)

    page = anna_client.get(address).content.decode()

    assert "Уже оплачено здесь, руб." in page
    assert "Код для оплаты" not in page


def test_the_pdf_is_one_page_with_the_same_words(anna_client, bill):
    response = anna_client.get(pdf_address(bill))

    assert response.headers["Content-Type"] == "application/pdf"
    assert 'filename="bill-1234567890-2017-06.pdf"' in response.headers["Content-Disposition"]
    document = PdfReader(io.BytesIO(response.content))
    text = " ".join(document.pages[0].extract_text().split())
    assert len(document.pages) == 1
    for name, _ in MANUAL_CHARGES:
        assert f"{name}, руб." in text


def test_without_the_libraries_the_page_is_offered(anna_client, address, bill, monkeypatch):
    def missing(bill):
        raise paper.PdfUnavailable

    monkeypatch.setattr(bill_papers, "pdf", missing)

    response = anna_client.get(pdf_address(bill), follow=True)

    assert response.redirect_chain[-1][0] == address
    assert "Распечатайте счёт с этой страницы" in response.content.decode()


def test_a_full_code_is_of_the_size_that_fits_a_bill(bill):
    assert segno.make_qr(payment_qr.of_bill(bill), mode="byte", error="m").version <= 16

"""Bad input of a payer: a clear message or 404, nothing charged, nothing stored, with either card entry."""

from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Confirmation
from billing.models import Bill
from payments import payment_templates
from payments.models import Payment, PaymentTemplate
from tests.payments.make import save_card
from tests.payments.steps import CARD, ask_code, hidden_fields, post_card, url
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("bank_key")
ENTRIES = pytest.mark.parametrize("entry", ["own", "hosted"])


@pytest.fixture(autouse=True)
def _nothing_comes_of_it(db, bank):
    yield
    assert bank.calls == {}
    assert not Payment.objects.submitted().exists()
    assert not Bill.objects.exclude(held=0, paid=0).exists()


def said(answer):
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_code_typed_into_the_name(anna_client, annas_payment):
    page = said(post_card(anna_client, annas_payment, holder="739"))

    assert "Введите имя латинскими буквами, как на карте" in page
    assert not Confirmation.objects.exists()


@pytest.mark.parametrize("number", [lambda card: str(card.uuid), lambda card: card.bank_card_id, lambda card: "1"])
def test_a_card_of_somebody_else(anna, anna_client, boris, annas_payment, number):
    save_card(anna)
    foreign = save_card(boris, last_four="0013")

    page = said(anna_client.post(url("check", annas_payment), {"method": number(foreign), "cvv": "123"}))

    assert "Выберите карту из списка или «Новая карта»" in page
    assert "0013" not in page


@ENTRIES
@pytest.mark.parametrize("amount", ["0", "-1", "1e5", "NaN", "12 970,245"])
def test_a_sum_that_is_none(anna_client, annas_bill, settings, entry, amount):
    settings.CARD_ENTRY = entry
    address = reverse("payments:bill-charges", args=[annas_bill.uuid])
    typed = {"form_key": str(uuid4()), "version": annas_bill.version, "amount": amount}

    page = said(anna_client.post(address, typed))

    assert "Проверьте форму" in page
    assert page.count('aria-invalid="true"') == 1
    assert not Payment.objects.exists()


@ENTRIES
def test_a_template_of_somebody_else(anna, boris_client, annas_bill, settings, entry):
    settings.CARD_ENTRY = entry
    payment_templates.save(resident=anna, account=annas_bill.account, title="Дача", amount=None, now=NOW)
    template = PaymentTemplate.objects.get()

    for name in ("template-pay", "template-edit", "template-delete"):
        assert boris_client.get(reverse(f"payments:{name}", args=[template.uuid])).status_code == 404


@ENTRIES
def test_a_check_page_of_another_sum(anna_client, annas_payment, settings, entry):
    settings.CARD_ENTRY = entry
    page = anna_client.post(url("check", annas_payment), CARD if entry == "own" else {})
    Payment.objects.update(amount=1_00)

    answer = ask_code(anna_client, annas_payment, page)

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))
    assert not Confirmation.objects.exists()


@ENTRIES
def test_a_check_page_whose_card_was_exchanged(anna_client, annas_payment, settings, entry):
    settings.CARD_ENTRY = entry
    page = said(anna_client.post(url("check", annas_payment), CARD if entry == "own" else {}))

    answer = anna_client.post(url("password", annas_payment), {**hidden_fields(page), "cryptogram": "B" * 344})

    assert (answer.status_code, answer.url) == (303, url("card", annas_payment))
    assert not Confirmation.objects.exists()

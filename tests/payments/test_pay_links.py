"""Addresses that open a payment prefilled: for templates, «Повторить оплату» and «Изменить сумму»."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from billing.foreign_accounts import Found
from billing.models import Bill, Provider
from payments import pay_links
from payments.acquirer.base import Word
from payments.models import Payment
from tests.billing.make import make_account, make_provider
from tests.payments.make import open_payment, pay, pay_ahead

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider():
    return make_provider("akado", account_check="PATTERN")


def current(resident, provider, number="1234567890", amount=None) -> str:
    return pay_links.current_url(resident=resident, provider=provider, number=number, amount=amount)


def test_a_template_opens_his_current_bill_and_never_the_old_sum(anna, annas_bill):
    url = current(anna, annas_bill.account.provider, amount=1_00)

    assert url == reverse("payments:bill-charges", args=[annas_bill.uuid])


def test_without_a_bill_it_opens_the_sum_filled_in(anna, anna_client, provider):
    page = anna_client.get(current(anna, provider, amount=1_234_50))

    assertContains(page, "1234567890")
    assertContains(page, 'value="1234,50"')


def test_a_neighbours_bill_is_never_opened(boris, boris_client, annas_bill):
    url = current(boris, annas_bill.account.provider)

    assert str(annas_bill.uuid) not in url
    assert "12970" not in boris_client.get(url).content.decode().replace("\u00a0", "")


def test_a_bill_that_waits_for_a_proof_is_not_opened_either(anna, annas_bill):
    Provider.objects.update(account_proof=Provider.AccountProof.PRINTED_CODE)

    assert str(annas_bill.uuid) not in current(anna, Provider.objects.get())


def test_a_paid_bill_is_not_opened_again(anna, annas_bill):
    Bill.objects.update(paid=annas_bill.total)

    assert "/bills/" not in current(anna, annas_bill.account.provider)


def test_a_bill_is_paid_again_from_its_charges(anna, anna_client, annas_bill):
    payment = open_payment(annas_bill, anna, amount=970_24)

    assert pay_links.again_url(payment) == f"/bills/{annas_bill.uuid}/pay/?amount=970%2C24"


def test_a_payment_without_a_bill_is_repeated_with_its_account_and_sum(anna, anna_client, provider):
    payment = pay_ahead(make_account("1234567890", provider), anna, 55_00)

    page = anna_client.get(pay_links.again_url(payment))

    assertContains(page, "1234567890")
    assertContains(page, 'value="55,00"')


def test_a_payment_of_nobody_leads_home(anna, provider):
    payment = pay_ahead(make_account("1234567890", provider), anna, 55_00)
    payment.resident = None

    assert pay_links.again_url(payment) == "/"


def test_repeating_is_offered_where_it_failed(anna, anna_client, provider, bank):
    bank.outcome = Word.DECLINED
    payment = pay(make_account("1234567890", provider), anna, amount=55_00)

    assertContains(anna_client.get(reverse("payments:detail", args=[payment.uuid])), "Повторить оплату")
    page = anna_client.get(reverse("payments:repeat", args=[payment.uuid]), follow=True)

    assertContains(page, 'value="55,00"')


def test_the_address_is_for_one_resident_and_one_provider(anna, boris, provider):
    url = pay_links.sum_url(resident=anna, provider=provider, found=Found("1"))
    signed = url.split("/")[3]

    assert pay_links.read(resident=anna, provider=provider, signed=signed).found == Found("1")
    for resident, other in ((boris, provider), (anna, make_provider("other"))):
        with pytest.raises(pay_links.NotOurs):
            pay_links.read(resident=resident, provider=other, signed=signed)


def test_the_page_with_the_number_may_be_opened_by_anybody(client, provider):
    address = pay_links.account_url(provider=provider, number="12 34", amount="5")

    assert address == "/pay/akado/?number=12+34&amount=5"
    assertContains(client.get(address), 'value="12 34"')
    assert Payment.objects.count() == 0

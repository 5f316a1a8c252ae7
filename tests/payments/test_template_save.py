"""«Сохранить как шаблон» and «Повторить оплату» of an operation."""

from datetime import date

import pytest
from django.urls import reverse

from payments.models import Payment, PaymentTemplate
from payments.status import LIVE, Status
from tests.billing.make import make_account, make_bill, make_provider
from tests.payments.make import pay, submit
from tests.payments.operations import make_operation
from tests.payments.steps import url
from tests.payments.test_template_list import text


def test_the_result_page_offers_both(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)

    page = text(anna_client.get(url("detail", payment)))

    assert f'href="{url("repeat", payment)}">Повторить оплату' in page
    assert f'href="{url("template-save", payment)}">Сохранить как шаблон' in page
    assert f'action="{url("receipt-email", payment)}"' in page
    assert "Отправить на e-mail" in page


def test_one_press_more_and_it_is_a_template(anna_client, anna, annas_bill, bank):
    payment = pay(annas_bill, anna)
    form = text(anna_client.get(url("template-save", payment)))

    page = text(anna_client.post(url("template-save", payment), {"title": "Центральная 5-1"}, follow=True))

    template = PaymentTemplate.objects.get()
    assert 'value="Центральная 5-1"' in form
    assert "Шаблон «Центральная 5-1» сохранён" in page
    assert (template.resident, template.account, template.amount) == (anna, annas_bill.account, None)


def test_a_sum_that_no_bill_says_is_kept(anna_client, anna):
    phone = make_account("9161234567", make_provider("mts", short_name="МТС", issues_bills=False))
    payment = make_operation(anna, phone, amount=300_00)

    form = text(anna_client.get(url("template-save", payment)))

    assert 'value="МТС"' in form
    assert 'value="300,00"' in form


def test_the_same_name_again_is_refused(anna_client, anna, annas_bill):
    payment = make_operation(anna, annas_bill.account)
    anna_client.post(url("template-save", payment), {"title": "Дача"})

    page = text(anna_client.post(url("template-save", payment), {"title": "Дача"}))

    assert "Шаблон с таким названием уже есть" in page
    assert PaymentTemplate.objects.count() == 1


def test_what_was_never_confirmed_is_no_operation(anna_client, annas_payment):
    answer = anna_client.get(url("template-save", annas_payment))

    assert answer.url == url("detail", annas_payment)


def test_a_failed_try_is_repeated_with_its_sum(anna_client, anna, annas_bill, annas_payment):
    Payment.objects.update(amount=100_00)
    annas_payment.refresh_from_db()
    submit(annas_payment, anna)
    Payment.objects.update(status=Status.DECLINED)
    annas_bill.held = 0
    annas_bill.save()

    answer = anna_client.get(url("repeat", annas_payment))

    assert answer.status_code == 303
    assert answer.url == f"{reverse('payments:bill-charges', args=[annas_bill.uuid])}?amount=100%2C00"


@pytest.mark.parametrize("status", [Status.SUCCEEDED, Status.DECLINED])
def test_last_months_bill_is_never_repeated(anna_client, anna, annas_bill, status):
    payment = make_operation(anna, annas_bill.account, bill=annas_bill, status=status)
    july = make_bill(annas_bill.account, period=date(2017, 7, 1), issued_date=date(2017, 8, 5))

    answer = anna_client.get(url("repeat", payment))

    assert answer.url == reverse("payments:bill-charges", args=[july.uuid])


def test_without_a_bill_the_same_account_and_sum_come_again(anna_client, anna):
    phone = make_account("9161234567", make_provider("mts", short_name="МТС", issues_bills=False))
    payment = make_operation(anna, phone, amount=300_00)

    page = text(anna_client.get(anna_client.get(url("repeat", payment)).url))

    assert 'value="300,00"' in page
    assert "9161234567" in page
    assert Payment.objects.count() == 1


@pytest.mark.parametrize("status", sorted(LIVE))
def test_while_nothing_is_known_nothing_is_repeated(anna_client, anna, annas_bill, status):
    payment = make_operation(anna, annas_bill.account, status=status)

    assert anna_client.get(url("repeat", payment)).url == url("detail", payment)
    assert "Повторить оплату" not in text(anna_client.get(url("detail", payment)))


@pytest.mark.parametrize("name", ["repeat", "template-save"])
def test_a_neighbour_gets_neither(boris_client, anna, annas_bill, name):
    payment = make_operation(anna, annas_bill.account)

    assert boris_client.get(url(name, payment)).status_code == 404
    assert not PaymentTemplate.objects.exists()

"""A payment without a bill goes the way of every payment: code, bank, receipt, history, register, `verify_money`."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains

from accounts.models import Confirmation
from billing.foreign_accounts import Found
from billing.models import Bill, BillEntry
from notifications.models import Message
from payments import any_payment, checkout, register_export, verification
from payments.any_payment import Told
from payments.models import Payment, PaymentSnapshot
from payments.status import Status
from tests.billing.make import make_account, make_provider
from tests.payments.make import authorise, pay, pay_ahead, submit
from tests.payments.steps import confirm
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    fields = {"account_label": "Номер договора", "account_check": "PATTERN", "fee_basis_points": 150}
    return make_account("1234567", make_provider("akado", short_name="АКАДО", **fields))


def found() -> list[str]:
    return [str(trouble) for trouble in verification.troubles()]


def test_its_pages_lead_from_the_card_to_the_result(anna, anna_client, account, bank, bank_key):
    payment = pay_ahead(account, anna, 1_000_00)

    answer = confirm(anna_client, payment)

    assert answer.url == reverse("payments:detail", args=[payment.uuid])
    payment.refresh_from_db()
    assert (payment.status, payment.total) == (Status.SUCCEEDED, 1_015_00)
    assert list(bank.charges.values()) == [1]


@pytest.mark.parametrize("name", ["detail", "receipt"])
def test_detail_and_receipt_say_what_was_paid_in_the_providers_words(anna, anna_client, account, bank, name):
    payment = pay(account, anna, amount=1_000_00)

    page = anna_client.get(reverse(f"payments:{name}", args=[payment.uuid]))

    html = page.content.decode().replace("\u00a0", " ")
    for words in ("Номер договора", "1234567", "АКАДО", "1 000,00", "15,00", "1 015,00"):
        assert words in html
    assert "Сумма выставленного счёта" not in html


def test_what_the_provider_is_called_later_changes_nothing(anna, anna_client, account, bank):
    payment = pay(account, anna, amount=1_000_00)
    account.provider.account_label, account.provider.short_name = "Абонент", "Другое имя"
    account.provider.fee_basis_points = 900
    account.provider.save()

    page = anna_client.get(reverse("payments:receipt", args=[payment.uuid]))

    assertContains(page, "Номер договора")
    assertContains(page, "АКАДО")
    assertContains(page, "1,50\u00a0%")


def test_it_stands_in_the_history(anna, anna_client, account, bank):
    pay(account, anna, amount=1_000_00)

    page = anna_client.get(reverse("payments:history"))

    assertContains(page, "АКАДО")
    assertContains(page, "1\u00a0015,00\u00a0₽")


def test_the_sms_names_payee_and_sum(anna, account):
    submit(pay_ahead(account, anna, 1_000_00), anna)

    text = Message.objects.get().secret_text
    assert "АКАДО" in text
    assert "1 015,00 ₽" in text.replace("\u00a0", " ")


def test_the_code_is_bound_to_the_number(anna, account):
    payment = pay_ahead(account, anna, 1_000_00)
    before = checkout.digest(payment=payment, card="МИР (***0013)")
    PaymentSnapshot.objects.update(account_number="7654321")

    assert checkout.digest(payment=Payment.objects.get(), card="МИР (***0013)") != before
    assert not Confirmation.objects.exists()


def test_it_moves_no_bill_and_adds_up(anna, annas_bill, bank):
    payment = pay(annas_bill.account, anna, amount=annas_bill.total)

    annas_bill.refresh_from_db()
    assert payment.status == Status.SUCCEEDED
    assert (annas_bill.paid, annas_bill.held, BillEntry.objects.count()) == (0, 0, 0)
    assert found() == []


def test_it_goes_to_the_provider_without_a_period(anna, account, bank):
    payment = pay(account, anna, amount=1_000_00)

    register = register_export.export(provider=account.provider, day=NOW.date(), now=NOW + timedelta(days=1))

    line = f"{payment.number};20.11.2026 12:00:00;1234567;;1000,00;15,00;1015,00;платёж"
    assert register.content.splitlines()[5] == line
    assert found() == []


def test_a_bill_in_its_snapshot_is_named_by_verify_money(anna, account, bank):
    payment = pay(account, anna, amount=1_000_00)
    PaymentSnapshot.objects.update(bill_total=5)

    assert found() == [f"операция {payment.number}: счёта не было, а в снимке он есть"]


def test_a_fee_that_was_not_promised_is_named_by_verify_money(anna, account, bank):
    payment = pay(account, anna, amount=1_000_00)
    PaymentSnapshot.objects.update(fee_maximum=10_00)

    assert found() == [f"операция {payment.number}: комиссия 15,00, а обещано 10,00"]


def test_a_snapshot_of_the_first_version_knows_the_percent_alone(anna, account, bank):
    payment = pay(account, anna, amount=1_000_00)
    PaymentSnapshot.objects.update(fee_minimum=None, fee_maximum=None)
    assert found() == []

    PaymentSnapshot.objects.update(fee_basis_points=200)

    assert found() == [f"операция {payment.number}: комиссия 15,00 меньше обещанного процента"]


def test_paying_exactly_what_was_told_pays_the_bill(anna, boris, annas_bill, bank):
    payment = open_by_boris(boris, annas_bill, annas_bill.due)
    submit(payment, boris)
    authorise(payment)

    annas_bill.refresh_from_db()
    assert (annas_bill.paid, annas_bill.held) == (annas_bill.total, 0)
    assert found() == []


def test_it_and_the_owners_payment_do_not_pay_twice(anna, boris, annas_bill, bank):
    """Both opened before either was confirmed: the second hold is refused, and its payment is over."""
    first, second = open_by_boris(boris, annas_bill, annas_bill.due), open_own(anna, annas_bill)
    submit(first, boris)

    with pytest.raises(checkout.dues.AlreadyBeingPaid):
        submit(second, anna)

    assert Bill.objects.get().held == annas_bill.total
    assert Payment.objects.get(pk=second.pk).status == Status.EXPIRED


def test_without_the_hold_both_would_be_charged(anna, boris, annas_bill, bank, monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(checkout.dues, "hold", lambda **arguments: None)
    first, second = open_by_boris(boris, annas_bill, annas_bill.due), open_own(anna, annas_bill)

    assert submit(first, boris)
    assert submit(second, anna)


def test_he_reads_nothing_of_who_paid(boris, anna_client, annas_bill, bank):
    submit(open_by_boris(boris, annas_bill, annas_bill.due), boris)

    page = anna_client.get(reverse("billing:bill-list"))

    assertContains(page, "Счёт оплачивается")
    assert "Борис" not in page.content.decode()


@pytest.mark.parametrize("amount, found", [(1_00, True), (None, False)], ids=["another sum", "not permitted"])
def test_otherwise_the_bill_is_left_alone(boris, annas_bill, amount, found):
    payment = open_by_boris(boris, annas_bill, amount or annas_bill.due, shows_due=found)

    assert payment.bill is None


def test_the_sum_of_a_bill_may_be_below_the_providers_least(anna, boris, annas_bill):
    annas_bill.account.provider.payment_minimum = 20_000_00
    annas_bill.account.provider.save()

    assert open_by_boris(boris, annas_bill, annas_bill.due).bill == annas_bill
    with pytest.raises(checkout.AmountBelowMinimum) as refusal:
        pay_ahead(annas_bill.account, boris, 1_00)
    assert refusal.value.minimum == 20_000_00


def test_a_provider_that_closed_meanwhile_takes_nothing(anna, account):
    account.provider.is_active = False

    with pytest.raises(checkout.ProviderClosed):
        pay_ahead(account, anna, 1_00)


def open_by_boris(boris, bill, amount, *, shows_due=True) -> Payment:
    return any_payment.open_payment(
        resident=boris,
        provider=bill.account.provider,
        found=Found(bill.account.number, shows_due),
        amount=amount,
        told=Told(bill.due, bill.version),
        form_key=uuid4(),
        now=NOW,
    )


def open_own(anna, bill) -> Payment:
    target = checkout.Target.of(bill, bill.version)
    return checkout.open_payment(resident=anna, target=target, amount=bill.due, form_key=uuid4(), now=NOW)

"""The usual card beside the sum of an arbitrary payment: the code alone is typed, and one page fewer is seen."""

import re

import pytest
from django.urls import reverse

from billing.foreign_accounts import Found
from billing.models import Provider
from payments import pay_links
from payments.models import Payment, SavedCard
from payments.status import Status
from payments.views.charges import CLOSED
from tests.billing.make import make_provider
from tests.payments.make import save_card
from tests.payments.steps import CARD, ask_code, confirm, hidden_fields

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank_key")]


@pytest.fixture
def address(anna):
    provider = make_provider("akado", account_check="PATTERN", account_label="Номер договора")
    return pay_links.sum_url(resident=anna, provider=provider, found=Found("1234567890"))


@pytest.fixture
def card(anna):
    return save_card(anna, is_default=True, title="Зарплатная")


def post(client, address, **typed):
    """The page of the sum, filled in as a browser does."""
    page = client.get(address).content.decode()
    chosen = re.search(r'name="method" value="([^"]+)"[^>]*checked', page)
    method = {"method": chosen[1]} if chosen else {}
    return client.post(address, {**hidden_fields(page), "amount": "1234.00", **method, **typed})


def test_a_sum_and_a_code_lead_to_the_check_page_and_are_one_charge(anna_client, address, card, bank):
    check = post(anna_client, address, cvv="123")
    assert "Проверьте и оплатите" in check.content.decode()
    payment = Payment.objects.get()

    confirm(anna_client, payment, ask_code(anna_client, payment, check))

    payment.refresh_from_db()
    assert (payment.status, payment.amount, payment.saved_card) == (Status.SUCCEEDED, 1234_00, card)
    assert bank.charges == {str(payment.uuid): 1}


def test_a_provider_closed_meanwhile_leads_to_its_own_page_and_nothing_is_charged(anna_client, address, card, bank):
    check = post(anna_client, address, cvv="123")
    payment = Payment.objects.get()
    password_page = ask_code(anna_client, payment, check)
    Provider.objects.update(is_active=False)

    answer = anna_client.get(confirm(anna_client, payment, password_page).url, follow=True)

    assert answer.request["PATH_INFO"] == reverse("payments:pay-account", args=["akado"])
    said = answer.content.decode()
    assert f"{CLOSED}. По этой операции деньги не списаны." in said
    assert f"{CLOSED}. Выберите другого или зайдите позже." in said
    assert not bank.calls


def test_a_new_card_may_be_typed_there_too(anna_client, address, card):
    check = post(anna_client, address, **{**CARD, "number": "2201382000000013", "method": "new"})

    assert "МИР (***0013)" in check.content.decode()


def test_without_a_usual_card_the_sum_alone_is_asked_for(anna_client, anna, address):
    save_card(anna)

    assert 'name="cvv"' not in anna_client.get(address).content.decode()
    answer = post(anna_client, address)
    assert answer["Location"] == reverse("payments:card", args=[Payment.objects.get().uuid])


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"cvv": ""}, "Введите CVV/CVC код"),
        ({"cvv": "12"}, "3 цифры на обороте"),
        ({"cvv": "123", "method": "00000000-0000-0000-0000-000000000000"}, "Выберите карту из списка"),
        ({"cvv": "739", "amount": "-5"}, "Сумма к оплате"),
        ({"cvv": "739", "amount": "NaN"}, "Сумма к оплате"),
    ],
)
def test_a_mistake_is_said_and_nothing_is_opened(anna_client, address, card, typed, said):
    page = post(anna_client, address, **typed).content.decode()

    assert "Ошибка: " in page
    assert said in page
    assert 'value="739"' not in page
    assert not Payment.objects.exists()


def test_somebody_elses_card_pays_nothing(anna_client, boris, address, card):
    foreign = save_card(boris, last_four="0551")

    page = post(anna_client, address, cvv="123", method=str(foreign.uuid)).content.decode()

    assert "Выберите карту из списка" in page
    assert "0551" not in page
    assert not Payment.objects.exists()


def test_a_card_that_is_gone_meanwhile_is_not_offered(anna_client, address, card):
    SavedCard.objects.update(state=SavedCard.State.REMOVED, is_default=False)

    assert 'name="cvv"' not in anna_client.get(address).content.decode()

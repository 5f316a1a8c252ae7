"""«Возможно, это уже оплачено»: before the SMS and again before the charge; he may go on, but not by accident."""

from uuid import uuid4

import pytest

from billing.models import BillMark
from billing.money import Kopecks
from notifications.models import Message
from payments import checkout, repeats
from payments.models import Payment
from payments.repeats import Caution
from payments.status import Status
from tests.payments.make import open_payment
from tests.payments.operations import make_operation
from tests.payments.steps import ask_code, confirm, hidden_fields, post_card, url
from tests.people import NOW

HISTORY = "/payments/"
HEADING = "Возможно, это уже оплачено"


def text(response):
    return response.content.decode().replace("\u00a0", " ")


@pytest.fixture(autouse=True)
def bank_of_the_test(bank, bank_key):
    return bank


@pytest.fixture
def account(annas_bill):
    return annas_bill.account


def without_bill(resident, account) -> Payment:
    """Nothing but the warning stands between it and a second charge."""
    return checkout.open_payment(
        resident=resident, target=checkout.Target(account), amount=Kopecks(500_00), form_key=uuid4(), now=NOW
    )


@pytest.fixture
def payment(anna, account):
    return without_bill(anna, account)


def test_the_check_page_names_the_facts(anna_client, anna, account, payment):
    paid = make_operation(anna, account)

    page = text(post_card(anna_client, payment))

    assert HEADING in page
    assert f"операция № {paid.number} выполнена" in page
    assert url("detail", paid) in page


def test_without_facts_nothing_is_said(anna_client, payment):
    assert HEADING not in text(post_card(anna_client, payment))


def test_pressing_on_sends_no_code_until_he_means_it(anna_client, anna, account, payment):
    make_operation(anna, account)

    page = text(ask_code(anna_client, payment))

    assert HEADING in page
    assert f'<a class="button" href="{HISTORY}">Не платить<' in page
    assert '<button class="button button-secondary">Заплатить ещё раз<' in page
    assert "По этой операции деньги пока не списаны" in page
    assert not Message.objects.exists()


def test_he_may_go_on_deliberately(anna_client, anna, account, payment, bank):
    make_operation(anna, account)
    warned = ask_code(anna_client, payment)

    password_page = ask_code(anna_client, payment, warned)
    confirm(anna_client, payment, password_page)

    payment.refresh_from_db()
    assert payment.status == Status.SUCCEEDED
    assert len(bank.charges) == 1


def test_what_somebody_paid_while_he_read_his_sms_stops_the_charge(anna_client, boris, account, payment, bank):
    password_page = ask_code(anna_client, payment)
    make_operation(boris, account)

    page = text(confirm(anna_client, payment, password_page))

    assert HEADING in page
    assert repeats.OTHERS_PAID in page
    assert not bank.charges
    payment.refresh_from_db()
    assert not payment.is_submitted


def test_after_that_warning_the_same_code_still_serves(anna_client, boris, account, payment, bank):
    password_page = ask_code(anna_client, payment)
    make_operation(boris, account)
    warned = confirm(anna_client, payment, password_page)

    confirm(anna_client, payment, ask_code(anna_client, payment, warned))

    assert len(bank.charges) == 1
    assert Message.objects.count() == 1


def test_a_seal_made_up_opens_nothing(anna_client, anna, account, payment):
    make_operation(anna, account)
    fields = hidden_fields(text(post_card(anna_client, payment)))

    page = text(anna_client.post(url("password", payment), {**fields, "seen": "0" * 64}))

    assert HEADING in page
    assert not Message.objects.exists()


def test_two_tabs_charge_twice_only_when_he_means_it(anna_client, anna, account, payment, bank):
    """The complaint itself: the same account paid from two tabs."""
    second = without_bill(anna, account)
    confirm(anna_client, payment)

    confirm(anna_client, second, ask_code(anna_client, second))

    assert len(bank.charges) == 1


def test_without_the_guard_two_tabs_charge_twice(anna_client, anna, account, payment, bank, monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(repeats, "caution", lambda **_: Caution([], pays_rest=False, seal=""))
    second = without_bill(anna, account)
    confirm(anna_client, payment)
    Message.objects.all().delete()

    confirm(anna_client, second, ask_code(anna_client, second))

    assert len(bank.charges) == 2


def test_paying_the_rest_of_a_bill_tells_what_was_paid(anna_client, anna, annas_bill, bank):
    first = open_payment(annas_bill, anna, amount=100_00)
    confirm(anna_client, first)
    annas_bill.refresh_from_db()

    rest = open_payment(annas_bill, anna)
    check_page = post_card(anna_client, rest)
    page = text(ask_code(anna_client, rest, check_page))

    assert "Вы заплатили 100,00 ₽" in text(check_page)
    assert "По этому счёту осталось заплатить 12 870,24 ₽." in page
    for shown in (text(check_page), page):
        assert "Часть этого счёта уже оплачена" in shown
        assert HEADING not in shown
        assert "note-error" not in shown
    assert '<button class="button">Доплатить<' in page
    assert f'<a class="button button-secondary" href="{HISTORY}">Не платить<' in page


def test_a_bill_marked_as_paid_elsewhere_is_no_rest(anna_client, anna, annas_bill):
    confirm(anna_client, open_payment(annas_bill, anna, amount=100_00))
    annas_bill.refresh_from_db()
    BillMark.objects.create(resident=anna, bill=annas_bill, version=annas_bill.version, created_at=NOW)

    page = text(post_card(anna_client, open_payment(annas_bill, anna)))

    assert repeats.MARKED in page
    assert HEADING in page


def test_beside_a_payment_without_a_bill_a_bill_is_no_rest(anna_client, anna, annas_bill):
    """It may have been for this very bill: nobody knows."""
    make_operation(anna, annas_bill.account)

    page = text(post_card(anna_client, open_payment(annas_bill, anna)))

    assert HEADING in page


def test_a_neighbour_gets_none_of_these_pages(boris_client, anna, account, payment):
    make_operation(anna, account)

    assert boris_client.post(url("password", payment), {}).status_code == 404
    assert boris_client.post(url("confirm", payment), {}).status_code == 404

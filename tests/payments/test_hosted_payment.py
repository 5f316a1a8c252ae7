"""A payment on the bank's own page: opened once, never charged by us, ended by the bank's word alone."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts import confirmations
from billing.models import Bill
from payments import authorisation, saved_cards, settlement
from payments.acquirer.base import Initiator, NoAnswer, Word
from payments.models import Payment, PaymentEvent
from payments.status import Status
from tests.payments.make import send_code, submit
from tests.people import NOW

TERM, PATIENCE = timedelta(minutes=20), timedelta(minutes=25)
PAGE = "http://bank.example/pay/1000"


@pytest.fixture
def hosted(anna, annas_payment):
    """Confirmed, with the card to be typed at the bank, which does not know of it yet."""
    submit(annas_payment, anna, is_hosted=True)
    return annas_payment


def open_page(payment, now=NOW):
    authorisation.open_page(payment=payment, now=now)


def sweep(payment, after):
    settlement.settle_due(now=NOW + after, everything=True)
    payment.refresh_from_db()


def bill_of(payment):
    return Bill.objects.get(pk=payment.bill_id)


def test_it_waits_with_the_page_of_the_bank(hosted, bank):
    open_page(hosted)

    assert (hosted.status, hosted.bank_id, hosted.page_url) == (Status.AUTHORISING, "1000", PAGE)
    assert bill_of(hosted).held == hosted.amount
    assert not bank.charges


def test_the_order_has_its_term_and_leads_back_here(hosted, bank):
    open_page(hosted)

    order = bank.orders["1000"].order
    assert order.due_at == NOW + TERM
    assert order.return_url.endswith(f"/{hosted.return_token}/")
    assert order.customer_key == ""


def test_only_who_ticks_it_is_named_to_the_bank(anna, annas_payment, bank):
    submit(annas_payment, anna, is_hosted=True, keeps_card=True)
    open_page(annas_payment)

    order = bank.orders["1000"].order
    assert (order.customer_key, order.initiator) == (str(anna.uuid), Initiator.PAYER_KEEPS_CARD)


def test_the_page_is_kept_encrypted_while_it_waits_and_wiped_in_the_end(hosted, bank):
    open_page(hosted)

    with connection.cursor() as cursor:
        cursor.execute("SELECT challenge FROM payments_payment WHERE id = %s", [hosted.pk])
        assert "bank.example" not in cursor.fetchone()[0]
    bank.pay_there(hosted.uuid)
    sweep(hosted, timedelta(seconds=10))
    assert (hosted.status, hosted.challenge, hosted.page_url) == (Status.SUCCEEDED, None, "")


def test_number_page_and_authorising_are_one_step(hosted, bank, monkeypatch):
    """Whoever is killed there has shown no page: the sweep gives the payment up, and nobody can pay it."""

    def killed(self, **arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(Payment, "save", killed)
    with pytest.raises(KeyboardInterrupt):
        open_page(hosted)

    assert Payment.objects.filter(pk=hosted.pk, status=Status.SUBMITTED, bank_id=None).exists()
    monkeypatch.undo()
    sweep(hosted, settlement.LOST_ORDER)
    assert hosted.status == Status.EXPIRED


def test_a_second_request_opens_no_second_page(hosted, bank):
    open_page(hosted)
    twin = Payment.objects.get(pk=hosted.pk)

    open_page(twin)

    assert (twin.bank_id, twin.page_url) == ("1000", PAGE)
    assert hosted.events.filter(status=Status.AUTHORISING).count() == 1


@pytest.mark.parametrize("otherwise", [{"bank_id": "999"}, {"is_hosted": False}])
def test_no_page_is_shown_of_what_does_not_wait_for_one(hosted, bank, otherwise):
    """Another order has its number already, or its card was typed here."""
    Payment.objects.filter(pk=hosted.pk).update(**otherwise)

    open_page(hosted)

    hosted.refresh_from_db()
    assert (hosted.status, hosted.page_url, hosted.challenge) == (Status.SUBMITTED, "", None)
    assert hosted.bank_id == otherwise.get("bank_id")


def test_a_refused_opening_is_final(hosted, bank):
    bank.refuse.add("start")

    open_page(hosted)

    assert hosted.status == Status.DECLINED
    assert bill_of(hosted).held == 0


def test_an_order_whose_page_got_lost_is_cancelled_at_once(hosted, bank):
    bank.lose["start"] = "after"

    open_page(hosted)

    assert (bank.calls["find"], bank.calls["cancel"]) == (1, 1)
    assert hosted.status == Status.EXPIRED
    assert bill_of(hosted).held == 0


def test_an_order_that_comes_without_a_page_is_cancelled_too(hosted, bank):
    bank.has_pages = False

    open_page(hosted)

    assert hosted.status == Status.EXPIRED


def test_a_lost_cancel_of_it_is_the_sweeps(hosted, bank):
    bank.lose.update(start="after", cancel="before")
    open_page(hosted)
    assert (hosted.status, hosted.bank_id) == (Status.SUBMITTED, "1000")

    bank.lose.clear()
    sweep(hosted, settlement.LOST_ORDER)

    assert hosted.status == Status.EXPIRED
    assert bank.calls["cancel"] == 2


@pytest.mark.parametrize("shows", [False, True])
def test_a_page_nobody_came_to_is_cancelled_after_its_term(hosted, bank, shows):
    open_page(hosted)
    if shows:
        bank.open_page(hosted.uuid)

    sweep(hosted, PATIENCE - timedelta(seconds=1))
    assert (hosted.status, bank.calls["cancel"]) == (Status.AUTHORISING, 0)
    sweep(hosted, PATIENCE)

    # Who has seen the form may still be typing: the bank's own term ends that.
    assert hosted.status == (Status.AUTHORISING if shows else Status.EXPIRED)
    bank.settle_late(hosted.uuid, Word.EXPIRED)
    sweep(hosted, PATIENCE + timedelta(minutes=1))
    assert hosted.status == Status.EXPIRED
    assert bill_of(hosted).held == 0


def test_the_sweep_comes_in_time_for_that_by_itself(hosted, bank):
    open_page(hosted)

    for minutes in range(27):
        settlement.settle_due(now=NOW + timedelta(minutes=minutes, seconds=1))

    hosted.refresh_from_db()
    assert hosted.status == Status.EXPIRED


def test_3d_secure_on_the_banks_page_is_waited_for_however_long_it_takes(hosted, bank):
    bank.challenges = True
    open_page(hosted)
    bank.pay_there(hosted.uuid)

    sweep(hosted, timedelta(hours=20))
    assert hosted.status == Status.AUTHORISING
    assert bank.calls["finish_challenge"] == 0
    bank.pay_there(hosted.uuid)
    sweep(hosted, timedelta(hours=21))

    assert hosted.status == Status.SUCCEEDED
    assert bill_of(hosted).paid == hosted.amount


def test_a_sweep_that_gave_it_up_during_3d_secure_would_lose_money(hosted, bank, monkeypatch):
    """The saboteur: the rule for challenges of the own form, which nothing but our Submit can charge."""
    bank.challenges = True
    open_page(hosted)
    bank.pay_there(hosted.uuid)
    monkeypatch.setattr(settlement, "_is_charged_by_us", lambda payment: True)

    sweep(hosted, timedelta(minutes=30))
    bank.pay_there(hosted.uuid)

    assert (hosted.status, bank.charges[str(hosted.uuid)]) == (Status.EXPIRED, 1)


def test_a_cancel_that_races_the_money_is_booked_with_its_refund(hosted, bank, monkeypatch):
    open_page(hosted)
    cancel = bank.cancel

    def late(*, bank_id):
        bank.pay_there(hosted.uuid)
        return cancel(bank_id=bank_id)

    monkeypatch.setattr(bank, "cancel", late)

    sweep(hosted, PATIENCE)

    assert (hosted.status, hosted.refunded) == (Status.REFUNDED, hosted.total)
    assert (bill_of(hosted).paid, bill_of(hosted).held) == (0, 0)


def test_a_cancel_that_meets_the_open_form_leaves_it_alone(hosted, bank, monkeypatch):
    open_page(hosted)

    def late(*, bank_id):
        bank.open_page(hosted.uuid)
        raise NoAnswer

    monkeypatch.setattr(bank, "cancel", late)

    sweep(hosted, PATIENCE)

    assert hosted.status == Status.AUTHORISING


def test_a_blocked_resident_is_not_waited_for(hosted, bank, anna):
    open_page(hosted)
    anna.blocked_at = NOW
    anna.save()

    sweep(hosted, timedelta(minutes=1))

    assert hosted.status == Status.EXPIRED
    assert not bank.charges


@pytest.mark.parametrize("returns", [0, 9])
def test_who_is_blocked_while_the_page_waits_is_not_waited_for_any_more(hosted, bank, anna, returns):
    """However seldom it is asked about by now: whoever has the page could still pay there."""
    open_page(hosted)
    for _ in range(returns):
        settlement.ask(payment=hosted, now=NOW)
        hosted.refresh_from_db()
    for minutes in range(1, 6):
        settlement.settle_due(now=NOW + timedelta(minutes=minutes))
    anna.blocked_at = NOW + timedelta(minutes=5)
    anna.save()

    settlement.settle_due(now=NOW + timedelta(minutes=5, seconds=5))

    hosted.refresh_from_db()
    assert hosted.status == Status.EXPIRED
    assert bill_of(hosted).held == 0


def test_the_code_for_a_card_typed_here_opens_no_page(anna, annas_payment):
    confirmation = send_code(annas_payment, anna, card="МИР (***7761)")

    with pytest.raises(confirmations.DigestChanged):
        submit(annas_payment, anna, confirmation, is_hosted=True)

    annas_payment.refresh_from_db()
    assert (annas_payment.status, annas_payment.is_hosted) == (Status.CONFIRMING, False)


def test_frozen_cards_are_not_shown_by_the_bank_either(anna, annas_payment):
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    with pytest.raises(saved_cards.CardGone):
        submit(annas_payment, anna, is_hosted=True, keeps_card=True)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING
    assert bill_of(annas_payment).held == 0


def test_a_new_card_pays_while_they_are_frozen(anna, annas_payment, bank):
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    submit(annas_payment, anna, is_hosted=True)

    assert annas_payment.status == Status.SUBMITTED


def test_the_bank_names_the_card_in_the_end_and_what_it_kept_is_ours(anna, annas_payment, bank):
    submit(annas_payment, anna, is_hosted=True, keeps_card=True)
    open_page(annas_payment)
    assert annas_payment.card == "Банковская карта"

    bank.pay_there(annas_payment.uuid)
    answer = bank.answer_about(annas_payment.uuid, card_mask="220077******7761")
    settlement.apply(payment=annas_payment, answer=answer, source="notification", now=NOW)

    assert annas_payment.card == "МИР (***7761)"
    annas_payment.refresh_from_db()
    assert annas_payment.saved_card.mask == "МИР (***7761)"


def test_a_kept_card_without_a_mask_waits_for_the_banks_list(anna, annas_payment, bank):
    submit(annas_payment, anna, is_hosted=True, keeps_card=True)
    open_page(annas_payment)

    bank.pay_there(annas_payment.uuid)
    sweep(annas_payment, timedelta(seconds=10))

    assert (annas_payment.status, annas_payment.saved_card) == (Status.SUCCEEDED, None)
    assert anna.bank_customer.list_at is not None


def test_nothing_of_the_page_is_in_the_history(hosted, bank):
    open_page(hosted)

    assert not [event for event in PaymentEvent.objects.all() if "bank.example" in str(vars(event))]

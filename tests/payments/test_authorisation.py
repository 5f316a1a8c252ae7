"""The talk with the bank: intent is committed before each call, and silence is never taken for a no."""

from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Confirmation
from billing.models import Bill
from payments import authorisation, settlement
from payments.acquirer.base import Word
from payments.models import Payment
from payments.status import Status
from tests.payments.make import authorise, submit
from tests.people import NOW


def bill_of(payment):
    return Bill.objects.get(pk=payment.bill_id)


def test_it_pays(submitted, bank):
    authorise(submitted)

    assert submitted.status == Status.SUCCEEDED
    assert bill_of(submitted).paid == submitted.amount
    assert bank.charges == {str(submitted.uuid): 1}


def test_it_declines_what_the_bank_declines(submitted, bank):
    bank.outcome, bank.error_code = Word.DECLINED, "1051"

    authorise(submitted)

    assert submitted.is_failed
    assert submitted.error_code == "1051"
    assert bill_of(submitted).held == 0


@pytest.mark.parametrize("method", ["start", "check_card"])
def test_a_refusal_before_the_card_is_asked_for_money_is_final(submitted, bank, method):
    bank.refuse.add(method)

    authorise(submitted)

    assert submitted.status == Status.DECLINED
    assert bill_of(submitted).held == 0
    assert bank.calls["authorise"] == 0


def test_a_refusal_of_the_authorisation_itself_is_asked_about(submitted, bank):
    bank.refuse.add("authorise")

    authorise(submitted)

    assert bank.calls["query"] == 1
    assert submitted.status == Status.AUTHORISING


def test_a_lost_opening_is_looked_for_once_and_gone_on_with(submitted, bank):
    bank.lose["start"] = "after"

    authorise(submitted)

    assert bank.calls["find"] == 1
    assert submitted.status == Status.SUCCEEDED


def test_an_opening_that_never_arrived_waits_for_the_sweeper(submitted, bank):
    bank.lose["start"] = "before"

    authorise(submitted)

    assert (submitted.status, submitted.bank_id) == (Status.SUBMITTED, None)
    assert bank.calls["check_card"] == 0


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_authorisation_is_never_sent_twice(submitted, bank, when):
    bank.lose["authorise"] = when

    authorise(submitted)
    settlement.settle_due(now=NOW + timedelta(minutes=5))
    settlement.settle_due(now=NOW + timedelta(minutes=50))

    submitted.refresh_from_db()
    assert bank.calls["authorise"] == 1
    assert submitted.is_taken == bool(bank.charges)
    assert submitted.is_final


def test_it_commits_its_intent_before_it_asks_for_money(submitted, bank, monkeypatch):
    seen = []
    ask = bank.authorise

    def looking(**arguments):
        seen.append(Payment.objects.get(pk=submitted.pk).status)
        seen.append(connection.in_atomic_block and len(connection.savepoint_ids))
        return ask(**arguments)

    monkeypatch.setattr(bank, "authorise", looking)

    authorise(submitted)

    assert seen[0] == Status.AUTHORISING
    assert not seen[1]


def test_the_loser_of_two_requests_stops_before_the_bank_is_asked(submitted, bank):
    authorise(submitted)
    twin = Payment.objects.get(pk=submitted.pk)

    authorise(twin)

    assert bank.calls["authorise"] == 1
    assert bank.charges == {str(submitted.uuid): 1}


def test_an_order_keeps_the_number_that_another_request_has_stored(submitted, bank):
    """It is about to ask about the card: this one stops before it does."""
    Payment.objects.filter(pk=submitted.pk).update(bank_id="999")

    authorise(submitted)

    assert (submitted.status, submitted.bank_id) == (Status.SUBMITTED, "999")
    assert bank.calls["check_card"] == 0
    assert not bank.charges


def test_without_the_single_winner_the_money_would_be_asked_for_twice(submitted, bank, monkeypatch):
    """The saboteur: a move that always says yes."""
    authorise(submitted)
    twin = Payment.objects.get(pk=submitted.pk)
    monkeypatch.setattr(authorisation, "_open_order", lambda *arguments, initiator: True)
    monkeypatch.setattr(authorisation, "move", lambda payment, **arguments: True)

    authorise(twin)

    assert bank.calls["authorise"] == 2


def test_a_challenge_is_kept_encrypted_while_it_stands(submitted, bank):
    bank.challenges = True

    authorise(submitted)

    assert submitted.status == Status.CHALLENGED
    challenge = authorisation.challenge_of(Payment.objects.get(pk=submitted.pk))
    assert challenge is not None
    assert challenge.url == "http://bank.example/acs"
    with connection.cursor() as cursor:
        cursor.execute("SELECT challenge FROM payments_payment WHERE id = %s", [submitted.pk])
        assert "bank.example" not in cursor.fetchone()[0]


def test_the_return_from_the_bank_charges_once(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)

    for _ in range(3):
        authorisation.complete(payment=Payment.objects.get(pk=submitted.pk), now=NOW)

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert submitted.challenge is None
    assert bank.calls["finish_challenge"] == 1


def test_a_return_without_the_challenge_passed_charges_nothing(submitted, bank):
    bank.challenges = True
    authorise(submitted)

    authorisation.complete(payment=submitted, now=NOW)

    assert submitted.status == Status.COMPLETING
    assert not bank.charges


def test_a_blocked_resident_is_not_charged_when_he_comes_back(submitted, bank, anna):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)
    anna.blocked_at = NOW
    anna.save()

    authorisation.complete(payment=submitted, now=NOW)
    settlement.settle_due(now=NOW + timedelta(minutes=30))

    submitted.refresh_from_db()
    assert submitted.status == Status.EXPIRED
    assert not bank.charges


def test_a_lost_submit_ends_by_itself(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)
    bank.lose.update(finish_challenge="after", query="before")
    authorisation.complete(payment=submitted, now=NOW)
    assert submitted.status == Status.COMPLETING

    bank.lose.clear()
    settlement.settle_due(now=NOW + timedelta(minutes=5))

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert bank.charges[str(submitted.uuid)] == 1


def test_it_never_writes_the_cryptogram_into_the_history(submitted, bank):
    authorise(submitted)

    for event in submitted.events.all():
        assert "AAAA" not in str(vars(event))


@pytest.mark.django_db(transaction=True)
def test_a_request_killed_after_its_intent_leaves_all_to_the_sweeper(submitted, bank, anna, monkeypatch):
    class Killed(BaseException):
        pass

    def killed(**arguments):
        raise Killed

    monkeypatch.setattr(bank, "authorise", killed)
    with pytest.raises(Killed):
        authorise(submitted)

    submitted.refresh_from_db()
    assert submitted.status == Status.AUTHORISING
    assert submit(submitted, anna, confirmation=Confirmation.objects.get()) is False

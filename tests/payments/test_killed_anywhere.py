"""A request killed at any statement or call, swept at any later moment: bank and portal agree, nothing is held."""

import os
from datetime import timedelta

import pytest
from django.db import connection

from accounts.models import Confirmation
from billing.models import Bill, BillEntry
from payments import authorisation, settlement
from payments.acquirer.base import Word
from payments.models import Payment, PaymentEvent, PaymentSnapshot
from payments.status import LIVE, Status
from safeguards.models import Throttle
from tests.payments.make import authorise, open_payment, send_code, submit
from tests.people import NOW

pytestmark = pytest.mark.django_db
# Some 110 moments a walk: make proofs kills at each of them, make test at every ninth.
MOMENTS_APART = int(os.environ.get("PROOFS_MOMENTS_APART", "9"))
CALLS = ("start", "check_card", "authorise", "finish_challenge", "query")


class Killed(BaseException):
    """What nobody catches: the process is gone."""


class Bomb:
    """Goes off before the n-th statement, or before or after the n-th call of the bank."""

    def __init__(self, at: int) -> None:
        self.at, self.ticks = at, 0

    def tick(self) -> None:
        self.ticks += 1
        if self.ticks == self.at:
            raise Killed

    def __call__(self, execute, sql, params, many, context):
        self.tick()
        return execute(sql, params, many, context)

    def around(self, deed):
        def call(*arguments, **named):
            self.tick()
            answer = deed(*arguments, **named)
            self.tick()
            return answer

        return call


def walk_to_the_bank(bill, anna, bank):
    """From the charges page to the bank's own page, its card form, and the way back."""
    payment = open_payment(bill, anna)
    if submit(payment, anna, is_hosted=True):
        authorisation.open_page(payment=payment, now=NOW)
    if payment.page_url:
        pay_there(payment, bank)
        settlement.ask(payment=payment, now=NOW)


def pay_there(payment, bank):
    """Type the card, and the issuer's password where it asks for one."""
    bank.pay_there(payment.uuid)
    if bank.orders[payment.bank_id].word is Word.CHECKING_3DS:
        bank.pay_there(payment.uuid)


def walk(bill, anna, bank):
    """From the charges page to the end of the challenge, as the requests of one payment make it."""
    payment = open_payment(bill, anna)
    if submit(payment, anna, send_code(payment, anna)):
        authorise(payment)
    if payment.status == Status.CHALLENGED:
        bank.pass_challenge(payment.uuid)
        authorisation.complete(payment=payment, now=NOW)


def sweep_to_the_end():
    for minutes in (11, 35, 60, 130):
        settlement.settle_due(now=NOW + timedelta(minutes=minutes))


def disagreements(bank):
    """What bank and portal do not agree about when everything has come to its end."""
    found = []
    bill = Bill.objects.get()
    for payment in Payment.objects.all():
        taken = bank.charges[str(payment.uuid)]
        if payment.status in LIVE or taken > 1 or bool(taken) != (payment.status == Status.SUCCEEDED):
            found.append((payment.status, taken))
    if (bill.held, bill.paid) != (0, bill.total * sum(bank.charges.values())):
        found.append(("bill", bill.held, bill.paid))
    return found


def begin_anew(bank):
    """The same bill, nobody has paid anything."""
    for model in (PaymentEvent, PaymentSnapshot, Payment, BillEntry, Confirmation, Throttle):
        model.objects.all().delete()
    Bill.objects.update(held=0, paid=0)
    bank.charges.clear()
    bank.orders.clear()


def kill_everywhere(bill, anna, bank, monkeypatch, walk=walk):
    """Kill the walk at its first moment, its second, … until it lives to its end; the moments, and what went wrong.

    Who has been shown the bank's page pays there all the same, every second time.
    """
    at, wrong, killed = 0, [], True
    while killed:
        at += MOMENTS_APART if at else 1
        begin_anew(bank)
        bill.refresh_from_db()
        bomb = Bomb(at)
        with monkeypatch.context() as patch, connection.execute_wrapper(bomb):
            for name in CALLS:
                patch.setattr(bank, name, bomb.around(getattr(bank, name)))
            try:
                walk(bill, anna, bank)
                killed = False
            except Killed:
                pass
            bomb.at = 0
        for payment in Payment.objects.filter(is_hosted=True) if at % 2 else ():
            if payment.page_url:
                pay_there(payment, bank)
        sweep_to_the_end()
        wrong += disagreements(bank)
    return at, wrong


@pytest.mark.parametrize("card", ["plain", "challenged", "declined"])
def test_nothing_is_lost_doubled_or_stuck_wherever_it_is_killed(anna, annas_bill, bank, monkeypatch, card):
    bank.challenges = card == "challenged"
    bank.outcome = Word.DECLINED if card == "declined" else Word.CONFIRMED

    moments, wrong = kill_everywhere(annas_bill, anna, bank, monkeypatch)

    assert moments > 50
    assert wrong == []


@pytest.mark.parametrize("challenged", [False, True])
def test_nothing_is_lost_doubled_or_stuck_around_the_banks_page(anna, annas_bill, bank, monkeypatch, challenged):
    bank.challenges = challenged

    moments, wrong = kill_everywhere(annas_bill, anna, bank, monkeypatch, walk_to_the_bank)

    assert moments > 40
    assert wrong == []


def test_a_page_shown_before_it_is_written_down_would_lose_money(anna, annas_bill, bank, monkeypatch):
    """The saboteur: the resident is sent to the bank first, and the number is stored when he has gone."""

    def careless(payment, opened, now):
        bank.pay_there(payment.uuid)
        authorisation_show(payment, opened, now)

    authorisation_show = authorisation._show_page
    monkeypatch.setattr(authorisation, "_show_page", careless)

    _, wrong = kill_everywhere(annas_bill, anna, bank, monkeypatch, walk_to_the_bank)

    assert wrong


def test_without_the_intent_before_it_a_charge_would_be_lost(anna, annas_bill, bank, monkeypatch):
    """The saboteur: AUTHORISING and the bank's number are written only after the bank has answered."""

    def careless(bank, payment, now, *, initiator):
        answer = bank.start(authorisation._order(payment, now, initiator))
        payment.bank_id = answer.bank_id
        return True

    monkeypatch.setattr(authorisation, "_open_order", careless)
    monkeypatch.setattr(authorisation, "move", lambda payment, **arguments: True)

    _, wrong = kill_everywhere(annas_bill, anna, bank, monkeypatch)

    assert wrong


OWN_CALLS = [(walk, which) for which in CALLS]
PAGE_CALLS = [(walk_to_the_bank, which) for which in ("start", "find", "cancel", "query")]


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("walk, which", OWN_CALLS + PAGE_CALLS)
@pytest.mark.parametrize("challenged", [False, True])
def test_a_sweep_inside_any_call_harms_nothing(anna, annas_bill, bank, walk, which, when, challenged):
    bank.challenges = challenged
    if which in {"find", "cancel"}:
        bank.lose["start"] = "after"
    deed, busy = getattr(bank, which), []

    def call(*arguments, **named):
        if busy:
            return deed(*arguments, **named)
        busy.append(True)
        if when == "before":
            settlement.settle_due(now=NOW + timedelta(minutes=30), everything=True)
        answer = deed(*arguments, **named)
        if when == "after":
            settlement.settle_due(now=NOW + timedelta(minutes=30), everything=True)
        return answer

    setattr(bank, which, call)

    walk(annas_bill, anna, bank)
    busy.append(True)
    sweep_to_the_end()

    assert disagreements(bank) == []

"""Many at once: two tabs, twenty submissions, two residents; one bill is charged once, on both databases.

Each race has its saboteur: the same race with the defence taken out does the harm.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import OperationalError, connection

from accounts import confirmations
from accounts.models import Confirmation, User
from billing import dues
from billing.models import Bill
from payments import authorisation, checkout, settlement
from payments.acquirer.base import Answer, Word
from payments.models import Payment
from payments.status import Status
from tests.billing.make import add_account
from tests.payments.make import authorise, open_payment, send_code, submit
from tests.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)
LOST_RACES = (
    dues.AlreadyBeingPaid,
    confirmations.NoTriesLeft,
    confirmations.CodeExpired,
    checkout.OutOfTime,
    checkout.BillNotPayable,
)


def at_once(number: int, deed: Callable[[int], object]) -> list[object]:
    """Do it in as many threads, all starting together; lost races count as None."""
    barrier = Barrier(number)

    def one(which: int) -> object:
        barrier.wait()
        try:
            with suppress(*LOST_RACES):
                return deed(which)
        finally:
            connection.close()
        return None

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))


def pay_in_a_thread(payment: Payment, resident: User) -> None:
    """The final confirmation of one request, on rows of its own."""
    mine = Payment.objects.select_related("snapshot").get(pk=payment.pk)
    confirmation = Confirmation.objects.filter(subject=mine.uuid).latest("id")
    if submit(mine, resident, confirmation):
        authorise(mine)


def test_twenty_submissions_of_one_payment_are_one_charge(anna, annas_payment, bank):
    send_code(annas_payment, anna)

    at_once(20, lambda _: pay_in_a_thread(annas_payment, anna))

    annas_payment.refresh_from_db()
    assert bank.charges == {str(annas_payment.uuid): 1}
    assert bank.calls["authorise"] == 1
    assert annas_payment.status == Status.SUCCEEDED


def test_two_tabs_with_a_payment_each_are_one_charge(anna, annas_bill, bank):
    tabs = [opened_and_sent(annas_bill, anna) for _ in range(2)]

    at_once(2, lambda tab: pay_in_a_thread(tabs[tab], anna))

    assert sum(bank.charges.values()) == 1
    assert_settled(annas_bill, bank)


def test_two_residents_paying_one_bill_are_one_charge(anna, boris, annas_bill, bank):
    add_account(boris, annas_bill.account)
    people = [anna, boris]
    opened = [opened_and_sent(annas_bill, person) for person in people]

    at_once(2, lambda number: pay_in_a_thread(opened[number], people[number]))

    assert sum(bank.charges.values()) == 1
    assert_settled(annas_bill, bank)


def test_without_the_hold_two_residents_would_both_be_charged(anna, boris, annas_bill, bank, monkeypatch):
    """The saboteur: a bill that nobody holds."""
    add_account(boris, annas_bill.account)
    monkeypatch.setattr(dues, "hold", lambda **arguments: None)
    monkeypatch.setattr(dues, "settle", lambda **arguments: None)
    people = [anna, boris]
    opened = [opened_and_sent(annas_bill, person) for person in people]

    at_once(2, lambda number: pay_in_a_thread(opened[number], people[number]))

    assert sum(bank.charges.values()) == 2


def test_twenty_posts_of_one_charges_form_are_one_payment(anna, annas_bill):
    key = uuid4()

    found = at_once(20, lambda _: open_payment(Bill.objects.get(pk=annas_bill.pk), anna, key=key).pk)

    assert Payment.objects.count() == 1
    assert set(found) == {Payment.objects.get().pk}


def test_twenty_returns_from_the_bank_submit_once(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)

    at_once(20, lambda _: authorisation.complete(payment=Payment.objects.get(pk=submitted.pk), now=NOW))

    assert bank.calls["finish_challenge"] == 1
    assert bank.charges == {str(submitted.uuid): 1}


def test_without_the_single_winner_every_return_would_submit(submitted, bank, monkeypatch):
    """The saboteur: everybody wins the move to COMPLETING."""
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)
    monkeypatch.setattr(authorisation, "move", lambda payment, **arguments: True)

    at_once(5, lambda _: authorisation.complete(payment=Payment.objects.get(pk=submitted.pk), now=NOW))

    assert bank.calls["finish_challenge"] == 5


def test_answer_sweep_and_notification_at_once_book_it_once(submitted, bank):
    authorise_quietly(submitted, bank)
    word = bank.answer_about(submitted.uuid)

    def hear(which: int) -> None:
        payment = Payment.objects.get(pk=submitted.pk)
        if which % 2:
            settlement.ask(payment=payment, now=NOW)
        else:
            settlement.apply(payment=payment, answer=word, source="notification", now=NOW)

    at_once(12, hear)

    bill = Bill.objects.get(pk=submitted.bill_id)
    assert (bill.paid, bill.held) == (submitted.amount, 0)
    assert submitted.events.filter(status=Status.SUCCEEDED).count() == 1


def test_ten_refund_notices_at_once_return_it_once(submitted, bank):
    authorise(submitted)
    word = Answer(word=Word.REFUNDED, raw_status="REFUNDED", order_id=str(submitted.uuid))

    at_once(
        10,
        lambda _: settlement.apply(
            payment=Payment.objects.get(pk=submitted.pk), answer=word, source="notification", now=NOW
        ),
    )

    submitted.refresh_from_db()
    assert submitted.refunds.count() == 1
    assert (submitted.status, submitted.refunded) == (Status.REFUNDED, submitted.total)
    assert Bill.objects.get(pk=submitted.bill_id).paid == 0


def stumbles(number: int, deed: Callable[[int], object]) -> list[str]:
    """The database's complaints when as many do it at once."""

    def one(which: int) -> str:
        try:
            deed(which)
        except OperationalError as trouble:
            return str(trouble)
        return ""

    return [trouble for trouble in at_once(number, one) if trouble]


def test_the_browsers_return_and_the_banks_word_do_not_deadlock(anna, annas_bill, bank):
    bank.challenges = True
    for kopecks in range(100, 110):
        payment = opened_and_sent(annas_bill, anna, amount=kopecks)
        submit(payment, anna, Confirmation.objects.latest("id"))
        authorise(payment)
        bank.settle_late(payment.uuid, Word.DECLINED)
        word = bank.answer_about(payment.uuid)

        def deed(which: int, pk: int = payment.pk, word: Answer = word) -> None:
            mine = Payment.objects.get(pk=pk)
            if which:
                authorisation.complete(payment=mine, now=NOW)
            else:
                settlement.apply(payment=mine, answer=word, source="notification", now=NOW)

        assert stumbles(2, deed) == []


def test_paying_the_rest_while_a_part_is_booked_does_not_deadlock(anna, annas_bill, bank):
    for kopecks in range(100, 110):
        part = opened_and_sent(annas_bill, anna, amount=kopecks)
        submit(part, anna, Confirmation.objects.latest("id"))
        authorise_quietly(part, bank)
        word = bank.answer_about(part.uuid)
        rest = opened_and_sent(annas_bill, anna, amount=1000 + kopecks)
        code = Confirmation.objects.latest("id")

        def deed(which: int, part: int = part.pk, rest: int = rest.pk, word: Answer = word, code=code) -> None:
            if which:
                submit(Payment.objects.select_related("snapshot").get(pk=rest), anna, code)
            else:
                settlement.apply(payment=Payment.objects.get(pk=part), answer=word, source="notification", now=NOW)

        assert stumbles(2, deed) == []


def test_two_sweeps_at_once_ask_each_question_once(submitted, bank):
    authorise_quietly(submitted, bank)
    bank.calls.clear()

    at_once(4, lambda _: settlement.settle_due(now=NOW + settlement.LOST_SUBMIT))

    assert bank.calls["query"] == 1


def opened_and_sent(bill: Bill, resident: User, amount: int | None = None) -> Payment:
    """A payment whose code was sent; the minute's cap is not what these races are about."""
    payment = open_payment(bill, resident, amount=amount)
    confirmations.throttle.Throttle.objects.all().delete()
    send_code(payment, resident)
    return payment


def authorise_quietly(payment: Payment, bank) -> None:
    """The bank charged, nobody heard of it."""
    bank.lose.update(authorise="after", query="before")
    authorise(payment)
    bank.lose.clear()


def assert_settled(bill: Bill, bank) -> None:
    """The bill's counters say what the bank took."""
    bill.refresh_from_db()
    assert bill.held == 0
    assert bill.paid == bill.total * sum(bank.charges.values())

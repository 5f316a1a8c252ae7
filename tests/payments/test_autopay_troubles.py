"""Autopay and a bank that declines, falls silent, is slow or dies: never charged twice, never repeated, never stuck."""

from datetime import date, timedelta

import pytest

from accounts.models import User
from billing.money import Kopecks
from notifications.models import Message
from payments import (
    authorisation,
    autopay,
    autopay_doubts,
    autopay_runs,
    cases,
    payment_templates,
    refunds,
    settlement,
    verification,
)
from payments.acquirer.base import Word
from payments.models import Autopay, AutopayRun, Payment
from payments.status import LIVE, TAKEN, Status
from tests.billing.make import make_account, make_provider
from tests.payments.autopay import DAY, make_autopay, make_template
from tests.payments.make import authorise, open_payment, pay, submit
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
TOMORROW = NOW + ONE_DAY
State = AutopayRun.State


def rounds(*moments) -> None:
    for now in moments:
        autopay_runs.run_due(now=now)


@pytest.fixture
def by_bill(anna, annas_bill) -> Autopay:
    return make_autopay(make_template(anna, annas_bill.account))


def take_late(payment: Payment, bank, now) -> None:
    """Given up, and then the bank says that it has the money: staff must decide."""
    settlement.give_up(payment, now=now, source="test", only=LIVE)
    settlement.apply(payment=payment, answer=bank.answer_about(payment.uuid), source="notification", now=now)


def pay_and_hear_late(bill, resident, bank) -> Payment:
    """By hand; nothing holds the bill any more, and the money is at the bank."""
    payment = open_payment(bill, resident)
    submit(payment, resident)
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(payment)
    bank.lose = {}
    take_late(payment, bank, NOW)
    return payment


def autopay_and_hear_late(bank) -> Payment:
    """The same by an autopay, that was told of at NOW."""
    rounds(NOW)
    bank.lose = {"charge": "after", "query": "before"}
    rounds(TOMORROW + timedelta(minutes=1))
    bank.lose = {}
    payment = Payment.objects.get()
    take_late(payment, bank, TOMORROW + timedelta(hours=1))
    return payment


def test_a_decline_is_told_of_and_not_tried_again(by_bill, annas_bill, bank):
    bank.outcome = Word.DECLINED
    rounds(NOW, TOMORROW + timedelta(minutes=1), TOMORROW + timedelta(hours=1), TOMORROW + ONE_DAY)

    assert Payment.objects.count() == 1
    assert AutopayRun.objects.get().state == State.FAILED
    assert Message.objects.filter(kind="autopay_failed").count() == 1


@pytest.mark.parametrize("lost", ["before", "after"])
@pytest.mark.parametrize("method", ["start", "charge"])
def test_a_lost_answer_is_never_tried_again(by_bill, annas_bill, bank, method, lost):
    bank.lose = {method: lost, "query": "before", "find": "before"}
    rounds(NOW, TOMORROW + timedelta(minutes=1))
    bank.lose = {}

    for hours in (1, 2, 13, 39):
        rounds(TOMORROW + timedelta(hours=hours))
        settlement.settle_due(now=TOMORROW + timedelta(hours=hours), everything=True)

    payment = Payment.objects.get()
    assert (payment.status in TAKEN) == bool(bank.charges[str(payment.uuid)])
    assert sum(bank.charges.values()) <= 1
    assert AutopayRun.objects.get().state in {State.DONE, State.FAILED}
    assert list(verification.troubles()) == []


def test_while_one_try_is_unknown_no_other_begins(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    made = make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=50_000)
    bank.outcome = Word.PENDING
    rounds(NOW, TOMORROW + timedelta(minutes=1))
    autopay.stop(autopay=made, reason="", now=NOW)
    make_autopay(made.template, trigger=DAY, day=22, amount=60_000)
    AutopayRun.objects.update(month=date(2026, 10, 1))

    rounds(TOMORROW + timedelta(hours=2), TOMORROW + ONE_DAY + timedelta(hours=1))

    assert Payment.objects.count() == 1


def test_a_part_of_a_try_that_staff_gave_back_stops_nothing(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=50_000)
    rounds(NOW, TOMORROW + timedelta(minutes=1))
    payment = Payment.objects.get()
    asking, approving = make_resident("+79000000101", is_staff=True), make_resident("+79000000102", is_staff=True)
    refund = refunds.request(payment=payment, total=Kopecks(1000), reason="Ошибка", by=asking, now=TOMORROW + ONE_DAY)
    refunds.approve(refund=refund, by=approving, now=TOMORROW + ONE_DAY)
    word = bank.answer_about(payment.uuid)
    settlement.apply(payment=payment, answer=word, source="notification", now=TOMORROW + ONE_DAY)

    rounds(NOW + 30 * ONE_DAY, TOMORROW + 30 * ONE_DAY + timedelta(minutes=1))

    assert Payment.objects.count() == 2


DAYS_OF_ROUNDS = [NOW + timedelta(hours=hours) for hours in range(26, 100, 3)]


@pytest.mark.parametrize("who", ["himself", "his neighbour"])
def test_a_bill_whose_money_the_bank_took_late_waits_for_the_staff(by_bill, annas_bill, anna, boris, bank, who):
    paid = pay_and_hear_late(annas_bill, anna if who == "himself" else boris, bank)

    rounds(NOW, *DAYS_OF_ROUNDS)
    assert sum(bank.charges.values()) == 1
    assert not Message.objects.filter(kind="autopay_notice").exists()

    cases.credit(payment=paid, now=DAYS_OF_ROUNDS[-1])
    rounds(DAYS_OF_ROUNDS[-1], DAYS_OF_ROUNDS[-1] + ONE_DAY)
    assert sum(bank.charges.values()) == 1
    assert list(verification.troubles()) == []


def test_a_sum_to_the_account_that_the_bank_took_late_keeps_its_bill_waiting(by_bill, annas_bill, anna, bank):
    ahead = pay(annas_bill.account, anna, amount=50_000)
    Payment.objects.filter(pk=ahead.pk).update(attention_at=NOW)

    rounds(NOW, *DAYS_OF_ROUNDS)

    assert sum(bank.charges.values()) == 1


def test_saboteur_asking_its_own_tries_alone_it_would_charge_again(by_bill, annas_bill, anna, bank, monkeypatch):
    pay_and_hear_late(annas_bill, anna, bank)
    own = Payment.objects.filter(autopay_run__template=by_bill.template, attention_at__isnull=False)
    monkeypatch.setattr(autopay_doubts, "is_unknown", lambda run: own.exists())

    rounds(NOW, *DAYS_OF_ROUNDS)

    assert sum(bank.charges.values()) == 2


def test_a_neighbours_sum_to_the_account_is_no_payment_of_his_bill(by_bill, annas_bill, boris, bank):
    theirs = pay(annas_bill.account, boris, amount=50_000)
    Payment.objects.filter(pk=theirs.pk).update(attention_at=NOW)

    rounds(NOW, TOMORROW + timedelta(minutes=1))

    assert AutopayRun.objects.get().payment.is_taken


def test_who_was_told_of_a_payment_that_has_to_wait_hears_so_once(by_bill, annas_bill, anna, bank):
    rounds(NOW)
    pay_and_hear_late(annas_bill, anna, bank)

    rounds(TOMORROW, *DAYS_OF_ROUNDS)

    (told,) = Message.objects.filter(kind="autopay_dropped")
    assert autopay_runs.UNKNOWN in told.text
    assert Message.objects.filter(kind="autopay_notice").count() == 1


def test_two_templates_of_an_account_wait_for_each_others_late_money(by_bill, annas_bill, anna, bank):
    make_autopay(make_template(anna, annas_bill.account, title="Ещё раз"))
    autopay_and_hear_late(bank)

    rounds(*DAYS_OF_ROUNDS)

    assert sum(bank.charges.values()) == 1


def test_a_template_made_anew_remembers_late_money(by_bill, annas_bill, anna, bank):
    autopay_and_hear_late(bank)
    payment_templates.forget(template=by_bill.template)
    make_autopay(make_template(anna, annas_bill.account))

    rounds(*DAYS_OF_ROUNDS)

    assert sum(bank.charges.values()) == 1


def test_months_that_waited_for_the_staff_are_not_charged_together(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=50_000)
    waits = autopay_and_hear_late(bank)
    rounds(*(NOW + days * ONE_DAY for days in range(2, 64)))
    cases.credit(payment=waits, now=NOW + 64 * ONE_DAY)

    rounds(*(NOW + days * ONE_DAY for days in range(64, 68)))

    later = Payment.objects.exclude(pk=waits.pk).get()
    assert later.autopay_run.month == date(2027, 1, 1)
    assert later.submitted_at - later.autopay_run.noticed_at <= timedelta(hours=36)
    assert [run.reason for run in AutopayRun.objects.filter(state=State.DROPPED)] == [autopay_runs.GONE_BY]


def test_killed_between_the_intent_and_the_bank_it_is_given_up_and_not_repeated(by_bill, annas_bill, bank, monkeypatch):
    rounds(NOW)
    monkeypatch.setattr(authorisation, "charge", lambda **_: (_ for _ in ()).throw(SystemExit))
    with pytest.raises(SystemExit):
        rounds(TOMORROW + timedelta(minutes=1))
    monkeypatch.undo()
    monkeypatch.setattr("payments.acquirer.current", lambda: bank)

    settlement.settle_due(now=TOMORROW + timedelta(hours=1))
    rounds(TOMORROW + timedelta(hours=1), TOMORROW + timedelta(hours=2))

    annas_bill.refresh_from_db()
    assert (Payment.objects.get().status, annas_bill.held) == (Status.EXPIRED, 0)
    assert AutopayRun.objects.get().state == State.FAILED
    assert list(verification.troubles()) == []


def test_a_bill_that_is_being_paid_waits_and_is_not_forgotten(by_bill, annas_bill, anna, bank):
    rounds(NOW)
    bank.challenges = True
    by_hand = pay(annas_bill, anna, now=TOMORROW)
    rounds(TOMORROW + timedelta(minutes=1))
    settlement.give_up(by_hand, now=TOMORROW, source="test", only=frozenset({Status.CHALLENGED}))
    bank.challenges = False

    rounds(TOMORROW + timedelta(minutes=40))

    assert AutopayRun.objects.get().payment.is_taken


def test_a_slow_bank_ends_the_round_and_the_rest_comes_with_the_next(anna, bank, monkeypatch):
    for number in range(3):
        account = make_account(provider=make_provider(f"plain-{number}", account_check="PATTERN"))
        make_autopay(make_template(anna, account, title=str(number)), trigger=DAY, day=21, amount=50_000)
    rounds(NOW)
    moments = iter(range(0, 1000, 6))
    monkeypatch.setattr(autopay_runs.clock, "monotonic", lambda: next(moments))

    rounds(TOMORROW + timedelta(minutes=1))
    assert Payment.objects.count() == 1
    rounds(TOMORROW + timedelta(minutes=2), TOMORROW + timedelta(minutes=3))

    assert Payment.objects.count() == 3
    # A payment is as old as it is, not as old as the round.
    assert len(set(Payment.objects.values_list("created_at", flat=True))) == 3


def test_money_that_came_back_whole_is_no_payment(by_bill, annas_bill, bank):
    bank.outcome = Word.REFUNDED
    rounds(NOW, TOMORROW + timedelta(minutes=1), TOMORROW + timedelta(minutes=2))

    assert AutopayRun.objects.get().state == State.FAILED


def test_who_reads_no_letters_hears_of_a_charge_by_sms_at_once(by_bill, annas_bill, anna, bank):
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=None)

    rounds(NOW, TOMORROW + timedelta(minutes=1))

    assert Message.objects.filter(kind="payment_outcome", address=anna.phone).count() == 1


def test_a_failure_is_told_of_once(by_bill, annas_bill, anna, bank):
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=None)
    bank.outcome = Word.DECLINED

    rounds(NOW, TOMORROW + timedelta(minutes=1), TOMORROW + timedelta(minutes=2))

    told = Message.objects.filter(kind__in=["autopay_failed", "payment_outcome"], address=anna.phone)
    assert [message.kind for message in told] == ["autopay_failed"]

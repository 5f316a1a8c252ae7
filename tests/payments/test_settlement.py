"""The bank's word, whoever brings it and however often: one step, the same end, not a kopeck beside."""

from datetime import timedelta
from itertools import pairwise, permutations

import pytest

from billing.models import Bill, BillEntry
from payments import settlement
from payments.acquirer.base import Answer, Word
from payments.models import Payment, PaymentEvent
from payments.status import LIVE, Status
from safeguards.models import Throttle
from tests.payments.make import authorise, open_payment, submit
from tests.people import NOW

LATER = NOW + timedelta(hours=3)


def apply(payment, word, now=NOW, **changes):
    answer = Answer(word=word, raw_status=word.value, order_id=str(payment.uuid), **changes)
    settlement.apply(payment=payment, answer=answer, source="test", now=now)


def bill_of(payment):
    return Bill.objects.get(pk=payment.bill_id)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_it_books_a_confirmed_payment_once(submitted, status):
    Payment.objects.filter(pk=submitted.pk).update(status=status)

    apply(submitted, Word.CONFIRMED)
    apply(submitted, Word.CONFIRMED)

    assert submitted.status == Status.SUCCEEDED
    assert (bill_of(submitted).paid, bill_of(submitted).held) == (submitted.amount, 0)


@pytest.mark.parametrize("word, status", [(Word.DECLINED, Status.DECLINED), (Word.EXPIRED, Status.EXPIRED)])
def test_it_lets_the_bill_go_when_the_bank_refuses(submitted, word, status):
    apply(submitted, word, error_code="1051")
    apply(submitted, word, error_code="1051")

    assert submitted.status == status
    assert submitted.error_code == "1051"
    assert (bill_of(submitted).paid, bill_of(submitted).held) == (0, 0)


@pytest.mark.parametrize("word", [Word.NEW, Word.PENDING, Word.FORM_SHOWED, Word.CHECKING_3DS, Word.CHECKED_3DS])
def test_it_moves_nothing_on_any_other_word(submitted, word):
    apply(submitted, word)

    assert submitted.status == Status.SUBMITTED


def test_it_ends_the_same_in_every_order_of_what_the_bank_says(anna, annas_bill):
    words = [Word.PENDING, Word.CONFIRMED, Word.CONFIRMED, Word.REFUNDED]
    ends = set()
    for number, order in enumerate(permutations(words)):
        now = NOW + timedelta(days=number)
        payment = open_payment(annas_bill, anna, now=now)
        submit(payment, anna, now=now)
        for word in order:
            apply(payment, word, now=now)
        bill = bill_of(payment)
        ends.add((payment.status, payment.refunded, bill.paid, bill.held, payment.refunds.count()))

    assert ends == {(Status.REFUNDED, annas_bill.total, 0, 0, 1)}


def test_it_calls_staff_when_money_comes_after_it_was_given_up(submitted):
    apply(submitted, Word.EXPIRED)

    apply(submitted, Word.CONFIRMED)

    assert submitted.status == Status.EXPIRED
    assert submitted.needs_staff
    assert not submitted.is_failed
    assert submitted.public_status == "в обработке"
    assert submitted.events.filter(kind=PaymentEvent.Kind.ATTENTION).count() == 1
    assert bill_of(submitted).paid == 0


def test_it_needs_nobody_once_late_money_went_back(submitted):
    apply(submitted, Word.EXPIRED)
    apply(submitted, Word.CONFIRMED)

    apply(submitted, Word.REFUNDED)

    assert submitted.is_failed
    assert submitted.public_status == "не выполнена"


def test_it_records_a_refund_of_the_banks_own_origin(submitted):
    apply(submitted, Word.CONFIRMED)

    apply(submitted, Word.PARTLY_REFUNDED, refunded=300_00)
    apply(submitted, Word.PARTLY_REFUNDED, refunded=300_00)

    assert submitted.public_status == "возвращена частично"
    assert [refund.total for refund in submitted.refunds.all()] == [300_00]
    assert bill_of(submitted).paid == submitted.amount - 300_00


def test_a_refund_of_ours_says_what_is_left(submitted):
    apply(submitted, Word.CONFIRMED)

    apply(submitted, Word.PARTLY_REFUNDED, left=submitted.total - 300_00)

    assert submitted.refunded == 300_00


def test_it_completes_a_partial_refund_to_the_whole(submitted):
    apply(submitted, Word.CONFIRMED)
    apply(submitted, Word.PARTLY_REFUNDED, refunded=300_00)

    apply(submitted, Word.REFUNDED)

    assert submitted.public_status == "возвращена"
    assert sum(refund.total for refund in submitted.refunds.all()) == submitted.total
    assert bill_of(submitted).paid == 0


def test_it_calls_staff_when_the_bank_does_not_say_how_much_went_back(submitted):
    apply(submitted, Word.CONFIRMED)

    apply(submitted, Word.PARTLY_REFUNDED)

    assert submitted.attention_at is not None
    assert not submitted.refunds.exists()


@pytest.mark.parametrize(
    "changes", [{"amount": 1}, {"order_id": "00000000-0000-0000-0000-000000000000"}], ids=["sum", "order"]
)
def test_it_believes_no_word_about_another_order_or_sum(submitted, changes):
    answer = Answer(**{"word": Word.CONFIRMED, "raw_status": "CONFIRMED", "order_id": str(submitted.uuid), **changes})

    settlement.apply(payment=submitted, answer=answer, source="test", now=NOW)

    assert submitted.status == Status.SUBMITTED
    assert submitted.attention_at is not None


def test_it_believes_no_word_about_another_payment_of_the_bank(submitted):
    Payment.objects.filter(pk=submitted.pk).update(bank_id="1")

    apply(submitted, Word.CONFIRMED, bank_id="2")

    assert submitted.status == Status.SUBMITTED


def test_it_writes_the_banks_words_once_however_often_it_asks(submitted):
    for _ in range(5):
        apply(submitted, Word.PENDING)

    assert submitted.events.filter(kind=PaymentEvent.Kind.BANK).count() == 1


def test_the_sweep_expires_a_payment_nobody_confirmed(annas_payment):
    settlement.settle_due(now=NOW + timedelta(minutes=14, seconds=59))
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CREATED

    settlement.settle_due(now=NOW + timedelta(minutes=15))
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.EXPIRED
    assert bill_of(annas_payment).held == 0


def test_the_sweep_expires_an_order_that_never_reached_the_bank(submitted, bank):
    settlement.settle_due(now=NOW + timedelta(minutes=9))
    assert bill_of(submitted).held == submitted.amount

    settlement.settle_due(now=NOW + timedelta(minutes=10))

    submitted.refresh_from_db()
    assert submitted.status == Status.EXPIRED
    assert bill_of(submitted).held == 0


def test_the_sweep_cancels_at_the_bank_before_it_gives_a_new_order_up(submitted, bank):
    bank.lose["check_card"] = "before"
    authorise(submitted)

    settlement.settle_due(now=NOW + timedelta(minutes=5))
    assert bank.calls["cancel"] == 0
    settlement.settle_due(now=NOW + timedelta(minutes=30))

    submitted.refresh_from_db()
    assert bank.calls["cancel"] == 1
    assert submitted.status == Status.EXPIRED


def test_the_sweep_waits_when_the_cancel_is_not_answered(submitted, bank):
    bank.lose.update(check_card="before", cancel="before")
    authorise(submitted)

    settlement.settle_due(now=LATER)

    submitted.refresh_from_db()
    assert submitted.status == Status.SUBMITTED
    assert bill_of(submitted).held == submitted.amount


def test_the_sweep_finds_money_whose_answer_was_lost(submitted, bank):
    bank.lose.update(authorise="after", query="before")
    authorise(submitted)
    assert submitted.status == Status.AUTHORISING

    bank.lose.clear()
    settlement.settle_due(now=LATER)

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert bank.calls["authorise"] == 1


def test_the_sweep_expires_a_challenge_nobody_finished(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    assert submitted.status == Status.CHALLENGED

    settlement.settle_due(now=NOW + timedelta(minutes=19))
    submitted.refresh_from_db()
    assert submitted.status == Status.CHALLENGED
    settlement.settle_due(now=NOW + timedelta(minutes=60))

    submitted.refresh_from_db()
    assert submitted.status == Status.EXPIRED
    assert submitted.challenge is None
    assert not bank.charges


def test_the_sweep_submits_again_when_the_submit_was_lost(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)
    Payment.objects.filter(pk=submitted.pk).update(status=Status.COMPLETING, moved_at=NOW)

    settlement.settle_due(now=NOW + timedelta(minutes=5))

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert bank.charges[str(submitted.uuid)] == 1


@pytest.mark.parametrize("silent, questions", [(False, range(5, 9)), (True, range(12, 18))])
def test_an_undecided_bank_is_asked_less_and_less_often_and_a_silent_one_within_minutes(
    submitted, bank, silent, questions
):
    bank.lose.update(authorise="before", query="before")
    authorise(submitted)
    bank.settle_late(submitted.uuid, Word.PENDING)
    bank.calls.clear()
    if not silent:
        bank.lose.clear()

    for second in range(0, 3600, 5):
        settlement.settle_due(now=NOW + timedelta(seconds=second))

    assert bank.calls["query"] in questions


def test_settle_payments_asks_about_everything_at_once(submitted, bank):
    bank.lose.update(authorise="after", query="before")
    authorise(submitted)
    bank.lose.clear()

    settlement.settle_due(now=NOW, everything=True)

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED


def test_no_answer_is_never_a_refusal(submitted, bank):
    Payment.objects.filter(pk=submitted.pk).update(bank_id="1", status=Status.AUTHORISING)
    bank.lose["query"] = "before"

    settlement.settle_due(now=LATER)

    submitted.refresh_from_db()
    assert submitted.status == Status.AUTHORISING


def test_one_sick_row_does_not_keep_the_others_from_their_outcome(anna, annas_bill, bank, caplog):
    sick = open_payment(annas_bill, anna, amount=100_00)
    submit(sick, anna)
    Payment.objects.filter(pk=sick.pk).update(bill=annas_bill)
    BillEntry.objects.filter(operation=sick.uuid).delete()
    Throttle.objects.all().delete()
    charged = open_payment(annas_bill, anna, amount=200_00)
    submit(charged, anna)
    bank.lose.update(authorise="after", query="before")
    authorise(charged)
    bank.lose.clear()

    settlement.settle_due(now=LATER)

    charged.refresh_from_db()
    assert charged.status == Status.SUCCEEDED
    assert f"payment {sick.number} was not settled: NotHeld" in caplog.text


def test_a_bank_that_hangs_does_not_hold_the_sweep_up(anna, annas_bill, bank, monkeypatch):
    for kopecks in range(100, 110):
        Throttle.objects.all().delete()
        payment = open_payment(annas_bill, anna, amount=kopecks)
        submit(payment, anna)
        Payment.objects.filter(pk=payment.pk).update(bank_id=str(kopecks))
    clock = iter(range(0, 10_000, 3))
    monkeypatch.setattr(settlement.time, "monotonic", lambda: next(clock))
    bank.lose["query"] = "before"

    settlement.settle_due(now=LATER)

    assert bank.calls["query"] == 2


def test_a_silent_bank_is_asked_again_within_minutes(submitted, bank):
    authorise(submitted)
    Payment.objects.filter(pk=submitted.pk).update(status=Status.AUTHORISING, asked=9, ask_at=NOW)
    bank.lose["query"] = "before"

    settlement.settle_due(now=LATER)

    submitted.refresh_from_db()
    assert submitted.ask_at is not None
    assert submitted.ask_at - LATER <= settlement.LONGEST_SILENCE + timedelta(seconds=1)


def test_a_repeated_submit_that_the_bank_refuses_is_asked_about(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.settle_late(submitted.uuid, Word.CHECKING_3DS)
    Payment.objects.filter(pk=submitted.pk).update(status=Status.COMPLETING, moved_at=NOW)
    bank.refuse.add("finish_challenge")
    bank.calls.clear()

    settlement.settle_due(now=LATER)

    assert bank.calls["query"] == 2


def test_the_card_in_somebody_elses_notification_is_not_noted(submitted, bank):
    authorise(submitted)

    settlement.apply(
        payment=submitted,
        answer=bank.answer_about(submitted.uuid, bank_id="99999", card_mask="430000******0777"),
        source="notification",
        now=NOW,
    )

    assert submitted.card == "МИР (***7761)"


def test_the_bank_is_asked_after_5_and_15_seconds_1_5_and_15_minutes_then_hourly_to_two_days_then_daily(
    submitted, bank
):
    """And besides at the moments at which something is to be done: after 2, 10 and 20 minutes."""
    bank.outcome = Word.PENDING
    authorise(submitted)
    asked = [NOW]
    while asked[-1] < NOW + timedelta(days=4):
        submitted.refresh_from_db()
        asked.append(submitted.ask_at)
        settlement.ask(payment=submitted, now=submitted.ask_at)

    seconds = [int((at - NOW).total_seconds()) for at in asked[1:]]
    hours = [1280 + 3600 * number for number in range(1, 49)]
    assert seconds[:8] == [5, 20, 80, 120, 380, 600, 1200, 1280]
    assert seconds[8 : 8 + 48] == hours
    assert [later - earlier for earlier, later in pairwise(seconds[55:])] == [86400, 86400]

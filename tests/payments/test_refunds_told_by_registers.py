"""Refunds made in the bank's own cabinet: its answer names no sum, the lines of its register do."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing.models import Bill
from notifications.models import Message
from payments import (
    bank_evidence,
    cases,
    reconciliation,
    refund_books,
    refunds,
    register_export,
    settlement,
    verification,
)
from payments.acquirer.base import Answer
from payments.models import BankOperation, Difference, Payment, Refund
from payments.shown import Shown
from payments.status import LIVE, Status
from tests.payments.bank_register import Line, credit, debit, written
from tests.payments.make import authorise, pay
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
LATER, DAY = NOW + timedelta(hours=1), timedelta(days=1)
PART = 1_000_00


@pytest.fixture
def staff(db):
    return make_resident("+79000000101", is_staff=True)


@pytest.fixture
def second(db):
    return make_resident("+79000000102", is_staff=True)


@pytest.fixture
def partly_back(anna, annas_bill, bank) -> Payment:
    """Paid, and then a part was returned in the bank's cabinet: its notification says no sum."""
    payment = pay(annas_bill, anna)
    bank.return_by_itself(payment.uuid, PART)
    told(payment, bank)
    return payment


@pytest.fixture
def late(submitted, bank) -> Payment:
    """Given up by us, then taken by the bank after all, then a part of it returned in the bank's cabinet."""
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)
    bank.lose = {}
    settlement.give_up(submitted, now=NOW, source="test", only=LIVE)
    settlement.apply(payment=submitted, answer=bank.answer_about(submitted.uuid), source="notification", now=LATER)
    bank.return_by_itself(submitted.uuid, PART)
    told(submitted, bank)
    return submitted


def told(payment, bank) -> None:
    held = bank._of(payment.uuid)
    held.word = bank.word_of_returned(payment.uuid)
    settlement.apply(payment=payment, answer=bank.answer_about(payment.uuid), source="notification", now=LATER)
    payment.refresh_from_db()


def reconcile(*lines: Line, now=LATER + DAY) -> list[str]:
    """The kinds of what stands open after the bank's register."""
    reconciliation.reconcile(data=written(lines), file_name="bank.csv", now=now)
    return list(Difference.objects.filter(gone_at=None).values_list("kind", flat=True))


def test_until_a_register_tells_the_sum_it_is_a_case_and_nothing_is_booked(partly_back):
    assert list(Payment.objects.cases()) == [partly_back]
    assert (partly_back.status, partly_back.refunded) == (Status.SUCCEEDED, 0)


def test_the_register_books_it_with_its_sum(partly_back):
    assert reconcile(debit(partly_back), credit(partly_back, PART)) == []

    partly_back.refresh_from_db()
    refund = Refund.objects.get()
    assert (partly_back.status, partly_back.refunded) == (Status.PARTLY_REFUNDED, PART)
    assert (refund.origin, refund.amount, refund.fee) == (Refund.Origin.BANK, PART, 0)
    assert not Payment.objects.cases().exists()
    assert list(verification.troubles()) == []


def test_bill_register_and_receipt_follow(partly_back):
    reconcile(debit(partly_back), credit(partly_back, PART))

    partly_back.refresh_from_db()
    bill = Bill.objects.get(pk=partly_back.bill_id)
    assert (bill.paid, bill.due) == (partly_back.amount - PART, PART)
    day = (LATER + DAY).date()
    assert "-1000,00" in register_export.preview(provider=partly_back.provider, day=day)
    assert [row.value for row in Shown(partly_back).refunds] == ["1\u00a0000,00\u00a0₽, 21.11.2026"]


def test_the_same_register_again_books_it_once(partly_back):
    for number in range(3):
        reconcile(debit(partly_back), credit(partly_back, PART), now=LATER + number * DAY)

    assert Refund.objects.count() == 1
    assert list(verification.troubles()) == []


def test_a_second_part_is_booked_with_what_is_new_of_it(partly_back, bank):
    reconcile(debit(partly_back), credit(partly_back, PART))
    bank.return_by_itself(partly_back.uuid, PART + 500)
    told(partly_back, bank)

    assert reconcile(credit(partly_back, 500, at=NOW + 2 * DAY), now=NOW + 3 * DAY) == []

    assert list(Refund.objects.order_by("pk").values_list("amount", flat=True)) == [PART, 500]
    assert list(verification.troubles()) == []


def test_a_refund_that_the_bank_takes_back_is_none(partly_back):
    back = credit(partly_back, PART)
    taken_back = Line(back.order_id, PART, back.at, kind="CancelRefund", bank_id=back.bank_id)

    reconcile(debit(partly_back), back, taken_back)

    partly_back.refresh_from_db()
    assert (partly_back.refunded, partly_back.attention_at is None) == (0, False)


def test_our_own_request_whose_answer_was_lost_is_that_refund_and_no_other(anna, annas_bill, bank, staff, second):
    payment = pay(annas_bill, anna)
    refund = refunds.request(payment=payment, total=PART, reason="Ошибка", by=staff, now=NOW)
    bank.lose = {"refund": "after"}
    refunds.approve(refund=refund, by=second, now=NOW)
    bank.lose = {}
    bank.return_by_itself(payment.uuid, PART + 500)
    told(payment, bank)
    settlement._call_staff(payment, "test", LATER)

    lines = debit(payment), credit(payment, PART), credit(payment, 500)
    reconcile(*lines)
    unanswered = Refund.objects.filter(state=Refund.State.DONE).count()
    refunds.send_due(now=LATER, everything=True)
    reconcile(*lines)

    assert unanswered == 0
    done = Refund.objects.filter(state=Refund.State.DONE).order_by("pk")
    assert list(done.values_list("origin", "amount")) == [("STAFF", PART), ("BANK", 500)]
    assert list(verification.troubles()) == []


def test_a_register_older_than_our_own_refund_is_not_enough(partly_back, bank, staff, second):
    """The bank gave 1000 back, then staff 200: a register of the day before would make 800 of the bank's."""
    ours = refunds.request(payment=partly_back, total=200_00, reason="Ошибка", by=staff, now=NOW + DAY)
    refunds.approve(refund=ours, by=second, now=NOW + DAY)
    assert Refund.objects.get().state == Refund.State.DONE

    reconcile(debit(partly_back), credit(partly_back, PART))
    too_early = list(Refund.objects.values_list("origin", flat=True))
    reconcile(credit(partly_back, 200_00, at=NOW + DAY), now=NOW + 2 * DAY)

    assert too_early == ["STAFF"]
    booked = Refund.objects.order_by("pk").values_list("origin", "amount")
    assert list(booked) == [("STAFF", 200_00), ("BANK", PART)]
    assert list(verification.troubles()) == []


def test_a_register_alone_books_nothing(anna, annas_bill, bank):
    """The bank has not said by any other way that it gave something back: the line is compared, not believed."""
    payment = pay(annas_bill, anna)

    assert reconcile(debit(payment), credit(payment, PART)) == [Difference.Kind.REFUND]

    payment.refresh_from_db()
    assert payment.refunded == 0


def test_saboteur_a_register_that_is_believed_alone_would_book_a_doctored_line(anna, annas_bill, bank, monkeypatch):
    payment = pay(annas_bill, anna)
    settlement._call_staff(payment, "test", LATER)
    monkeypatch.setattr(cases, "_last_word", lambda _: cases.Word.PARTLY_REFUNDED)

    reconcile(debit(payment), credit(payment, PART))

    payment.refresh_from_db()
    assert payment.refunded == PART


def test_more_than_was_taken_is_never_booked(partly_back):
    kinds = reconcile(debit(partly_back), credit(partly_back, partly_back.total + 1))

    partly_back.refresh_from_db()
    assert kinds == [Difference.Kind.REFUND]
    assert partly_back.refunded == 0


def test_an_overtaken_booking_leaves_the_case(partly_back, monkeypatch):
    def overtaken(*_, **__):
        raise refund_books.Overtaken

    with monkeypatch.context() as patch:
        patch.setattr(refund_books, "book_banks", overtaken)
        assert reconcile(debit(partly_back), credit(partly_back, PART)) == [Difference.Kind.REFUND]

    assert Payment.objects.cases().exists()
    assert reconcile(debit(partly_back), credit(partly_back, PART)) == []


def test_asking_the_bank_books_what_its_registers_have_told_already(anna, annas_bill, bank):
    payment = pay(annas_bill, anna)
    bank.return_by_itself(payment.uuid, PART)
    bank._of(payment.uuid).word = bank.word_of_returned(payment.uuid)
    assert reconcile(debit(payment), credit(payment, PART, at=NOW)) == [Difference.Kind.REFUND]

    cases.ask_bank(payment=payment, now=LATER + DAY)

    payment.refresh_from_db()
    assert (payment.status, payment.refunded, payment.attention_at) == (Status.PARTLY_REFUNDED, PART, None)
    assert reconcile(debit(payment), credit(payment, PART, at=NOW)) == []


# --- money that came late and was partly returned ------------------------------------------------------------------
def test_it_is_not_credited_for_a_part_is_gone(late):
    with pytest.raises(cases.NotACase):
        cases.credit(payment=late, now=LATER)


def test_the_rest_waits_for_the_register_that_says_how_much_it_is(late, staff):
    with pytest.raises(cases.SumUnknown):
        cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER)


def test_the_rest_is_given_back_and_the_case_is_over(late, staff, second, bank):
    reconcile(debit(late, at=LATER), credit(late, PART, at=LATER))

    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)

    late.refresh_from_db()
    assert refund.total == late.total - PART
    assert (late.status, late.refunded, late.refunding) == (Status.REFUNDED, late.total, 0)
    assert not Payment.objects.cases().exists()
    assert sorted(Refund.objects.values_list("origin", flat=True)) == ["BANK", "STAFF"]
    assert sum(bank._of(late.uuid).returned.values()) == late.total
    assert Bill.objects.get(pk=late.bill_id).paid == 0
    assert list(verification.troubles()) == []


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_lost_answer_gives_the_rest_back_once(late, staff, second, bank, lost):
    reconcile(debit(late, at=LATER), credit(late, PART, at=LATER))
    bank.lose = {"refund": lost}
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)
    bank.lose = {}

    settlement.settle_due(now=LATER + 2 * DAY)

    late.refresh_from_db()
    assert late.status == Status.REFUNDED
    assert sum(bank._of(late.uuid).returned.values()) == late.total
    assert list(verification.troubles()) == []


def test_the_provider_hears_nothing_of_it(late, staff, second, bank):
    reconcile(debit(late, at=LATER), credit(late, PART, at=LATER))
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)

    assert str(late.number) not in register_export.preview(provider=late.provider, day=(LATER + DAY).date())


def test_while_the_bank_still_has_a_part_the_case_stays(late, staff, second, bank):
    """A register that says too much was returned: what we ask for then is not all that is left."""
    reconcile(debit(late, at=LATER), credit(late, PART + 700, at=LATER))

    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)

    late.refresh_from_db()
    assert (late.status in {Status.EXPIRED, Status.DECLINED}, late.needs_staff) == (True, True)
    assert (late.refunded, late.refunding) == (late.total - 700, 0)
    assert list(verification.troubles()) == []


@pytest.fixture
def partly_asked(late, staff, second, bank) -> Payment:
    """Staff had returned what a register left over, but it said 700 kopecks too much: the bank still has them."""
    reconcile(debit(late, at=LATER), credit(late, PART + 700, at=LATER))
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)
    late.refresh_from_db()
    return late


def test_what_the_bank_has_made_is_asked_for_no_more(partly_asked, bank):
    asked = bank.calls["refund"]

    for days in range(2, 9):
        settlement.settle_due(now=LATER + days * DAY, everything=True)

    assert bank.calls["refund"] == asked
    assert sorted(Refund.objects.values_list("origin", "state")) == [("BANK", "DONE"), ("STAFF", "DONE")]
    assert list(Payment.objects.cases()) == [partly_asked]


def test_staff_give_the_last_of_it_back_even_when_a_register_says_that_all_is_gone(partly_asked, staff, second, bank):
    ours = Refund.objects.get(origin=Refund.Origin.STAFF)
    lines = debit(partly_asked, at=LATER), credit(partly_asked, PART + 700, at=LATER)
    reconcile(*lines, credit(partly_asked, ours.total, at=LATER))
    assert bank_evidence.given_back(partly_asked) == partly_asked.total

    refund = cases.give_back(payment=partly_asked, reason="Остаток", by=staff, now=LATER + 2 * DAY)
    refunds.approve(refund=refund, by=second, now=LATER + 2 * DAY)

    partly_asked.refresh_from_db()
    assert (refund.total, partly_asked.status, partly_asked.refunded) == (700, Status.REFUNDED, partly_asked.total)
    assert sum(bank._of(partly_asked.uuid).returned.values()) == partly_asked.total
    assert not Payment.objects.cases().exists()
    assert list(verification.troubles()) == []


def test_the_last_of_it_may_go_back_in_the_banks_cabinet(partly_asked, bank):
    bank.return_by_itself(partly_asked.uuid, partly_asked.total)

    told(partly_asked, bank)

    assert (partly_asked.status, partly_asked.refunded) == (Status.REFUNDED, partly_asked.total)
    assert not Payment.objects.cases().exists()
    assert list(verification.troubles()) == []


def test_its_payer_hears_of_the_whole_once_all_of_it_is_back(partly_asked, bank):
    assert not Message.objects.filter(kind="payment_refunded").exists()
    bank.return_by_itself(partly_asked.uuid, partly_asked.total)

    told(partly_asked, bank)

    (message,) = Message.objects.filter(kind__in=["payment_refunded", "payment_outcome"])
    assert "12 970,24" in message.text


def test_partly_returned_it_is_not_credited(partly_asked, bank):
    """Nor when the bank has said nothing of it but that the money was taken."""
    word = bank.answer_about(partly_asked.uuid, word=cases.Word.CONFIRMED, raw_status="CONFIRMED", amount=None)
    settlement.apply(payment=partly_asked, answer=word, source="notification", now=LATER)
    BankOperation.objects.all().delete()

    with pytest.raises(cases.NotACase):
        cases.credit(payment=partly_asked, now=LATER + 2 * DAY)


def test_an_answer_that_leaves_no_room_for_ours_is_not_believed(late, staff, second, bank):
    """The bank says that it still has more than it could have, had it made ours: it is asked again."""
    reconcile(debit(late, at=LATER), credit(late, PART + 700, at=LATER))
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    answer = Answer(word=cases.Word.PARTLY_REFUNDED, left=late.total - refund.total + 1)

    assert not refunds._has_made(answer, refund)
    assert refunds._has_made(replace(answer, left=late.total - refund.total), refund)


def test_saboteur_without_what_the_bank_has_left_a_part_would_be_lost(late, staff, second, bank, monkeypatch):
    real = refund_books.finish
    monkeypatch.setattr(refund_books, "finish", lambda *those, left, **more: real(*those, **more))
    reconcile(debit(late, at=LATER), credit(late, PART + 700, at=LATER))

    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER + DAY)
    refunds.approve(refund=refund, by=second, now=LATER + DAY)

    late.refresh_from_db()
    assert late.status == Status.REFUNDED
    assert sum(bank._of(late.uuid).returned.values()) < late.total


def test_the_rest_that_the_bank_returns_by_itself_ends_the_case(late, bank):
    bank.return_by_itself(late.uuid, late.total)

    told(late, bank)

    assert not Payment.objects.cases().exists()
    assert list(verification.troubles()) == []


def test_closed_on_the_registers_once_all_of_it_is_back(late):
    """The bank's last word was lost, its registers are not."""
    lines = [debit(late, at=NOW), credit(late, PART, at=NOW), credit(late, late.total - PART, at=NOW)]
    reconcile(*lines, Line("чужой", 1, NOW + 2 * DAY, kind="AUTH_FAIL"), now=NOW + 3 * DAY)
    assert bank_evidence.given_back(late) == late.total

    cases.close(payment=late, now=NOW + 3 * DAY)

    assert not Payment.objects.cases().exists()
    assert BankOperation.objects.count() == 4
    assert list(verification.troubles()) == []

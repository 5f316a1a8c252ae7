"""Refunds by staff: reserved first, approved by another person, made once whatever is lost on the way."""

from contextlib import suppress
from datetime import timedelta
from itertools import product
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import OperationalError
from django.db.models import F

from billing.models import Bill
from billing.money import Kopecks
from payments import cases, reconciliation, refund_books, refunds, register_export, settlement, verification
from payments.acquirer.base import Answer, Word
from payments.models import Payment, Refund
from payments.shown import Shown
from payments.status import Status
from tests.billing.racing import at_once
from tests.payments.bank_register import credit, debit, written
from tests.payments.make import pay
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
State = Refund.State
LATER = NOW + timedelta(hours=2)


@pytest.fixture
def asking(db):
    return make_resident("+79000000101", is_staff=True)


@pytest.fixture
def approving(db):
    return make_resident("+79000000102", is_staff=True)


@pytest.fixture
def paid(anna, annas_bill, bank) -> Payment:
    """12 970,24 paid on the bill."""
    return pay(annas_bill, anna)


def ask_for(payment, total, by) -> Refund:
    return refunds.request(payment=payment, total=Kopecks(total), reason="Ошибочный платёж", by=by, now=NOW)


def fresh(payment) -> Payment:
    return Payment.objects.get(pk=payment.pk)


def test_it_is_reserved_and_the_bank_is_not_asked_until_another_person_approves(paid, asking, bank):
    refund = ask_for(paid, 1000, asking)

    assert (refund.state, fresh(paid).refunding, fresh(paid).refunded) == (State.REQUESTED, 1000, 0)
    assert bank.calls["refund"] == 0
    assert fresh(paid).status == Status.SUCCEEDED


def test_who_asked_may_not_approve(paid, asking, bank):
    refund = ask_for(paid, 1000, asking)

    with pytest.raises(refunds.SamePerson):
        refunds.approve(refund=refund, by=asking, now=NOW)

    assert bank.calls["refund"] == 0


def test_a_part_goes_back_to_the_card_and_to_the_bill(paid, asking, approving, bank):
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=LATER)

    payment = fresh(paid)
    assert (payment.status, payment.refunded, payment.refunding) == (Status.PARTLY_REFUNDED, 1000, 0)
    assert payment.public_status == "возвращена частично"
    assert Bill.objects.get(pk=payment.bill_id).paid == payment.amount - 1000
    assert [row.label for row in Shown(payment).refunds] == ["Возвращено"]
    assert list(verification.troubles()) == []


def test_the_whole_makes_it_returned(paid, asking, approving, bank):
    refunds.approve(refund=ask_for(paid, paid.total, asking), by=approving, now=LATER)

    assert fresh(paid).public_status == "возвращена"
    assert Bill.objects.get(pk=paid.bill_id).paid == 0
    assert list(verification.troubles()) == []


@pytest.mark.parametrize("total", [0, -1, 1_297_025])
def test_more_than_was_taken_is_refused(paid, asking, total):
    with pytest.raises(refunds.NotRefundable) as refusal:
        ask_for(paid, total, asking)

    assert refusal.value.left == paid.total
    assert not Refund.objects.exists()


def test_two_requests_together_never_exceed_what_was_taken(paid, asking):
    ask_for(paid, paid.total - 100, asking)

    with pytest.raises(refunds.NotRefundable) as refusal:
        ask_for(paid, 101, asking)

    assert refusal.value.left == 100


@pytest.mark.django_db(transaction=True)
def test_of_twenty_requests_at_once_only_what_fits_is_reserved(paid, asking):
    outcomes = at_once(20, lambda _: ask_for(fresh(paid), paid.total // 2 + 1, asking))

    assert sum(isinstance(one, Refund) for one in outcomes) == 1
    assert fresh(paid).refunding == paid.total // 2 + 1


@pytest.mark.parametrize("status", sorted(set(Status) - {Status.SUCCEEDED, Status.PARTLY_REFUNDED}))
def test_what_was_not_taken_is_not_given_back(paid, asking, status):
    Payment.objects.update(status=status)

    with pytest.raises(refunds.NotRefundable):
        ask_for(paid, 1000, asking)


def test_a_withdrawn_one_frees_its_sum(paid, asking, approving, bank):
    refund = ask_for(paid, paid.total, asking)
    refunds.withdraw(refund=refund)

    with pytest.raises(refunds.NotWaiting):
        refunds.approve(refund=refund, by=approving, now=NOW)

    assert (fresh(paid).refunding, bank.calls["refund"]) == (0, 0)
    assert list(verification.troubles()) == []


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_lost_answer_is_asked_for_again_under_the_same_number(paid, asking, approving, bank, lost):
    bank.lose = {"refund": lost}
    refund = ask_for(paid, 1000, asking)
    refunds.approve(refund=refund, by=approving, now=NOW)
    assert (refund.state, fresh(paid).status) == (State.APPROVED, Status.SUCCEEDED)
    assert [row.label for row in Shown(fresh(paid)).refunds] == ["Возврат оформляется"]
    bank.lose = {}

    settlement.settle_due(now=LATER)

    assert fresh(paid).refunded == 1000
    assert sum(bank._of(paid.uuid).returned.values()) == 1000
    assert list(verification.troubles()) == []


def test_without_its_number_the_bank_would_give_the_money_twice(paid, asking, approving, bank, monkeypatch):
    """The saboteur: every try has a number of its own."""
    usual, tries = bank.refund, iter(range(9))
    monkeypatch.setattr(bank, "refund", lambda **asked: usual(**{**asked, "request_id": str(next(tries))}))
    bank.lose = {"refund": "after"}
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=NOW)
    bank.lose = {}

    settlement.settle_due(now=LATER)

    assert sum(bank._of(paid.uuid).returned.values()) == 2000


def test_a_refusal_frees_the_sum_and_is_kept(paid, asking, approving, bank):
    bank.refuse = {"refund"}
    refund = ask_for(paid, 1000, asking)

    refunds.approve(refund=refund, by=approving, now=NOW)

    assert (refund.state, refund.error_code, fresh(paid).refunding) == (State.REFUSED, "330", 0)
    assert fresh(paid).status == Status.SUCCEEDED
    assert list(verification.troubles()) == []


NEWS = [("answer", "notification"), ("notification", "answer"), ("notification", "notification", "answer")]


@pytest.mark.parametrize("order, total", list(product(NEWS, [1000, 1_297_024])))
def test_answer_and_notification_book_it_once_in_any_order(paid, asking, approving, bank, order, total):
    bank.lose = {"refund": "after"}
    refund = ask_for(paid, total, asking)
    refunds.approve(refund=refund, by=approving, now=NOW)
    bank.lose = {}

    for news in order:
        if news == "answer":
            refunds.send(refund=Refund.objects.get(pk=refund.pk), now=LATER)
        else:
            answer = bank.answer_about(paid.uuid, refunded=total)
            settlement.apply(payment=fresh(paid), answer=answer, source="notification", now=LATER)

    assert (fresh(paid).refunded, fresh(paid).refunding) == (total, 0)
    assert Refund.objects.get().origin == Refund.Origin.STAFF
    assert list(verification.troubles()) == []


def test_a_partial_word_without_a_sum_waits_for_our_own_request(paid, asking, approving, bank):
    """The bank's notification may not say how much; asked again under the number of our request, it tells."""
    bank.lose = {"refund": "after"}
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=NOW)
    bank.lose = {}

    answer = bank.answer_about(paid.uuid, refunded=None)
    settlement.apply(payment=fresh(paid), answer=answer, source="notification", now=LATER)
    settlement.settle_due(now=LATER)

    assert (fresh(paid).attention_at, fresh(paid).refunded) == (None, 1000)


@pytest.mark.parametrize("names_what_is_left", [True, False], ids=["notification", "state"])
def test_the_banks_word_on_what_is_booked_already_calls_nobody(paid, asking, approving, bank, names_what_is_left):
    first = told_of(paid, bank, asking, approving, names_what_is_left)
    told_of(paid, bank, asking, approving, names_what_is_left)

    settlement.apply(payment=fresh(paid), answer=first, source="notification", now=LATER)

    assert (fresh(paid).attention_at, fresh(paid).refunded) == (None, 2000)
    assert Refund.objects.count() == 2
    assert list(verification.troubles()) == []


def told_of(paid, bank, asking, approving, names_what_is_left: bool) -> Answer:
    """A refund of ours is made and booked by its answer; then the bank says once more that there was one."""
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=LATER)
    word = bank.answer_about(paid.uuid) if names_what_is_left else bank.query(bank_id=paid.bank_id)
    settlement.apply(payment=fresh(paid), answer=word, source="notification", now=LATER)
    return word


def test_the_banks_word_on_more_than_is_booked_calls_staff(paid, asking, approving, bank):
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=LATER)
    bank.return_by_itself(paid.uuid, 1001)

    settlement.apply(payment=fresh(paid), answer=bank.answer_about(paid.uuid), source="notification", now=LATER)

    assert fresh(paid).attention_at == LATER
    assert fresh(paid).refunded == 1000


def test_more_that_a_register_tells_is_booked_when_the_bank_is_asked(paid, asking, approving, bank):
    """The notification of the bank's own part was lost, and its state names no sum."""
    refunds.approve(refund=ask_for(paid, 1000, asking), by=approving, now=NOW)
    bank.return_by_itself(paid.uuid, 1500)
    lines = written([debit(paid), credit(paid, 1000), credit(paid, 500)])
    reconciliation.reconcile(data=lines, file_name="bank.csv", now=LATER)

    cases.ask_bank(payment=fresh(paid), now=LATER)

    assert (fresh(paid).refunded, fresh(paid).attention_at) == (1500, None)
    assert list(verification.troubles()) == []


def test_what_the_bank_gives_by_itself_makes_an_impossible_request_refused(paid, asking, approving, bank):
    bank.lose = {"refund": "before"}
    refund = ask_for(paid, paid.total, asking)
    refunds.approve(refund=refund, by=approving, now=NOW)
    bank.return_by_itself(paid.uuid, 500)
    answer = bank.answer_about(paid.uuid, word=Word.PARTLY_REFUNDED, refunded=500)

    settlement.apply(payment=fresh(paid), answer=answer, source="notification", now=LATER)

    refund.refresh_from_db()
    assert (refund.state, fresh(paid).refunded, fresh(paid).refunding) == (State.REFUSED, 500, 0)
    assert list(verification.troubles()) == []


def test_the_register_of_the_day_on_which_it_was_done_has_it(paid, asking, approving, bank):
    refund = ask_for(paid, 1000, asking)
    done = NOW + timedelta(days=1)
    refunds.approve(refund=refund, by=approving, now=done)

    rows = register_export.preview(provider=paid.provider, day=done.date()).splitlines()[5:-1]

    assert [row.split(";")[4] for row in rows if row.endswith("возврат")] == ["-10,00"]


def test_a_request_that_waits_is_in_no_register(paid, asking, bank):
    ask_for(paid, 1000, asking)

    assert "возврат" not in register_export.preview(provider=paid.provider, day=NOW.date())


@pytest.mark.parametrize("parts", [[1_297_024, 500], [1_000_000, 297_524], [1, 1_297_522, 1], [1_297_524]])
def test_the_amount_goes_back_first_and_the_fee_after_it(anna, annas_bill, asking, approving, bank, parts):
    provider = annas_bill.account.provider
    provider.fee_minimum = 500
    provider.save()
    paid = pay(annas_bill, anna)

    for total in parts:
        refunds.approve(refund=ask_for(fresh(paid), total, asking), by=approving, now=LATER)

    done = list(Refund.objects.all())
    assert (sum(one.amount for one in done), sum(one.fee for one in done)) == (1_297_024, 500)
    assert fresh(paid).status == Status.REFUNDED
    assert list(verification.troubles()) == []


def test_another_step_in_between_is_not_overwritten(paid, asking, approving, bank, monkeypatch):
    """Two books of one payment at the same moment: the second starts anew and finds what the first has done."""
    bank.lose = {"refund": "after"}
    refund = ask_for(paid, 1000, asking)
    refunds.approve(refund=refund, by=approving, now=NOW)
    monkeypatch.setattr(refund_books, "move", lambda *arguments, **changes: False)

    with pytest.raises(refund_books.Overtaken):
        refund_books.finish(refund, source="test", now=LATER)


@pytest.mark.django_db(transaction=True)
def test_the_answer_and_the_notification_that_come_together_wait_for_each_other_in_one_order(
    paid, asking, approving, bank, monkeypatch
):
    refund = unanswered(paid, asking, approving, bank)

    assert answer_and_notification_at_once(refund, bank, monkeypatch) == [None, None]

    assert (fresh(paid).refunded, fresh(paid).refunding) == (paid.total, 0)
    assert list(verification.troubles()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgres
def test_saboteur_with_the_refund_first_the_database_breaks_one_of_them_off(paid, asking, approving, bank, monkeypatch):
    refund = unanswered(paid, asking, approving, bank)
    monkeypatch.setattr(refund_books, "_lock_payment", lambda refund: None)

    outcomes = answer_and_notification_at_once(refund, bank, monkeypatch)

    assert any(isinstance(one, OperationalError) for one in outcomes)


def unanswered(paid, asking, approving, bank, *, total=None) -> Refund:
    """The bank has given so much back, or everything, and its answer was lost."""
    bank.lose = {"refund": "after"}
    refund = ask_for(paid, total or paid.total, asking)
    refunds.approve(refund=refund, by=approving, now=NOW)
    bank.lose = {}
    return refund


def answer_and_notification_at_once(refund, bank, monkeypatch) -> list[object]:
    """Each waits with its first row in hand for the other to have one too, but not for ever."""
    both, book, note = Barrier(2), refund_books._book, settlement._note_answer

    def meet() -> None:
        with suppress(BrokenBarrierError):
            both.wait(1)

    def deed(which: int) -> None:
        if which == 0:
            refunds.send(refund=Refund.objects.get(pk=refund.pk), now=LATER)
        else:
            payment = Payment.objects.get(pk=refund.payment_id)
            answer = bank.answer_about(payment.uuid)
            settlement.apply(payment=payment, answer=answer, source="notification", now=LATER)

    monkeypatch.setattr(refund_books, "_book", lambda *those, **more: (meet(), book(*those, **more)))
    monkeypatch.setattr(settlement, "_note_answer", lambda *those: (note(*those), meet()))
    return at_once(2, deed)


@pytest.mark.parametrize("counter", ["refunded", "refunding"])
def test_a_request_that_another_step_overtakes_is_refused_in_words(paid, asking, monkeypatch, counter):
    """The database would refuse it as well, with a failure."""
    left = refunds.left

    def meanwhile(payment):
        possible = left(payment)
        Payment.objects.filter(pk=payment.pk).update(**{counter: F(counter) + 1})
        return possible

    monkeypatch.setattr(refunds, "left", meanwhile)

    with pytest.raises(refunds.NotRefundable):
        ask_for(paid, paid.total, asking)

    assert not Refund.objects.exists()


def test_a_sum_booked_between_the_look_and_the_writing_is_not_overwritten(paid, asking, approving, bank, monkeypatch):
    refund, move = unanswered(paid, asking, approving, bank, total=1000), refund_books.move

    def meanwhile(payment, **changes):
        Payment.objects.filter(pk=payment.pk).update(refunded=F("refunded") + 500)
        return move(payment, **changes)

    monkeypatch.setattr(refund_books, "move", meanwhile)

    with pytest.raises(refund_books.Overtaken):
        refund_books.finish(refund, source="test", now=LATER)

    assert fresh(paid).refunded == 500

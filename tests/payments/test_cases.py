"""What only staff decide: money that came too late, and outcomes that stay unknown. Nothing of it is silent."""

from dataclasses import replace
from datetime import timedelta

import pytest

from billing import dues
from billing.models import Bill, BillEntry
from billing.money import Kopecks
from payments import bank_evidence, cases, refunds, register_export, settlement, verification
from payments.acquirer.base import NoAnswer, Word
from payments.models import BankRegister, Payment, PaymentEvent
from payments.status import LIVE, Status
from tests.payments.make import authorise, open_payment, pay, submit
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOW + timedelta(hours=1)
REST = Kopecks(1_000_00)


@pytest.fixture
def staff(db):
    return make_resident("+79000000101", is_staff=True)


@pytest.fixture
def second(db):
    return make_resident("+79000000102", is_staff=True)


@pytest.fixture
def late(submitted, bank) -> Payment:
    """Given up by us, and then the bank says that it has taken the money."""
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)
    bank.lose = {}
    settlement.give_up(submitted, now=NOW, source="test", only=LIVE)
    settlement.apply(payment=submitted, answer=bank.answer_about(submitted.uuid), source="notification", now=LATER)
    return submitted


def bill_of(payment) -> Bill:
    return Bill.objects.get(pk=payment.bill_id)


def cover(payment, days: int = 3) -> None:
    """The bank has told of these days, and has nothing of the payment in them."""
    first = payment.submitted_at.date()
    BankRegister.objects.create(
        digest="0" * 64, first_date=first, last_date=first + DAY * (days - 1), rows=0, total=0, fee=0, imported_at=NOW
    )


def test_late_money_is_a_case_and_the_resident_does_not_read_that_nothing_was_taken(late):
    assert list(Payment.objects.cases()) == [late]
    assert late.public_status == "в обработке"
    assert not late.is_failed


def test_credit_pays_the_bill(late):
    cases.credit(payment=late, now=LATER)

    assert (late.status, late.attention_at) == (Status.SUCCEEDED, None)
    assert (bill_of(late).paid, bill_of(late).held) == (late.amount, 0)
    assert list(verification.troubles()) == []


def test_credit_reaches_the_provider_with_the_day_on_which_it_was_decided(late):
    cases.credit(payment=late, now=LATER + DAY)

    assert str(late.number) not in register_export.preview(provider=late.provider, day=LATER.date())
    assert str(late.number) in register_export.preview(provider=late.provider, day=(LATER + DAY).date())


def test_credited_it_is_refunded_in_parts_like_any_other(late, staff, second, bank):
    cases.credit(payment=late, now=LATER)

    for number in (1, 2):
        refund = refunds.request(payment=late, total=10_00, reason="Ошибка", by=staff, now=LATER + number * DAY)
        refunds.approve(refund=refund, by=second, now=LATER + number * DAY)
        word = bank.answer_about(late.uuid)
        settlement.apply(payment=late, answer=word, source="notification", now=LATER + number * DAY)

    assert (late.status, late.refunded, late.attention_at) == (Status.PARTLY_REFUNDED, 20_00, None)
    assert list(verification.troubles()) == []


def test_credited_a_refund_of_ours_answers_no_question_about_one_of_the_banks(late, staff, second, bank):
    cases.credit(payment=late, now=LATER)
    bank.return_by_itself(late.uuid, 10_00)
    word = bank.answer_about(late.uuid, word=Word.PARTLY_REFUNDED)
    settlement.apply(payment=late, answer=word, source="notification", now=LATER + DAY)

    refund = refunds.request(payment=late, total=5_00, reason="Ошибка", by=staff, now=LATER + 2 * DAY)
    refunds.approve(refund=refund, by=second, now=LATER + 2 * DAY)

    late.refresh_from_db()
    assert (late.refunded, late.attention_at) == (5_00, LATER + DAY)
    assert list(verification.troubles()) == []


def test_credit_twice_is_refused(late):
    cases.credit(payment=late, now=LATER)

    with pytest.raises(cases.NotACase):
        cases.credit(payment=late, now=LATER)

    assert bill_of(late).paid == late.amount
    assert BillEntry.objects.filter(kind=BillEntry.Kind.CREDIT).count() == 1


def test_a_bill_that_was_paid_meanwhile_takes_no_credit(late, anna, bank):
    pay(bill_of(late), anna)

    with pytest.raises(dues.AlreadyBeingPaid):
        cases.credit(payment=late, now=LATER)

    late.refresh_from_db()
    assert (late.status, bill_of(late).paid) == (Status.EXPIRED, late.amount)
    assert late.attention_at is not None
    assert list(verification.troubles()) == []


def test_without_looking_at_the_bill_it_would_be_paid_twice(late, anna, bank, monkeypatch):
    """The saboteur: credit that does not ask what the bill still owes."""
    pay(bill_of(late), anna)
    monkeypatch.setattr(
        dues, "credit", lambda *, bill_id, amount, **_: Bill.objects.filter(pk=bill_id).update(paid=2 * amount)
    )

    cases.credit(payment=late, now=LATER)

    assert any("больше" in str(trouble) for trouble in verification.troubles())


def test_giving_back_returns_the_whole_to_the_card_and_touches_no_bill_and_no_register(late, staff, second, bank):
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER)
    refunds.approve(refund=refund, by=second, now=LATER)

    late.refresh_from_db()
    assert (late.public_status, late.refunded, late.attention_at) == ("возвращена", late.total, None)
    assert (bill_of(late).paid, bill_of(late).held) == (0, 0)
    assert str(late.number) not in register_export.preview(provider=late.provider, day=LATER.date())
    assert list(verification.troubles()) == []


def test_it_is_not_credited_while_its_return_is_under_way(late, staff, bank):
    cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER)

    with pytest.raises(cases.NotACase):
        cases.credit(payment=late, now=LATER)


@pytest.mark.parametrize("lost", ["before", "after"])
def test_a_return_whose_answer_was_lost_is_made_once(late, staff, second, bank, lost):
    bank.lose = {"refund": lost}
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER)
    refunds.approve(refund=refund, by=second, now=LATER)
    bank.lose = {}

    settlement.settle_due(now=LATER + DAY)

    late.refresh_from_db()
    assert (late.status, late.refunded) == (Status.REFUNDED, late.total)
    assert sum(bank._of(late.uuid).returned.values()) == late.total
    assert list(verification.troubles()) == []


def test_an_old_word_that_comes_after_the_return_is_not_credited(late, bank):
    """Notifications come in any order and again: the bill would count as paid by money that is back on the card."""
    bank.settle_late(late.uuid, Word.REFUNDED)
    gone = bank.answer_about(late.uuid)
    settlement.apply(payment=late, answer=gone, source="notification", now=LATER)
    old = replace(gone, word=Word.CONFIRMED, raw_status="CONFIRMED")
    settlement.apply(payment=late, answer=old, source="notification", now=LATER)
    assert late.needs_staff

    with pytest.raises(cases.NotACase):
        cases.credit(payment=late, now=LATER)

    assert bill_of(late).paid == 0
    cases.ask_bank(payment=late, now=LATER)
    assert (late.attention_at, list(verification.troubles())) == (None, [])


def test_a_payment_that_nobody_asks_about_is_no_case(anna, annas_bill, staff, bank):
    payment = pay(annas_bill, anna)

    with pytest.raises(cases.NotACase):
        cases.credit(payment=payment, now=LATER)
    with pytest.raises(cases.NotACase):
        cases.give_back(payment=payment, reason="", by=staff, now=LATER)
    with pytest.raises(cases.NotACase):
        cases.close(payment=payment, now=LATER)


def test_late_money_that_comes_back_by_itself_leaves_no_request_behind(late, staff, bank):
    refund = cases.give_back(payment=late, reason="Опоздала", by=staff, now=LATER)

    answer = bank.answer_about(late.uuid, word=Word.REFUNDED, raw_status="REFUNDED")
    settlement.apply(payment=late, answer=answer, source="notification", now=LATER)

    refund.refresh_from_db()
    late.refresh_from_db()
    assert (refund.state, late.refunding, late.attention_at) == ("WITHDRAWN", 0, None)
    assert list(verification.troubles()) == []


@pytest.fixture
def unknown(anna, annas_bill, bank) -> Payment:
    """Submitted two days ago, and the bank still says neither yes nor no."""
    bank.outcome = Word.PENDING
    payment = open_payment(annas_bill, anna)
    submit(payment, anna)
    authorise(payment)
    settlement.settle_due(now=NOW + timedelta(hours=49))
    payment.refresh_from_db()
    return payment


def test_after_two_days_staff_are_called_and_the_bank_is_asked_daily(unknown, bank):
    asked = bank.calls["query"]

    settlement.settle_due(now=NOW + timedelta(hours=60))
    settlement.settle_due(now=NOW + timedelta(hours=74))

    assert list(Payment.objects.cases()) == [unknown]
    assert bank.calls["query"] == asked + 1
    assert list(verification.troubles()) == []


def test_before_two_days_nobody_is_called(anna, annas_bill, bank):
    bank.outcome = Word.PENDING
    submit(payment := open_payment(annas_bill, anna), anna)
    authorise(payment)

    settlement.settle_due(now=NOW + timedelta(hours=47))

    assert not Payment.objects.cases().exists()


@pytest.mark.parametrize("word, status", [(Word.CONFIRMED, Status.SUCCEEDED), (Word.DECLINED, Status.DECLINED)])
def test_the_banks_word_closes_the_question(unknown, bank, word, status):
    bank.settle_late(unknown.uuid, word)

    cases.ask_bank(payment=unknown, now=NOW + timedelta(hours=50))

    assert (unknown.status, unknown.attention_at) == (status, None)
    assert list(verification.troubles()) == []


def test_a_challenge_that_is_abandoned_after_all_closes_the_question(anna, annas_bill, bank):
    """A worker that slept for days finds it unknown and abandoned in one round: nothing is left for staff."""
    bank.challenges = True
    submit(payment := open_payment(annas_bill, anna), anna)
    authorise(payment)

    settlement.settle_due(now=NOW + timedelta(hours=49))

    payment.refresh_from_db()
    assert (payment.status, payment.attention_at, payment.public_status) == (Status.EXPIRED, None, "не выполнена")
    assert list(verification.troubles()) == []


def test_a_silent_bank_is_said_to_be_silent(unknown, bank):
    bank.lose = {"query": "before"}

    with pytest.raises(NoAnswer):
        cases.ask_bank(payment=unknown, now=NOW + timedelta(hours=50))


def test_it_is_not_closed_without_the_banks_register(unknown):
    with pytest.raises(cases.NoEvidence):
        cases.close(payment=unknown, now=NOW + 3 * DAY)

    cover(unknown, days=2)
    with pytest.raises(cases.NoEvidence):
        cases.close(payment=unknown, now=NOW + 3 * DAY)

    assert bill_of(unknown).held == unknown.amount


def test_closed_on_the_banks_register_it_lets_the_bill_go(unknown):
    cover(unknown)

    cases.close(payment=unknown, now=NOW + 4 * DAY)

    assert (unknown.status, unknown.attention_at) == (Status.EXPIRED, None)
    assert (bill_of(unknown).held, bill_of(unknown).due) == (0, unknown.amount)
    assert list(verification.troubles()) == []


def test_closed_without_evidence_a_charge_could_be_followed_by_another(unknown, anna, bank, monkeypatch):
    """The saboteur: evidence that is not asked for. The bill is free, its neighbour pays, then the bank says «paid»."""
    monkeypatch.setattr(bank_evidence, "shows_no_money", lambda payment: True)
    cases.close(payment=unknown, now=NOW + 3 * DAY)
    bank.outcome = Word.CONFIRMED
    pay(bill_of(unknown), anna, now=NOW + 3 * DAY)
    bank.settle_late(unknown.uuid, Word.CONFIRMED)

    assert sum(bank.charges.values()) == 2


def test_late_money_is_not_closed_while_the_bank_has_it(late):
    with pytest.raises(cases.NoEvidence):
        cases.close(payment=late, now=LATER)


def test_every_decision_is_a_line_of_the_history(late):
    cases.credit(payment=late, now=LATER)

    lines = list(late.events.order_by("id").values_list("kind", "source"))
    assert lines[-2:] == [(PaymentEvent.Kind.MOVE, "staff"), (PaymentEvent.Kind.CLOSED, "staff")]


def test_what_a_register_leaves_of_late_money_is_asked_for_once(late, staff, monkeypatch):
    """The database knows the whole alone: two requests for the rest would both fit into it."""
    monkeypatch.setattr(bank_evidence, "given_back", lambda payment: late.total - REST)
    left = refunds.left

    def meanwhile(payment):
        possible = left(payment)
        monkeypatch.setattr(refunds, "left", left)
        ask_for_the_rest(payment, staff)
        return possible

    monkeypatch.setattr(refunds, "left", meanwhile)

    with pytest.raises(refunds.NotRefundable):
        ask_for_the_rest(late, staff)

    assert [refund.total for refund in late.refunds.all()] == [REST]


def ask_for_the_rest(payment, staff):
    mine = Payment.objects.get(pk=payment.pk)
    refunds.request(payment=mine, total=REST, reason="Ошибочный платёж", by=staff, now=LATER)

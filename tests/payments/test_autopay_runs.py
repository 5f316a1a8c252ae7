"""Autopay at work: told the day before, paid once, never above the limit, never while anything is unknown."""

import os
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from billing import marks
from billing.models import Bill, Provider
from notifications.models import Message
from payments import autopay, autopay_runs, saved_cards, settlement, verification
from payments.models import Autopay, AutopayRun, Payment, SavedCard
from payments.status import Status
from tests.billing.make import add_account, make_account, make_bill
from tests.billing.racing import at_once
from tests.payments.autopay import DAY, make_autopay, make_template
from tests.payments.make import pay
from tests.people import NOW

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)
TOMORROW = NOW + ONE_DAY
State = AutopayRun.State
MONTHS = int(os.environ.get("PROOFS_AUTOPAY_MONTHS", "5"))


def rounds(*moments) -> None:
    for now in moments:
        autopay_runs.run_due(now=now)


def told() -> list[str]:
    return list(Message.objects.filter(kind="autopay_notice").order_by("created_at").values_list("text", flat=True))


def dropped() -> list[str]:
    return list(Message.objects.filter(kind="autopay_dropped").order_by("created_at").values_list("text", flat=True))


@pytest.fixture
def by_bill(anna, annas_bill) -> Autopay:
    return make_autopay(make_template(anna, annas_bill.account))


def test_a_new_bill_is_told_of_the_day_before_and_paid_on_it(by_bill, annas_bill, bank):
    rounds(NOW)
    (notice,) = told()
    assert "12 970,24" in notice
    assert "21.11" in notice
    assert not Payment.objects.exists()

    rounds(NOW + timedelta(hours=23))
    assert not Payment.objects.exists()

    rounds(TOMORROW + timedelta(minutes=1))
    payment = Payment.objects.get()
    annas_bill.refresh_from_db()
    assert (payment.status, payment.amount, annas_bill.paid) == (Status.SUCCEEDED, 1_297_024, 1_297_024)
    assert (payment.channel, payment.saved_card) == ("Автоплатёж", by_bill.card)
    assert list(verification.troubles()) == []


def test_it_is_paid_once_however_many_rounds(by_bill, annas_bill, bank):
    rounds(NOW, *(TOMORROW + timedelta(hours=hours) for hours in range(1, 8)))

    assert Payment.objects.count() == 1
    assert sum(bank.charges.values()) == 1
    assert AutopayRun.objects.get().state == State.DONE


@pytest.mark.django_db(transaction=True)
def test_ten_workers_at_once_pay_it_once(anna, annas_bill, bank):
    make_autopay(make_template(anna, annas_bill.account))
    at_once(10, lambda _: autopay_runs.run_due(now=NOW))

    at_once(10, lambda _: autopay_runs.run_due(now=TOMORROW + timedelta(minutes=1)))

    assert (AutopayRun.objects.count(), len(told())) == (1, 1)
    assert (Payment.objects.count(), sum(bank.charges.values())) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_without_the_single_winner_workers_would_charge_it_again(anna, bank, monkeypatch):
    """The saboteur: the run is not taken before it is paid, and no bill holds the sum."""
    make_autopay(make_template(anna, make_account()), trigger=DAY, day=21, amount=50_000)
    autopay_runs.run_due(now=NOW)
    run = AutopayRun.objects.select_related("autopay__card", "template__resident", "template__account__provider").get()
    autopay_runs._pay(run, TOMORROW)
    first = Payment.objects.get()
    settlement.apply(payment=first, answer=bank.answer_about(first.uuid), source="test", now=TOMORROW)
    AutopayRun.objects.update(state=State.NOTICED, payment=None)

    autopay_runs._pay(run, TOMORROW)

    assert sum(bank.charges.values()) == 2


def test_the_database_knows_no_payment_that_was_not_told_of(by_bill, annas_bill, bank):
    rounds(NOW)
    payment = pay(annas_bill, by_bill.template.resident)

    with pytest.raises(IntegrityError), transaction.atomic():
        AutopayRun.objects.update(noticed_at=None, payment=payment)


def test_at_night_nobody_is_told(by_bill, bank):
    rounds(NOW.replace(hour=20))
    assert told() == []

    rounds(TOMORROW.replace(hour=7))

    assert "22.11" in told()[0]


def test_a_bill_that_has_changed_is_told_of_anew(by_bill, annas_bill, bank):
    rounds(NOW)
    Bill.objects.filter(pk=annas_bill.pk).update(total=1_300_000, version=2)

    rounds(TOMORROW + timedelta(minutes=1))
    assert not Payment.objects.exists()
    rounds(TOMORROW + timedelta(minutes=2))
    assert "13 000,00" in told()[1]
    rounds(TOMORROW + ONE_DAY + timedelta(minutes=3))

    assert Payment.objects.get().amount == 1_300_000


def test_a_part_that_he_paid_himself_leaves_the_rest_told_of_anew(by_bill, annas_bill, anna, bank):
    rounds(NOW)
    pay(annas_bill, anna, amount=1_000_000)

    rounds(TOMORROW + timedelta(minutes=1), TOMORROW + timedelta(minutes=2), TOMORROW + ONE_DAY)

    assert "2 970,24" in told()[1]
    assert sorted(Payment.objects.values_list("amount", flat=True)) == [297_024, 1_000_000]


def test_a_bill_that_he_paid_himself_is_left_alone(by_bill, annas_bill, anna, bank):
    rounds(NOW)
    pay(annas_bill, anna)

    rounds(TOMORROW + timedelta(minutes=1))

    assert Payment.objects.count() == 1
    assert AutopayRun.objects.get().state == State.DROPPED


def test_a_bill_marked_as_paid_is_never_paid(by_bill, annas_bill, anna, bank):
    rounds(NOW)
    marks.put(resident=anna, bill=annas_bill, version=annas_bill.version, reason="", now=NOW)

    rounds(TOMORROW + timedelta(minutes=1))

    assert not Payment.objects.exists()
    assert AutopayRun.objects.get().reason == autopay_runs.MARKED


def test_a_bill_marked_before_is_not_even_told_of(by_bill, annas_bill, anna, bank):
    marks.put(resident=anna, bill=annas_bill, version=annas_bill.version, reason="", now=NOW)

    rounds(NOW, TOMORROW)

    assert (told(), AutopayRun.objects.count()) == ([], 0)


@pytest.fixture
def far_above(anna, bank) -> Autopay:
    """Bills of about 1 000,00, and one of 5 000,00."""
    account = make_account()
    add_account(anna, account)
    for month in (3, 4, 5):
        make_bill(account, period=date(2017, month, 1))
    make_bill(account, period=date(2017, 6, 1), charges=(("Отопление", 500_000),))
    return make_autopay(make_template(anna, account))


def test_a_sum_far_above_the_usual_asks_first(far_above, bank):
    rounds(NOW, TOMORROW, TOMORROW + ONE_DAY)

    far_above.refresh_from_db()
    assert (far_above.state, far_above.reason) == (Autopay.State.PAUSED, autopay_runs.UNUSUAL)
    assert not Payment.objects.exists()
    assert len(dropped()) == 1


def test_resumed_it_is_told_of_and_paid_the_day_after(far_above, bank):
    rounds(NOW)
    autopay.resume(autopay=far_above, now=TOMORROW)

    rounds(TOMORROW)
    assert len(told()) == 1
    rounds(TOMORROW + ONE_DAY + timedelta(minutes=1))

    assert Payment.objects.get().amount == 500_000


def test_once_skipped_it_is_not_paid(by_bill, bank):
    rounds(NOW)
    autopay.skip(run=AutopayRun.objects.get())

    rounds(TOMORROW, TOMORROW + ONE_DAY)

    assert not Payment.objects.exists()
    by_bill.refresh_from_db()
    assert by_bill.state == Autopay.State.ACTIVE


@pytest.mark.parametrize("when", ["before the notice", "after it"])
def test_a_blocked_cabinet_pays_nothing(by_bill, anna, bank, when):
    if when == "after it":
        rounds(NOW)
    User.objects.filter(pk=anna.pk).update(blocked_at=NOW)

    rounds(NOW + timedelta(hours=1), TOMORROW + timedelta(hours=1), TOMORROW + ONE_DAY + timedelta(hours=2))

    by_bill.refresh_from_db()
    assert not Payment.objects.exists()
    assert by_bill.state == Autopay.State.STOPPED


def test_without_looking_at_the_block_it_would_be_charged(by_bill, anna, bank, monkeypatch):
    """The saboteur."""
    rounds(NOW)
    User.objects.filter(pk=anna.pk).update(blocked_at=NOW)
    monkeypatch.setattr(autopay, "stop", lambda **_: False)
    monkeypatch.setattr(autopay_runs, "_may_pay", lambda run, now: True)
    monkeypatch.setattr(autopay_runs, "_is_open", lambda resident: True)

    rounds(TOMORROW + timedelta(minutes=1))

    assert sum(bank.charges.values()) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"state": SavedCard.State.UNAVAILABLE},
        {"state": SavedCard.State.REMOVED},
        {"expires_on": date(2026, 11, 20)},
    ],
)
def test_a_dead_card_stops_it_and_he_is_told(by_bill, bank, changes):
    rounds(NOW)
    SavedCard.objects.filter(pk=by_bill.card_id).update(is_default=False, **changes)

    rounds(TOMORROW + timedelta(minutes=1))

    by_bill.refresh_from_db()
    assert not Payment.objects.exists()
    assert (by_bill.state, by_bill.reason) == (Autopay.State.STOPPED, autopay_runs.DEAD_CARD)
    assert autopay_runs.DEAD_CARD in dropped()[0]


def test_a_frozen_card_waits(by_bill, anna, bank):
    rounds(NOW)
    saved_cards.freeze(resident=anna, until=TOMORROW + timedelta(hours=5), now=NOW)

    rounds(TOMORROW + timedelta(minutes=1))
    assert not Payment.objects.exists()
    rounds(TOMORROW + timedelta(hours=5))

    assert Payment.objects.get().status == Status.SUCCEEDED


def test_a_notice_of_days_ago_is_given_anew(by_bill, bank):
    rounds(NOW)

    rounds(NOW + timedelta(days=4))
    assert not Payment.objects.exists()
    rounds(NOW + timedelta(days=4, minutes=5), NOW + timedelta(days=5, minutes=5))

    assert ("21.11" in told()[0], "25.11" in told()[1]) == (True, True)
    assert Payment.objects.count() == 1


def between_look_and_deed(monkeypatch, deed) -> None:
    """All has been looked at, the run is not taken yet."""
    honest = autopay_runs._submitted

    def submitted(run, now):
        deed()
        return honest(run, now)

    monkeypatch.setattr(autopay_runs, "_submitted", submitted)


@pytest.mark.parametrize("what", ["marked", "dearer", "blocked", "told anew", "taken late", "closed"])
def test_what_changes_between_the_look_and_the_deed_stops_it(by_bill, annas_bill, anna, bank, monkeypatch, what):
    deeds = {
        "marked": lambda: marks.put(resident=anna, bill=annas_bill, version=1, reason="", now=NOW),
        "dearer": lambda: Provider.objects.update(fee_basis_points=100),
        "blocked": lambda: User.objects.filter(pk=anna.pk).update(blocked_at=NOW),
        "told anew": lambda: AutopayRun.objects.update(noticed_at=TOMORROW),
        "closed": lambda: Provider.objects.update(is_active=False),
        "taken late": lambda: Payment.objects.update(attention_at=NOW),
    }
    if what == "taken late":
        payment = pay(annas_bill, anna, amount=1)
        Payment.objects.filter(pk=payment.pk).update(status=Status.EXPIRED)
        Bill.objects.filter(pk=annas_bill.pk).update(paid=0)
    charged = sum(bank.charges.values())
    rounds(NOW)
    between_look_and_deed(monkeypatch, deeds[what])

    rounds(TOMORROW + timedelta(minutes=1))

    assert sum(bank.charges.values()) == charged
    annas_bill.refresh_from_db()
    assert annas_bill.held == 0


def test_a_fee_that_has_changed_since_is_told_of_anew(by_bill, bank):
    rounds(NOW)
    Provider.objects.update(fee_basis_points=100)

    rounds(TOMORROW + timedelta(minutes=1), TOMORROW + timedelta(minutes=2))

    assert not Payment.objects.exists()
    assert len(told()) == 2


@pytest.mark.parametrize("how", ["paid by hand", "marked", "still to come"])
def test_a_sum_of_his_own_is_never_paid_beside_a_bill(anna, annas_bill, bank, how):
    made = make_autopay(make_template(anna, annas_bill.account), trigger=DAY, day=21, amount=50_000)
    if how == "paid by hand":
        pay(annas_bill, anna)
    if how == "marked":
        marks.put(resident=anna, bill=annas_bill, version=annas_bill.version, reason="", now=NOW)
    if how == "still to come":
        AutopayRun.objects.create(
            autopay=made, template=made.template, month=date(2026, 11, 1), amount=50_000, pay_at=NOW, noticed_at=NOW
        )

    rounds(NOW, TOMORROW + timedelta(minutes=1))

    assert not Payment.objects.filter(amount=50_000).exists()


def test_a_neighbours_bill_is_never_paid(anna, boris, annas_bill, bank):
    make_autopay(make_template(boris, annas_bill.account))

    rounds(NOW, TOMORROW)

    assert not AutopayRun.objects.exists()

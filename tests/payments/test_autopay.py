"""Rules of «Автоплатёж»: one stands on a template, what is taken back is not paid, what is agreed to is remembered."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from accounts import confirmations
from billing.money import Kopecks
from payments import autopay, autopay_runs, tasks
from payments.models import Autopay, AutopayRun, Payment, SavedCard
from tests.accounts.make import code_sent_to
from tests.billing.racing import at_once
from tests.payments.autopay import BILL, DAY, make_autopay, make_card, make_template
from tests.payments.make import save_card
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
TOMORROW = NOW + timedelta(days=1, minutes=1)


@pytest.fixture
def template(anna, annas_bill):
    return make_template(anna, annas_bill.account)


def chosen(card: SavedCard, **changes) -> autopay.Settings:
    usual = {"trigger": BILL, "day": None, "amount": None, "limit": Kopecks(2_000_000)}
    return autopay.Settings(card=card, **{**usual, **changes})


def turned_on(template, **changes) -> Autopay:
    made = autopay.prepare(template=template, settings=chosen(make_card(template.resident), **changes), now=NOW)
    confirmation = autopay.send_code(autopay=made, resident=template.resident, ip="127.0.0.1", now=NOW)
    autopay.turn_on(autopay=made, confirmation=confirmation, code=code_sent_to(ANNAS_PHONE, 6), now=NOW)
    return made


def test_what_was_only_prepared_pays_nothing(template, anna, bank):
    autopay.prepare(template=template, settings=chosen(make_card(anna)), now=NOW)

    autopay_runs.run_due(now=NOW)
    autopay_runs.run_due(now=TOMORROW)

    assert not Payment.objects.exists()


def test_confirmed_it_pays(template, bank):
    turned_on(template)

    autopay_runs.run_due(now=NOW)
    autopay_runs.run_due(now=TOMORROW)

    assert Payment.objects.get().is_taken


def test_a_card_that_the_bank_lets_pay_only_with_its_code_is_refused(template, anna):
    with pytest.raises(autopay.CardCannot):
        autopay.prepare(template=template, settings=chosen(save_card(anna)), now=NOW)


def test_by_bill_it_keeps_neither_day_nor_sum(template, anna):
    made = autopay.prepare(template=template, settings=chosen(make_card(anna), day=5, amount=Kopecks(1)), now=NOW)

    assert (made.day, made.amount) == (None, None)


@pytest.mark.parametrize(
    "changes", [{"limit": 1}, {"day": 6}, {"amount": 2}, {"trigger": BILL, "day": None, "amount": None}]
)
def test_the_password_is_for_these_settings_alone(template, anna, changes):
    settings = chosen(make_card(anna), trigger=DAY, day=5, amount=Kopecks(1), limit=Kopecks(500))
    made = autopay.prepare(template=template, settings=settings, now=NOW)
    confirmation = autopay.send_code(autopay=made, resident=anna, ip="127.0.0.1", now=NOW)
    code = code_sent_to(ANNAS_PHONE, 6)
    Autopay.objects.update(**changes)
    made.refresh_from_db()

    with pytest.raises(confirmations.DigestChanged):
        autopay.turn_on(autopay=made, confirmation=confirmation, code=code, now=NOW)

    made.refresh_from_db()
    assert made.state == Autopay.State.NEW


def test_a_password_turns_on_once(template):
    made = turned_on(template)
    autopay.stop(autopay=made, reason="", now=NOW)

    assert autopay.current_code(autopay=made, now=NOW) is None
    assert made.state == Autopay.State.STOPPED


def test_the_database_lets_one_stand_on_a_template(template):
    make_autopay(template)

    with pytest.raises(IntegrityError), transaction.atomic():
        make_autopay(template, state=Autopay.State.PAUSED)


def test_the_former_one_ends_with_what_it_had_told(template, bank):
    former = make_autopay(template)
    autopay_runs.run_due(now=NOW)

    turned_on(template)

    former.refresh_from_db()
    assert (former.state, former.reason) == (Autopay.State.STOPPED, "заменён новым")
    assert AutopayRun.objects.get().state == AutopayRun.State.DROPPED


def test_under_new_settings_the_bill_is_told_of_anew_and_paid_once(template, bank):
    make_autopay(template, limit=Kopecks(1_000))
    autopay_runs.run_due(now=NOW)
    turned_on(template)

    autopay_runs.run_due(now=NOW)
    autopay_runs.run_due(now=TOMORROW)
    autopay_runs.run_due(now=TOMORROW + timedelta(hours=1))

    assert Payment.objects.get().is_taken
    assert list(AutopayRun.objects.order_by("pk").values_list("state", flat=True)) == ["DROPPED", "DONE"]


def test_paused_while_the_round_goes_on_it_is_not_charged(template, bank):
    """The worker has read the run already; the pause comes between that and the deed."""
    made = make_autopay(template)
    autopay_runs.run_due(now=NOW)
    run = AutopayRun.objects.select_related("autopay__card", "template__resident", "template__account__provider").get()
    autopay.pause(autopay=made, reason="", now=TOMORROW)

    assert autopay_runs._pay(run, TOMORROW) is False
    assert not Payment.objects.exists()


def test_stopped_it_does_not_pay_what_was_told(template, bank):
    made = make_autopay(template)
    autopay_runs.run_due(now=NOW)
    autopay.stop(autopay=made, reason="", now=NOW)

    autopay_runs.run_due(now=TOMORROW)

    assert not Payment.objects.exists()


def test_paused_it_waits_and_resumed_it_tells_anew_before_it_pays(template, bank):
    made = make_autopay(template)
    autopay_runs.run_due(now=NOW)
    autopay.pause(autopay=made, reason="", now=NOW)
    autopay_runs.run_due(now=TOMORROW)
    assert not Payment.objects.exists()

    autopay.resume(autopay=made, now=TOMORROW)
    autopay_runs.run_due(now=TOMORROW)
    assert not Payment.objects.exists()
    autopay_runs.run_due(now=TOMORROW + timedelta(days=1))

    assert Payment.objects.count() == 1
    assert AutopayRun.objects.get().notices == 2


def test_deeds_on_what_stands_still_say_so(template):
    made = make_autopay(template)

    assert autopay.resume(autopay=made, now=NOW) is False
    assert autopay.pause(autopay=made, reason="", now=NOW) is True
    assert autopay.pause(autopay=made, reason="", now=NOW) is False
    assert autopay.stop(autopay=made, reason="", now=NOW) is True
    assert autopay.stop(autopay=made, reason="", now=NOW) is False
    assert autopay.resume(autopay=made, now=NOW) is False


@pytest.mark.django_db(transaction=True)
def test_skipped_while_it_is_being_paid_it_is_one_or_the_other(anna, annas_bill, bank):
    make_autopay(make_template(anna, annas_bill.account))
    autopay_runs.run_due(now=NOW)
    run = AutopayRun.objects.get()

    skipped, _ = at_once(2, lambda which: autopay_runs.run_due(now=TOMORROW) if which else autopay.skip(run=run))

    assert Payment.objects.exists() is not skipped


def test_a_sum_that_he_agreed_to_is_remembered_and_a_larger_one_is_asked_again(template):
    made = make_autopay(template, state=Autopay.State.PAUSED)
    AutopayRun.objects.create(autopay=made, template=template, amount=700, pay_at=NOW)

    autopay.resume(autopay=made, now=NOW)

    assert made.agreed == 700


def test_the_day_is_said_in_words(template):
    assert make_autopay(template).when == "когда придёт новый счёт"
    assert Autopay(day=31).when == "31-го числа каждого месяца"


def test_celery_may_be_asked_for_a_round(template, bank):
    make_autopay(template)

    tasks.run_autopay()

    assert AutopayRun.objects.count() == 1

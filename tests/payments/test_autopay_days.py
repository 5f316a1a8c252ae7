"""Autopay by a day of the month: paid on it, within the week after it, or not at all."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from notifications.models import Message
from payments import autopay, autopay_runs
from payments.models import Autopay, AutopayRun, Payment
from tests.billing.make import add_account, make_account, make_bill, make_provider
from tests.payments.autopay import BILL, DAY, make_autopay, make_template
from tests.people import NOW

pytestmark = pytest.mark.django_db
ONE_DAY = timedelta(days=1)


def rounds(*moments) -> None:
    for now in moments:
        autopay_runs.run_due(now=now)


def texts(kind: str) -> list[str]:
    return list(Message.objects.filter(kind=kind).order_by("created_at").values_list("text", flat=True))


def by_day(anna, day: int) -> Autopay:
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    return make_autopay(make_template(anna, account), trigger=DAY, day=day, amount=50_000)


def test_a_sum_by_days_of_the_month_is_paid_on_the_day(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=25, amount=50_000)

    rounds(*(NOW + timedelta(days=days) for days in range(10)))

    payment = Payment.objects.get()
    assert (payment.amount, timezone.localdate(payment.submitted_at)) == (50_000, date(2026, 11, 25))
    assert "25.11" in texts("autopay_notice")[0]


def test_a_day_that_the_worker_slept_through_is_told_of_and_paid_within_the_week(anna, bank):
    by_day(anna, 24)

    rounds(NOW, *(NOW + timedelta(days=days) for days in range(6, 10)))

    payment = Payment.objects.get()
    assert timezone.localdate(payment.submitted_at) == date(2026, 11, 27)
    assert "27.11" in texts("autopay_notice")[0]


@pytest.mark.parametrize("day", [20, 12])
def test_a_day_before_it_was_turned_on_or_over_a_week_ago_is_not_made_up(anna, bank, day):
    made = by_day(anna, day)
    if day == 12:
        Autopay.objects.filter(pk=made.pk).update(moved_at=NOW - timedelta(days=30))

    rounds(NOW + ONE_DAY, NOW + 2 * ONE_DAY)

    assert not AutopayRun.objects.exists()


def test_a_bill_that_comes_after_the_day_waits_for_the_next_one(anna, bank):
    account = make_account()
    add_account(anna, account)
    made = make_autopay(make_template(anna, account), trigger=DAY, day=25)
    Autopay.objects.filter(pk=made.pk).update(moved_at=NOW - timedelta(days=60))
    make_bill(account, period=date(2026, 10, 1), issued_date=date(2026, 11, 29))

    rounds(*(NOW + timedelta(days=days) for days in range(9, 16)))

    assert not AutopayRun.objects.exists()


@pytest.mark.parametrize("late", [5, 6, 7])
def test_what_is_told_of_is_paid(anna, bank, late):
    by_day(anna, 24)
    day = NOW + timedelta(days=4 + late)

    rounds(day, day + timedelta(days=1, hours=3))

    assert len(texts("autopay_notice")) == Payment.objects.count() == (late < 7)
    assert texts("autopay_dropped") == []


def test_a_fine_is_paid_once(anna, bank):
    account = make_account(provider=make_provider("gibdd", account_check="PATTERN", account_kind="UIN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=50_000)

    rounds(NOW, NOW + timedelta(days=1, minutes=5))

    assert (Payment.objects.count(), Autopay.objects.get().state) == (0, Autopay.State.STOPPED)


def test_resumed_after_months_it_pays_the_month_that_is_and_no_other(anna, bank):
    made = by_day(anna, 21)
    rounds(NOW)
    autopay.pause(autopay=made, reason="", now=NOW + timedelta(hours=1))
    resumed_at = NOW + timedelta(days=61)
    autopay.resume(autopay=made, now=resumed_at)

    rounds(*(resumed_at + timedelta(hours=hours) for hours in range(0, 60, 2)))

    assert [run.month for run in AutopayRun.objects.exclude(payment=None)] == [date(2027, 1, 1)]
    assert autopay_runs.GONE_BY in texts("autopay_dropped")[0]


def test_by_bill_needs_no_day_and_by_day_one(anna, annas_bill):
    template = make_template(anna, annas_bill.account)

    for wrong in ({"trigger": BILL, "day": 5}, {"trigger": DAY}, {"trigger": DAY, "day": 32}):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_autopay(template, **wrong)

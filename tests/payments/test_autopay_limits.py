"""What autopay may not pay: above his own limit, above or below what the provider takes; told of once, and why."""

from datetime import timedelta

import pytest

from payments import autopay_runs
from payments.models import Autopay, Payment
from payments.status import Status
from tests.billing.make import make_account, make_provider
from tests.payments.autopay import DAY, make_autopay, make_template
from tests.payments.test_autopay_runs import ONE_DAY, TOMORROW, dropped, rounds, told
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_bill(anna, annas_bill) -> Autopay:
    return make_autopay(make_template(anna, annas_bill.account))


def test_above_the_limit_nothing_is_paid_and_he_is_told_why(anna, annas_bill, bank):
    make_autopay(make_template(anna, annas_bill.account), limit=1_297_023)

    rounds(NOW, TOMORROW, TOMORROW + ONE_DAY)

    assert not Payment.objects.exists()
    assert (told(), len(dropped())) == ([], 1)
    assert autopay_runs.ABOVE_LIMIT in dropped()[0]


def test_the_fee_counts_towards_the_limit(anna, annas_bill, bank):
    provider = annas_bill.account.provider
    provider.fee_minimum = 100
    provider.save()
    make_autopay(make_template(anna, annas_bill.account), limit=1_297_024 + 99)

    rounds(NOW, TOMORROW)

    assert not Payment.objects.exists()


def limits(bill_or_account, **sums) -> None:
    account = getattr(bill_or_account, "account", bill_or_account)
    for name, kopecks in sums.items():
        setattr(account.provider, name, kopecks)
    account.provider.save()


def test_a_bill_above_what_the_provider_takes_is_not_paid_and_he_is_told_once(by_bill, annas_bill, bank):
    limits(annas_bill, payment_limit=1_297_023)

    rounds(NOW, TOMORROW, TOMORROW + ONE_DAY)

    assert not Payment.objects.exists()
    assert (told(), len(dropped())) == ([], 1)
    assert autopay_runs.ABOVE_PROVIDERS in dropped()[0]


@pytest.mark.parametrize("lifted", [{"payment_limit": 0}, {"payment_limit": 1_297_024}])
def test_a_bill_that_the_provider_takes_after_all_is_told_of_and_paid(by_bill, annas_bill, bank, lifted):
    limits(annas_bill, payment_limit=1_297_023)
    rounds(NOW, TOMORROW)
    limits(annas_bill, **lifted)

    rounds(TOMORROW + timedelta(hours=1), TOMORROW + ONE_DAY + timedelta(minutes=1))

    assert (len(told()), len(dropped()), Payment.objects.get().status) == (1, 1, Status.SUCCEEDED)


def test_another_limit_that_is_still_too_low_is_not_told_of_again(by_bill, annas_bill, bank):
    limits(annas_bill, payment_limit=1_297_023)
    rounds(NOW)
    limits(annas_bill, payment_limit=1_000)

    rounds(TOMORROW, TOMORROW + ONE_DAY)

    assert (told(), len(dropped())) == ([], 1)


def test_a_fee_that_falls_brings_a_sum_below_his_limit_again(anna, annas_bill, bank):
    provider = annas_bill.account.provider
    provider.fee_minimum = 100
    provider.save()
    make_autopay(make_template(anna, annas_bill.account), limit=1_297_024)
    rounds(NOW)
    provider.fee_minimum = 0
    provider.save()

    rounds(TOMORROW, TOMORROW + ONE_DAY + timedelta(minutes=1))

    assert Payment.objects.get().total == 1_297_024


def test_a_limit_of_the_provider_that_comes_after_the_notice_counts(by_bill, annas_bill, bank):
    rounds(NOW)
    limits(annas_bill, payment_limit=1_297_023)

    rounds(TOMORROW, TOMORROW + ONE_DAY)

    assert (len(told()), len(dropped()), Payment.objects.count()) == (1, 1, 0)


def test_the_rest_of_a_bill_may_be_below_the_least_sum(by_bill, annas_bill, bank):
    limits(annas_bill, payment_minimum=1_297_025)

    rounds(NOW, TOMORROW)

    assert Payment.objects.get().status == Status.SUCCEEDED


def test_a_sum_of_his_own_below_the_least_is_not_paid(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=50_000, limit=50_000)
    limits(account, payment_minimum=50_001)

    rounds(NOW, TOMORROW, TOMORROW + ONE_DAY)

    assert not Payment.objects.exists()
    assert [autopay_runs.BELOW_PROVIDERS in text for text in dropped()] == [True]


def test_a_sum_of_his_own_is_paid_once_the_provider_takes_so_little(anna, bank):
    account = make_account(provider=make_provider("plain", account_check="PATTERN"))
    make_autopay(make_template(anna, account), trigger=DAY, day=22, amount=50_000, limit=50_000)
    limits(account, payment_minimum=50_001)
    rounds(TOMORROW)
    limits(account, payment_minimum=0)

    rounds(TOMORROW + timedelta(hours=1), TOMORROW + ONE_DAY + timedelta(hours=1))

    assert Payment.objects.get().amount == 50_000


def test_saboteur_without_the_providers_limit_it_would_be_paid(by_bill, annas_bill, bank, monkeypatch):
    limits(annas_bill, payment_limit=1_297_023)
    monkeypatch.setattr(autopay_runs, "_not_allowed", lambda run: "")

    rounds(NOW, TOMORROW)

    assert Payment.objects.exists()

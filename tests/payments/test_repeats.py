"""The guard against paying twice: which facts it finds, for whom, and how little it tells of others."""

from datetime import date, timedelta
from uuid import uuid4

import pytest

from billing import marks
from billing.models import Provider
from billing.money import Kopecks
from payments import autopay_runs, checkout, repeats
from payments.models import Autopay, AutopayRun, Payment
from payments.status import Status
from tests.billing.make import add_account, make_account, make_provider
from tests.payments.autopay import DAY, make_autopay, make_template
from tests.payments.make import open_payment
from tests.payments.operations import make_operation
from tests.people import NOW

JUNE, MAY = date(2017, 6, 1), date(2017, 5, 1)
YEARS_AGO = NOW - timedelta(days=1000)


@pytest.fixture
def account(anna, annas_bill):
    """Anna's, with her bill of June 2017."""
    return annas_bill.account


@pytest.fixture
def payment(anna, annas_bill):
    return open_payment(annas_bill, anna)


def without_bill(resident, account, amount=100_00):
    return checkout.open_payment(
        resident=resident, target=checkout.Target(account), amount=Kopecks(amount), form_key=uuid4(), now=NOW
    )


def words(payment, resident):
    found = repeats.caution(payment=payment, resident=resident, now=NOW).repeats
    return [repeat.words for repeat in found]


def test_nothing_paid_is_nothing_to_warn_of(payment, anna):
    caution = repeats.caution(payment=payment, resident=anna, now=NOW)

    assert caution.repeats == []
    assert caution.is_seen("")


def test_what_he_paid_for_the_period_is_told_with_time_and_sum(payment, anna, account):
    paid = make_operation(anna, account, at=YEARS_AGO, period=JUNE, amount=12_970_24)

    (fact,) = repeats.caution(payment=payment, resident=anna, now=NOW).repeats

    assert fact.words == f"24.02.2024 12:00:00 Вы заплатили 12\u00a0970,24\u00a0₽, операция № {paid.number} выполнена"
    assert str(paid.uuid) in fact.url


@pytest.mark.parametrize("status", [Status.SUBMITTED, Status.AUTHORISING, Status.CHALLENGED, Status.COMPLETING])
def test_what_is_in_processing_is_to_be_waited_for(payment, anna, account, status):
    make_operation(anna, account, period=JUNE, status=status)

    assert "ещё в обработке. Дождитесь её исхода" in words(payment, anna)[0]


def test_what_waits_for_staff_is_in_processing_too(payment, anna, account):
    make_operation(anna, account, period=JUNE, status=Status.EXPIRED, attention_at=NOW)

    assert "ещё в обработке" in words(payment, anna)[0]


@pytest.mark.parametrize("status", [Status.DECLINED, Status.EXPIRED, Status.REFUNDED])
def test_what_took_no_money_or_gave_it_back_is_no_reason(payment, anna, account, status):
    make_operation(anna, account, period=JUNE, status=status)

    assert words(payment, anna) == []


def test_what_was_never_confirmed_is_no_reason(payment, anna, annas_bill):
    open_payment(annas_bill, anna)

    assert words(payment, anna) == []


def test_another_month_and_another_account_are_no_reason(payment, anna, account):
    make_operation(anna, account, at=NOW - timedelta(days=1), period=MAY)
    make_operation(anna, make_account(), period=JUNE)

    assert words(payment, anna) == []


def test_lately_paid_without_a_bill_may_have_been_for_this_one(payment, anna, account):
    make_operation(anna, account, at=NOW - timedelta(days=30))
    make_operation(anna, account, at=NOW - timedelta(days=32))

    assert len(words(payment, anna)) == 1


def test_paying_without_a_bill_what_was_paid_lately_is_told(anna, account):
    make_operation(anna, account, at=NOW - timedelta(days=3), period=JUNE)

    assert len(words(without_bill(anna, account), anna)) == 1


def test_where_no_bills_are_issued_only_the_same_sum_of_the_day_looks_like_a_slip(anna):
    provider = make_provider("mts", issues_bills=False, account_check=Provider.AccountCheck.PATTERN)
    phone = make_account("9161234567", provider)
    make_operation(anna, phone, at=NOW - timedelta(hours=1), amount=300_00)
    make_operation(anna, phone, at=NOW - timedelta(days=2), amount=500_00)

    assert len(words(without_bill(anna, phone, 300_00), anna)) == 1
    assert words(without_bill(anna, phone, 301_00), anna) == []
    assert words(without_bill(anna, phone, 500_00), anna) == []


@pytest.mark.parametrize(
    "status, fact", [(Status.SUCCEEDED, repeats.OTHERS_PAID), (Status.CHALLENGED, repeats.OTHERS_PAY)]
)
def test_of_others_on_his_own_account_the_bare_fact_is_told(payment, anna, boris, account, status, fact):
    theirs = make_operation(boris, account, period=JUNE, status=status, amount=777_77)

    (told,) = repeats.caution(payment=payment, resident=anna, now=NOW).repeats

    assert (told.words, told.url) == (fact, "")
    for secret in ("777", boris.first_name, boris.last_name, str(theirs.number), str(theirs.uuid), "20.11.2026"):
        assert secret not in told.words


def test_many_payments_of_others_are_not_counted_for_him(payment, anna, boris, account):
    for _ in range(3):
        make_operation(boris, account, period=JUNE)

    assert words(payment, anna) == [repeats.OTHERS_PAID]


def test_on_an_account_that_is_not_his_he_learns_of_his_own_alone(boris, anna, account):
    make_operation(anna, account, period=JUNE)
    payment = without_bill(boris, account)
    assert words(payment, boris) == []

    own = make_operation(boris, account)

    assert [str(own.number) in fact for fact in words(payment, boris)] == [True]


def test_on_an_account_that_he_has_not_proven_either(boris, anna, account):
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)
    added = add_account(boris, account)
    make_operation(anna, account, period=JUNE)
    payment = without_bill(boris, account)

    assert words(payment, boris) == []
    type(added).objects.filter(pk=added.pk).update(proven_at=NOW)
    assert words(payment, boris) == [repeats.OTHERS_PAID]


def test_what_he_marked_as_paid_elsewhere_is_told(payment, anna, annas_bill):
    marks.put(resident=anna, bill=annas_bill, version=1, reason="в банке", now=NOW)

    assert words(payment, anna) == [repeats.MARKED]


def test_the_seal_is_of_these_very_facts_and_this_payment(payment, anna, annas_bill, account):
    make_operation(anna, account, period=JUNE)
    seal = repeats.caution(payment=payment, resident=anna, now=NOW).seal
    twin = open_payment(annas_bill, anna)

    assert repeats.caution(payment=payment, resident=anna, now=NOW).is_seen(seal)
    assert not repeats.caution(payment=twin, resident=anna, now=NOW).is_seen(seal)
    make_operation(anna, account, period=JUNE)
    assert not repeats.caution(payment=payment, resident=anna, now=NOW).is_seen(seal)


def test_the_outcome_of_what_was_seen_in_processing_is_news(payment, anna, account):
    other = make_operation(anna, account, period=JUNE, status=Status.AUTHORISING)
    seal = repeats.caution(payment=payment, resident=anna, now=NOW).seal

    Payment.objects.filter(pk=other.pk).update(status=Status.SUCCEEDED)

    assert not repeats.caution(payment=payment, resident=anna, now=NOW).is_seen(seal)


@pytest.fixture
def autopay(anna, account):
    """Told of the day before: tomorrow it pays Anna's bill."""
    made = make_autopay(make_template(anna, account))
    autopay_runs.run_due(now=NOW)
    return made


def test_an_autopay_that_is_about_to_pay_is_told_to_who_pays_without_the_bill(autopay, account, anna):
    (fact,) = repeats.caution(payment=without_bill(anna, account), resident=anna, now=NOW).repeats

    assert fact.words == "21.11.2026 Ваш автоплатёж заплатит 12\u00a0970,24\u00a0₽"
    assert str(autopay.template.uuid) in fact.url


def test_paying_the_bill_itself_needs_no_warning_of_it(autopay, payment, anna):
    assert words(payment, anna) == []


def test_a_neighbour_learns_nothing_of_his_autopay(autopay, account, boris):
    add_account(boris, account)

    assert words(without_bill(boris, account), boris) == []


@pytest.mark.parametrize("ended", [{"state": "SKIPPED"}, {"state": "DROPPED"}, {"noticed_at": None}])
def test_an_autopay_that_will_not_pay_is_no_reason(autopay, account, anna, ended):
    AutopayRun.objects.update(**ended)

    assert words(without_bill(anna, account), anna) == []


def test_a_paused_autopay_is_no_reason(autopay, account, anna):
    Autopay.objects.update(state=Autopay.State.PAUSED)

    assert words(without_bill(anna, account), anna) == []


@pytest.mark.parametrize("amount, facts", [(500_00, 1), (300_00, 0)])
def test_where_no_bills_are_issued_only_the_sum_of_his_autopay_looks_like_it(anna, amount, facts):
    account = make_account(provider=make_provider("plain", account_check="PATTERN", issues_bills=False))
    make_autopay(make_template(anna, account), trigger=DAY, day=21, amount=500_00)
    autopay_runs.run_due(now=NOW)

    assert len(words(without_bill(anna, account, amount), anna)) == facts


def test_it_takes_three_queries(payment, anna, boris, account, django_assert_max_num_queries):
    for _ in range(5):
        make_operation(boris, account, period=JUNE)
        make_operation(anna, account, period=JUNE)

    with django_assert_max_num_queries(3):
        repeats.caution(payment=payment, resident=anna, now=NOW)

"""What a payer may learn of an account that he has not added."""

from datetime import date, timedelta

import pytest

from billing import foreign_accounts, personal_accounts
from billing.account_numbers import WrongNumber
from billing.foreign_accounts import ACCOUNTS_DUES_TOLD, DUES_TOLD, NUMBERS, Found
from billing.models import Bill, Provider
from safeguards import throttle
from tests.billing.make import add_account, make_account, make_bill, make_provider
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db

NUMBER = "1234567890"


@pytest.fixture
def provider():
    return make_provider(shows_due=True)


@pytest.fixture
def account(provider):
    return make_account(NUMBER, provider)


def find(resident, number=NUMBER, provider=None, now=NOW) -> Found:
    return foreign_accounts.find(resident=resident, provider=provider or make_provider(), number=number, now=now)


def test_what_is_due_is_told_where_the_provider_allows_it(boris, account):
    assert find(boris) == Found(NUMBER, shows_due=True)


def test_elsewhere_it_is_not(boris, account, provider):
    Provider.objects.update(shows_due=False)

    assert find(boris) == Found(NUMBER, shows_due=False)


def test_ones_own_account_is_not_counted(anna, account):
    add_account(anna, account)

    for _ in range(NUMBERS.times + 5):
        assert find(anna) == Found(NUMBER)


def test_an_account_that_waits_for_its_proof_is_as_any_other(anna, account, provider):
    add_account(anna, account)
    Provider.objects.update(account_proof=Provider.AccountProof.PRINTED_CODE)

    assert find(anna, provider=Provider.objects.get()).shows_due
    assert throttle.used(DUES_TOLD, str(anna.uuid), NOW) == 1


def test_an_unknown_number_is_refused_and_guesses_are_few(boris, provider):
    for _ in range(personal_accounts.MISSES.times):
        with pytest.raises(personal_accounts.UnknownAccount):
            find(boris)

    with pytest.raises(personal_accounts.TooManyMisses):
        find(boris)


def test_where_any_number_goes_one_that_nobody_used_is_none_of_the_unknown(boris):
    provider = make_provider("akado", account_check="PATTERN", shows_due=True)

    assert find(boris, provider=provider) == Found(NUMBER, shows_due=False)


def test_a_number_of_another_look_is_refused_before_anything_is_counted(boris, provider):
    with pytest.raises(WrongNumber):
        find(boris, number="12")

    assert throttle.used(NUMBERS, str(boris.uuid), NOW) == 0


def test_numbers_in_a_row_are_limited(boris, account):
    for _ in range(NUMBERS.times):
        find(boris)

    with pytest.raises(personal_accounts.TooManyTries):
        find(boris)
    assert find(boris, now=NOW + NUMBERS.period + timedelta(minutes=1))


def test_one_payer_is_told_so_often_and_then_types_the_sum(boris, account):
    told = [find(boris).shows_due for _ in range(DUES_TOLD.times + 3)]

    assert told == [True] * DUES_TOLD.times + [False] * 3


def test_of_one_account_it_is_told_so_often_whoever_asks(account):
    crowd = [make_resident(f"+7903000{number:04d}") for number in range(ACCOUNTS_DUES_TOLD.times + 2)]

    assert sum(find(one).shows_due for one in crowd) == ACCOUNTS_DUES_TOLD.times


def test_without_the_limit_a_neighbour_could_follow_the_bills(boris, account, monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(throttle, "take", lambda limit, key, now: True)

    assert all(find(boris).shows_due for _ in range(100))


def test_the_current_bill_is_the_newest_that_can_be_paid(account, provider):
    make_bill(account, period=date(2017, 5, 1))
    newest = make_bill(account, period=date(2017, 6, 1))

    assert Bill.objects.current(provider=provider, number=NUMBER) == newest


def test_a_paid_one_and_one_of_another_provider_are_none(account, provider):
    bill = make_bill(account)
    bill.paid = bill.total
    bill.save()
    make_bill(make_account(NUMBER, make_provider("other")))

    assert Bill.objects.current(provider=provider, number=NUMBER) is None

"""The rule of proving an account, apart from its pages: what is right, how many guesses there are, who is shut out."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from billing import account_proof
from billing.models import AddedAccount, Bill, PrintedCode, Provider
from billing.personal_accounts import TooManyTries
from safeguards import throttle
from tests.billing.make import add_account, make_account, make_bill, make_provider, make_version
from tests.billing.racing import at_once
from tests.people import NOW, make_resident

NUMBER = "1234567890"
SUM, CODE = Provider.AccountProof.BILL_SUM, Provider.AccountProof.PRINTED_CODE


@pytest.fixture
def provider(db):
    return make_provider(account_proof=SUM)


def check(resident, answer, number=NUMBER, now=NOW):
    provider = Provider.objects.get(code="smart-zhku")
    account_proof.check(resident=resident, provider=provider, number=number, answer=str(answer), now=now)


def bill(month: int, kopecks: int) -> Bill:
    return make_bill(make_account(NUMBER), period=date(2017, month, 1), charges=(("Отопление", kopecks),))


@pytest.mark.parametrize("kopecks", [103, 104, 105])
def test_the_sum_of_any_of_the_three_newest_bills_is_right(anna, provider, kopecks):
    for month in range(1, 6):
        bill(month, 100 + month)

    check(anna, kopecks)

    assert throttle.used(account_proof.RESIDENTS_MISSES, str(anna.uuid), NOW) == 0


@pytest.mark.parametrize("kopecks", [102, 0, -500, 106])
def test_no_other_sum_is(anna, provider, kopecks):
    for month, total in enumerate((102, 103, -500, 0), start=1):
        bill(month, total)

    with pytest.raises(account_proof.WrongProof):
        check(anna, kopecks)


def test_the_paper_may_be_of_before_a_correction(anna, provider):
    make_version(bill(5, 200), total=300)

    check(anna, 300)
    check(anna, 200)


def test_a_sum_that_any_payer_is_told_can_prove_nothing(provider):
    provider.shows_due = True

    with pytest.raises(ValidationError, match="сумма не может и подтверждать счёт"):
        provider.validate_constraints()
    with pytest.raises(IntegrityError), transaction.atomic():
        provider.save()


def test_a_neighbours_sum_is_wrong(anna, provider):
    bill(5, 200)
    make_bill(make_account("2234567890"), charges=(("Отопление", 777),))

    with pytest.raises(account_proof.WrongProof):
        check(anna, 777)


def test_an_account_without_bills_cannot_be_proved_by_a_sum(anna, provider):
    make_account(NUMBER)

    with pytest.raises(account_proof.WrongProof):
        check(anna, 100)


@pytest.mark.parametrize("answer", ["АВ-1234", "ab-1234", " аВ-12 34 "])
def test_a_code_is_right_in_either_alphabet_and_any_case(anna, provider, answer):
    Provider.objects.update(account_proof=CODE)
    PrintedCode.objects.create(account=make_account(NUMBER), code="AB-1234")

    check(anna, answer)


def test_a_code_of_another_account_or_provider_is_wrong(anna, provider):
    Provider.objects.update(account_proof=CODE)
    other = make_provider("other")
    PrintedCode.objects.create(account=make_account("2234567890"), code="AB-1234")
    PrintedCode.objects.create(account=make_account(NUMBER, other), code="CD-1234")

    for answer in ("AB-1234", "CD-1234"):
        with pytest.raises(account_proof.WrongProof):
            check(anna, answer)


def test_it_says_how_many_tries_are_left_and_then_none_even_for_the_right_sum(anna, provider):
    bill(5, 200)
    left = []
    for guess in range(3):
        with pytest.raises(account_proof.WrongProof) as refusal:
            check(anna, guess + 1)
        left.append(refusal.value.left)

    with pytest.raises(TooManyTries) as shut:
        check(anna, 200, now=NOW + timedelta(minutes=20))

    assert left == [2, 1, 0]
    assert shut.value.retry_after == timedelta(minutes=40)
    check(anna, 200, now=NOW + timedelta(minutes=60))


def test_right_answers_cost_no_try(anna, provider):
    bill(5, 200)

    for _ in range(15):
        check(anna, 200)


def test_ten_misses_close_an_account_for_a_day_to_everybody_who_guesses(anna, provider):
    bill(5, 200)
    for number in range(10):
        stranger = make_resident(f"+7903000000{number}")
        with pytest.raises(account_proof.WrongProof):
            check(stranger, 1)

    with pytest.raises(TooManyTries):
        check(anna, 200)

    # A refusal by the account costs the resident no try of his own.
    assert throttle.used(account_proof.RESIDENTS_MISSES, str(anna.uuid), NOW) == 0
    check(anna, 200, now=NOW + timedelta(days=1))


def test_another_account_is_not_closed_by_it(anna, provider):
    make_bill(make_account("2234567890"), charges=(("Отопление", 777),))
    for number in range(10):
        with pytest.raises(account_proof.WrongProof):
            check(make_resident(f"+7903000000{number}"), 1)

    check(anna, 777, number="2234567890")


@pytest.mark.parametrize("asked", list(Provider.AccountProof))
@pytest.mark.parametrize("proven_at", [None, NOW])
def test_one_row_and_the_choice_of_rows_agree(anna, provider, asked, proven_at):
    Provider.objects.update(account_proof=asked)
    added = add_account(anna, make_account(NUMBER))
    AddedAccount.objects.update(proven_at=proven_at)
    added = AddedAccount.objects.of(anna).get()

    assert added.is_open == AddedAccount.objects.opened().filter(pk=added.pk).exists()
    assert added.is_open == (asked == Provider.AccountProof.NONE or proven_at is not None)


def test_bills_of_an_account_that_waits_are_nobodys_to_see(anna, boris, provider):
    found = bill(5, 200)
    added = add_account(anna, found.account)
    add_account(boris, found.account)
    assert not Bill.objects.visible_to(anna).exists()

    account_proof.open_up(added=added, now=NOW)

    assert list(Bill.objects.visible_to(anna)) == [found]
    assert not Bill.objects.visible_to(boris).exists()


@pytest.mark.django_db(transaction=True)
def test_forty_guesses_at_once_are_three_answers(anna):
    make_provider(account_proof=SUM)

    ends = at_once(40, lambda guess: check(anna, guess))

    assert sum(isinstance(end, account_proof.WrongProof) for end in ends) == 3
    assert sum(isinstance(end, TooManyTries) for end in ends) == 37


@pytest.mark.django_db(transaction=True)
def test_without_the_place_taken_first_all_forty_are_answered(anna, monkeypatch):
    """The saboteur: guesses that nobody counts before the look-up."""
    make_provider(account_proof=SUM)
    monkeypatch.setattr(throttle, "take", lambda limit, key, now: True)

    ends = at_once(40, lambda guess: check(anna, guess))

    assert sum(isinstance(end, account_proof.WrongProof) for end in ends) == 40

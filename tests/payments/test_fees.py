"""The fee: percent, least and greatest sum, half a kopeck upwards, never a fraction; a method may have its own."""

import os
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import FeeRule
from payments import fees
from payments.fees import Method, Rule
from tests.billing.make import make_provider

# `make proofs` counts a million.
CASES = int(os.environ.get("PROOFS_FEES", "20000"))


@given(st.integers(1, 10**12), st.integers(0, 10_000), st.integers(0, 10**6))
def test_it_is_the_percent_rounded_half_up_or_the_minimum(amount, basis_points, minimum):
    exact = (Decimal(amount) * basis_points / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    assert Rule(basis_points, minimum).of(amount) == max(int(exact), minimum)


def by_decimal(rule: Rule, amount: int) -> int:
    """The same fee by other arithmetic."""
    fee = (Decimal(amount) * rule.basis_points / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    return int(min(max(fee, Decimal(rule.minimum)), Decimal(rule.maximum or 10**15)))


def random_case(random: Random) -> tuple[Rule, int]:
    minimum = random.choice([0, random.randint(1, 50_000)])
    maximum = random.choice([0, minimum + random.randint(0, 500_000)])
    return Rule(random.randint(0, 10_000), minimum, maximum), random.randint(1, 10 ** random.randint(1, 12))


def test_no_random_case_loses_a_kopeck():
    assert next(wrong_cases(CASES), None) is None


@pytest.mark.parametrize("careless", [int, round], ids=["cut off", "halves to even"])
def test_careless_rounding_would_lose_some(careless, monkeypatch):
    """The saboteur."""
    monkeypatch.setattr(fees, "share", lambda amount, points: careless(Decimal(amount) * points / 10_000))

    assert next(wrong_cases(CASES), None) is not None


def wrong_cases(count: int) -> Iterator[tuple[Rule, int]]:
    random = Random(5)
    return (
        (rule, amount)
        for rule, amount in map(random_case, [random] * count)
        if rule.of(amount) != by_decimal(rule, amount)
    )


@pytest.mark.parametrize(
    "amount, basis_points, fee", [(12_970_24, 0, 0), (100_00, 150, 1_50), (33, 150, 0), (34, 150, 1), (1, 5_000, 1)]
)
def test_it_counts_like_this(amount, basis_points, fee):
    assert Rule(basis_points).of(amount) == fee


@pytest.mark.parametrize("amount, fee", [(100_00, 10_00), (1000_00, 15_00), (100_000_00, 500_00)])
def test_it_stays_between_the_least_and_the_greatest(amount, fee):
    assert Rule(150, 10_00, 500_00).of(amount) == fee


@pytest.mark.parametrize(
    "rule, words",
    [
        (Rule(), "0 %"),
        (Rule(150), "1,5 %"),
        (Rule(150, 10_00), "1,5 %, не меньше 10,00 ₽"),
        (Rule(150, 10_00, 500_00), "1,5 %, не меньше 10,00 ₽, не больше 500,00 ₽"),
        (Rule(0, 30_00), "30,00 ₽"),
        (Rule(0, 30_00, 30_00), "30,00 ₽"),
    ],
)
def test_it_is_told_in_words(rule, words):
    assert rule.words.replace("\u00a0", " ") == words


@pytest.mark.django_db
def test_a_method_may_have_a_rule_of_its_own():
    provider = make_provider(fee_basis_points=150, fee_minimum=10_00, fee_maximum=500_00)
    FeeRule.objects.create(provider=provider, method=Method.AUTOPAY, basis_points=50)

    assert fees.rule(provider=provider) == Rule(150, 10_00, 500_00)
    assert fees.rule(provider=provider, method=Method.AUTOPAY) == Rule(50)


@pytest.mark.parametrize(
    "basis_points, shown, exact",
    [(0, "0", "0,00"), (150, "1,5", "1,50"), (100, "1", "1,00"), (1_005, "10,05", "10,05")],
)
def test_it_is_shown_as_the_pages_want_it(basis_points, shown, exact):
    assert fees.percent(basis_points) == f"{shown}\u00a0%"
    assert fees.exact_percent(basis_points) == f"{exact}\u00a0%"

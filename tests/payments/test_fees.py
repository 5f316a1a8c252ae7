"""The fee: the provider's percent and minimum, half a kopeck upwards, never a fraction."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.models import Provider
from payments import fees


def provider(basis_points=0, minimum=0):
    return Provider(fee_basis_points=basis_points, fee_minimum=minimum)


@given(st.integers(1, 10**12), st.integers(0, 10_000), st.integers(0, 10**6))
def test_it_is_the_percent_rounded_half_up_or_the_minimum(amount, basis_points, minimum):
    exact = (Decimal(amount) * basis_points / 10_000).quantize(Decimal(1), rounding=ROUND_HALF_UP)

    assert fees.of(provider=provider(basis_points, minimum), amount=amount) == max(int(exact), minimum)


@pytest.mark.parametrize(
    "amount, basis_points, fee", [(12_970_24, 0, 0), (100_00, 150, 1_50), (33, 150, 0), (34, 150, 1), (1, 5_000, 1)]
)
def test_it_counts_like_this(amount, basis_points, fee):
    assert fees.of(provider=provider(basis_points), amount=amount) == fee


@pytest.mark.parametrize(
    "basis_points, shown, exact",
    [(0, "0", "0,00"), (150, "1,5", "1,50"), (100, "1", "1,00"), (1_005, "10,05", "10,05")],
)
def test_it_is_shown_as_the_pages_want_it(basis_points, shown, exact):
    assert fees.percent(basis_points) == f"{shown}\u00a0%"
    assert fees.exact_percent(basis_points) == f"{exact}\u00a0%"

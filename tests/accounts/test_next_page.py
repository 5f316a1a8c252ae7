"""Where a login leads on to when a form came after its session had ended: what its address can carry comes along."""

from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db

SUMS = [
    reverse("payments:bill-charges", args=[UUID(int=7)]),
    reverse("payments:pay-sum", args=["smart-zhku", "signed"]),
]


def next_after(client, address, typed):
    """The page that the login page would lead on to."""
    return parse_qs(urlsplit(client.post(address, typed).url).query)["next"][0]


@pytest.mark.parametrize("address", SUMS)
def test_a_typed_sum_comes_along_and_nothing_of_the_card(client, address):
    typed = {"amount": "100,50", "cvv": "987", "cryptogram": "B" * 344, "holder": "IVANOV IVAN"}

    assert next_after(client, address, typed) == f"{address}?amount=100%2C50"


@pytest.mark.parametrize("address", SUMS)
def test_what_is_too_long_for_a_sum_makes_no_long_address(client, address):
    assert next_after(client, address, {"amount": "1" * 5000}) == f"{address}?amount={'1' * 32}"


def test_a_form_whose_address_can_carry_nothing_carries_nothing(client):
    profile = reverse("accounts:profile")

    assert next_after(client, profile, {"amount": "100,50"}) == profile

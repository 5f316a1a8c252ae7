"""Fixtures of the billing tests."""

import pytest

from accounts.models import User
from billing.models import Bill
from tests.billing.make import make_manual_bill


@pytest.fixture
def annas_bill(anna: User) -> Bill:
    """The bill of the manual on an account that Anna added."""
    return make_manual_bill(anna)

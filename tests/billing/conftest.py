"""Fixtures of the billing tests."""

import pytest

from accounts.models import User
from billing.models import AddedAccount, Bill
from tests.billing.make import NUMBER, add_account, make_account, make_manual_bill
from tests.people import NOW


@pytest.fixture
def annas_bill(anna: User) -> Bill:
    """The bill of the manual on an account that Anna added."""
    return make_manual_bill(anna)


@pytest.fixture
def flat(anna: User) -> AddedAccount:
    """Anna's flat; her e-mail is confirmed."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    return add_account(anna, make_account(NUMBER))

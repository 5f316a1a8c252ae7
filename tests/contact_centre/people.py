"""One of each role, with the browser in which he has come in."""

import pytest
from django.test import Client

from accounts.models import User
from smartservice.roles import Role
from tests.contact_centre.staff import client_of, make_staff


@pytest.fixture
def operator(db: None) -> User:
    """Who has the caller on the line."""
    return make_staff(Role.OPERATOR)


@pytest.fixture
def operator_client(operator: User) -> Client:
    """Her browser, second factor and all."""
    return client_of(operator)

"""The people of the tests: Anna pays, Boris is a neighbour who must see nothing of hers."""

import pytest
from django.test import Client

from accounts.models import User
from tests import clock

NOW = clock.NOW
ANNAS_PHONE, BORISS_PHONE = "+79161234567", "+79031112233"
PASSWORD = "Smart2017"


def make_resident(phone: str, **fields: object) -> User:
    """A confirmed resident with the password `Smart2017`."""
    usual = {"first_name": "Анна", "last_name": "Соколова", "email": "anna@example.com", "code_word": "Ромашка"}
    return User.objects.create_user(phone=phone, password=PASSWORD, **{**usual, **fields})


@pytest.fixture
def anna(db: None) -> User:
    """The resident whose page it is."""
    return make_resident(ANNAS_PHONE)


@pytest.fixture
def boris(db: None) -> User:
    """The neighbour who must see nothing."""
    return make_resident(BORISS_PHONE, first_name="Борис", last_name="Чужой", email="boris@example.com")


@pytest.fixture
def anna_client(anna: User) -> Client:
    """Anna's browser, logged in."""
    client = Client()
    client.force_login(anna)
    return client


@pytest.fixture
def boris_client(boris: User) -> Client:
    """The neighbour's browser, logged in."""
    client = Client()
    client.force_login(boris)
    return client

"""Passwords are hashed at OWASP's figures, and old hashes are made anew at the next login."""

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher
from django.test import Client

from accounts.hashers import OwaspArgon2
from accounts.models import User
from tests.accounts.make import log_in
from tests.people import ANNAS_PHONE, PASSWORD


@pytest.fixture
def _real_hashers(settings):
    settings.PASSWORD_HASHERS = ["accounts.hashers.OwaspArgon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]


def test_it_is_argon2id_with_owasps_figures():
    encoded = OwaspArgon2().encode(PASSWORD, "saltsaltsaltsaltsaltsa")

    assert encoded.startswith("argon2$argon2id$v=19$m=19456,t=2,p=1$")
    assert OwaspArgon2().verify(PASSWORD, encoded)
    assert not OwaspArgon2().verify("Smart2018", encoded)


@pytest.mark.django_db
@pytest.mark.usefixtures("_real_hashers")
def test_a_weaker_hash_is_replaced_when_its_owner_logs_in(anna):
    User.objects.filter(pk=anna.pk).update(password=PBKDF2PasswordHasher().encode(PASSWORD, "salt", iterations=1))

    log_in(Client(), ANNAS_PHONE)

    anna.refresh_from_db()
    assert isinstance(identify_hasher(anna.password), OwaspArgon2)
    assert anna.check_password(PASSWORD)

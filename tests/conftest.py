"""What every test has: fast passwords, plain static files, an own clock, Chromium, the people."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import time_machine
from django.apps import apps
from django.core.cache import cache
from django.db import connection
from django.test import TransactionTestCase

from tests import chromium, emptying
from tests.clock import NOW

# Machines are shared and noisy: how long an example takes says nothing about the product.
hypothesis.settings.register_profile("calm", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("calm")

pytest_plugins = ["tests.people", "tests.contact_centre.people", "tests.payments.make", "tests.payments.scripted_bank"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what asks no database and starts no process: one run of it proves as much as two."""
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        marks = {mark.name for mark in item.iter_markers()}
        if not names & {"db", "transactional_db"} and not marks & {"django_db", "processes", "browser"}:
            item.add_marker("plain")


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Debian's Chromium."""
    program = chromium.find()
    if program is None:
        pytest.fail("no Chromium on this machine: make test says which package to install")
    return {**browser_type_launch_args, "executable_path": program, "args": chromium.arguments()}


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Sessions of processes that a test has killed may outlive it: PostgreSQL drops no database that they hold."""
    yield
    with django_db_blocker.unblock():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity "
                    "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                )


@pytest.fixture(scope="session", autouse=True)
def _quick_emptying() -> Iterator[None]:
    """What is done after each test that commits."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", emptying.empty)
        yield


@pytest.fixture(autouse=True)
def _calm_settings(settings: Any, tmp_path: Path) -> Iterator[None]:
    """Argon2 takes 20 ms a password and the manifest wants collectstatic: neither is what most tests are about."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.NEW_DEVICE_NOTICE = True
    settings.NEW_DEVICE_CODE = False
    settings.VAR_DIR = tmp_path
    settings.ACQUIRER_PUBLIC_KEY_FILE = tmp_path / "acquirer_public_key.pem"
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def _first_pages(request: pytest.FixtureRequest) -> None:
    """A test that commits leaves an empty database behind, without what the migrations wrote."""
    marker = request.node.get_closest_marker("django_db")
    if marker and marker.kwargs.get("transaction"):
        request.getfixturevalue("transactional_db")
        if not apps.get_model("accounts", "PageVersion").objects.exists():
            import_module("accounts.migrations.0002_first_pages").write(apps, None)


@pytest.fixture(autouse=True)
def _clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """It is NOW when a test begins, and time goes on from there; other processes know only the real time."""
    if request.node.get_closest_marker("processes") or request.node.get_closest_marker("browser"):
        yield
    else:
        with time_machine.travel(NOW, tick=True):
            yield

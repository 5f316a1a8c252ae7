"""The demo's staff: made once, known to the owner of the machine alone, able to come in without a telephone."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from smartservice.demo import staff
from tests.contact_centre.staff import INDEX, give_code, give_password

pytestmark = pytest.mark.django_db


def said(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def test_it_creates_the_operator_and_the_administrator():
    said("create_demo")

    roles = {user.phone: [group.name for group in user.groups.all()] for user in User.objects.filter(is_staff=True)}
    assert roles == {"+79000000001": ["Оператор КЦ"], "+79000000002": ["Администратор"]}
    assert not User.objects.filter(is_superuser=True).exists()


def test_the_file_is_the_owners_alone_and_printed_at_every_start(tmp_path: Path):
    first = said("create_demo")
    path = tmp_path / "demo_staff.txt"

    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text(encoding="utf-8").strip() in first
    assert path.read_text(encoding="utf-8").strip() in said("create_demo")


def test_passwords_differ_between_installations(tmp_path: Path):
    first = staff.text()
    (tmp_path / "demo_staff.txt").unlink()

    assert staff.text() != first


def test_password_and_code_of_the_command_open_the_staff_site(client: Client):
    said("create_demo")

    for login in staff.logins():
        visitor = Client()
        assert give_password(visitor, login.phone, login.password).url == reverse("admin:second-factor")
        assert give_code(visitor, login.code_now).url == INDEX
    assert login.code_now in said("demo_staff_code")


def test_production_has_no_demo_staff(settings):
    settings.ENVIRONMENT = "production"

    with pytest.raises(CommandError) as refusal:
        said("demo_staff_code")

    assert refusal.value.returncode == 1

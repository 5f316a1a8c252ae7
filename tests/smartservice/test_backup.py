"""`backup` and `restore`: all of it comes back, never over data, never from a damaged copy, and without the keys."""

import os
import sqlite3
import subprocess
import sys
from io import StringIO
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection

from payments.models import Payment
from smartservice import backup

pytestmark = pytest.mark.django_db(transaction=True)


def run(command, folder, **options) -> tuple[str, int]:
    said = StringIO()
    try:
        call_command(command, str(folder), stdout=said, **options)
    except CommandError as refusal:
        return str(refusal), refusal.returncode
    return said.getvalue(), 0


@pytest.fixture
def elsewhere(tmp_path):
    """The environment of another installation with an empty database; its keys are its own."""
    if connection.vendor == "sqlite":
        yield {"VAR_DIR": str(tmp_path / "other"), "DATABASE_URL": ""}
        return
    name = f"copy_{uuid4().hex}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    place = connection.settings_dict
    url = os.environ["DATABASE_URL"].replace("/smartservice?", f"/{name}?")
    assert place["NAME"] not in url
    yield {"VAR_DIR": str(tmp_path / "other"), "DATABASE_URL": url}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE {name}")


def there(environment: dict[str, str], *arguments: object) -> tuple[str, int]:
    command = [sys.executable, "manage.py", *map(str, arguments)]
    ended = subprocess.run(
        command,
        cwd=settings.PROJECT_DIR,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.stdout + ended.stderr, ended.returncode


def test_all_of_it_comes_back_in_an_empty_database_and_never_over_it(tmp_path, elsewhere):
    call_command("create_demo", stdout=StringIO())
    said, status = run("backup", tmp_path / "copy")
    assert status == 0
    assert "Ключей в копии нет" in said

    restored = there(elsewhere, "restore", tmp_path / "copy")
    migrated = there(elsewhere, "migrate")
    verified = there(elsewhere, "verify_money")
    settled = there(elsewhere, "settle_payments")
    again = there(elsewhere, "restore", tmp_path / "copy")

    assert restored[1] == 0, restored
    assert "No migrations to apply" in migrated[0]
    assert settled[1] == 0, settled
    assert f"операций: {Payment.objects.count()}," in verified[0]
    assert verified[1] == 0
    assert again[1] == 1
    assert "уже есть таблицы" in again[0]


def test_the_copy_is_for_its_owner_alone_and_holds_no_keys(tmp_path):
    run("backup", tmp_path / "copy")

    files = {path.name: path for path in (tmp_path / "copy").iterdir()}
    assert set(files) == {"database", "about.json"}
    assert (tmp_path / "copy").stat().st_mode & 0o077 == 0
    assert files["database"].stat().st_mode & 0o077 == 0
    assert settings.SECRET_KEY.encode() not in files["database"].read_bytes()


def test_a_folder_that_holds_something_is_left_alone(tmp_path):
    (tmp_path / "other.txt").write_text("моё", encoding="utf-8")

    said, status = run("backup", tmp_path)

    assert status == 1
    assert "не пуста" in said
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def test_a_copy_that_failed_leaves_the_folder_empty(tmp_path, monkeypatch):
    def fail(copy):
        raise backup.Refused("места нет")

    monkeypatch.setattr(backup, "_copy_to", fail)

    assert run("backup", tmp_path / "copy") == ("места нет", 1)
    assert list((tmp_path / "copy").iterdir()) == []


def test_it_refuses_a_database_with_tables(tmp_path):
    run("backup", tmp_path / "copy")

    assert run("restore", tmp_path / "copy") == ("В базе уже есть таблицы. Восстановить можно только в пустую базу.", 1)


def test_it_refuses_a_copy_that_is_damaged_unfinished_or_of_another_kind(tmp_path):
    folder = tmp_path / "copy"
    run("backup", folder)
    about = (folder / "about.json").read_text(encoding="utf-8")

    (folder / "about.json").write_text(about.replace(connection.vendor, "oracle"), encoding="utf-8")
    other = run("restore", folder)
    with (folder / "database").open("ab") as file:
        file.write(b"x")
    damaged = run("restore", folder)
    (folder / "about.json").unlink()
    unfinished = run("restore", folder)

    assert [status for _, status in (other, damaged, unfinished)] == [1, 1, 1]
    assert "Копия снята с oracle" in other[0]
    assert "повреждён" in damaged[0]
    assert "нет законченной копии" in unfinished[0]


def test_a_copy_of_sqlite_opens_by_itself(tmp_path):
    if connection.vendor != "sqlite":
        pytest.skip("SQLite alone")
    run("backup", tmp_path / "copy")

    copy = sqlite3.connect(tmp_path / "copy" / "database")
    try:
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    finally:
        copy.close()

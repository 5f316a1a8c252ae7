"""What the operator can mend is said in one Russian line by every door, without a traceback."""

import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError

from smartservice import env, keys, startup

ROOT = Path(__file__).resolve().parent.parent.parent
NEW_KEY = "k1:" + "QUJD" * 10 + "QUI="
MANAGE, CHECK = ("manage.py", "verify_money"), ("manage.py", "check")
WEB = ("-m", "gunicorn", "smartservice.wsgi", "--bind", "127.0.0.1:0", "--no-control-socket", "--log-level", "critical")
WORKER = ("-m", "celery", "-A", "smartservice", "worker", "--pool", "solo")
BANK = ("-m", "smartservice.sandbox")


def started(words: tuple[str, ...], var_dir: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {"PATH": "/usr/bin:/bin", "VAR_DIR": str(var_dir), **environment}
    return subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, timeout=60, check=False
    )


@pytest.mark.processes
@pytest.mark.parametrize(("words", "status"), [(MANAGE, 1), (CHECK, 1), (WEB, 3), (WORKER, 1), (BANK, 1)])
def test_every_door_names_the_wrong_variable_in_one_line(words, status, tmp_path):
    done = started(words, tmp_path, PORT="abc")

    assert done.returncode == status
    assert done.stderr.removeprefix("Банк-песочница не запустилась: ") == (
        "PORT=abc: нужно целое число не больше 65535. Пример: PORT=8000\n"
    )


@pytest.mark.processes
def test_an_unfit_production_says_what_is_wrong_without_a_trace(tmp_path):
    done = started(WEB, tmp_path, ENVIRONMENT="production")

    assert "банк – учебный" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.processes
def test_a_command_on_a_database_without_tables_says_so(tmp_path):
    done = started(MANAGE, tmp_path)

    assert done.returncode == 1
    assert done.stderr == (
        f"В базе данных ({tmp_path}/smartservice.sqlite3) ещё нет таблиц. Верны ли DATABASE_URL и VAR_DIR? "
        "Если да – manage.py migrate\n"
    )


@pytest.mark.processes
def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path):
    done = started(MANAGE, tmp_path, DATABASE_URL="postgres://name:secret@127.0.0.1:1/base")

    assert done.returncode == 1
    assert done.stderr.startswith("База данных не отвечает (127.0.0.1): ")
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr


def test_an_error_of_ours_keeps_its_trace(capsys):
    startup._end(ValueError, ValueError("ours"), None)

    assert "ValueError: ours" in capsys.readouterr().err


@pytest.mark.django_db
def test_an_error_in_a_sound_database_is_one_of_ours():
    assert startup.in_words(OperationalError("disk is full")) == ""


@pytest.mark.django_db
def test_tables_of_another_version_are_named(monkeypatch):
    monkeypatch.setattr(startup, "is_behind", lambda: True)

    assert "таблицы от другой версии" in startup.in_words(OperationalError("no such column"))


@pytest.mark.parametrize(
    ("name", "value", "read", "example"),
    [
        ("PORT", "abc", lambda: env.port("PORT", 8000), "PORT=8000"),
        ("PORT", "70000", lambda: env.port("PORT", 8000), "PORT=8000"),
        ("SMS_PRICE", "-1", lambda: env.integer("SMS_PRICE", 400), "SMS_PRICE=400"),
        ("SANDBOX_SLOW_SECONDS", "many", lambda: env.seconds("SANDBOX_SLOW_SECONDS", 25), "SANDBOX_SLOW_SECONDS=25"),
        ("ENVIRONMENT", "prod", lambda: env.choice("ENVIRONMENT", ("embedded", "production")), "ENVIRONMENT=embedded"),
        ("QUIET_HOURS", "99", lambda: env.hours("QUIET_HOURS", ""), "QUIET_HOURS=21-9"),
        ("TRUSTED_PROXIES", "10.0.0.5,zzz", lambda: env.networks("TRUSTED_PROXIES"), "TRUSTED_PROXIES=10.0.0.5"),
        ("SECRET_KEY_FILE", "/no/such", lambda: env.text("SECRET_KEY"), "SECRET_KEY_FILE=/run/secrets/secret_key"),
    ],
)
def test_a_wrong_variable_is_named_with_an_example(monkeypatch, name, value, read, example):
    monkeypatch.setenv(name, value)

    with pytest.raises(env.Wrong) as refusal:
        read()

    assert str(refusal.value).startswith(name)
    assert f"Пример: {example}" in str(refusal.value)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("url", ["mysql://name:secret@host/base", "postgres://name:secret@host:port/base"])
def test_a_wrong_database_is_named_without_its_password(url, tmp_path):
    with pytest.raises(env.Wrong, match="Пример: DATABASE_URL=postgres://") as refusal:
        env.database(url, sqlite_file=tmp_path / "x")

    assert "secret" not in str(refusal.value)


def test_right_variables_are_read(monkeypatch):
    monkeypatch.setenv("TRUSTED_PROXIES", "10.0.0.5, 172.16.0.0/12")
    monkeypatch.setenv("PORT", "8010")

    assert (env.networks("TRUSTED_PROXIES"), env.port("PORT", 8000)) == (["10.0.0.5", "172.16.0.0/12"], 8010)


@pytest.mark.parametrize("given", ["abc", "k1:AAAA", ":" + NEW_KEY[3:], f"{NEW_KEY},", "k1:" + "я" * 44])
def test_a_key_that_is_none_is_refused_at_once_and_not_shown(given):
    with pytest.raises(env.Wrong, match="FIELD_KEYS: ") as refusal:
        keys.checked(given)

    assert given not in str(refusal.value)


def test_right_keys_are_taken():
    assert keys.checked(f"{NEW_KEY},{NEW_KEY.replace('k1', 'k0')}").startswith("k1:")

"""docs/OPERATIONS.md «По симптомам»: each trouble is made, and what the paper says to do is done."""

import json
import re
import sqlite3
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command, get_commands, load_command_class
from django.db import DatabaseError
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from notifications import messages, outbox
from notifications.models import Message, State
from payments.status import Status
from safeguards import journal
from safeguards.journal import Action, Actor
from safeguards.models import JournalEntry
from smartservice import vitals
from smartservice.roles import Role
from tests.accounts.profile_steps import FILLED, fill
from tests.billing.make import make_provider
from tests.clock import NOW
from tests.contact_centre.staff import INDEX, client_of, later, make_staff
from tests.payments.make import authorise
from tests.people import ANNAS_PHONE

pytestmark = pytest.mark.django_db
PAPER = Path(__file__).resolve().parent.parent.parent / "docs" / "OPERATIONS.md"
TOKEN = "night shift"
REGISTER = """#REGISTER;bills;1
#PROVIDER;smart-zhku
#PERIOD;06.2017
#ISSUED;05.07.2017
Лицевой счёт;Услуга;Ед. изм.;Объём;Тариф;Начислено;Перерасчёт;К оплате
1234567890;Отопление;;;;3720,42;;{sum}
#TOTAL;1;1;{sum}
"""


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def figure(client, settings, name: str) -> int:
    settings.METRICS_TOKEN = TOKEN
    text = client.get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).content.decode()
    (value,) = re.findall(rf"^smartservice_{re.escape(name)} (\d+)$", text, re.MULTILINE)
    return int(value)


def commands_of_the_paper() -> list[tuple[str, list[str]]]:
    """Every `manage.py NAME …` with the options that it is given there."""
    quoted = re.findall(r"manage\.py ([a-z_]+)([^`\n]*)", PAPER.read_text(encoding="utf-8"))
    return [(name, re.findall(r"--[a-z][a-z-]*", rest)) for name, rest in quoted]


def test_every_command_of_the_paper_exists_with_its_options():
    apps, wrong = get_commands(), []

    for name, options in commands_of_the_paper():
        if name not in apps:
            wrong.append(name)
            continue
        help_text = load_command_class(apps[name], name).create_parser("manage.py", name).format_help()
        wrong += [f"{name} {option}" for option in options if option not in help_text]

    assert wrong == []


def test_every_command_of_ours_teaches():
    ours = ("smartservice", "payments", "billing", "accounts", "notifications", "safeguards")
    silent = [
        name
        for name, app in get_commands().items()
        if app in ours and len(load_command_class(app, name).help) < 40 and name != "migrate"
    ]

    assert silent == []


def test_payments_hang_until_the_bank_is_asked(client, settings, submitted, bank):
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)
    with later(2 * 60 * 60):
        assert figure(client, settings, "payments_live") == 1
        assert figure(client, settings, "payments_live_oldest_seconds") >= 7200
        assert figure(client, settings, "bank_answer_age_seconds") >= 7200
    bank.lose = {}

    run("settle_payments")

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED
    assert figure(client, settings, "payments_live") == 0
    run("verify_money")


def test_a_silent_bank_leaves_them_unknown_and_loses_nothing(client, settings, submitted, bank):
    bank.lose = {"authorise": "after", "query": "before"}
    authorise(submitted)

    run("settle_payments")

    submitted.refresh_from_db()
    assert submitted.status == Status.AUTHORISING
    assert figure(client, settings, "payments_live") == 1


def put(key: str, at, **more) -> None:
    outbox.put(messages.PHONE_NOT_REGISTERED, address=ANNAS_PHONE, context={}, key=key, now=at, **more)


def test_messages_wait_until_they_are_delivered(client, settings):
    put("1", NOW - timedelta(minutes=10))
    assert client.get("/readyz").json()["troubles"] == ["message queue"]
    assert figure(client, settings, "messages_waiting") == 1

    said = run("deliver_messages")

    assert "1" in said
    assert client.get("/readyz").status_code == 200
    assert list((settings.VAR_DIR / "sms").glob("*.txt"))


def test_what_is_too_late_is_dropped(settings):
    put("1", NOW - timedelta(minutes=20), expires_at=NOW - timedelta(minutes=10))

    run("deliver_messages")

    assert Message.objects.get().state == State.DROPPED
    assert not list((settings.VAR_DIR / "sms").glob("*.txt"))


def test_a_register_that_is_wrong_is_named_and_a_mended_one_is_taken_once(tmp_path):
    make_provider()
    file = tmp_path / "июнь.csv"
    file.write_text(REGISTER.format(sum="много"), encoding="utf-8")
    with pytest.raises(CommandError) as refusal:
        run("import_bills", str(file), "--dry-run")
    assert refusal.value.returncode == 1
    file.write_text(REGISTER.format(sum="3720,42"), encoding="utf-8")

    run("import_bills", str(file), "--dry-run")
    first = run("import_bills", str(file))
    again = run("import_bills", str(file))

    assert first != again


def test_a_full_disk_is_a_trouble_that_goes_by_itself(client, monkeypatch):
    def full(**_):
        raise DatabaseError("database or disk is full")

    with monkeypatch.context() as trouble:
        trouble.setattr(vitals, "queue_lag", full)
        assert client.get("/readyz").json()["troubles"] == ["database"]

    assert client.get("/readyz").status_code == 200
    run("settle_payments")
    run("verify_money")


def test_a_full_sqlite_refuses_a_write_and_keeps_what_was_there(tmp_path):
    """What the paper promises of a full disk, on a database that may not grow."""
    database = sqlite3.connect(tmp_path / "small.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.execute("CREATE TABLE kept (words TEXT)")
    database.execute("INSERT INTO kept VALUES ('до')")
    database.commit()
    database.execute("PRAGMA max_page_count=3")

    with pytest.raises(sqlite3.OperationalError, match="full"):
        database.execute("INSERT INTO kept VALUES (?)", ("x" * 100_000,))
    database.rollback()

    assert database.execute("SELECT words FROM kept").fetchall() == [("до",)]
    database.close()


def test_a_leak_begins_with_two_commands():
    run("verify_journal")
    run("scan_secrets")


def test_who_has_left_is_out_at_his_next_request(operator, operator_client):
    operator_client.get(INDEX)
    administrator = client_of(make_staff(Role.ADMINISTRATOR, phone="+79000000020"))
    typed = {"phone": operator.phone, "last_name": "Смирнова", "first_name": "Ольга", "groups": []}

    administrator.post(reverse("admin:accounts_user_change", args=[operator.pk]), typed)

    assert not User.objects.get(pk=operator.pk).is_active
    assert operator_client.get(INDEX).status_code == 302


def test_the_journal_tells_what_one_person_has_opened(operator, operator_client, anna):
    operator_client.get(reverse("admin:resident-card", args=[anna.uuid]))
    senior = client_of(make_staff(Role.SENIOR, phone="+79000000020"))

    page = senior.get(reverse("admin:safeguards_journalentry_changelist"), {"q": str(operator.uuid)}).content.decode()

    assert str(anna.uuid) in page
    assert JournalEntry.objects.filter(who_uuid=operator.uuid).exists()


def test_new_keys_end_every_session_and_leave_the_journal_whole(anna_client, anna, settings):
    fill(anna, **FILLED)
    journal.record(actor=Actor(name="ops"), action=Action.LOOKED, whose=anna.uuid, now=NOW)
    assert anna_client.get(reverse("accounts:profile")).status_code == 200

    settings.FIELD_KEYS = f"drill:{'B' * 43}=,{settings.FIELD_KEYS}"
    settings.SECRET_KEY = "another" * 10
    run("rotate_field_keys")

    assert anna_client.get(reverse("accounts:profile")).status_code == 302
    assert "Журнал цел" in run("verify_journal")
    settings.FIELD_KEYS = settings.FIELD_KEYS.partition(",")[0]
    anna.profile.refresh_from_db()
    assert anna.profile.inn == FILLED["inn"]


def test_scripts_read_the_same_as_people(anna):
    put("1", NOW - timedelta(minutes=10))

    assert json.loads(run("deliver_messages", "--json")) == {"sent": 1, "waiting": 0}
    assert json.loads(run("settle_payments", "--json")) == {"asked": 0, "live": 0}
    assert json.loads(run("verify_money", "--json")) == {"bills": 0, "payments": 0, "registers": 0, "troubles": []}
    assert json.loads(run("scan_secrets", "--json")) == {"finds": []}


def test_scripts_are_told_what_does_not_add_up(submitted):
    type(submitted).objects.filter(pk=submitted.pk).update(fee=submitted.fee + 1)
    out = StringIO()

    with pytest.raises(CommandError) as refusal:
        call_command("verify_money", "--json", stdout=out)

    assert refusal.value.returncode == 1
    assert json.loads(out.getvalue())["troubles"][0]["subject"]


def test_a_cabinet_is_shut_by_a_command(anna):
    run("block", "--phone", ANNAS_PHONE, "--reason", "утечка")

    anna.refresh_from_db()
    assert anna.blocked_at is not None
    assert timezone.now() - anna.blocked_at < timedelta(minutes=1)

"""`block` and `unblock`: their words, their exit status, and what stands in the record."""

import subprocess
import sys
from io import StringIO

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from accounts import staff_word
from accounts.models import BlockEvent, User
from safeguards import journal
from safeguards.models import JournalEntry
from tests.accounts.make import log_in, sms
from tests.people import ANNAS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db
REASON = "звонок жителя, кодовое слово верно"


def run(name, *arguments) -> tuple[str, int]:
    """What it said or complained of, and its exit status."""
    said = StringIO()
    try:
        call_command(name, *arguments, stdout=said)
    except CommandError as refusal:
        return str(refusal), refusal.returncode
    return said.getvalue().strip(), 0


def is_blocked():
    return User.objects.get(phone=ANNAS_PHONE).blocked_at is not None


@pytest.mark.parametrize("written", [ANNAS_PHONE, "8 (916) 123-45-67", "9161234567"])
def test_it_blocks(anna, written):
    assert run("block", "--phone", written, "--reason", REASON) == ("Кабинет +7 916 ***-**-67 заблокирован", 0)

    assert is_blocked()


def test_it_unblocks_and_the_old_password_works(anna, client):
    run("block", "--phone", ANNAS_PHONE, "--reason", REASON)

    assert run("unblock", "--phone", ANNAS_PHONE, "--reason", REASON) == ("Кабинет +7 916 ***-**-67 разблокирован", 0)

    assert not is_blocked()
    assert log_in(client, ANNAS_PHONE).status_code == 302


def test_both_are_written_down_and_told(anna, monkeypatch):
    monkeypatch.setattr(staff_word.getpass, "getuser", lambda: "olga")

    run("block", "--phone", ANNAS_PHONE, "--reason", f"  {REASON}\n")
    run("unblock", "--phone", ANNAS_PHONE, "--reason", "проверено")

    rows = list(BlockEvent.objects.order_by("id").values_list("action", "source", "who", "reason", "ip"))
    assert rows == [
        ("BLOCKED", "COMMAND", "olga", REASON, None),
        ("UNBLOCKED", "COMMAND", "olga", "проверено", None),
    ]
    assert ["кабинет заблокирован" in sms(ANNAS_PHONE)[0], "кабинет разблокирован" in sms(ANNAS_PHONE)[1]] == [True] * 2


@pytest.mark.parametrize("name", ["block", "unblock"])
@pytest.mark.parametrize(
    "phone, reason, says, status",
    [
        ("+79990001122", REASON, "Кабинета с таким номером нет", 1),
        ("12", REASON, "Это не номер российского мобильного телефона", 2),
        ("+74951234567", REASON, "Это не номер российского мобильного телефона", 2),
        (ANNAS_PHONE, "  ", "Назовите причину", 2),
        (ANNAS_PHONE, "х" * 201, "Причина длиннее 200 знаков", 2),
    ],
)
def test_what_cannot_be_done_is_said(anna, name, phone, reason, says, status):
    text, code = run(name, "--phone", phone, "--reason", reason)

    assert says in text
    assert code == status
    assert not BlockEvent.objects.exists()


def test_what_is_done_already_is_refused(anna):
    assert run("unblock", "--phone", ANNAS_PHONE, "--reason", REASON) == (
        "Кабинет +7 916 ***-**-67 не заблокирован",
        1,
    )
    run("block", "--phone", ANNAS_PHONE, "--reason", REASON)

    assert run("block", "--phone", ANNAS_PHONE, "--reason", REASON) == (
        "Кабинет +7 916 ***-**-67 уже заблокирован",
        1,
    )


def test_a_user_of_the_system_without_a_name_has_his_number(monkeypatch):
    def nobody():
        raise KeyError

    monkeypatch.setattr(staff_word.getpass, "getuser", nobody)

    assert staff_word.who().startswith("uid ")


@pytest.mark.processes
@pytest.mark.parametrize("name", ["block", "unblock"])
def test_without_its_arguments_the_status_is_usage(name):
    done = subprocess.run(
        [sys.executable, "manage.py", name, "--phone", ANNAS_PHONE],
        cwd=settings.PROJECT_DIR,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 2
    assert "--reason" in done.stderr


def test_a_blocked_one_stays_blocked_whoever_else_is(anna, boris):
    User.objects.filter(pk=boris.pk).update(blocked_at=NOW)

    run("unblock", "--phone", ANNAS_PHONE, "--reason", REASON)

    boris.refresh_from_db()
    assert boris.blocked_at == NOW


@pytest.mark.parametrize("name, action", [("block", "resident.blocked"), ("unblock", "resident.unblocked")])
def test_who_ran_it_and_why_stand_in_the_journal_too(anna, name, action):
    if name == "unblock":
        anna.blocked_at = NOW
        anna.save(update_fields=["blocked_at"])

    call_command(name, "--phone", anna.phone, "--reason", "звонок жителя", stdout=StringIO())

    row = JournalEntry.objects.get()
    assert (row.action, row.whose_uuid, row.why, row.who_uuid) == (action, anna.uuid, "звонок жителя", None)
    assert row.who
    assert list(journal.verify()) == []


def test_what_is_refused_is_no_row_of_the_journal(anna):
    with pytest.raises(CommandError):
        call_command("unblock", "--phone", anna.phone, "--reason", "звонок жителя", stdout=StringIO())

    assert not JournalEntry.objects.exists()


def test_a_member_of_the_staff_is_not_blocked(db):
    colleague = make_resident("+79000000011", is_staff=True)

    assert run("block", "--phone", colleague.phone, "--reason", REASON) == (
        "Это сотрудник: снимите «Работает» на странице «Сотрудники»",
        1,
    )

    colleague.refresh_from_db()
    assert colleague.blocked_at is None
    assert not JournalEntry.objects.exists()


def test_a_block_of_former_times_is_lifted_from_a_member_of_the_staff(db):
    colleague = make_resident("+79000000011", is_staff=True, blocked_at=NOW)

    assert run("unblock", "--phone", colleague.phone, "--reason", REASON)[1] == 0

    colleague.refresh_from_db()
    assert colleague.blocked_at is None

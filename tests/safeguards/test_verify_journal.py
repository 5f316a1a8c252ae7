"""`verify_journal`: 0 for a whole journal, 1 with the list of what is wrong, 2 for what it does not understand."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from safeguards import journal
from safeguards.journal import Action, Actor
from tests.clock import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _three_rows():
    for _ in range(3):
        journal.record(actor=Actor(name="root"), action=Action.LOOKED, now=NOW)


def tamper():
    with connection.cursor() as cursor:
        cursor.execute("UPDATE safeguards_journalentry SET why = 'иное' WHERE number = 2")


def verify(*arguments):
    out = StringIO()
    call_command("verify_journal", *arguments, stdout=out)
    return out.getvalue()


def test_a_whole_journal_is_called_so_with_its_end():
    number, digest = journal.head()

    said = verify()

    assert "Журнал цел" in said
    assert f"Конец: {number}:{digest}" in said


def test_a_touched_journal_is_refused_with_the_row():
    tamper()

    with pytest.raises(CommandError, match="№ 2: изменена") as refusal:
        verify()

    assert refusal.value.returncode == 1


def test_a_head_noted_before_is_compared():
    number, digest = journal.head()

    assert "Журнал цел" in verify("--noted", f"{number}:{digest}")
    with pytest.raises(CommandError, match="короче"):
        verify("--noted", f"9:{digest}")


def test_what_is_no_head_is_a_mistake_of_usage():
    with pytest.raises(CommandError) as refusal:
        verify("--noted", "три")

    assert refusal.value.returncode == 2


def test_a_program_gets_json_also_when_something_is_wrong():
    assert json.loads(verify("--json"))["findings"] == []
    tamper()
    out = StringIO()

    with pytest.raises(CommandError):
        call_command("verify_journal", "--json", stdout=out)

    answer = json.loads(out.getvalue())
    assert answer["rows"] == 3
    assert answer["findings"] == [{"number": 2, "what": "изменена"}]

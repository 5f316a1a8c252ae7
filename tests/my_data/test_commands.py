"""`export_person`, `erase_person`, `leak_report`: what they print, what they refuse, what stands in the journal."""

import csv
import json
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command

from accounts.models import User
from safeguards import journal
from safeguards.journal import Action, Actor
from safeguards.models import JournalEntry
from tests.accounts.profile_steps import FILLED, fill
from tests.payments.make import submit
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db(transaction=True)


def run(name, **options):
    out, errors = StringIO(), StringIO()
    call_command(name, stdout=out, stderr=errors, **options)
    return out.getvalue()


def refusal(name, **options):
    with pytest.raises(CommandError) as caught:
        run(name, **options)
    return caught.value.returncode, str(caught.value)


def report(**options):
    return list(csv.reader(StringIO(run("leak_report", **options)), delimiter=";"))[1:]


def looked(at, whose, who):
    journal.record(actor=Actor(uuid=who.uuid), action=Action.LOOKED, whose=whose.uuid, now=at)


@pytest.fixture
def operator(db):
    return make_resident("+79000000001", last_name="Смирнова", is_staff=True)


def test_the_export_is_json_and_stands_in_the_journal(anna):
    fill(anna, **FILLED)

    kept = json.loads(run("export_person", phone="8 916 123-45-67"))

    assert kept["sections"]["Личные данные"][0]["ИНН"] == FILLED["inn"]
    entry = JournalEntry.objects.get()
    assert (entry.action, entry.whose_uuid) == (Action.EXPORTED, anna.uuid)


@pytest.mark.parametrize(("word", "told"), [("Ромашка", "задано"), (None, None)])
def test_the_export_keeps_the_code_word_from_the_staff(anna, word, told):
    anna.code_word = word
    anna.save()

    said = run("export_person", phone="8 916 123-45-67")

    assert json.loads(said)["sections"]["О Вас"][0]["Кодовое слово"] == told
    assert "Ромашка" not in said


@pytest.mark.parametrize("name", ["export_person", "erase_person"])
@pytest.mark.parametrize(("phone", "status"), [("123", 2), ("+79990000000", 1)])
def test_a_number_that_is_none_or_nobodys_is_refused(db, name, phone, status):
    assert refusal(name, phone=phone)[0] == status
    assert not JournalEntry.objects.exists()


def test_erasing_erases_and_stands_in_the_journal(anna):
    assert "стёрт" in run("erase_person", phone=ANNAS_PHONE)

    assert User.objects.get().phone is None
    assert JournalEntry.objects.get().action == Action.ERASED
    assert refusal("erase_person", phone=ANNAS_PHONE)[0] == 1


def test_erasing_waits_for_money_and_can_be_repeated(anna, submitted, bank):
    status, words = refusal("erase_person", phone=ANNAS_PHONE)

    assert status == 1
    assert "операций в пути 1" in words
    assert refusal("erase_person", phone=ANNAS_PHONE)[0] == 1
    assert JournalEntry.objects.count() == 1
    assert submit


def test_staff_are_refused(operator):
    assert refusal("erase_person", phone="+79000000001")[0] == 1


def test_a_stolen_copy_touches_everybody_and_says_with_what(anna, boris):
    fill(anna, **FILLED)

    rows = {row[0]: row for row in report(everybody=True)}

    assert set(rows) == {ANNAS_PHONE, BORISS_PHONE}
    assert "Личные данные" in rows[ANNAS_PHONE][3]
    assert "Личные данные" not in rows[BORISS_PHONE][3]
    assert rows[ANNAS_PHONE][1:3] == ["anna@example.com", "Соколова Анна"]


def test_the_journal_says_whom_somebody_looked_at(anna, boris, operator):
    other = make_resident("+79000000002", is_staff=True)
    looked(NOW, anna, operator)
    looked(NOW, boris, other)
    looked(NOW - timedelta(days=2), boris, operator)

    with time_machine.travel(NOW + timedelta(hours=1)):
        assert [row[0] for row in report(since="2026-11-20T00:00")] == [ANNAS_PHONE, BORISS_PHONE]
        assert [row[0] for row in report(since="2026-11-20T00:00", staff="+79000000001")] == [ANNAS_PHONE]
        assert [row[0] for row in report(since="2026-11-18T00:00", until="2026-11-19T00:00")] == [BORISS_PHONE]


def test_who_is_erased_needs_no_telling(anna):
    run("erase_person", phone=ANNAS_PHONE)

    assert report(everybody=True) == []


@pytest.mark.parametrize(
    "options", [{}, {"everybody": True, "since": "2026-11-20T00:00"}, {"since": "вчера"}, {"since": "2026-13-40T00:00"}]
)
def test_a_question_without_sense_is_refused(db, options):
    assert refusal("leak_report", **options)[0] == 2


def test_a_name_is_no_formula(db):
    make_resident("+79161112233", last_name="=1+1")

    assert report(everybody=True)[0][2] == "'=1+1 Анна"


def test_the_report_stands_in_the_journal(anna):
    run("leak_report", everybody=True)

    assert JournalEntry.objects.get().why == "отчёт об утечке: 1"


def test_a_thousand_people_are_reported_within_a_minute(db):
    User.objects.bulk_create(User(phone=f"+7900{number:07}", password="!") for number in range(1000))

    assert len(report(everybody=True)) == 1000

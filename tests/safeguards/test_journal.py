"""The journal: every row is chained to the one before it, and whoever touches a row is found."""

import uuid
from datetime import timedelta

import pytest
from django.db import connection, transaction

from safeguards import journal
from safeguards.journal import Action, Actor
from safeguards.models import JournalEntry, JournalHead
from tests.clock import NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db
OPERATOR, RESIDENT = uuid.UUID(int=1), uuid.UUID(int=2)
ACTOR = Actor(uuid=OPERATOR, ip="2001:0db8::0001")


def record(action=Action.LOOKED, **changes):
    wanted = {"actor": ACTOR, "action": action, "whose": RESIDENT, "now": NOW}
    return journal.record(**{**wanted, **changes})


def three_rows():
    return [record(), record(Action.UNBLOCKED, why="назвал кодовое слово"), record(Action.LOOKED)]


def run(sql, *values):
    """What somebody with the database in his hands does."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def findings(**more):
    return [str(found) for found in journal.verify(**more)]


def test_a_row_says_who_when_from_where_what_whose_why_and_what_changed():
    record(
        Action.CHANGED,
        target="billing.Provider 7",
        why="просьба поставщика",
        before={"fee": 100, "phone": journal.masked("+79161234567")},
        after={"fee": 150, "since": NOW},
    )

    row = JournalEntry.objects.get()
    assert (row.number, row.who_uuid, row.ip, row.whose_uuid, row.at) == (1, OPERATOR, "2001:db8::1", RESIDENT, NOW)
    assert (row.action, row.target, row.why) == ("row.changed", "billing.Provider 7", "просьба поставщика")
    assert row.before == {"fee": 100, "phone": "…67"}
    assert row.after["fee"] == 150


def test_an_untouched_journal_is_whole():
    three_rows()

    assert findings() == []


def test_an_empty_journal_is_whole():
    assert findings() == []


@pytest.mark.parametrize(
    "column, value",
    [
        ("at", NOW + timedelta(seconds=1)),
        ("who", "другой"),
        ("ip", "203.0.113.9"),
        ("action", "resident.looked"),
        ("target", "иное"),
        ("why", ""),
        ("before", '{"fee": 1}'),
        ("after", '{"fee": 1}'),
    ],
)
def test_an_altered_row_is_found(column, value):
    three_rows()

    run(f"UPDATE safeguards_journalentry SET {column} = %s WHERE number = 2", value)

    assert findings() == ["№ 2: изменена"]


@pytest.mark.parametrize("column", ["who_uuid", "whose_uuid"])
def test_a_row_given_to_another_person_is_found(column):
    three_rows()
    other = uuid.UUID(int=9)

    run(
        f"UPDATE safeguards_journalentry SET {column} = %s WHERE number = 2",
        str(other) if connection.vendor == "postgresql" else other.hex,
    )

    assert findings() == ["№ 2: изменена"]


def test_a_removed_row_is_found():
    three_rows()

    run("DELETE FROM safeguards_journalentry WHERE number = 2")

    assert findings() == ["№ 2: нет строк до № 2 включительно"]


def test_a_removed_row_is_found_when_the_rest_is_numbered_anew():
    three_rows()

    run("DELETE FROM safeguards_journalentry WHERE number = 2")
    run("UPDATE safeguards_journalentry SET number = 2 WHERE number = 3")

    assert "№ 2: не продолжает предыдущую строку" in findings()


def test_a_tail_that_was_cut_off_is_found():
    three_rows()

    run("DELETE FROM safeguards_journalentry WHERE number = 3")

    assert findings() == ["№ 2: конец журнала другой: должен быть № 3"]


def test_a_tail_that_was_cut_off_is_found_when_the_end_is_moved_with_it():
    rows = three_rows()

    run("DELETE FROM safeguards_journalentry WHERE number = 3")
    run("UPDATE safeguards_journalhead SET number = 2, digest = %s", rows[1].digest)

    assert findings() == ["№ 2: печать конца журнала не та"]


def test_a_journal_without_its_end_is_found():
    three_rows()

    run("DELETE FROM safeguards_journalhead")

    assert findings() == ["№ 3: нет записи о конце журнала"]


def test_a_row_put_behind_the_end_is_found():
    three_rows()
    run(
        "INSERT INTO safeguards_journalentry (number, at, who, action, target, why, before, after, previous, digest)"
        " SELECT 4, at, who, action, target, why, before, after, digest, digest FROM safeguards_journalentry"
        " WHERE number = 3"
    )

    assert "№ 4: изменена" in findings()


def test_a_head_that_was_written_down_proves_what_the_key_alone_cannot():
    three_rows()
    noted = journal.head()
    run("DELETE FROM safeguards_journalentry")
    run("DELETE FROM safeguards_journalhead")

    three_rows()
    record()

    assert findings() == []
    assert findings(noted=(noted[0], "0" * 64)) == ["№ 3: не та, что была записана отдельно"]
    assert findings(noted=(9, noted[1])) == ["№ 4: журнал короче записанного отдельно: было 9"]


def test_saboteur_a_chain_without_a_key_can_be_forged(monkeypatch):
    """The digests alone stop nobody who can compute them: it is the key that does."""
    three_rows()
    row = JournalEntry.objects.get(number=3)
    row.why = "подделка"

    forged = journal._digest_of(row)
    monkeypatch.setattr(journal.settings, "JOURNAL_KEY", "a guess")
    guessed = journal._digest_of(row)

    assert forged != guessed


def test_rows_cannot_be_changed_or_deleted_by_our_own_hand():
    row = record()

    for deed in (row.save, row.delete, JournalEntry.objects.all().delete, lambda: JournalEntry.objects.update(why="")):
        with pytest.raises(TypeError):
            deed()


def test_what_the_caller_rolls_back_leaves_no_hole():
    record()
    with transaction.atomic():
        record()
        transaction.set_rollback(True)
    record()

    assert list(JournalEntry.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    assert findings() == []


@pytest.mark.parametrize("text, shown", [("", ""), ("67", "…"), ("Smart", "…"), ("+79161234567", "…67")])
def test_masked_values_tell_two_characters_at_most(text, shown):
    assert journal.masked(text) == shown


@pytest.mark.django_db(transaction=True)
def test_twenty_writers_at_once_make_one_chain():
    at_once(20, lambda which: [record(target=f"{which}.{turn}") for turn in range(3)])

    assert JournalEntry.objects.count() == 60
    assert findings() == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_saboteur_without_the_lock_writers_get_in_each_others_way(monkeypatch):
    """SQLite has one writer: there the transaction is the lock."""
    JournalHead.objects.create(pk=journal.HEAD, digest=journal.BEGINNING)
    monkeypatch.setattr(journal, "_locked_head", lambda: JournalHead.objects.get(pk=journal.HEAD))

    def tries(_):
        try:
            record()
        except Exception:
            return False
        return True

    assert not all(at_once(20, tries))


def test_reading_goes_on_while_rows_are_added(monkeypatch):
    three_rows()
    real, has_added = journal._findings, []

    def findings_while_someone_writes(*args):
        if not has_added:
            has_added.append(record())
        return real(*args)

    monkeypatch.setattr(journal, "_findings", findings_while_someone_writes)

    assert findings() == []

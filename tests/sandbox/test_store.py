"""The bank's database goes on from a file of an earlier cut, with what stands in it."""

import sqlite3
from pathlib import Path

from smartservice.sandbox import store
from smartservice.sandbox.store import ADDED, SCHEMA, Store


def make_old(path: Path) -> None:
    """As the first cut wrote it: without the columns that came later."""
    with sqlite3.connect(path) as connection:
        connection.executescript(SCHEMA)
        for table, columns in ADDED.items():
            for name in columns:
                connection.execute(f"ALTER TABLE {table} DROP COLUMN {name}")
        connection.execute(
            "INSERT INTO payments VALUES (7, 'one', 500, 0, 'CONFIRMED', '0', '', 'anna', '', 0, '411111******1111',"
            " '1239', 3, '', '', '', '', 0, '', '', NULL, '')"
        )
        connection.execute("INSERT INTO cards VALUES (3, 'anna', 'print', '411111******1111', '1239')")


def test_what_stood_there_stays_and_what_is_new_can_be_written(tmp_path: Path) -> None:
    make_old(tmp_path / "bank.sqlite3")

    bank = Store(tmp_path / "bank.sqlite3")
    with bank.transaction() as db:
        kept = store.find(db, "7")
        made = store.insert(db, order_id="two", amount=100, due_at=0.0, initiator="1", recurrent=1)
    [card] = bank.rows("SELECT * FROM cards")
    bank.close()

    assert kept is not None
    assert (kept.status, kept.two_stage, kept.initiator) == ("CONFIRMED", 0, "")
    assert made.recurrent == 1
    assert (card["status"], card["rebill_id"]) == ("A", 0)


def test_it_may_be_opened_again_and_again(tmp_path: Path) -> None:
    for _ in range(3):
        Store(tmp_path / "bank.sqlite3").close()


def test_a_binding_takes_a_number_that_no_payment_gets(tmp_path: Path) -> None:
    bank = Store(tmp_path / "bank.sqlite3")
    with bank.transaction() as db:
        first = store.insert(db, order_id="one", amount=1, due_at=0.0)
        binding = store.insert_binding(db, request_key="k", customer_key="anna", check_type="NO", due_at=0.0)
        second = store.insert(db, order_id="two", amount=1, due_at=0.0)
    bank.close()

    assert first.id < binding.id < second.id

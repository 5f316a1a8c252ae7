"""The door of Celery to the cards: one round, and a database that stumbles costs no more than that."""

import pytest
from django.db import DatabaseError

from payments import card_list, saved_cards, tasks
from payments.models import SavedCard
from tests.people import NOW


def test_a_round_brings_bindings_deletions_and_lists_on(anna, bank):
    saved_cards.expect(resident=anna, now=NOW)
    bank.keep(str(anna.uuid))

    tasks.settle_cards()

    assert SavedCard.objects.get().resident == anna


def test_a_database_that_stumbles_costs_one_round_and_its_words_no_log(caplog, monkeypatch):
    def stumble(**arguments):
        raise DatabaseError("row of +79161234567")

    monkeypatch.setattr(card_list, "sweep_all", stumble)

    tasks.settle_cards()

    assert "the round failed: DatabaseError" in caplog.text
    assert "+79161234567" not in caplog.text


@pytest.mark.parametrize("name", ["payments.cards"])
def test_the_clock_asks_for_it(settings, name):
    assert name in {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}

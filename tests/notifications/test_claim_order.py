"""A claim goes by the index that has its order, whatever PostgreSQL thinks of it."""

import pytest
from django.db import connection

from notifications import claims
from notifications.models import Category
from tests.clock import NOW
from tests.notifications.make import queue

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def plan(order: str) -> str:
    """Of a claim, by a planner to whom another way seems cheaper, as to a real one after a great fill."""
    claim = claims.CLAIM.format(lock="FOR UPDATE SKIP LOCKED", among="= ANY (ARRAY(SELECT id FROM due))", columns="id")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 1000")
        cursor.execute(f"{order} EXPLAIN {claim}", {"category": Category.BILLS, "now": NOW, "limit": 2000, "ends": NOW})
        return "\n".join(row for (row,) in cursor.fetchall())


def test_it_puts_nothing_in_order() -> None:
    queue()

    assert "message_waiting" in plan(claims.IN_ORDER)
    assert "Sort" not in plan(claims.IN_ORDER)


def test_saboteur_that_says_nothing_of_the_order_sorts_all_that_wait_for_each_claim() -> None:
    queue()

    assert "Sort" in plan("")

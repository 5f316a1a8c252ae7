"""How the database finds the rows of a table: the plans of what a block asks of it."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.test.utils import CaptureQueriesContext


@contextmanager
def plans_of(table: str) -> Iterator[list[str]]:
    """Filled at the end of the block: a plan for each statement that reads or changes rows of the table.

    Walking through it is made costly: a test's few rows are not worth an index otherwise.
    """
    plans: list[str] = []
    with CaptureQueriesContext(connection) as asked:
        yield plans
    statements = [query["sql"] for query in asked if f'"{table}"' in query["sql"] and "INSERT" not in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        for statement in statements:
            cursor.execute(("EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN ") + statement)
            plans.append("\n".join(str(row[-1]) for row in cursor.fetchall()))
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = on")

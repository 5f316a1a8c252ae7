"""`filter(Among(F("pk"), ids))`: thousands of values as one parameter, where `in` would write one for each."""

import json
from collections.abc import Collection, Sequence
from typing import Any

from django.db import connection
from django.db.models import Lookup


def array(values: Sequence[Any]) -> str:
    """PostgreSQL's own writing of an array, which it reads several times faster than a list of constants."""
    if not values or isinstance(values[0], int):
        return "{" + ",".join(map(str, values)) + "}"
    # All at once, apart by what no text of PostgreSQL has.
    texts = "\0".join(values).replace("\\", "\\\\").replace('"', '\\"')
    return '{"' + texts.replace("\0", '","') + '"}'


def choice(values: Sequence[Any], of_type: str) -> tuple[str, str]:
    """The end of a condition in SQL, and its one parameter; the type is a column's, which an empty choice has not.

    Out of a subquery: the planner would look at each of a constant's elements.
    """
    if connection.vendor == "postgresql":
        return f"= ANY(ARRAY(SELECT unnest(%s::{of_type}[])))", array(values)
    return "IN (SELECT value FROM json_each(%s))", json.dumps(values)


class Among(Lookup):
    """The field is one of these; an empty choice finds nothing."""

    prepare_rhs = False

    def __init__(self, lhs: Any, rhs: Collection[Any]) -> None:
        super().__init__(lhs, list(rhs))

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Of a database of the project's own, as `choice` writes it."""
        field, parameters = self.process_lhs(compiler, connection)
        words, values = choice(self.rhs, self.lhs.output_field.rel_db_type(connection))
        return f"{field} {words}", (*parameters, values)

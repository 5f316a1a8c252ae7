"""A register on its way in: its bills in a table of this connection alone, which a kill takes along.

Filling it may take minutes and holds no lock; PostgreSQL takes the rows by COPY, SQLite by executemany.
"""

from collections.abc import Iterable, Iterator
from itertools import chain

from django.db import connection

from billing.models import BillService, Provider
from billing.money import Kopecks
from billing.register_contents import RegisterBill, ServiceIds, ServiceKey
from billing.register_reading import FIRST_MISTAKES
from billing.register_text import Malformed, Mistake

COLUMNS = {
    "postgresql": "number varchar(40) NOT NULL, line integer NOT NULL, charges json NOT NULL, total bigint NOT NULL",
    "sqlite": "number text NOT NULL, line integer NOT NULL, charges text NOT NULL, total integer NOT NULL",
}
TWICE = """
SELECT number, min(line), max(line) FROM staged_bill GROUP BY number HAVING count(*) > 1 ORDER BY min(line) LIMIT 20
"""
# Bills in one piece: large enough to be cheap, small enough to keep nothing.
PIECE = 128
Row = tuple[str, int, str, int]


class ServicesMoved(Exception):
    """Another import has written services meanwhile that this one meant to write: stage anew."""


class Services:
    """The numbers of the provider's services; those of new ones are reserved, and written by `write` only."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self.ids = self._written()
        self._new: dict[ServiceKey, int] = {}

    def reserve(self, services: Iterable[ServiceKey]) -> None:
        """Give a number to every one of these services that has none."""
        for key in services:
            if key not in self.ids:
                self.ids[key] = self._new[key] = self._next_id()

    def write(self) -> None:
        """Write the new ones; in the transaction of the merge. Raises ServicesMoved."""
        taken = BillService.objects.filter(pk__in=self._new.values()).exists()
        if taken or not self._written().keys().isdisjoint(self._new):
            raise ServicesMoved
        services = [
            BillService(pk=pk, provider=self.provider, name=name, unit=unit) for (name, unit), pk in self._new.items()
        ]
        BillService.objects.bulk_create(services)

    def _written(self) -> dict[ServiceKey, int]:
        services = BillService.objects.filter(provider=self.provider)
        return {(name, unit): pk for name, unit, pk in services.values_list("name", "unit", "pk")}

    def _next_id(self) -> int:
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SELECT nextval(pg_get_serial_sequence('billing_billservice', 'id'))")
                return int(cursor.fetchone()[0])
        last = BillService.objects.order_by("-pk").values_list("pk", flat=True).first()
        return max(last or 0, *self._new.values(), 0) + 1


class Staging:
    """What was staged: how many bills and charges, and their sum."""

    def __init__(self) -> None:
        self.bills, self.rows, self.total = 0, 0, Kopecks(0)
        self._waiting: RegisterBill | None = None

    def fill(self, bills: Iterable[RegisterBill], services: Services) -> None:
        """Stage them all, in a new table. Raises what the bills raise."""
        drop()
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE TEMPORARY TABLE staged_bill ({COLUMNS[connection.vendor]})")
        left = iter(bills)
        self._waiting = next(left, None)
        # A service that has no number yet ends a stretch: no other statement can run inside one.
        while self._waiting is not None:
            services.reserve(self._waiting.services)
            self._write(self._stretch(chain([self._waiting], left), services.ids))
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE staged_bill (number)")

    def _stretch(self, bills: Iterable[RegisterBill], ids: ServiceIds) -> Iterator[Row]:
        """The bills up to one with a service that has no number: that is `_waiting` then."""
        self._waiting = None
        for bill in bills:
            try:
                charges = bill.charges(ids)
            except KeyError:
                self._waiting = bill
                return
            total = bill.total
            self.bills += 1
            self.rows += bill.rows
            self.total = Kopecks(self.total + total)
            yield bill.number, bill.line, charges, total

    def _write(self, rows: Iterator[Row]) -> None:
        pieces = Pieces(rows)
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.copy_expert("COPY staged_bill FROM STDIN", CopyFile(pieces), 65_536)
            else:
                # Given all at once, Django would keep all that it has passed on.
                for piece in pieces:
                    cursor.executemany("INSERT INTO staged_bill VALUES (%s, %s, %s, %s)", piece)
        if pieces.error:
            raise pieces.error


class Pieces:
    """Rows some at a time; a mistake of the file ends them and is `error` then.

    Raised amid COPY, it would come out as the server's error, with the transaction around us lost.
    """

    def __init__(self, rows: Iterator[Row]) -> None:
        self.error: Malformed | None = None
        self._rows = rows

    def __iter__(self) -> Iterator[list[Row]]:
        piece: list[Row] = []
        try:
            for row in self._rows:
                piece.append(row)
                if len(piece) == PIECE:
                    yield piece
                    piece = []
        except Malformed as error:
            self.error = error
        if piece:
            yield piece


class CopyFile:
    """Pieces as the text of COPY, made while the server takes them."""

    def __init__(self, pieces: Iterable[list[Row]]) -> None:
        self._pieces = iter(pieces)

    def read(self, _size: int) -> str:
        """The next piece; nothing when they are over."""
        return "".join(
            [
                f"{_escaped(number)}\t{line}\t{charges}\t{total}\n"
                for number, line, charges, total in next(self._pieces, [])
            ]
        )


def refuse_doubles(known: list[Mistake]) -> None:
    """Raise Malformed when an account stands in the file twice, or with the mistakes that are known already."""
    with connection.cursor() as cursor:
        cursor.execute(TWICE)
        twice = cursor.fetchall()
    mistakes = known + [
        Mistake(last, 1, "Лицевой счёт", f"счёт {number} уже был в строке {first}: его строки должны стоять подряд")
        for number, first, last in twice
    ]
    if mistakes:
        raise Malformed(sorted(mistakes, key=lambda mistake: mistake.line)[:FIRST_MISTAKES])


def drop() -> None:
    """Forget what was staged."""
    schema = "pg_temp." if connection.vendor == "postgresql" else "temp."
    with connection.cursor() as cursor:
        for table in ("staged_bill", "changed_bill"):
            cursor.execute(f"DROP TABLE IF EXISTS {schema}{table}")


def _escaped(number: str) -> str:
    return number.replace("\\", "\\\\") if "\\" in number else number

"""«История операций» costs as much among millions of operations as among ten thousand, under any filter.

`BENCH_OPERATIONS` says among how many (1 000 000; 10 000 000 takes a quarter of an hour). Two residents with 600
operations each, scattered among everybody else's, are looked at by the page's own rules: one while there are ten
thousand, one at the end. Blocks are what PostgreSQL itself says it touched for a query, cached or not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench.figures import Figure, measured, size
from billing.models import PersonalAccount, Provider, ProviderCategory
from payments import history
from payments.history import Wanted
from payments.models import Payment
from payments.status import Status

FEW, MANY = 10_000, size("BENCH_OPERATIONS", 1_000_000)
OF_ONE, OF_OTHERS = 600, 24
ROUNDS, RUNS = 4, 20
FORMER = "ДС Эксплуатация-портал"
WANTED = {
    "всё": Wanted(),
    "способ": Wanted(method="VISA-0551"),
    "статус": Wanted(outcome="FAILED"),
    "поставщик": Wanted(provider="3"),
    "канал": Wanted(channel=FORMER),
    "год": Wanted(start=date(2025, 1, 1), end=date(2025, 12, 31)),
    "всё вместе": Wanted(date(2020, 1, 1), date(2026, 1, 1), "VISA-0551", "FAILED", "3", FORMER),
    "ничего": Wanted(outcome="REFUNDED", channel=FORMER),
}
PAGES = ("1", "2", "20", "40")


@dataclass(frozen=True)
class Look:
    """What one way of looking took: seconds of processor, here and at the database, and blocks of its dearest query."""

    seconds: float
    blocks: int


def measure() -> Iterator[Figure]:
    """Fill, look, fill on, look again."""
    prepare()
    few = looks(fill(1, FEW))
    many = looks(fill(FEW + 1, MANY))
    ratios = {name: many[name].seconds / few[name].seconds for name in few}
    slowest = max(ratios, key=lambda name: ratios[name])
    dearest = max(many, key=lambda name: many[name].blocks)
    yield Figure(
        "история: страница среди миллионов к странице среди 10 000",
        ratios[slowest],
        at_most=1.5,
        detail=f"{MANY} операций, худшая из {len(ratios)}: {slowest}, {many[slowest].seconds * 1000:.1f} мс",
    )
    yield Figure(
        "история: блоков базы на запрос",
        many[dearest].blocks,
        at_most=30,
        detail=f"худший из {len(many)}: {dearest}; среди 10 000 – {few[dearest].blocks}",
    )


def prepare() -> None:
    """Five providers, and one operation that all others are copies of."""
    category = ProviderCategory.objects.create(code="bench", title="Bench")
    for number in range(1, 6):
        provider = Provider.objects.create(
            pk=number, code=f"p{number}", category=category, short_name=f"П {number}", account_example="1"
        )
        PersonalAccount.objects.create(pk=number, provider=provider, number="1")
    now = timezone.now()
    pattern = User.objects.create_user(
        phone="+79160000000", password=None, first_name="Б", last_name="Б", email="b@b.b"
    )
    Payment.objects.create(
        resident=pattern,
        provider_id=1,
        account_id=1,
        amount=1,
        channel="Смарт Сервис-портал",
        created_at=now,
        moved_at=now,
    )


def fill(first: int, last: int) -> User:
    """Operations of these numbers, two days apart at most; returns the resident who has many of them."""
    heavy = User.objects.create_user(
        phone=f"+7916{last:07d}"[:12], password=None, first_name="Б", email=f"{uuid4()}@b.b"
    )
    others = (last - first) // OF_OTHERS + 1
    copy(User, others, {"uuid": "gen_random_uuid()", "phone": "NULL", "email": "'b@b.b'"})
    lowest = User.objects.latest("pk").pk - others + 1
    every = (last - first + 1) // OF_ONE
    rare = "hashtext(n::text)"
    copy(
        Payment,
        (first, last),
        {
            "uuid": "gen_random_uuid()",
            "resident_id": f"CASE WHEN n % {every} = 0 THEN {heavy.pk} ELSE {lowest} + abs({rare}) % {others} END",
            "provider_id": f"1 + abs({rare} / 7) % 5",
            "account_id": f"1 + abs({rare} / 7) % 5",
            "status": f"CASE WHEN abs({rare}) % 20 = 0 THEN '{Status.DECLINED}' ELSE '{Status.SUCCEEDED}' END",
            "channel": f"CASE WHEN abs({rare} / 3) % 10 = 0 THEN '{FORMER}' ELSE t.channel END",
            "card_brand": f"CASE WHEN abs({rare} / 11) % 4 = 0 THEN 'VISA' ELSE 'МИР' END",
            "card_last_four": f"CASE WHEN abs({rare} / 11) % 4 = 0 THEN '0551' ELSE '7761' END",
            "submitted_at": f"'2016-01-01'::timestamptz + interval '10 years' * (n - {first}) / {last - first}",
        },
    )
    with connection.cursor() as cursor:
        # The throwaway database commits before it writes: until it has, VACUUM cannot vouch for a row.
        cursor.execute("CHECKPOINT")
        cursor.execute("VACUUM (ANALYZE) payments_payment")
    return heavy


def copy(model: type[User] | type[Payment], numbers: int | tuple[int, int], changes: dict[str, str]) -> None:
    """Copies of the model's first row, each column as it is there unless it changes."""
    first, last = numbers if isinstance(numbers, tuple) else (1, numbers)
    fields = [field for field in model._meta.concrete_fields if not field.primary_key and not field.generated]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    values = ", ".join(changes.get(field.column, f't."{field.column}"') for field in fields)
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({columns}) SELECT {values} FROM generate_series({first}, {last}) n, "
            f"(SELECT * FROM {table} ORDER BY id LIMIT 1) t"
        )


def looks(resident: User) -> dict[str, Look]:
    """Every filter on its first page, and every page of all, by the rules of the page itself."""
    ways = {f"{name}, стр. 1": (wanted, "1") for name, wanted in WANTED.items()}
    ways |= {f"всё, стр. {number}": (Wanted(), number) for number in PAGES[1:]}
    return {
        name: look(lambda wanted=wanted, number=number: page(resident, wanted, number))
        for name, (wanted, number) in ways.items()
    }


def page(resident: User, wanted: Wanted, number: str) -> None:
    """What the view asks for."""
    overview = history.overview(resident=resident)
    history.page(resident=resident, wanted=wanted, providers=dict(overview.providers), number=number)


def look(deed: Callable[[], None]) -> Look:
    """The best of several runs, and what its queries touch."""
    backend = connection.connection.get_backend_pid()
    best = float("inf")
    for _ in range(ROUNDS):
        with measured(backend) as spent:
            for _ in range(RUNS):
                deed()
        best = min(best, spent.cpu / RUNS)
    blocks: list[int] = []

    def explained(execute, sql, parameters, many, context):  # type: ignore[no-untyped-def]
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters)
            plan = cursor.fetchone()[0][0]["Plan"]
        blocks.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(explained):
        deed()
    return Look(best, max(blocks))

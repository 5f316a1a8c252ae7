"""«Счета к оплате» and «К оплате сейчас» touch as much among a city's accounts and ten years as among few and one.

`BENCH_ACCOUNTS` says how many accounts there are in the end (100 000; the issue names 1 000 000). A thousand of them,
the resident's three among those, have a bill for each of 120 months then; the others have one. Blocks are what
PostgreSQL says it touched for all queries of a page, cached or not.
"""

from collections.abc import Callable, Iterator
from datetime import date

from django.db import connection
from django.utils import timezone

from accounts.models import User
from bench.figures import Figure, size
from billing import bills, due_now
from billing.bills import Span, Tab
from billing.models import AddedAccount, BillRegister, PersonalAccount, Provider, ProviderCategory

FEW, MANY = 1_000, size("BENCH_ACCOUNTS", 100_000)
OWN = 3
YEAR, YEARS = 12, 120
TODAY = date(2027, 1, 10)
MOST_QUERIES = 3


def measure() -> Iterator[Figure]:
    """Fill, look, fill on, look again."""
    resident = prepare()
    fill(accounts=(1, FEW), months=(1, YEAR))
    few = looks(resident)
    fill(accounts=(FEW + 1, MANY), months=(1, 1))
    fill(accounts=(1, FEW), months=(YEAR + 1, YEARS))
    many = looks(resident)
    dearest = max(many, key=lambda name: sum(many[name]) / sum(few[name]))
    yield Figure(
        f"счета: блоков среди {MANY} счетов за 10 лет к {FEW} за год",
        sum(many[dearest]) / sum(few[dearest]),
        at_most=1.5,
        detail=f"худшая из {len(many)}: {dearest}, {sum(few[dearest])} и {sum(many[dearest])}",
    )
    yield Figure("счета: запросов на страницу", max(map(len, many.values())), at_most=MOST_QUERIES)


def prepare() -> User:
    """The provider, its register, and the resident of its first accounts."""
    category = ProviderCategory.objects.create(code="bench", title="Коммунальные услуги")
    provider = Provider.objects.create(code="bench", category=category, short_name="ЖКУ", issues_bills=True)
    now = timezone.now()
    BillRegister.objects.create(
        provider=provider, period=TODAY, issued_date=TODAY, digest="", bills=1, rows=1, total=1, imported_at=now
    )
    resident = User.objects.create_user(phone="+79160000000", password=None, first_name="Б", email="b@b.b")
    for number in range(1, OWN + 1):
        account = PersonalAccount.objects.create(provider=provider, number=str(number))
        AddedAccount.objects.create(resident=resident, account=account, title=f"Квартира {number}", created_at=now)
    return resident


def fill(*, accounts: tuple[int, int], months: tuple[int, int]) -> None:
    """Accounts of these numbers that are not there yet, and a bill of each for these months before today."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_personalaccount (provider_id, number)"
            " SELECT (SELECT id FROM billing_provider), generate_series(%s, %s)::text ON CONFLICT DO NOTHING",
            accounts,
        )
        cursor.execute(
            "INSERT INTO billing_bill (uuid, account_id, period, version, issued_date, charges, total, register_id,"
            " paid, held) SELECT gen_random_uuid(), a.id, period, 1, period + interval '1 month 4 days',"
            ' \'[[1, 100, 100, null, "", ""]]\', 100, (SELECT id FROM billing_billregister), 0, 0'
            " FROM billing_personalaccount a, generate_series(%s, %s) month,"
            " LATERAL (SELECT (date '2027-01-01' - month * interval '1 month')::date AS period) p"
            " WHERE a.number::integer BETWEEN %s AND %s",
            [*months, *accounts],
        )
        cursor.execute("CHECKPOINT")
        cursor.execute("VACUUM (ANALYZE) billing_bill, billing_personalaccount")


def looks(resident: User) -> dict[str, list[int]]:
    """Blocks of every query, of both tabs and of the home page."""
    tabs: dict[str, Callable[[], object]] = {
        f"«{word}»": lambda tab=tab: bills.for_resident(resident=resident, tab=tab, span=Span(), today=TODAY)
        for word, tab in (("Неоплаченные", Tab.UNPAID), ("Все", Tab.ALL))
    }
    pages = tabs | {"«К оплате сейчас»": lambda: due_now.rows(resident=resident, today=TODAY)}
    return {name: blocks_of(page) for name, page in pages.items()}


def blocks_of(page: Callable[[], object]) -> list[int]:
    """What each of its queries touches."""
    blocks: list[int] = []

    def explained(execute, sql, parameters, many, context):  # type: ignore[no-untyped-def]
        with connection.connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {sql}", parameters)
            plan = cursor.fetchone()[0][0]["Plan"]
        blocks.append(plan["Shared Hit Blocks"] + plan["Shared Read Blocks"])
        return execute(sql, parameters, many, context)

    # What the first look learns of the tables is asked once a connection.
    page()
    with connection.execute_wrapper(explained):
        page()
    return blocks

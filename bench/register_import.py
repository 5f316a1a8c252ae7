"""A city's register comes in nearly as fast as PostgreSQL can copy the finished rows.

`BENCH_BILLS` says how many bills of 14 charges (50 000; a million takes a quarter of an hour on an idle machine). The
measure of everything is a raw COPY of the same rows into the same table, with its indexes and foreign keys.
"""

import csv
import resource
import tempfile
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from random import Random
from typing import BinaryIO
from uuid import uuid4

from django.db import connection, models, transaction
from django.utils import timezone

from bench.figures import Figure, Spent, measured, size
from billing import register_import
from billing.models import Bill, BillRegister, BillService, PersonalAccount, Provider, ProviderCategory
from billing.register_formats.smart import COLUMNS

BILLS, FEW = size("BENCH_BILLS", 50_000), 4_000
FIRST_NUMBER = 1_000_000_000
NAMES = (
    "Отопление",
    "Горячее водоснабжение на ИП",
    "Подогрев воды для нужд ГВС на ИП",
    "Холодное водоснабжение на ИП",
    "Водоотведение на ИП",
    "Тех.обсл. и содержание жилого дома и прилег.терр.",
    "Консьержная служба",
    "Пропускной режим и обслуживание средств охраны",
    "Услуги комендантской службы",
    "Электроснабжение на ОДН",
    "Холодное водоснабжение на ОДН",
    "Электроснабжение по тарифу 1",
    "Электроснабжение по тарифу 2",
    "Электроснабжение по тарифу 3",
)
# The other way to keep charges: a row for each, with the same figures, beside bills that have none.
ROW_PER_CHARGE = """
CREATE TABLE plain_bill (LIKE billing_bill INCLUDING ALL);
INSERT INTO plain_bill SELECT * FROM billing_bill ORDER BY id LIMIT %(few)s;
UPDATE plain_bill SET charges = '[]';
INSERT INTO charge (bill_id, position, service_id, amount, accrued, recalculated, volume, tariff)
SELECT b.id, c.place, (c.row->>0)::bigint, (c.row->>1)::bigint, (c.row->>2)::bigint, (c.row->>3)::bigint,
       c.row->>4, c.row->>5
FROM (SELECT * FROM billing_bill ORDER BY id LIMIT %(few)s) b,
     LATERAL json_array_elements(b.charges) WITH ORDINALITY AS c(row, place);
"""


class Charge(models.Model):
    """A row for each charge, as the portal does not keep them."""

    bill = models.ForeignKey(Bill, models.CASCADE, related_name="+", db_constraint=False)
    position = models.SmallIntegerField()
    service = models.ForeignKey(BillService, models.CASCADE, related_name="+", db_constraint=False)
    amount = models.BigIntegerField()
    accrued = models.BigIntegerField(null=True)
    recalculated = models.BigIntegerField(null=True)
    volume = models.TextField()
    tariff = models.TextField()

    class Meta:
        # No app of the portal: only this subject knows it.
        app_label = "bench"
        db_table = "charge"

    def __str__(self) -> str:
        return f"{self.bill_id} {self.position}"


def measure() -> Iterator[Figure]:
    """Import, import again, copy the very rows that came of it."""
    provider = prepare()
    with tempfile.TemporaryDirectory() as folder:
        import_one(write(Path(folder) / "few.csv", FEW, month=5))
        memory = peak_memory()
        path = write(Path(folder) / "register.csv", BILLS, month=6)
        first = spent_on(lambda: import_one(path))
        grown = peak_memory() / memory
        split = spent_on(lambda: only_split(path))
        path.write_bytes(path.read_bytes() + b"\n")
        again = spent_on(lambda: import_one(path))
        copied = spent_on(raw_copy(Path(folder) / "rows.tsv"))
    packed, rows = spent_on(lambda: bulk_create(provider)), spent_on(lambda: bulk_create(provider, row_per_charge=True))
    per_bill = {"наш": first.cpu / BILLS, "COPY": copied.cpu / BILLS, "bulk_create строк": rows.cpu / FEW}
    detail = ", ".join(f"{name} {seconds * 1e6:.0f} мкс" for name, seconds in per_bill.items())
    yield Figure(f"реестр {BILLS}: время к COPY", first.wall / copied.wall, at_most=1.6, detail=f"{first.wall:.1f} с")
    yield Figure("реестр: процессор к COPY", first.cpu / copied.cpu, at_most=2.0, detail=detail)
    yield Figure(
        "реестр: лишь прочесть и разделить строки, к COPY",
        split.cpu / copied.cpu,
        detail=f"csv.reader, {len(NAMES)} строк у счёта",
    )
    yield Figure("реестр: процессор bulk_create к нашему", per_bill["bulk_create строк"] / per_bill["наш"], at_least=8)
    yield Figure(
        "реестр: то же, начисления одним значением",
        packed.cpu / FEW / per_bill["наш"],
        detail="bulk_create из готовых строк, без чтения файла",
    )
    yield Figure("реестр без изменений к первой загрузке", again.cpu / first.cpu, at_most=0.8)
    yield Figure("реестр: диск к строке на начисление", disk(), at_most=0.4)
    yield Figure(f"реестр: память при {BILLS} к {FEW}", grown, at_most=1.2, detail=f"{grown * memory / 1024:.0f} МБ")


def prepare() -> Provider:
    """The provider and all its accounts."""
    category = ProviderCategory.objects.create(code="bench", title="Коммунальные услуги")
    provider = Provider.objects.create(
        code="bench", category=category, short_name="ЖКУ", account_pattern="[0-9]{10}", issues_bills=True
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO billing_personalaccount (provider_id, number)"
            " SELECT %s, generate_series(%s::bigint, %s::bigint)::text",
            [provider.pk, FIRST_NUMBER, FIRST_NUMBER + BILLS - 1],
        )
        cursor.execute("ANALYZE billing_personalaccount")
    with connection.schema_editor() as editor:
        editor.create_model(Charge)
    return provider


def write(path: Path, bills: int, *, month: int) -> Path:
    """A register in Windows-1251: sums as they come, now and then a volume, a tariff or a recalculation."""
    random, total = Random(bills), 0
    with path.open("w", encoding="cp1251", newline="\r\n") as file:
        head = ["#REGISTER;bills;1", "#PROVIDER;bench", f"#PERIOD;{month:02}.2017", f"#ISSUED;05.{month + 1:02}.2017"]
        file.write("\n".join([*head, ";".join(COLUMNS), ""]))
        for number in range(FIRST_NUMBER, FIRST_NUMBER + bills):
            for place, name in enumerate(NAMES):
                accrued = random.randrange(1_000, 700_000)
                back = -random.randrange(100, 900) if place == 3 else 0
                figures = f"куб.м;{random.randrange(1, 40)},5;{44 + place},04" if place in {1, 2, 3} else ";;"
                total += accrued + back
                file.write(
                    f"{number};{name};{figures};{roubles(accrued)};{roubles(back) if back else ''};"
                    f"{roubles(accrued + back)}\n"
                )
        file.write(f"#TOTAL;{bills};{bills * len(NAMES)};{roubles(total)}\n")
    return path


def roubles(kopecks: int) -> str:
    """With a decimal comma."""
    sign, kopecks = ("-" if kopecks < 0 else ""), abs(kopecks)
    return f"{sign}{kopecks // 100},{kopecks % 100:02}"


def import_one(path: Path) -> None:
    """As the command does."""
    file: BinaryIO
    with path.open("rb") as file:
        register_import.import_register(file=file, file_name=path.name, now=timezone.now())


def raw_copy(path: Path) -> Callable[[], None]:
    """Empties the table of bills; what it returns fills it again with the same rows, by COPY alone."""
    with connection.cursor() as cursor, path.open("wb") as file:
        cursor.copy_expert("COPY (SELECT * FROM billing_bill WHERE period = '2017-06-01') TO STDOUT", file)
        cursor.execute("TRUNCATE billing_bill CASCADE")

    def fill() -> None:
        with connection.cursor() as cursor, path.open("rb") as file:
            cursor.copy_expert("COPY billing_bill FROM STDIN", file, 65_536)

    return fill


def only_split(path: Path) -> None:
    """What any reader in Python has to do before it understands anything."""
    with path.open(encoding="cp1251", newline="") as file:
        for _ in csv.reader(file, delimiter=";"):
            pass


def bulk_create(provider: Provider, *, row_per_charge: bool = False) -> None:
    """The same from parsed rows, as Django offers it: accounts looked up, rows created by the thousand."""
    register = BillRegister.objects.latest("pk")
    accounts = PersonalAccount.objects.filter(provider=provider).order_by("pk")[:FEW]
    stored = Bill.objects.values_list("stored_charges", "total")[:FEW]
    bills = [
        Bill(
            uuid=uuid4(),
            account=account,
            period=register.period + timedelta(days=92 if row_per_charge else 61),
            issued_date=register.issued_date,
            stored_charges=[] if row_per_charge else charges,
            total=total,
            register=register,
        )
        for account, (charges, total) in zip(accounts, stored, strict=True)
    ]
    with transaction.atomic():
        Bill.objects.bulk_create(bills, batch_size=1000)
        if row_per_charge:
            charges = (
                Charge(None, bill.pk, place, *charge)
                for bill, (charges, _) in zip(bills, stored, strict=True)
                for place, charge in enumerate(charges)
            )
            Charge.objects.bulk_create(charges, batch_size=1000)


def disk() -> float:
    """Bytes of a bill with its charges in it, to those of a bill and a row for each charge."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE charge")
        cursor.execute(
            "DELETE FROM billing_bill WHERE id NOT IN (SELECT id FROM billing_bill ORDER BY id LIMIT %s)", [FEW]
        )
        cursor.execute("VACUUM FULL billing_bill")
        cursor.execute(ROW_PER_CHARGE, {"few": FEW})
        cursor.execute("VACUUM FULL plain_bill")
        cursor.execute("SELECT pg_total_relation_size('billing_bill')::float")
        ours = cursor.fetchone()[0]
        cursor.execute("SELECT pg_total_relation_size('plain_bill')::float + pg_total_relation_size('charge')")
        return ours / cursor.fetchone()[0]


def spent_on(deed: Callable[[], object]) -> Spent:
    """What it took, here and in the database's process."""
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    with measured(pid) as spent:
        deed()
    return spent


def peak_memory() -> int:
    """The most that this process has had, in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

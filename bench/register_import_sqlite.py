"""The same import on SQLite, where it has no goal: printed beside executemany of the finished rows.

`BENCH_SQLITE_BILLS` says how many bills of 14 charges (10 000; the issue names 100 000).
"""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

from bench.figures import Figure, measured, size

BILLS = size("BENCH_SQLITE_BILLS", 10_000)
ROOT = Path(__file__).resolve().parent.parent


def measure() -> Iterator[Figure]:
    """In a process of its own, whose database is a file."""
    with tempfile.TemporaryDirectory() as folder:
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "VAR_DIR": folder
        }
        migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0", "--skip-checks"]
        subprocess.run(migrate, cwd=ROOT, env=environment, check=True)
        command = [sys.executable, "-m", "bench.register_import_sqlite"]
        said = subprocess.run(command, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    yield Figure(**json.loads(said.splitlines()[-1]))


def main() -> None:
    """Import, then write the very rows that came of it once more."""
    import django

    django.setup()
    from django.db import connection, transaction

    from bench import register_import
    from billing.models import PersonalAccount, Provider, ProviderCategory

    category = ProviderCategory.objects.create(code="bench", title="Коммунальные услуги")
    provider = Provider.objects.create(
        code="bench", category=category, short_name="ЖКУ", account_pattern="[0-9]{10}", issues_bills=True
    )
    first = register_import.FIRST_NUMBER
    numbers = (str(number) for number in range(first, first + BILLS))
    PersonalAccount.objects.bulk_create([PersonalAccount(provider=provider, number=number) for number in numbers])
    with tempfile.TemporaryDirectory() as folder:
        path = register_import.write(Path(folder) / "register.csv", BILLS, month=6)
        with measured() as imported:
            register_import.import_one(path)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM billing_bill")
        rows = cursor.fetchall()
        cursor.execute("DELETE FROM billing_bill")
        places = ", ".join(["%s"] * len(rows[0]))
        with measured() as written, transaction.atomic():
            cursor.executemany(f"INSERT INTO billing_bill VALUES ({places})", rows)
    detail = f"{BILLS / imported.wall:.0f} счетов в секунду"
    name = f"реестр {BILLS} на SQLite: процессор к executemany"
    print(json.dumps(asdict(Figure(name, imported.cpu / written.cpu, detail=detail))))


if __name__ == "__main__":
    main()

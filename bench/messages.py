"""News of a million bills: the outbox filled by one statement, and emptied beside what Celery alone can do."""

import subprocess
import sys
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db import connection
from redis import Redis

from bench.figures import Figure, size
from bench.noop import noop
from billing import bill_news
from billing.models import Bill, BillRegister
from notifications import bundles
from notifications.models import Message

RECIPIENTS = size("BENCH_RECIPIENTS", 1_000_000)
ROWS, TASKS, SLOW = 6_000, 6_000, 8_000
WORKERS, THREADS, SENDING_TAKES = 2, 20, 0.05
# News live for a week: a fixed day would make them old.
NOW = datetime.now(UTC)
ROOT = Path(__file__).resolve().parent.parent


def measure() -> Iterator[Figure]:
    """Filled and emptied in one run, each beside what it is compared with."""
    settings.QUIET_HOURS = ()
    prepare()
    settle()
    one_by_one = row_by_row()
    filled, took = fill()
    yield Figure(
        "новости: одним запросом к записи по одной",
        filled / took / one_by_one,
        at_least=50,
        detail=f"{filled / took:.0f}/с и {one_by_one:.0f}/с, {filled} сообщений",
    )
    settle()
    bare = celery_alone()
    drained, took = drain("noop", filled)
    yield Figure(
        "новости: отправка к пустым задачам Celery",
        drained / took / bare,
        at_least=50,
        detail=f"{drained / took:.0f}/с и {bare:.0f}/с, обработчиков {WORKERS}",
    )
    requeue(SLOW)
    sent, took = drain("slow", SLOW)
    possible = WORKERS * THREADS / SENDING_TAKES
    yield Figure(
        "новости: отправка по 50 мс к возможному",
        sent / took / possible,
        at_least=0.9,
        detail=f"{sent / took:.0f}/с из {possible:.0f}/с, потоков {WORKERS} × {THREADS}",
    )


def row_by_row() -> float:
    """Messages a second, each created and committed alone."""
    began = time.monotonic()
    for number in range(ROWS):
        Message.objects.create(
            kind="bill_issued", channel="SMS", category=3, address=f"+7999{number:07}", resident_uuid=uuid4(),
            about=number, edition=1, amount=1297024, created_at=NOW, due_at=NOW,
        )  # fmt: skip
    rate = ROWS / (time.monotonic() - began)
    Message.objects.all().delete()
    return rate


def prepare() -> None:
    """A register whose bills are as many as the residents who added their accounts."""
    from tests.billing.make import make_account, make_bill, make_provider, make_register

    provider = make_provider("bench")
    register = make_register(provider, NOW.date().replace(day=1), issued_date=NOW.date(), announced_at=None)
    BillRegister.objects.update(bills=RECIPIENTS)
    account = make_account("pattern", provider)
    pattern = make_bill(account, period=register.period, issued_date=register.issued_date, register=register)
    # UUIDs that rise, as accounts.models.user makes them.
    rising = "(lpad(to_hex(1790000000000 + n), 12, '0') || '7000' || right(gen_random_uuid()::text, 17))::uuid"
    people = f"""
        INSERT INTO accounts_user (uuid, password, phone, first_name, last_name, email, is_active, is_staff,
                                   is_superuser, sessions_version, created_at, surname_key)
        SELECT {rising}, '', '+79' || lpad(n::text, 9, '0'), 'А', 'Б', '', TRUE, FALSE, FALSE, 0, now(), ''
        FROM generate_series(1, %(n)s) n"""
    accounts = """
        INSERT INTO billing_personalaccount (provider_id, number)
        SELECT %(provider)s, lpad(n::text, 10, '0') FROM generate_series(1, %(n)s) n"""
    added = """
        INSERT INTO billing_addedaccount (uuid, resident_id, account_id, title, created_at)
        SELECT gen_random_uuid(), u.id, a.id, 'Центральная 5-1', now() FROM accounts_user u
        JOIN billing_personalaccount a ON a.number = '0' || substr(u.phone, 4)"""
    # As the one that the tests make, for every account.
    columns = [field.column for field in Bill._meta.concrete_fields if not field.primary_key and not field.generated]
    own = {"uuid": "gen_random_uuid()", "account_id": "a.id"}
    bills = f"""
        INSERT INTO billing_bill ({", ".join(columns)})
        SELECT {", ".join(own.get(column, f"b.{column}") for column in columns)}
        FROM billing_personalaccount a, billing_bill b WHERE b.id = {pattern.pk} AND a.id <> b.account_id"""
    values = {"n": RECIPIENTS, "provider": provider.pk}
    with connection.cursor() as cursor:
        for statement in (people, accounts, added, bills):
            cursor.execute(statement, values if "%" in statement else None)


def settle() -> None:
    """What PostgreSQL does in the background after great changes must not stand beside one of two and not the other."""
    with connection.cursor() as cursor:
        for statement in ("VACUUM ANALYZE", "CHECKPOINT"):
            cursor.execute(statement)


def fill() -> tuple[int, float]:
    """Messages, and seconds."""
    began = time.monotonic()
    filled = bill_news.announce_due(now=NOW)
    took = time.monotonic() - began
    assert filled == RECIPIENTS
    assert BillRegister.objects.filter(announced_at=None).count() == 0
    return filled, took


def celery_alone() -> float:
    """Tasks a second that do nothing at all."""
    redis = Redis.from_url(settings.REDIS_URL)
    for _ in range(TASKS):
        noop.apply_async(queue="bench")
    command = ["-m", "celery", "-A", "bench.noop", "worker", "--queues", "bench", "--concurrency", str(WORKERS)]
    worker = subprocess.Popen(
        [sys.executable, *command, "--prefetch-multiplier", "64", "--loglevel", "error"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        while redis.llen("bench") > TASKS * 0.9:
            time.sleep(0.005)
        left, began = redis.llen("bench"), time.monotonic()
        while redis.llen("bench"):
            time.sleep(0.005)
        return left / (time.monotonic() - began)
    finally:
        worker.terminate()
        worker.wait()


def requeue(number: int) -> None:
    """So many wait again."""
    ids = list(Message.objects.order_by("id").values_list("id", flat=True)[:number])
    Message.objects.filter(pk__in=ids).update(state="QUEUED", sent_at=None)
    bundles.tie(after=0)


def drain(sender: str, number: int) -> tuple[int, float]:
    """Messages, and the seconds between the first worker's start and the last one's end."""
    command = [sys.executable, "-m", "bench.drain", sender, str(THREADS), str(SENDING_TAKES)]
    workers = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(WORKERS)]
    spans = [list(map(float, worker.communicate()[0].split())) for worker in workers]
    sent = sum(int(span[0]) for span in spans)
    assert sent == number, f"{sent} of {number}"
    return sent, max(span[2] for span in spans) - min(span[1] for span in spans)

"""Staff lists read one page by key: a million operations cost what ten thousand do (house rule 5)."""

from collections.abc import Iterator
from datetime import UTC, datetime

from django.conf import settings
from django.contrib import admin
from django.db import connection
from django.test import Client, override_settings
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY

from accounts.models import Authenticator, User
from bench.figures import Figure, measured, size
from billing.models import PersonalAccount, Provider, ProviderCategory
from payments.models import FIRST_NUMBER, Payment
from safeguards import journal
from safeguards.models import JournalEntry

FEW = 10_000
BATCH = 10_000
BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = ("created_at", "submitted_at", "succeeded_at", "moved_at")
AT_MOST = 2.0
# The clock of a backend counts hundredths of a second: ten looks at once.
ROUNDS, LOOKS = 5, 10


def measure() -> Iterator[Figure]:
    """First, middle and filtered pages at ten thousand and at many; each beside itself."""
    # No collectstatic here: what is measured is the list.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    override_settings(STORAGES={**settings.STORAGES, "staticfiles": plain}).enable()
    many = size("BENCH_OPERATIONS", 1_000_000)
    account = _account()
    _fill(account, FEW)
    few = {name: _cost(_client(), url) for name, url in _pages(FEW).items()}
    _fill(account, many - FEW)
    # Filling may take longer than a session may idle.
    client = _client()
    lots = {name: _cost(client, url) for name, url in _pages(many).items()}
    for name, cost in lots.items():
        yield Figure(
            f"список операций, {name}: {many} к {FEW}",
            cost / few[name],
            at_most=AT_MOST,
            detail=f"{few[name] * 1000:.1f} и {cost * 1000:.1f} мс",
        )
    yield from _journal(client)


def _journal(client: Client) -> Iterator[Figure]:
    url = reverse("admin:safeguards_journalentry_changelist")
    journal.record(actor=journal.Actor(name="bench"), action=journal.Action.LOOKED, now=BEGAN)
    few = _cost(client, url)
    row = JournalEntry.objects.latest("pk")
    for begin in range(0, size("BENCH_JOURNAL", 100_000), BATCH):
        JournalEntry.objects.bulk_create(
            JournalEntry(
                number=row.number + begin + at + 1, at=BEGAN, action=row.action, previous=row.digest, digest=row.digest
            )
            for at in range(BATCH)
        )
    yield Figure("журнал сотрудников, первая страница: много к одной строке", _cost(client, url) / few, at_most=4)


def _pages(count: int) -> dict[str, str]:
    where = reverse("admin:payments_payment_changelist")
    return {
        "первая": where,
        "из середины": f"{where}?before={count // 2}",
        "нужен сотрудник": f"{where}?queue=attention",
        "по номеру": f"{where}?q={FIRST_NUMBER + count // 2}",
    }


def _cost(client: Client, url: str) -> float:
    """Seconds of processor, ours and the database's: neighbours only ever add, so the cheapest run counts."""
    assert client.get(url).status_code == 200
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (backend,) = cursor.fetchone()
    runs = []
    for _ in range(ROUNDS):
        with measured(backend) as spent:
            for _ in range(LOOKS):
                client.get(url)
        runs.append(spent.cpu / LOOKS)
    return min(runs)


def _fill(account: PersonalAccount, count: int) -> None:
    """One operation as the portal makes it, and copies of it a second apart."""
    first = Payment.objects.create(
        provider=account.provider,
        account=account,
        amount=10_000,
        channel="bench",
        status="SUCCEEDED",
        **dict.fromkeys(MOMENTS, BEGAN),
    )
    kept = [field for field in Payment._meta.concrete_fields if not field.primary_key and not field.generated]
    copied = {field.column: field.column for field in kept}
    copied |= {"uuid": "gen_random_uuid()", **{name: f"{name} + number * interval '1 second'" for name in MOMENTS}}
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO payments_payment ({', '.join(copied)}) SELECT {', '.join(copied.values())}"
            " FROM payments_payment, generate_series(1, %s) number WHERE id = %s",
            [count - 1, first.pk],
        )
        cursor.execute("ANALYZE payments_payment")


def _account() -> PersonalAccount:
    category, _ = ProviderCategory.objects.get_or_create(code="bench", defaults={"title": "bench"})
    provider = Provider.objects.create(
        code="bench", category=category, short_name="bench", full_name="bench", account_example="1234567890"
    )
    return PersonalAccount.objects.create(provider=provider, number="1")


def _client() -> Client:
    user = User.objects.filter(is_superuser=True).first()
    user = user or User.objects.create_superuser(phone="+79000000077", password=None)
    device, _ = Authenticator.objects.get_or_create(user=user, name="bench", confirmed=True)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(user)
    session = client.session
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    assert admin.site.is_registered(Payment)
    return client

"""Staged bills become bills, in a few statements: what they write, what they leave, and what they say of it."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from billing import dues, register_merge, register_staging
from billing.models import Bill, BillRegister, BillVersion, PersonalAccount
from billing.money import Kopecks
from billing.register_contents import AccountBill, Line
from billing.register_merge import Merged
from billing.register_staging import Services, Staging
from tests.billing.make import make_provider
from tests.people import NOW

pytestmark = pytest.mark.django_db
PERIOD, ISSUED = NOW.date().replace(day=1), NOW.date()
FIRST = {"1": 500, "2": 600, "3": 700}


@pytest.fixture
def provider():
    return make_provider()


@pytest.fixture(autouse=True)
def _nothing_left():
    yield
    register_staging.drop()


def stage(provider, sums: dict[str, int], *, service: str = "Отопление") -> int:
    services = Services(provider)
    lines = {number: Line(service, "", "", "", None, None, Kopecks(amount)) for number, amount in sums.items()}
    Staging().fill([AccountBill(number, 1, [line]) for number, line in lines.items()], services)
    services.write()
    return len(sums)


def accepted(provider, *, days: int = 0, period=PERIOD) -> BillRegister:
    return BillRegister.objects.create(
        provider=provider,
        period=period,
        issued_date=ISSUED + timedelta(days=days),
        digest=uuid4().hex,
        bills=0,
        rows=0,
        total=0,
        imported_at=NOW,
    )


def merge(provider, sums: dict[str, int], *, days: int = 0, period=PERIOD, **options) -> Merged:
    stage(provider, sums, **options)
    is_first = not BillRegister.objects.filter(provider=provider, period=period).exists()
    return register_merge.merge(
        register=accepted(provider, days=days, period=period), is_first=is_first, now=NOW + timedelta(days=days)
    )


def bills() -> dict[str, tuple[int, int]]:
    """Version and total of every bill."""
    rows = Bill.objects.values_list("account__number", "version", "total")
    return {number: (version, total) for number, version, total in rows}


def test_the_first_register_of_a_period_makes_accounts_and_bills(provider):
    PersonalAccount.objects.create(provider=provider, number="2")

    done = merge(provider, FIRST)

    assert done == Merged(new_accounts=2, new=3, changed=0, former_total=0, changed_total=0)
    assert bills() == {"1": (1, 500), "2": (1, 600), "3": (1, 700)}
    bill = Bill.objects.earliest("pk")
    assert (bill.period, bill.issued_date, bill.paid, bill.held, bill.carried_into) == (PERIOD, ISSUED, 0, 0, None)


def test_every_bill_has_a_uuid_of_its_own_of_the_usual_kind(provider):
    merge(provider, {str(number): 100 for number in range(50)})

    uuids = list(Bill.objects.values_list("uuid", flat=True))
    assert len(set(uuids)) == 50
    assert {uuid.version for uuid in uuids} == {4}
    assert {uuid.variant for uuid in uuids} == {uuid4().variant}
    assert Bill.objects.get(uuid=uuids[7]).uuid == uuids[7]


def test_a_later_one_changes_what_differs_and_adds_what_is_new(provider):
    merge(provider, FIRST)

    done = merge(provider, {"1": 500, "2": 650, "4": 800}, days=7)

    assert done == Merged(new_accounts=1, new=1, changed=1, former_total=600, changed_total=650)
    assert bills() == {"1": (1, 500), "2": (2, 650), "3": (1, 700), "4": (1, 800)}
    version = BillVersion.objects.get()
    assert (version.bill.account.number, version.version, version.total) == ("2", 1, 600)
    assert (version.issued_date, version.replaced_at) == (ISSUED, NOW + timedelta(days=7))
    assert version.register != version.bill.register


def test_the_same_sum_for_another_service_is_a_change(provider):
    merge(provider, FIRST)

    assert merge(provider, FIRST, days=1, service="Вода").changed == 3


def test_the_same_again_writes_no_bill(provider):
    merge(provider, FIRST)
    before = list(Bill.objects.order_by("pk").values())

    with CaptureQueriesContext(
        connection,
    ) as queries:
        done = merge(provider, FIRST, days=1)

    assert done == Merged(0, 0, 0, 0, 0)
    assert list(Bill.objects.order_by("pk").values()) == before
    assert not [query for query in queries if "UPDATE" in query["sql"] and "billing_bill " in query["sql"]]


def test_other_periods_and_providers_are_not_looked_at(provider):
    merge(provider, FIRST)
    merge(provider, {"1": 1}, period=PERIOD.replace(year=PERIOD.year - 1))
    merge(make_provider("smart-kapremont"), {"1": 2})

    assert sorted(Bill.objects.values_list("account__number", "total")) == [
        ("1", 1),
        ("1", 2),
        ("1", 500),
        ("2", 600),
        ("3", 700),
    ]


def test_the_counters_of_a_changed_bill_stay(provider):
    merge(provider, FIRST)
    bill = Bill.objects.get(account__number="2")
    dues.hold(bill_id=bill.pk, version=1, operation=uuid4(), amount=Kopecks(250), now=NOW)

    merge(provider, {"2": 100}, days=1)

    bill.refresh_from_db()
    assert (bill.version, bill.total, bill.held, bill.paid) == (2, 100, 250, 0)


def test_the_survey_says_the_same_and_writes_nothing(provider):
    merge(provider, FIRST)
    second = {"1": 500, "2": 650, "3": 100, "4": 800, "5": 1}
    number = stage(provider, second)

    with CaptureQueriesContext(connection) as queries:
        foreseen = register_merge.survey(provider=provider, period=PERIOD, bills=number)

    assert not [query for query in queries if query["sql"].lstrip().startswith(("INSERT", "UPDATE", "CREATE"))]
    assert bills() == {"1": (1, 500), "2": (1, 600), "3": (1, 700)}
    assert foreseen == merge(provider, second, days=1)


def test_the_survey_of_a_first_register_finds_all_of_it_new(provider):
    number = stage(provider, FIRST)

    foreseen = register_merge.survey(provider=provider, period=PERIOD, bills=number)

    assert foreseen == Merged(new_accounts=3, new=3, changed=0, former_total=0, changed_total=0)


def test_bills_below_zero_are_sums_as_any(provider):
    merge(provider, {"1": -500})

    done = merge(provider, {"1": -700}, days=1)

    assert (done.former_total, done.changed_total) == (-500, -700)
    assert bills() == {"1": (2, -700)}

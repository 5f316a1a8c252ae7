"""On the way in: what stands in the staging table, and what never stands in memory."""

import json
import tracemalloc
from collections.abc import Iterator

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from billing import register_staging
from billing.models import BillService
from billing.money import Kopecks
from billing.register_contents import AccountBill, Line
from billing.register_staging import CopyFile, Services, ServicesMoved, Staging
from billing.register_text import Malformed, Mistake
from tests.billing.generated import examples
from tests.billing.make import make_provider

pytestmark = pytest.mark.django_db

HEATING, WATER = ("Отопление", ""), ("Вода", "м³")
kopecks = st.integers(-(10**11), 10**11).map(Kopecks)
figures = st.sampled_from(["", "1.5", "0.000000001", "-2"])
named = (st.just("Вода"), st.just("м³"), figures, figures)
charges = st.builds(Line, *named, st.none() | kopecks, st.none() | kopecks, kopecks)


@pytest.fixture
def provider():
    return make_provider()


@pytest.fixture(autouse=True)
def _nothing_left():
    yield
    register_staging.drop()


def line(service: tuple[str, str] = HEATING, amount: int = 500) -> Line:
    return Line(*service, "", "", Kopecks(amount), None, Kopecks(amount))


def bill(number: str, *lines: Line, at: int = 1) -> AccountBill:
    return AccountBill(number, at, list(lines or [line()]))


def staged() -> list[tuple[object, ...]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, line, CAST(charges AS text), total FROM staged_bill ORDER BY line")
        return [(number, at, json.loads(charges), total) for number, at, charges, total in cursor.fetchall()]


@examples(200)
@given(
    st.lists(
        st.builds(
            Line, st.just("Вода"), st.just("м³"), figures, figures, st.none() | kopecks, st.none() | kopecks, kopecks
        ),
        min_size=1,
    )
)
def test_charges_are_written_as_json_dumps_writes_them(lines):
    stored = [[7, one.amount, one.accrued, one.recalculated, one.volume, one.tariff] for one in lines]

    assert AccountBill("1", 1, lines).charges({WATER: 7}) == json.dumps(stored)


def test_bills_stand_in_it_with_their_sums(provider):
    services, staging = Services(provider), Staging()

    staging.fill([bill("1", line(), line(WATER, 6), at=6), bill("2", at=8)], services)

    heating, water = services.ids[HEATING], services.ids[WATER]
    assert staged() == [
        ("1", 6, [[heating, 500, 500, None, "", ""], [water, 6, 6, None, "", ""]], 506),
        ("2", 8, [[heating, 500, 500, None, "", ""]], 500),
    ]
    assert (staging.bills, staging.rows, staging.total) == (2, 3, 1006)


def test_a_service_that_comes_late_is_numbered_on_the_way(provider):
    services, staging = Services(provider), Staging()
    names = [(f"Услуга {number}", "") for number in range(5)]

    staging.fill([bill(str(at), line(name), at=at) for at, name in enumerate(names)], services)

    assert [row[2][0][0] for row in staged()] == [services.ids[name] for name in names]
    assert len(set(services.ids.values())) == 5
    assert not BillService.objects.exists()


def test_services_are_written_under_the_numbers_that_were_reserved(provider):
    known = BillService.objects.create(provider=provider, name="Отопление")
    services = Services(provider)
    services.reserve([HEATING, WATER])

    services.write()

    assert services.ids[HEATING] == known.pk
    assert BillService.objects.get(name="Вода", unit="м³").pk == services.ids[WATER]
    assert BillService.objects.create(provider=provider, name="Газ").pk not in {known.pk, services.ids[WATER]}


@pytest.mark.parametrize("is_ours", [True, False])
def test_services_of_another_import_are_not_written_twice(provider, is_ours):
    """The same name at this provider, or the same number at another one."""
    services = Services(provider)
    services.reserve([HEATING])
    if is_ours:
        BillService.objects.create(provider=provider, name="Отопление")
    else:
        BillService.objects.create(pk=services.ids[HEATING], provider=make_provider("smart-kapremont"), name="Взнос")

    with pytest.raises(ServicesMoved):
        services.write()


def test_what_the_bills_raise_comes_out_and_harms_no_transaction(provider):
    def broken() -> Iterator[AccountBill]:
        yield bill("1")
        raise Malformed([Mistake(7, 1, "", "чепуха")])

    with pytest.raises(Malformed, match="чепуха"):
        Staging().fill(broken(), Services(provider))

    assert [row[0] for row in staged()] == ["1"]


def test_accounts_that_stand_twice_are_named_beside_other_mistakes(provider):
    Staging().fill([bill("1", at=6), bill("2", at=7), bill("1", at=8)], Services(provider))

    with pytest.raises(Malformed) as refusal:
        register_staging.refuse_doubles([Mistake(7, 3, "", "чепуха")])

    assert [mistake.line for mistake in refusal.value.mistakes] == [7, 8]


def test_a_number_cannot_end_a_row_of_copy():
    file = CopyFile([[("a\\tb", 1, "[]", 0)]])

    assert file.read(10) == "a\\\\tb\t1\t[]\t0\n"
    assert file.read(10) == ""


def test_a_second_staging_begins_anew(provider):
    Staging().fill([bill("1")], Services(provider))

    Staging().fill([bill("2")], Services(provider))

    assert [row[0] for row in staged()] == ["2"]


def peak(provider: object, bills: int) -> int:
    """The most memory that staging so many bills took, in bytes."""
    numbers = (bill(str(number), at=number) for number in range(bills))
    tracemalloc.start()
    try:
        Staging().fill(numbers, Services(provider))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_bills_take_the_same_memory(provider):
    peak(provider, 10)

    assert peak(provider, 5_000) < 1.3 * peak(provider, 500) + 200_000

"""The filters of the history against a plain reading of all operations: nothing is lost, doubled or out of order."""

from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from payments import history
from payments.history import Wanted
from payments.models import Payment
from payments.status import Outcome, Status
from tests.billing.make import make_account, make_provider
from tests.payments.operations import make_operation, moscow
from tests.people import ANNAS_PHONE, BORISS_PHONE, make_resident

CHANNELS = ("Смарт Сервис-портал", "ДС Эксплуатация-портал")
CARDS = (("МИР", "7761"), ("VISA", "0551"), ("VISA", "7761"), ("", ""))
FIRST = datetime(2025, 12, 29, 20, 30, tzinfo=timezone.get_fixed_timezone(0))

operations = st.tuples(
    # Hours from the evening of 29.12.2025 in Greenwich: midnight of Moscow and the end of a year are in between.
    st.integers(0, 96),
    st.sampled_from(Status),
    st.sampled_from(CARDS),
    st.sampled_from(CHANNELS),
    st.booleans(),
    st.booleans(),
)
days = st.one_of(st.none(), st.dates(date(2025, 12, 28), date(2026, 1, 4)))
wanted = st.builds(
    Wanted,
    start=days,
    end=days,
    method=st.sampled_from(["", *(f"{brand}-{last_four}" for brand, last_four in CARDS)]),
    outcome=st.sampled_from(["", *Outcome.values]),
    channel=st.sampled_from(["", *CHANNELS]),
)


def fits(payment: Payment, wanted: Wanted) -> bool:
    """The filters, read as a person reads them."""
    assert payment.submitted_at
    day = timezone.localdate(payment.submitted_at)
    return (
        (wanted.start is None or day >= wanted.start)
        and (wanted.end is None or day <= wanted.end)
        and wanted.method in {"", f"{payment.card_brand}-{payment.card_last_four}"}
        and (not wanted.outcome or Outcome(wanted.outcome).label == payment.public_status)
        and wanted.channel in {"", payment.channel}
        and wanted.provider in {"", str(payment.provider_id)}
    )


def leaf_through(resident, wanted, *, reach):
    """The numbers on every page, first by page numbers, then by places."""
    overview = history.overview(resident=resident)
    words = {"resident": resident, "wanted": wanted, "providers": dict(overview.providers)}
    found = history.page(**words, number="1")
    seen = [row.number for row in found.operations]
    for number in range(2, found.page.paginator.num_pages + 1):
        found = history.page(**words, number=str(number))
        seen += [row.number for row in found.operations]
    assert len(seen) <= reach
    while found.older:
        found = history.page(**words, after=found.older)
        seen += [row.number for row in found.operations]
    return seen


class TheHistoryIsWhole(TestCase):
    """Whatever happened when, and whatever is asked for."""

    @settings(max_examples=40)
    @given(st.lists(operations, max_size=14), wanted, st.sampled_from([2, 3, 5]), st.sampled_from([2, 4, 9]))
    def test_every_page_together_is_what_was_asked_for(self, made, asked, on_a_page, reach):
        anna, boris = make_resident(ANNAS_PHONE), make_resident(BORISS_PHONE, email="boris@example.com")
        other = make_account(provider=make_provider("mts", short_name="МТС"))
        for hours, status, (brand, last_four), channel, is_other, is_boriss in made:
            make_operation(
                boris if is_boriss else anna,
                other if is_other else None,
                at=FIRST + timedelta(hours=hours),
                status=status,
                card_brand=brand,
                card_last_four=last_four,
                channel=channel,
            )
        expected = [payment.number for payment in newest_first(anna) if fits(payment, asked)]

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(history, "ON_A_PAGE", on_a_page)
            patch.setattr(history, "WITHIN_REACH", reach)
            seen = leaf_through(anna, asked, reach=reach)

        assert seen == expected


def newest_first(resident):
    return sorted(Payment.objects.filter(resident=resident), key=lambda one: (one.submitted_at, one.pk), reverse=True)


def test_each_operation_is_in_exactly_one_day(anna):
    for second in range(0, 86_400, 7_013):
        make_operation(anna, at=moscow("2025-12-31 00:00:00") + timedelta(seconds=second))
    make_operation(anna, at=moscow("2025-12-31 23:59:59.999999"))
    make_operation(anna, at=moscow("2026-01-01 00:00:00"))

    found = {
        day: Payment.objects.filter(Wanted(start=day, end=day).condition()).count()
        for day in (date(2025, 12, 30), date(2025, 12, 31), date(2026, 1, 1))
    }

    assert found == {date(2025, 12, 30): 0, date(2025, 12, 31): 14, date(2026, 1, 1): 1}


def test_the_place_in_an_address_is_exact_to_the_microsecond(anna, monkeypatch):
    monkeypatch.setattr(history, "ON_A_PAGE", 1)
    monkeypatch.setattr(history, "WITHIN_REACH", 1)
    at = moscow("2026-01-01 00:00:00.000001")
    for micros in (2, 1, 0):
        make_operation(anna, at=at + timedelta(microseconds=micros))

    seen = leaf_through(anna, Wanted(), reach=1)

    numbers = [payment.submitted_at for payment in newest_first(anna)]
    assert all(newer - older == timedelta(microseconds=1) for newer, older in pairwise(numbers))
    assert seen == [payment.number for payment in newest_first(anna)]


def test_the_choices_are_his_own(anna, boris):
    make_operation(anna)
    make_operation(boris, make_account(provider=make_provider("mts", short_name="МТС")), card_last_four="0000")

    overview = history.overview(resident=anna)

    assert overview.methods == [("МИР-7761", "МИР (***7761)")]
    assert [word for _, word in overview.providers] == ["Смарт Сервис (ЖКУ)"]
    assert overview.channels == [("Смарт Сервис-портал", "Смарт Сервис-портал")]

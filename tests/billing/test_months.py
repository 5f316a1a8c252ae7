"""Months in words."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import months

JUNE = date(2017, 6, 1)


def test_a_month_is_named_with_its_year():
    assert months.name(JUNE) == "июнь 2017"
    assert months.short(JUNE) == "июн"


@pytest.mark.parametrize(
    "month, words",
    [
        (date(2017, 1, 1), "в январе"),
        (date(2017, 3, 1), "в марте"),
        (date(2017, 5, 1), "в мае"),
        (date(2017, 8, 1), "в августе"),
        (date(2016, 6, 1), "в июне 2016 года"),
        (date(2018, 12, 1), "в декабре 2018 года"),
    ],
)
def test_within_a_month_is_said_with_the_year_only_when_it_is_another(month, words):
    assert months.within(month, seen_from=JUNE) == words


@pytest.mark.parametrize(
    "back, expected",
    [(0, date(2017, 6, 1)), (1, date(2017, 5, 1)), (6, date(2016, 12, 1)), (12, date(2016, 6, 1))],
)
def test_so_many_months_before(back, expected):
    assert months.before(JUNE, months=back) == expected


@given(st.dates(min_value=date(1900, 1, 1)), st.integers(0, 600))
def test_steps_of_one_month_lead_where_one_leap_does(day, back):
    month = day.replace(day=1)
    stepped = month
    for _ in range(back):
        stepped = months.before(stepped)

    assert stepped == months.before(month, months=back)

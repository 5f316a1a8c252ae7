"""Limits: exactly so many places, a window that opens with the first, and keys that name nobody."""

from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from safeguards import throttle
from safeguards.models import Throttle
from safeguards.throttle import Limit
from tests.clock import NOW

THREE_AN_HOUR = Limit("test.three", 3, timedelta(hours=1))
MINUTE = timedelta(minutes=1)


@pytest.mark.django_db
def test_it_gives_exactly_as_many_places_as_the_limit_has():
    taken = [throttle.take(THREE_AN_HOUR, "key", NOW) for _ in range(5)]

    assert taken == [True, True, True, False, False]
    assert throttle.used(THREE_AN_HOUR, "key", NOW) == 3


@pytest.mark.django_db
def test_it_counts_each_key_and_each_scope_apart():
    other = Limit("test.other", 3, timedelta(hours=1))
    for _ in range(3):
        throttle.take(THREE_AN_HOUR, "key", NOW)

    assert throttle.take(THREE_AN_HOUR, "another key", NOW)
    assert throttle.take(other, "key", NOW)


@pytest.mark.django_db
def test_it_opens_a_new_window_when_the_period_is_over_and_not_before():
    for _ in range(3):
        throttle.take(THREE_AN_HOUR, "key", NOW)

    assert not throttle.take(THREE_AN_HOUR, "key", NOW + 60 * MINUTE - timedelta(microseconds=1))
    assert throttle.take(THREE_AN_HOUR, "key", NOW + 60 * MINUTE)
    assert throttle.used(THREE_AN_HOUR, "key", NOW + 60 * MINUTE) == 1


@pytest.mark.django_db
def test_a_place_given_back_may_be_taken_again():
    for _ in range(3):
        throttle.take(THREE_AN_HOUR, "key", NOW)

    throttle.give_back(THREE_AN_HOUR, "key", NOW)

    assert throttle.take(THREE_AN_HOUR, "key", NOW)
    assert not throttle.take(THREE_AN_HOUR, "key", NOW)


@pytest.mark.django_db
def test_a_place_of_a_former_window_is_not_given_back_to_the_new_one():
    throttle.take(THREE_AN_HOUR, "key", NOW)
    later = NOW + 61 * MINUTE
    throttle.take(THREE_AN_HOUR, "key", later)

    throttle.give_back(THREE_AN_HOUR, "key", NOW)

    assert throttle.used(THREE_AN_HOUR, "key", later) == 1


@pytest.mark.django_db
def test_it_never_has_fewer_than_no_places_taken():
    throttle.take(THREE_AN_HOUR, "key", NOW)

    for _ in range(3):
        throttle.give_back(THREE_AN_HOUR, "key", NOW)

    assert throttle.used(THREE_AN_HOUR, "key", NOW) == 0


@pytest.mark.django_db
def test_a_window_that_was_emptied_opens_anew_with_its_next_place():
    throttle.take(THREE_AN_HOUR, "key", NOW)
    throttle.give_back(THREE_AN_HOUR, "key", NOW)

    throttle.take(THREE_AN_HOUR, "key", NOW + 30 * MINUTE)

    assert throttle.used(THREE_AN_HOUR, "key", NOW + 70 * MINUTE) == 1


@pytest.mark.django_db
def test_it_tells_how_long_to_wait_only_when_all_places_are_taken():
    throttle.take(THREE_AN_HOUR, "key", NOW)
    free = throttle.retry_after(THREE_AN_HOUR, "key", NOW)
    throttle.take(THREE_AN_HOUR, "key", NOW)
    throttle.take(THREE_AN_HOUR, "key", NOW)

    assert free == timedelta()
    assert throttle.retry_after(THREE_AN_HOUR, "key", NOW + 20 * MINUTE) == 40 * MINUTE
    assert throttle.retry_after(THREE_AN_HOUR, "key", NOW + 60 * MINUTE) == timedelta()


@pytest.mark.django_db
def test_its_rows_do_not_tell_whom_they_count():
    throttle.take(THREE_AN_HOUR, "+79161234567", NOW)

    assert "9161234567" not in str(Throttle.objects.values_list())


@pytest.mark.django_db
def test_the_same_key_is_another_row_under_another_secret_key(settings):
    throttle.take(THREE_AN_HOUR, "key", NOW)
    settings.SECRET_KEY = "another"

    assert throttle.used(THREE_AN_HOUR, "key", NOW) == 0


@pytest.mark.django_db(transaction=True)
def test_it_refuses_to_be_taken_inside_a_transaction_which_could_hand_it_back():
    with transaction.atomic(), pytest.raises(RuntimeError, match="durable"):
        throttle.take(THREE_AN_HOUR, "key", NOW)


@pytest.mark.django_db
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(st.integers(min_value=0, max_value=40), max_size=25), times=st.integers(min_value=1, max_value=4))
def test_no_window_ever_holds_more_than_its_places(steps, times):
    limit = Limit("test.property", times, 30 * MINUTE)
    Throttle.objects.all().delete()
    now, opened, count = NOW, None, 0
    for step in steps:
        now += step * MINUTE
        if opened is None or now - opened >= limit.period:
            opened, count = now, 0

        taken = throttle.take(limit, "key", now)

        assert taken == (count < times)
        count += taken

"""Several limits at once: a place of each, or of none; and how long until there is one."""

from datetime import timedelta

import pytest

from safeguards import throttle
from safeguards.throttle import Limit
from tests.people import NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NARROW, WIDE = Limit("narrow", 1, HOUR), Limit("wide", 5, DAY)
PLACES = [(WIDE, "site"), (NARROW, "anna")]


def used():
    return throttle.used(WIDE, "site", NOW), throttle.used(NARROW, "anna", NOW)


def test_it_takes_one_of_each():
    assert throttle.take_all(PLACES, NOW) == timedelta()

    assert used() == (1, 1)


def test_where_one_is_full_none_is_taken_and_it_says_how_long():
    throttle.take_all(PLACES, NOW)

    assert throttle.take_all(PLACES, NOW + timedelta(minutes=10)) == timedelta(minutes=50)
    assert used() == (1, 1)


def test_what_comes_before_the_full_one_is_given_back():
    throttle.take(NARROW, "anna", NOW)

    for _ in range(10):
        assert throttle.take_all(PLACES, NOW)

    assert used() == (0, 1)


def test_a_new_window_has_room_again():
    throttle.take_all(PLACES, NOW)

    assert throttle.take_all(PLACES, NOW + HOUR) == timedelta()


def test_no_places_are_no_limit():
    assert throttle.take_all([], NOW) == timedelta()


def test_another_key_has_places_of_its_own():
    throttle.take_all(PLACES, NOW)

    assert throttle.take_all([(WIDE, "site"), (NARROW, "boris")], NOW) == timedelta()
    assert throttle.used(WIDE, "site", NOW) == 2


def test_of_twenty_at_once_as_many_pass_as_the_narrowest_allows_and_nothing_leaks():
    passed = at_once(20, lambda _: not throttle.take_all(PLACES, NOW))

    assert sum(passed) == 1
    assert used() == (1, 1)


def test_saboteur_places_that_are_not_given_back_are_lost(monkeypatch):
    monkeypatch.setattr(throttle, "give_back", lambda *_: None)
    throttle.take(NARROW, "anna", NOW)

    for _ in range(5):
        throttle.take_all(PLACES, NOW)

    assert used() == (5, 1)

"""However many take a place at once, no more get one than there are; the naive way shows that the race is real."""

from datetime import timedelta

import pytest

from safeguards import throttle
from safeguards.models import Throttle
from safeguards.throttle import Limit
from tests.clock import NOW
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
FIVE_AN_HOUR = Limit("test.race", 5, timedelta(hours=1))


def take_by_reading_first(limit, key, now):
    """The saboteur: read, compare, save."""
    row_key = throttle._hmac(limit, key)
    row = Throttle.objects.filter(scope=limit.scope, key=row_key).first()
    if row is None:
        Throttle.objects.bulk_create([Throttle(scope=limit.scope, key=row_key, opened_at=now)], ignore_conflicts=True)
        row = Throttle.objects.get(scope=limit.scope, key=row_key)
    if row.used >= limit.times:
        return False
    row.used += 1
    row.save()
    return True


def test_forty_at_once_get_five_places():
    taken = at_once(40, lambda _: throttle.take(FIVE_AN_HOUR, "key", NOW))

    assert sum(taken) == 5
    assert throttle.used(FIVE_AN_HOUR, "key", NOW) == 5


def test_forty_at_once_get_five_places_of_a_window_that_is_over():
    throttle.take(FIVE_AN_HOUR, "key", NOW - timedelta(hours=2))

    taken = at_once(40, lambda _: throttle.take(FIVE_AN_HOUR, "key", NOW))

    assert sum(taken) == 5


def test_saboteur_reading_before_writing_lets_more_through():
    for _ in range(5):
        Throttle.objects.all().delete()
        taken = at_once(40, lambda _: take_by_reading_first(FIVE_AN_HOUR, "key", NOW))
        if sum(taken) > 5:
            return

    pytest.fail("five races of forty found no way through: they prove nothing")


def test_places_taken_and_given_back_at_once_leave_none_taken():
    def take_and_give_back(_):
        if throttle.take(FIVE_AN_HOUR, "key", NOW):
            throttle.give_back(FIVE_AN_HOUR, "key", NOW)

    at_once(20, take_and_give_back)

    assert throttle.used(FIVE_AN_HOUR, "key", NOW) == 0

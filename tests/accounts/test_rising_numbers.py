"""UUIDs of people by RFC 9562, 5.7: in the order of their coming, and not to be guessed."""

import uuid

from accounts.models import user
from accounts.models.user import uuid7


def test_it_is_a_uuid_of_the_seventh_version():
    number = uuid7()

    assert (number.version, number.variant) == (7, uuid.RFC_4122)


def test_the_later_the_greater(monkeypatch):
    moments = [1_645_557_742_000, 1_645_557_742_001, 1_799_999_999_999]
    numbers = []
    for moment in moments:
        monkeypatch.setattr(user.time, "time_ns", lambda moment=moment: moment * 1_000_000)
        numbers.append(uuid7())

    assert numbers == sorted(numbers)
    # The moment of the example in the standard.
    assert str(numbers[0]).startswith("017f22e2-79b0-7")


def test_of_one_millisecond_no_two_are_alike(monkeypatch):
    monkeypatch.setattr(user.time, "time_ns", lambda: 1_645_557_742_000_000_000)

    assert len({uuid7() for _ in range(10_000)}) == 10_000

"""Waits in words: rounded up, in the greatest unit that still says enough."""

from datetime import timedelta

import pytest

from accounts import durations


@pytest.mark.parametrize(
    "seconds, words",
    [
        (0, "1 секунду"),
        (0.2, "1 секунду"),
        (1, "1 секунду"),
        (2, "2 секунды"),
        (5, "5 секунд"),
        (21, "21 секунду"),
        (59.5, "60 секунд"),
        (60, "60 секунд"),
        (61, "2 минуты"),
        (1800, "30 минут"),
        (1799.1, "30 минут"),
        (3600, "60 минут"),
        (3601, "2 часа"),
        (39600, "11 часов"),
        (75600, "21 час"),
        (86400, "24 часа"),
    ],
)
def test_it_says_a_wait_in_words(seconds, words):
    assert durations.in_words(timedelta(seconds=seconds)) == words

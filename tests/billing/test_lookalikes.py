"""Letters that look the same in both alphabets."""

import pytest

from billing import lookalikes


@pytest.mark.parametrize("typed", ["20МВ875415-07", "20MB875415-07", "20mв 875415-07", " 20Мb875415-07\u00a0"])
def test_a_number_of_the_state_system_is_the_same_in_either_alphabet(typed):
    assert lookalikes.folded(typed) == "20MB875415-07"


def test_letters_without_a_twin_stay():
    assert lookalikes.folded("жщ-ёБ") == "ЖЩ-EБ"

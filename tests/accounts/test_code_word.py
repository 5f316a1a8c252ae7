"""The code word as the contact centre hears it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts import code_word
from accounts.models import User

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "said", ["Ёлка зелёная", "ёлка зелёная", "ЕЛКА ЗЕЛЕНАЯ", " елка  зеленая ", "елказеленая", "Е\u0308лка зелёная"]
)
def test_case_yo_and_spaces_do_not_matter(anna, said):
    anna.code_word = "Ёлка зелёная"

    assert code_word.is_right(resident=anna, said=said)


@pytest.mark.parametrize("said", ["", " ", "Ёлка", "Ёлка зелёная!", "Елка зеленый", "Ромашка"])
def test_another_word_is_not_the_word(anna, said):
    anna.code_word = "Ёлка зелёная"

    assert not code_word.is_right(resident=anna, said=said)


@pytest.mark.parametrize("kept", [None, "", "  "])
def test_without_a_word_nothing_is_right(anna, kept):
    anna.code_word = kept

    assert not code_word.is_right(resident=anna, said="")
    assert not code_word.is_right(resident=anna, said="Ромашка")


def test_й_stays_й(anna):
    anna.code_word = "Чайка"

    assert not code_word.is_right(resident=anna, said="Чаика")
    assert code_word.is_right(resident=anna, said="чаи\u0306ка")


def test_words_of_any_length_are_compared_as_digests_of_one_length(anna, monkeypatch):
    compared: list[tuple[str, str]] = []
    monkeypatch.setattr(code_word, "constant_time_compare", lambda a, b: compared.append((a, b)) or a == b)

    for said in ("Р", "Ромашка", "Ромашка" * 20):
        code_word.is_right(resident=anna, said=said)

    assert {len(text) for pair in compared for text in pair} == {64}


@given(st.text(max_size=60))
def test_folding_twice_is_folding_once(word):
    assert code_word.folded(code_word.folded(word)) == code_word.folded(word)


def test_the_word_is_read_from_the_database(anna):
    assert code_word.is_right(resident=User.objects.get(pk=anna.pk), said="ромашка")

"""The encoding of a file without a word that is known to stand in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing import register_encoding
from tests.billing.generated import examples

OLD = ("cp1251", "koi8-r", "cp866")
ROWS = {
    "names": "1234567890;Иванов Иван Иванович;Москва, ул. Центральная, д. 5, кв. 1;0617;12970,24\n",
    "capitals": "1234567890;ИВАНОВ ИВАН ИВАНОВИЧ;МОСКВА, УЛ. ЦЕНТРАЛЬНАЯ, Д. 5, КВ. 1;0617;12970,24\n",
    "small": "1234567890;петрова мария;ул. ленина, 8;5,00\n",
    "yo": "1234567890;Фёдорова Алёна Артёмовна;посёлок Берёзовый;5,00\n",
    "rare": "1234567890;Щукин Юрий Эдуардович;Южное шоссе, 3;5,00\n",
}
NAMES = (
    "Иванов",
    "ПЕТРОВА",
    "Сидоренко",
    "Ольга",
    "МАРИЯ",
    "Николаевич",
    "Юлия",
    "Хабибуллин",
    "Цой",
    "Жанна",
    "Шубин",
)


@pytest.mark.parametrize("encoding", [*OLD, "utf-8", "utf-8-sig"])
@pytest.mark.parametrize("text", ROWS.values(), ids=ROWS)
def test_a_few_words_of_russian_are_enough(text, encoding):
    assert register_encoding.of(text.encode(encoding)) == encoding.removesuffix("-sig")


@examples(100)
@given(st.lists(st.sampled_from(NAMES), min_size=3, max_size=40), st.sampled_from(OLD))
def test_any_handful_of_names_is_told(words, encoding):
    assert register_encoding.of(" ".join(words).encode(encoding)) == encoding


def test_a_known_word_decides_whatever_else_stands_there():
    assert register_encoding.of("Ђџ Лицевой љљљљ".encode("cp1251"), known_word="Лицевой") == "cp1251"


def test_without_a_letter_it_is_utf_8():
    assert register_encoding.of(b"1;2;3\n") == "utf-8"


def test_one_broken_byte_does_not_turn_utf_8_into_another_alphabet():
    data = (ROWS["names"] * 5).encode()

    assert register_encoding.of(data[:40] + b"\xff" + data[40:]) == "utf-8"


def test_a_letter_cut_at_the_end_of_the_sample_does_no_harm(monkeypatch):
    data = ROWS["names"].encode()
    for size in range(20, 60):
        monkeypatch.setattr(register_encoding, "SAMPLE", size)
        assert register_encoding.of(data) == "utf-8"

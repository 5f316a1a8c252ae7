"""Which words of a bill are explained."""

import re

import pytest

from billing import glossary


@pytest.mark.parametrize(
    "name, words",
    [
        ("Горячее водоснабжение на ИП", ["ИП"]),
        ("Подогрев воды для нужд ГВС на ИП", ["ИП", "ГВС"]),
        ("Электроснабжение на ОДН", ["ОДН"]),
        ("ХВС на СОИ", ["ОДН", "ХВС"]),
        ("Взнос на капитальный ремонт", ["Капремонт"]),
        ("КАПРЕМОНТ", ["Капремонт"]),
        ("Кап. ремонт", ["Капремонт"]),
        ("Обращение с ТКО", ["ТКО"]),
        ("Водоотведение на ИП", ["ИП", "Водоотведение"]),
        ("Электроснабжение по тарифу 2", ["Тариф 1, 2, 3"]),
        ("Отопление", []),
        ("Типография", []),
        ("Текущий ремонт", []),
    ],
)
def test_a_word_is_found_as_a_word(name, words):
    assert [term.word for term in glossary.of([name])] == words


def test_a_word_is_explained_once_however_often_it_stands():
    assert [term.word for term in glossary.of(["ХВС на ИП", "ГВС на ИП"])] == ["ИП", "ГВС", "ХВС"]


def test_every_meaning_is_one_plain_sentence_or_two():
    for term in glossary.TERMS:
        assert re.compile(term.pattern)
        assert not term.meaning.endswith(".")
        assert len(term.meaning) < 120


def test_a_name_is_cut_where_words_are_explained():
    cut = glossary.parts("Подогрев воды для нужд ГВС на ИП, руб.")

    assert [part.text for part in cut] == ["Подогрев воды для нужд ", "ГВС", " на ", "ИП", ", руб."]
    assert [part.term.word for part in cut if part.term] == ["ГВС", "ИП"]


@pytest.mark.parametrize("name", ["Отопление", "ОДН", "<b>ОДН</b>", "ХВС на СОИ", "Капремонт ИП ОДН по тарифу 3"])
def test_nothing_of_a_name_is_lost(name):
    assert "".join(part.text for part in glossary.parts(name)) == name


def test_every_term_has_a_key_of_its_own():
    assert len({term.key for term in glossary.TERMS}) == len(glossary.TERMS)

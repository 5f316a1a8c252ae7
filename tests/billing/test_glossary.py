"""Which words of a bill are explained; the words themselves are the editors'."""

import pytest
from django.core.exceptions import ValidationError

from billing import glossary
from billing.models import Term

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "name, words",
    [
        ("Горячее водоснабжение на ИП", ["ИП"]),
        ("Подогрев воды для нужд ГВС на ИП", ["ИП", "ГВС"]),
        ("Электроснабжение на ОДН", ["ОДН"]),
        ("ХВС на СОИ", ["ОДН", "ХВС"]),
        ("Взнос на капитальный ремонт", ["Капремонт"]),
        ("Взносы на капитального  ремонта", ["Капремонт"]),
        ("КАПРЕМОНТ", ["Капремонт"]),
        ("Кап. ремонт", ["Капремонт"]),
        ("Кап.ремонт", ["Капремонт"]),
        ("Обращение с ТКО", ["ТКО"]),
        ("Водоотведение на ИП", ["ИП", "Водоотведение"]),
        ("Электроснабжение по тарифу 2", ["Тариф 1, 2, 3"]),
        ("Отопление", []),
        ("Типография", []),
        ("Текущий ремонт", []),
    ],
)
def test_a_word_is_found_as_a_word(name, words):
    assert [term.word for term in glossary.of([name], glossary.terms())] == words


def test_a_word_is_explained_once_however_often_it_stands():
    found = glossary.of(["ХВС на ИП", "ГВС на ИП"], glossary.terms())

    assert [term.word for term in found] == ["ИП", "ГВС", "ХВС"]


def test_every_meaning_we_begin_with_is_one_plain_sentence_or_two():
    for term in glossary.terms():
        term.full_clean()
        assert not term.meaning.endswith(".")
        assert len(term.meaning) < 120


def test_a_name_is_cut_where_words_are_explained():
    cut = glossary.parts("Подогрев воды для нужд ГВС на ИП, руб.", glossary.terms())

    assert [part.text for part in cut] == ["Подогрев воды для нужд ", "ГВС", " на ", "ИП", ", руб."]
    assert [part.term.word for part in cut if part.term] == ["ГВС", "ИП"]


@pytest.mark.parametrize("name", ["Отопление", "ОДН", "<b>ОДН</b>", "ХВС на СОИ", "Капремонт ИП ОДН по тарифу 3"])
def test_nothing_of_a_name_is_lost(name):
    assert "".join(part.text for part in glossary.parts(name, glossary.terms())) == name


def test_every_term_has_a_key_of_its_own():
    keys = [term.key for term in glossary.terms()]

    assert keys
    assert len(set(keys)) == len(keys)


def test_a_spelling_is_taken_as_it_stands_and_never_as_a_pattern():
    term = Term(word="С", meaning="скобка", spellings="а.б(в)+")

    assert term.pattern.search("вода а.б(в)+ свет")
    assert not term.pattern.search("вода аxбв свет")


@pytest.mark.parametrize("spellings", ["*", "а", "ОДН, *", "к*п ремонт", "кап** ремонт", " , "])
def test_a_spelling_that_would_explain_everything_is_refused_at_its_field(spellings):
    with pytest.raises(ValidationError) as refusal:
        Term(word="Слово", meaning="значение", spellings=spellings).full_clean()

    assert list(refusal.value.message_dict) == ["spellings"]

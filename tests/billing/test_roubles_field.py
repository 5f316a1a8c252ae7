"""The field of a sum: roubles typed, kopecks given to the rule, words that help."""

import pytest
from django import forms

from billing.forms import RoublesField


class Form(forms.Form):
    amount = RoublesField(label="Сумма к оплате, руб.")


@pytest.mark.parametrize("text", ["12970.24", "12970,24", "12 970,24", "12\u00a0970,24", " 12970,24 "])
def test_it_takes_a_sum_as_people_type_it(text):
    form = Form({"amount": text})

    assert form.is_valid()
    assert form.cleaned_data["amount"] == 1297024


@pytest.mark.parametrize("text", ["много", "1_000", "NaN", "1E5", "١٢", "-5", "1,234.56"])
def test_it_says_how_to_type_a_sum(text):
    form = Form({"amount": text})

    assert not form.is_valid()
    assert form.errors["amount"] == ["Введите сумму цифрами, копейки после точки или запятой. Пример: 1234.00"]


@pytest.mark.parametrize("text", ["12.345", "100,999", "1,0000"])
def test_it_says_that_kopecks_are_two_digits(text):
    assert Form({"amount": text}).errors["amount"] == [
        "После запятой не больше двух цифр, это копейки. Пример: 1234.00"
    ]


@pytest.mark.parametrize("text", ["0", "0,00"])
def test_it_wants_more_than_nothing(text):
    form = Form({"amount": text})

    assert form.errors["amount"] == ["Сумма должна быть больше нуля"]


def test_it_must_be_filled_in_unless_told_otherwise():
    class Optional(forms.Form):
        amount = RoublesField(required=False)

    assert "amount" in Form({"amount": ""}).errors
    assert Optional({"amount": ""}).is_valid()


def test_it_keeps_what_was_typed_beside_the_message():
    form = Form({"amount": "много"})

    assert 'value="много"' in str(form["amount"])
    assert 'inputmode="decimal"' in str(form["amount"])


def test_it_has_the_hint_of_the_manual():
    assert Form().fields["amount"].help_text == "Пример: 1234.00"

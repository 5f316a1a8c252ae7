"""The form of a typed sum: whatever is typed is exactly those kopecks or a message, and what was told comes back."""

import re
from decimal import Decimal
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import plain_roubles
from payments.any_payment import Told
from payments.sum_form import SumForm

SUMS = st.integers(1, 10**12)


def typed(amount: str, **hidden: object) -> SumForm:
    return SumForm({"amount": amount, "form_key": str(uuid4()), **hidden})


@given(SUMS, st.sampled_from([".", ","]), st.sampled_from([" ", "\u00a0", "\u202f", ""]))
def test_every_way_of_writing_a_sum_is_the_same_kopecks(kopecks, point, space):
    text = plain_roubles(kopecks).replace("\u00a0", space).replace(",", point)
    form = typed(text)

    assert form.is_valid(), form.errors
    assert form.cleaned_data["amount"] == kopecks


@given(st.text(max_size=30) | st.from_regex(r"[0-9 .,eE+_-]{1,15}", fullmatch=True))
def test_any_other_text_is_a_message_or_plainly_that_sum(text):
    form = typed(text)

    if form.is_valid():
        plain = re.sub(r"[\s\u00a0\u202f\u2009]", "", text).replace(",", ".")
        assert re.fullmatch(r"[0-9]+(\.[0-9]{1,2})?", plain)
        assert form.cleaned_data["amount"] == Decimal(plain) * 100
    else:
        assert re.search("[а-я]", form.errors["amount"][0])


@pytest.mark.parametrize("text", ["1_000", "1E5", "١٢", "+5", "1.2.3", "0b1", "½", "5 00", "1 2345", "1,234.50"])
def test_what_python_would_take_for_a_number_is_not_taken(text):
    assert not typed(text).is_valid()


@given(SUMS, st.integers(1, 10**6))
def test_what_was_told_comes_back_as_it_went(due, version):
    shown = SumForm.of(Told(due, version), amount="").initial
    back = typed(shown["amount"], due=shown["due"], version=shown["version"])

    assert back.is_valid()
    assert back.told == Told(due, version)
    assert back.cleaned_data["amount"] == due


def test_what_he_typed_before_stands_above_what_is_due():
    assert SumForm.of(Told(100, 1), amount="5,00").initial["amount"] == "5,00"


@pytest.mark.parametrize("hidden", [{}, {"due": "100"}, {"version": "1"}, {"due": "", "version": ""}])
def test_half_of_what_was_told_is_nothing(hidden):
    form = typed("1,00", **hidden)

    assert form.is_valid()
    assert form.told is None


@pytest.mark.parametrize("hidden", [{"due": "x", "version": "1"}, {"due": "1e3", "version": "1"}])
def test_hidden_nonsense_is_refused(hidden):
    assert not typed("1,00", **hidden).is_valid()


def test_every_form_has_a_key_of_its_own():
    keys = {SumForm.of(None, amount="").initial["form_key"] for _ in range(100)}

    assert len(keys) == 100

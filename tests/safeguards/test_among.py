"""A choice of thousands of values is one parameter, whatever stands in them."""

import pytest
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from notifications.models import BlacklistedAddress
from safeguards.among import Among

pytestmark = pytest.mark.django_db
# Text that both databases keep.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)


def keep(address):
    return BlacklistedAddress.objects.create(channel="EMAIL", address=address, reason="x").pk


def found(field, values):
    return set(BlacklistedAddress.objects.filter(Among(F(field), values)).values_list("pk", flat=True))


def test_those_that_are_named_are_found_and_no_others():
    first, second, third = map(keep, ("a@example.com", "b@example.com", "c@example.com"))

    assert found("pk", [first, third, 10**15]) == {first, third}
    assert found("address", {"b@example.com", "d@example.com"}) == {second}


@pytest.mark.parametrize("field", ["pk", "address"])
def test_nobody_is_named_and_nobody_found(field):
    keep("a@example.com")

    assert found(field, []) == set()


@pytest.mark.parametrize("text", ["", '"', "\\", "{", "}", ",", "NULL", "'", '\\"', "%s", "ё\n\t"])
def test_signs_of_the_writing_are_signs_of_the_text(text):
    pk = keep(text)

    assert found("address", ["a", text]) == {pk}
    assert found("address", ["a", text + "b", "b" + text]) == set()


@given(st.lists(TEXTS, unique=True, min_size=1, max_size=5))
def test_whatever_the_texts_are_each_is_found_by_itself(texts):
    BlacklistedAddress.objects.all().delete()
    keys = {text: keep(text) for text in texts}

    assert found("address", texts) == set(keys.values())
    assert found("address", texts[:1]) == {keys[texts[0]]}


def test_thousands_are_one_parameter(django_assert_num_queries):
    pk = keep("a@example.com")

    with django_assert_num_queries(1):
        assert found("pk", range(pk, pk + 50_000)) == {pk}

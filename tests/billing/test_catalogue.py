"""The catalogue behind its pages: blocks, and whose number a phone may be; what the database refuses of a provider."""

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import NumberRange
from billing import catalogue
from billing.models import FeeRule, Provider
from tests.billing.make import make_category, make_provider

pytestmark = pytest.mark.django_db


def test_every_category_is_headed_in_its_order_with_one_question(django_assert_num_queries):
    mobile = make_category("mobile", "Мобильная связь")
    make_provider("mts", short_name="МТС", category=mobile, account_kind="MOBILE", position=3)
    make_provider("water", short_name="Водоканал", position=2)
    make_provider("zhku", short_name="ЖКУ", position=1)
    make_provider("gas", short_name="Горгаз", is_featured=False)

    with django_assert_num_queries(1):
        blocks = catalogue.blocks()

    assert [(block.title, [one.short_name for one in block.providers]) for block in blocks] == [
        ("Коммунальные услуги", ["ЖКУ", "Водоканал"]),
        ("Мобильная связь", ["МТС"]),
    ]
    assert [block.takes_phones for block in blocks] == [False, True]
    assert [block.all_url for block in blocks] == ["/providers/?category=utilities", ""]


@pytest.mark.parametrize(
    "operator, code", [("МТС", "mts"), ("МегаФон", "megafon"), ("Tele2", "tele2"), ("Т", None), ("Йота", None)]
)
def test_an_operator_is_known_by_whole_words_of_its_names(operator, code):
    NumberRange.objects.create(first=9160000000, last=9169999999, operator=operator)
    for name, short_name in {"mts": "МТС", "megafon": "Мегафон", "tele2": "Теле2 (TELE2)"}.items():
        make_provider(name, short_name=short_name, full_name=short_name, account_kind="MOBILE")

    found = catalogue.operator_of("+79161234567", catalogue.mobile_operators())

    assert (found.code if found else None) == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"fee_basis_points": 10_001},
        {"fee_minimum": -1},
        {"fee_minimum": 2, "fee_maximum": 1},
        {"payment_minimum": -1},
        {"payment_minimum": 2, "payment_limit": 1},
    ],
)
def test_the_database_refuses_fees_and_limits_that_contradict_themselves(wrong):
    make_provider()

    with pytest.raises(IntegrityError), transaction.atomic():
        Provider.objects.update(**wrong)


@pytest.mark.parametrize("wrong", [{"basis_points": 10_001}, {"minimum": 2, "maximum": 1}, {"minimum": -1}])
def test_so_it_does_of_a_methods_own_fee(wrong):
    with pytest.raises(IntegrityError), transaction.atomic():
        FeeRule.objects.create(provider=make_provider(), method=FeeRule.Method.AUTOPAY, **wrong)


@pytest.mark.parametrize(
    "wrong, field",
    [
        ({"account_pattern": "[0-9"}, "account_pattern"),
        ({"account_pattern": "(?u)[0-9]+"}, "account_pattern"),
        ({"account_pattern": "[0-9]{99999999999999999999}"}, "account_pattern"),
        ({"account_pattern": "(" * 90 + "1" + ")" * 90}, "account_example"),
        ({"account_example": "12"}, "account_example"),
    ],
)
def test_staff_are_told_of_a_pattern_that_is_none_and_of_an_example_that_does_not_fit(wrong, field):
    provider = make_provider(**wrong)

    with pytest.raises(ValidationError) as refusal:
        provider.full_clean()

    assert set(refusal.value.message_dict) == {field}

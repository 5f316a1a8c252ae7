"""The plain words for a declined payment."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.acquirer import reasons, words


@pytest.mark.parametrize(
    ("code", "part"),
    [
        *[(code, "недостаточно средств") for code in ("103", "116", "1051")],
        ("1082", "CVV/CVC"),
        *[(code, "Срок действия карты истёк") for code in ("252", "1033", "1054")],
        *[(code, "роверка 3-D Secure не пройдена или отменена") for code in ("101", "2014")],
        *[(code, "не поддерживает проверку 3-D Secure") for code in ("106", "507")],
        *[(code, "отклонил операцию") for code in ("99", "1005", "1008")],
        *[(code, "номер карты") for code in ("508", "642", "1015")],
        *[(code, "Превышен лимит") for code in ("1013", "1061")],
        ("603", "Слишком много попыток"),
        ("1041", "утеряна"),
        ("77", "иностранных"),
        ("1091", "технические работы"),
    ],
)
def test_it_says_why_in_plain_words(code, part):
    assert part in reasons.of(code)


# Said of what happened alone, it leaves the payer to guess: every reason names the next step.
NEXT_STEP = re.compile("Попробуйте|возьмите|Возьмите|Обратитесь|обратитесь|Проверьте|Введите|введите|есть в")


def test_far_more_than_forty_codes_say_what_to_do():
    assert len(reasons._REASONS) >= 100
    assert [reason for reason in reasons._REASONS.values() if not NEXT_STEP.search(reason)] == []


def test_no_code_has_two_reasons():
    listed = [code for codes in reasons._CODES.values() for code in codes.split()]

    assert sorted(listed) == sorted(set(listed))


@pytest.mark.parametrize(
    ("code", "part"), [("107", "Новая карта"), ("510", "уже привязана"), ("502", "привязать"), ("330", "Возврат")]
)
def test_a_kept_card_and_a_refund_have_their_own_words(code, part):
    assert part in reasons.of(code)


@pytest.mark.parametrize("code", ["204", "213", "501", "1126", "3017"])
def test_a_fault_of_our_own_blames_no_card(code):
    assert reasons.of(code) == reasons.NOT_NOW


@pytest.mark.parametrize("code", ["", "0", "4242", "что-то"])
def test_an_unknown_code_says_no_more_than_is_known(code):
    assert reasons.of(code) == reasons.UNKNOWN


@given(st.one_of(st.text(max_size=8), st.sampled_from(sorted(words.REFUSALS))))
def test_it_always_says_something_fit_to_read(code):
    said = reasons.of(code)

    assert re.fullmatch("[А-ЯЁ].+\\.", said)
    assert not re.search("деньги|списан|ErrorCode", said, re.IGNORECASE)


def test_every_refusal_that_a_card_can_cause_has_a_reason_of_its_own():
    assert [code for code in sorted(words.BAD_CARD) if reasons.of(code) == reasons.UNKNOWN] == []

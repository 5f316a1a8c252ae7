"""What the bank's statuses and codes mean: the table of the house, word for word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.acquirer import words
from payments.acquirer.base import Word

TABLE = {
    "NEW": Word.NEW,
    "FORM_SHOWED": Word.FORM_SHOWED,
    "AUTHORIZING": Word.PENDING,
    "3DS_CHECKING": Word.CHECKING_3DS,
    "3DS_CHECKED": Word.CHECKED_3DS,
    "AUTHORIZED": Word.PENDING,
    "PAY_CHECKING": Word.PENDING,
    "CONFIRMING": Word.PENDING,
    "CONFIRM_CHECKING": Word.PENDING,
    "CONFIRMED": Word.CONFIRMED,
    "REVERSING": Word.PENDING,
    "PARTIAL_REVERSED": Word.PARTLY_REFUNDED,
    "REVERSED": Word.REFUNDED,
    "REFUNDING": Word.PENDING,
    "ASYNC_REFUNDING": Word.PENDING,
    "PARTIAL_REFUNDED": Word.PARTLY_REFUNDED,
    "REFUNDED": Word.REFUNDED,
    "CANCELED": Word.EXPIRED,
    "DEADLINE_EXPIRED": Word.EXPIRED,
    "ATTEMPTS_EXPIRED": Word.DECLINED,
    "REJECTED": Word.DECLINED,
    "AUTH_FAIL": Word.DECLINED,
    "UNKNOWN": Word.PENDING,
    "RECEIPT": Word.PENDING,
    "": Word.PENDING,
}
# Each of these leaves open what the bank did: none may ever end a payment as declined.
OPEN_CODES = [
    *("0", "3", "4", "5", "8", "11", "14", "20", "21", "54", "55", "99", "100", "102", "109", "110", "111", "119"),
    *("120", "123", "125", "255", "335", "401", "402", "505", "512", "513", "515", "623", "650", "903", "914", "999"),
    *("1017", "1018", "1030", "1034", "1085", "1089", "1091", "1096", "2200", "7999", "9001", "9999", "12345", ""),
]
REFUSALS = [
    *("2", "12", "204", "205", "202", "208", "212", "213", "218", "219", "221", "234", "238", "239", "240", "243"),
    *("244", "251", "252", "501", "106", "107", "507", "508", "642", "600", "1014", "1015", "1033", "1126", "2014"),
]


@pytest.mark.parametrize(("status", "word"), TABLE.items())
def test_each_status_has_its_word(status, word):
    assert words.word(status) is word


@given(st.text())
def test_a_status_of_tomorrow_moves_nothing(status):
    assert words.word(status) is TABLE.get(status, Word.PENDING)


def test_every_word_but_pending_comes_from_some_status():
    assert set(words.WORDS.values()) == set(Word) - {Word.PENDING}


@pytest.mark.parametrize("code", OPEN_CODES)
def test_a_code_that_leaves_it_open_is_no_refusal(code):
    assert code not in words.REFUSALS


@pytest.mark.parametrize("code", REFUSALS)
def test_a_fault_of_request_terminal_or_card_is_a_refusal(code):
    assert code in words.REFUSALS

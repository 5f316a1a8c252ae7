"""Notifications: only the bank's own are believed, about payments and about nothing else."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payments.acquirer import token
from payments.acquirer.base import Forged, Word
from payments.acquirer.tbank import TBank
from tests.payments.acquirer.recorder import AMOUNT, BANK_ID, ORDER_ID, PASSWORD, TERMINAL
from tests.payments.acquirer.test_token import NOTIFICATION, NOTIFICATION_TOKEN
from tests.payments.acquirer.test_words import TABLE

STATUSES = [status for status in TABLE if status]


@pytest.fixture(scope="module")
def bank() -> TBank:
    """Reading needs no connection."""
    return TBank(url="http://127.0.0.1:9/v2/", terminal=TERMINAL, password=PASSWORD)


def notified(**changes):
    """The fields of a notification about our payment."""
    usual = {
        "TerminalKey": TERMINAL,
        "OrderId": ORDER_ID,
        "Success": True,
        "Status": "CONFIRMED",
        "PaymentId": int(BANK_ID),
        "ErrorCode": "0",
        "Amount": AMOUNT,
        "CardId": 10452089,
        "Pan": "220077******7761",
        "ExpDate": "1239",
        "Data": {"Route": "ACQ"},
    }
    return {name: value for name, value in (usual | changes).items() if value is not None}


def signed(fields, password=PASSWORD):
    return json.dumps({**fields, "Token": token.of(fields, password=password)}).encode()


def test_it_reads_the_banks_own(bank):
    answer = bank.read_notification(signed(notified()))

    assert (answer.word, answer.raw_status, answer.error_code) == (Word.CONFIRMED, "CONFIRMED", "0")
    assert (answer.bank_id, answer.order_id, answer.amount) == (BANK_ID, ORDER_ID, AMOUNT)
    assert answer.card_mask == "220077******7761"


def test_it_reads_the_one_that_the_bank_publishes():
    published = TBank(url="http://127.0.0.1:9/v2/", terminal="1321054611234DEMO", password="Dfsfh56dgKl")

    answer = published.read_notification(json.dumps({**NOTIFICATION, "Token": NOTIFICATION_TOKEN}).encode())

    assert (answer.raw_status, answer.word, answer.amount) == ("AUTHORIZED", Word.PENDING, 9855)
    assert (answer.bank_id, answer.order_id) == ("8742591", "201709")


@pytest.mark.parametrize("status", STATUSES)
def test_each_status_is_our_word(bank, status):
    assert bank.read_notification(signed(notified(Status=status))).word is TABLE[status]


def test_a_decline_comes_with_its_reason(bank):
    answer = bank.read_notification(signed(notified(Status="REJECTED", Success=False, ErrorCode="1051")))

    assert (answer.word, answer.error_code) == (Word.DECLINED, "1051")


@pytest.mark.parametrize("status", ["CONFIRMED", "REFUNDED", "PARTIAL_REFUNDED"])
def test_good_news_with_an_error_moves_nothing(bank, status):
    answer = bank.read_notification(signed(notified(Status=status, Success=False, ErrorCode="8")))

    assert answer.word is Word.PENDING


@pytest.mark.parametrize("pan", ["2200770239097761", "", "****", 12, None, "220077******77610000"])
def test_a_number_that_is_not_masked_is_not_kept(bank, pan):
    assert bank.read_notification(signed(notified(Pan=pan))).card_mask == ""


@pytest.mark.parametrize(
    "other",
    [
        {"Status": "RECEIPT", "FiscalNumber": 1, "ShiftNumber": 2, "Type": "IncomeReturn"},
        {"RequestKey": "1", "NotificationType": "LINKACCOUNT", "Status": "ACTIVE", "OrderId": None, "PaymentId": None},
    ],
)
def test_a_notification_of_another_kind_moves_nothing(bank, other):
    assert bank.read_notification(signed(notified(**other))).word == Word.PENDING.value


@pytest.mark.parametrize("name", ["TerminalKey", "OrderId", "PaymentId", "Status", "Amount", "Success", "ErrorCode"])
def test_one_that_lacks_a_field_is_refused(bank, name):
    with pytest.raises(Forged):
        bank.read_notification(signed(notified(**{name: None})))


@pytest.mark.parametrize(
    "changes",
    [{"TerminalKey": "Another"}, {"TerminalKey": 1}, {"Amount": "1"}, {"Amount": -1}, {"Status": 1}, {"Success": 1}],
)
def test_one_of_another_terminal_or_shape_is_refused(bank, changes):
    with pytest.raises(Forged):
        bank.read_notification(signed(notified(**changes)))


def test_one_signed_with_another_password_is_refused(bank):
    with pytest.raises(Forged):
        bank.read_notification(signed(notified(), password="guessed"))


@pytest.mark.parametrize("claimed", ["", None, [], 1, "0" * 64])
def test_one_without_a_right_token_is_refused(bank, claimed):
    with pytest.raises(Forged):
        bank.read_notification(json.dumps({**notified(), "Token": claimed}).encode())


def test_a_field_sent_twice_is_refused(bank):
    honest = signed(notified(Amount=1)).decode()

    with pytest.raises(Forged):
        bank.read_notification(honest.replace('"Amount": 1,', f'"Amount": {AMOUNT}, "Amount": 1,').encode())


def test_a_refusal_tells_nothing_of_what_was_sent(bank):
    with pytest.raises(Forged) as refusal:
        bank.read_notification(json.dumps({**notified(), "Token": "deadbeef"}).encode())

    assert str(refusal.value) == ""


@given(body=st.binary(max_size=200))
def test_any_bytes_are_refused(bank, body):
    with pytest.raises(Forged):
        bank.read_notification(body)


@given(data=st.data())
def test_any_changed_byte_is_refused_or_moves_no_money(bank, data):
    """The bank signs values in the order of their names, not the names: a misspelt «Pan» still has a right token."""
    honest = signed(notified())
    at = data.draw(st.integers(0, len(honest) - 1))
    byte = data.draw(st.integers(0, 255))
    body = honest[:at] + bytes([byte]) + honest[at + 1 :]

    try:
        answer = bank.read_notification(body)
    except Forged:
        return

    said = bank.read_notification(honest)
    # A misspelt «CardId» is a card that we do not hear of, never another card.
    assert answer.card_id in {"", said.card_id}
    assert replace(answer, card_mask="", card_id="", message="") == replace(said, card_mask="", card_id="")


@given(
    fields=st.dictionaries(
        st.sampled_from([*notified(), "RequestKey", "Extra"]),
        st.recursive(
            st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=30)),
            lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
            max_leaves=4,
        ),
    )
)
def test_signed_nonsense_never_breaks_the_reader(bank, fields):
    """A holder of the password can be wrong too: an answer or Forged, no third thing."""
    try:
        read = json.loads(json.dumps({**notified(), **fields}), parse_float=str, parse_constant=str)
        body = signed({**read, "TerminalKey": TERMINAL})
    except ValueError:
        return

    try:
        answer = bank.read_notification(body)
    except Forged:
        return

    assert answer.word in set(Word)

"""Customers, bindings, kept cards, refunds and charges: what the bank's answers about them mean."""

import json

import pytest

from payments.acquirer import token, words
from payments.acquirer.base import BindingWord, Challenge, Forged, KeptCard, NoAnswer, Word
from tests.payments.acquirer.calls import (
    RETURN_URL,
    add_customer,
    bind_card,
    capture,
    charge,
    knows_customer,
    list_cards,
    query_binding,
    refund,
    remove_card,
    remove_customer,
    start_binding,
)
from tests.payments.acquirer.recorder import (
    BANK_ID,
    CARD_ID,
    CUSTOMER,
    PASSWORD,
    REBILL_ID,
    REQUEST_KEY,
    TERMINAL,
    failed,
    sound,
)

OWN = {"TerminalKey": TERMINAL, "CustomerKey": CUSTOMER, "Success": True, "ErrorCode": "0"}
BOUND = {**OWN, "RequestKey": REQUEST_KEY, "Status": "COMPLETED", "CardId": CARD_ID, "RebillId": REBILL_ID}
CARD = {
    "CardId": CARD_ID,
    "Pan": "220138******0047",
    "Status": "A",
    "RebillId": REBILL_ID,
    "CardType": 0,
    "ExpDate": "1138",
}


def listed(*cards):
    return json.dumps(cards).encode()


# --- customers --------------------------------------------------------------------------------------------------------
def test_a_customer_is_added(bank, recorder):
    recorder.answers["AddCustomer"] = OWN

    assert add_customer(bank) is None


@pytest.mark.parametrize("answer", [failed("9999"), {**OWN, "CustomerKey": "another"}])
def test_what_is_said_of_another_customer_is_no_answer(bank, recorder, answer):
    recorder.answers["AddCustomer"] = answer

    with pytest.raises(NoAnswer):
        add_customer(bank)


@pytest.mark.parametrize(("answer", "known"), [(OWN, True), (failed("7"), False), (failed("503"), False)])
def test_a_customer_is_known_or_not(bank, recorder, answer, known):
    recorder.answers["GetCustomer"] = answer

    assert knows_customer(bank) is known


@pytest.mark.parametrize("answer", [OWN, failed("7")])
def test_a_customer_who_is_gone_is_gone(bank, recorder, answer):
    recorder.answers["RemoveCustomer"] = answer

    remove_customer(bank)


# --- kept cards -------------------------------------------------------------------------------------------------------
def test_the_cards_are_listed(bank, recorder):
    recorder.answers["GetCardList"] = listed(CARD, {**CARD, "CardId": "70000016", "Status": "D", "RebillId": ""})

    first, second = list_cards(bank)

    assert first == KeptCard(
        card_id=CARD_ID, mask="220138******0047", expiry="1138", is_active=True, rebill_id=REBILL_ID
    )
    assert (second.is_active, second.rebill_id) == (False, "")


def test_what_charges_a_card_stands_in_no_text(bank, recorder):
    recorder.answers["GetCardList"] = listed(CARD)

    assert REBILL_ID not in repr(list_cards(bank))


@pytest.mark.parametrize("answer", [listed(), failed("7"), failed("503")])
def test_no_cards_are_no_cards(bank, recorder, answer):
    recorder.answers["GetCardList"] = answer

    assert list_cards(bank) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"Pan": "2200770239097761"},
        {"Pan": None},
        {"CardId": ""},
        {"CardId": "1 or 1=1"},
        {"Status": "X"},
        {"ExpDate": "1338"},
        {"RebillId": "12;34"},
    ],
)
def test_a_list_with_a_card_that_cannot_be_is_no_answer(bank, recorder, changes):
    recorder.answers["GetCardList"] = listed(CARD, CARD | changes)

    with pytest.raises(NoAnswer):
        list_cards(bank)


@pytest.mark.parametrize("answer", [failed("9999"), listed("a card"), {"Success": True}])
def test_what_is_no_list_is_no_answer(bank, recorder, answer):
    recorder.answers["GetCardList"] = answer

    with pytest.raises(NoAnswer):
        list_cards(bank)


def test_a_list_where_an_object_should_be_is_no_answer(bank, recorder):
    recorder.answers["GetCustomer"] = listed(OWN)

    with pytest.raises(NoAnswer):
        knows_customer(bank)


@pytest.mark.parametrize(
    "answer", [{**OWN, "CardId": CARD_ID, "CardType": 0, "Status": "D"}, failed("231"), failed("7")]
)
def test_a_card_that_is_gone_is_gone(bank, recorder, answer):
    recorder.answers["RemoveCard"] = answer

    remove_card(bank)


@pytest.mark.parametrize("answer", [failed("3"), {**OWN, "CardId": "70000016"}])
def test_a_card_of_which_nothing_is_known_is_not_gone(bank, recorder, answer):
    recorder.answers["RemoveCard"] = answer

    with pytest.raises(NoAnswer):
        remove_card(bank)


# --- bindings ---------------------------------------------------------------------------------------------------------
def test_a_binding_opens(bank, recorder):
    page = "https://securepay.tinkoff.ru/new/abc"
    recorder.answers["AddCard"] = {**OWN, "RequestKey": REQUEST_KEY, "PaymentId": int(BANK_ID), "PaymentURL": page}

    opened = start_binding(bank)

    assert (opened.word, opened.request_key, opened.bank_id) == (BindingWord.PENDING, REQUEST_KEY, BANK_ID)
    assert (opened.page_url, opened.refused) == (page, False)


@pytest.mark.parametrize("code", ["7", "500", "503", "204"])
def test_a_binding_may_be_refused(bank, recorder, code):
    recorder.answers["AddCard"] = failed(code)

    assert (start_binding(bank).refused, start_binding(bank).error_code) == (True, code)


@pytest.mark.parametrize("missing", ["RequestKey", "PaymentId"])
def test_half_a_binding_is_no_answer(bank, recorder, missing):
    recorder.answers["AddCard"] = {**OWN, "RequestKey": REQUEST_KEY, "PaymentId": int(BANK_ID), missing: None}

    with pytest.raises(NoAnswer):
        start_binding(bank)


def test_a_card_is_bound_at_once(bank, recorder):
    recorder.answers["AttachCard"] = BOUND

    bound = bind_card(bank)

    assert (bound.word, bound.card_id, bound.challenge) == (BindingWord.COMPLETED, CARD_ID, None)


def test_a_binding_may_want_the_issuers_page(bank, recorder):
    page = {"ACSUrl": "https://acs.bank.example/pareq", "MD": "12345", "PaReq": "eJxVUl1T"}
    recorder.answers["AttachCard"] = {**BOUND, "Status": "THREE_DS_CHECKING", "CardId": None, **page}

    bound = bind_card(bank)

    assert bound.word is BindingWord.CHALLENGED
    assert bound.challenge == Challenge(
        url="https://acs.bank.example/pareq", fields={"MD": "12345", "PaReq": "eJxVUl1T", "TermUrl": RETURN_URL}
    )


@pytest.mark.parametrize("code", ["510", "1082", "1033", "507", "642", "381"])
def test_a_card_may_be_refused(bank, recorder, code):
    recorder.answers["AttachCard"] = failed(code)

    assert (bind_card(bank).refused, bind_card(bank).error_code) == (True, code)


def test_a_rejected_binding_says_why(bank, recorder):
    recorder.answers["AttachCard"] = {
        **BOUND,
        "Success": False,
        "ErrorCode": "1051",
        "Status": "REJECTED",
        "CardId": None,
    }

    bound = bind_card(bank)

    assert (bound.word, bound.refused, bound.error_code) == (BindingWord.REJECTED, False, "1051")


@pytest.mark.parametrize(
    "answer", [failed("9999"), failed("505"), {**BOUND, "RequestKey": "another"}, {**BOUND, "Status": None}]
)
def test_what_says_nothing_of_the_binding_is_no_answer(bank, recorder, answer):
    recorder.answers["AttachCard"] = answer

    with pytest.raises(NoAnswer):
        bind_card(bank)


@pytest.mark.parametrize(
    ("status", "word"),
    [
        ("NEW", BindingWord.PENDING),
        ("FORM_SHOWED", BindingWord.PENDING),
        ("THREE_DS_CHECKING", BindingWord.CHALLENGED),
        ("THREE_DS_CHECKED", BindingWord.PENDING),
        ("AUTHORIZING", BindingWord.PENDING),
        ("AUTHORIZED", BindingWord.PENDING),
        ("COMPLETED", BindingWord.COMPLETED),
        ("REJECTED", BindingWord.REJECTED),
        ("TOMORROW", BindingWord.PENDING),
    ],
)
def test_each_state_of_a_binding_has_its_word(bank, recorder, status, word):
    # The description lets GetAddCardState leave the error code out.
    recorder.answers["GetAddCardState"] = {**BOUND, "Status": status, "ErrorCode": None}

    assert query_binding(bank).word is word


def test_a_notification_tells_of_a_binding(bank):
    body = {**BOUND, "PaymentId": int(BANK_ID), "Pan": "220138******0047", "ExpDate": "1138"}
    body["Token"] = token.of(body, password=PASSWORD)

    told = bank.read_notification(json.dumps(body).encode())

    assert (told.word, told.request_key, told.card_id) == (BindingWord.COMPLETED, REQUEST_KEY, CARD_ID)


def test_a_forged_binding_is_not_believed(bank):
    with pytest.raises(Forged):
        bank.read_notification(json.dumps({**BOUND, "Token": "0" * 64}).encode())


# --- money ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(("status", "word"), [("PARTIAL_REFUNDED", Word.PARTLY_REFUNDED), ("REFUNDED", Word.REFUNDED)])
def test_a_refund_says_what_is_left(bank, recorder, status, word):
    recorder.answers["Cancel"] = sound(Status=status, Amount=None, OriginalAmount=1_297_024, NewAmount=1_267_024)

    answer = refund(bank)

    assert (answer.word, answer.left, answer.refused) == (word, 1_267_024, False)


@pytest.mark.parametrize("code", sorted(words.REFUND_REFUSALS & {"4", "8", "255", "330", "251"}))
def test_a_refund_may_be_refused_for_certain(bank, recorder, code):
    recorder.answers["Cancel"] = failed(code, Status="CONFIRMED", PaymentId=BANK_ID)

    answer = refund(bank)

    assert (answer.refused, answer.error_code, answer.word) == (True, code, Word.PENDING)


@pytest.mark.parametrize("answer", [failed("9999"), failed("402"), sound(Status="REFUNDED", NewAmount=None)])
def test_a_refund_of_which_nothing_is_known_is_no_answer(bank, recorder, answer):
    recorder.answers["Cancel"] = answer

    with pytest.raises(NoAnswer):
        refund(bank)


@pytest.mark.parametrize("call", [charge, capture])
def test_a_charge_takes_the_money_or_is_declined(bank, recorder, call):
    for method in ("Charge", "Confirm"):
        recorder.answers[method] = sound(Status="CONFIRMED")
    assert call(bank).word is Word.CONFIRMED

    for method in ("Charge", "Confirm"):
        recorder.answers[method] = failed("1051", Status="REJECTED", PaymentId=BANK_ID)
    assert (call(bank).word, call(bank).error_code) == (Word.DECLINED, "1051")


@pytest.mark.parametrize("code", ["104", "1126", "9999", "8"])
def test_an_error_of_a_charge_is_never_a_no(bank, recorder, code):
    recorder.answers["Charge"] = failed(code)

    with pytest.raises(NoAnswer):
        charge(bank)

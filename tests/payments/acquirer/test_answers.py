"""How the bank's answers are told apart: what moves a payment, what refuses, and what says nothing."""

from decimal import Decimal

import pytest

from payments.acquirer.base import Challenge, NoAnswer, Word
from tests.payments.acquirer.calls import (
    CALLS,
    ORDER,
    RETURN_URL,
    STATES,
    VERSION_2,
    authorise,
    check_card,
    find,
    query,
    start,
)
from tests.payments.acquirer.recorder import AMOUNT, BANK_ID, ORDER_ID, TERMINAL, failed, sound
from tests.payments.acquirer.test_words import OPEN_CODES, TABLE

CARD_CHECK = {"Success": True, "ErrorCode": "0", "PaymentSystem": "mir", "Version": "2.1.0"}
PAGE = {
    "TdsServerTransId": "d7171a06-7159-4bdd-891a-a560fe9938d2",
    "AcsTransId": "e176d5d3-2f19-40f5-8234-46d3464e0b08",
    "ACSUrl": "https://acs.bank.example/creq",
}
STATUSES = [status for status in TABLE if status]
GOOD_NEWS = ["CONFIRMED", "REFUNDED", "REVERSED", "PARTIAL_REFUNDED", "PARTIAL_REVERSED"]


# --- Init -----------------------------------------------------------------------------------------------------------
def test_it_opens_an_order(bank, recorder):
    recorder.answers["Init"] = sound(Message="OK")

    answer = start(bank)

    assert (answer.word, answer.refused) == (Word.NEW, False)
    assert (answer.bank_id, answer.order_id, answer.amount) == (BANK_ID, ORDER_ID, AMOUNT)
    assert (answer.raw_status, answer.error_code, answer.message) == ("NEW", "0", "OK")


@pytest.mark.parametrize("code", ["204", "213", "251", "501"])
def test_a_definite_error_of_init_is_a_refusal(bank, recorder, code):
    recorder.answers["Init"] = failed(code)

    answer = start(bank)

    assert (answer.refused, answer.error_code, answer.bank_id) == (True, code, "")


@pytest.mark.parametrize("method", ["Init", "Check3dsVersion"])
@pytest.mark.parametrize("code", [code for code in OPEN_CODES if code not in {"0", ""}])
def test_an_open_error_is_no_refusal(bank, recorder, method, code):
    recorder.answers[method] = failed(code)

    with pytest.raises(NoAnswer, match=f"{method}: error {code}"):
        CALLS[method](bank)


@pytest.mark.parametrize(
    "changes",
    [
        {"OrderId": "0b5f5d0e-6f6e-4d0f-9a4e-3f3f6f1c2a11"},
        {"Amount": AMOUNT + 1},
        {"Amount": str(AMOUNT)},
        {"TerminalKey": TERMINAL + "2"},
        {"PaymentId": None},
        {"PaymentId": ""},
        {"PaymentId": "7" * 21},
        {"PaymentId": "1 or 1=1"},
        {"Status": None},
        {"Amount": None},
        {"OrderId": None},
        {"TerminalKey": None},
    ],
)
def test_an_order_that_is_not_ours_is_no_answer(bank, recorder, changes):
    recorder.answers["Init"] = sound(**changes)

    with pytest.raises(NoAnswer):
        start(bank)


def test_a_sum_may_be_written_with_a_point(bank, recorder):
    recorder.answers["Init"] = (
        b'{"TerminalKey": "%s", "OrderId": "%s", "Amount": %d.0, "PaymentId": %s, "Status": "NEW",'
        b' "Success": true, "ErrorCode": "0"}' % (TERMINAL.encode(), ORDER_ID.encode(), AMOUNT, BANK_ID.encode())
    )

    answer = start(bank)

    assert (answer.amount, type(answer.amount), answer.bank_id) == (ORDER.amount, int, BANK_ID)


# --- Check3dsVersion ------------------------------------------------------------------------------------------------
def test_it_learns_the_cards_3d_secure(bank, recorder):
    recorder.answers["Check3dsVersion"] = {
        **CARD_CHECK,
        "TdsServerTransID": VERSION_2.transaction_id,
        "ThreeDSMethodURL": "https://acs.vendorcert.mirconnect.ru/ds/6300",
        "Message": "None",
    }

    answer = check_card(bank)

    assert (answer.word, answer.refused, answer.message) == (Word.PENDING, False, "")
    assert answer.three_ds.version == "2.1.0"
    assert answer.three_ds.transaction_id == VERSION_2.transaction_id
    assert answer.three_ds.method_url == "https://acs.vendorcert.mirconnect.ru/ds/6300"


def test_a_card_without_3d_secure_goes_on(bank, recorder):
    recorder.answers["Check3dsVersion"] = {**CARD_CHECK, "Version": "1.0.0"}

    assert check_card(bank).three_ds.method_url == ""


@pytest.mark.parametrize("code", ["106", "107", "218", "244", "508", "642", "1054"])
def test_a_card_that_cannot_pay_is_refused(bank, recorder, code):
    recorder.answers["Check3dsVersion"] = failed(code)

    answer = check_card(bank)

    assert (answer.refused, answer.error_code, answer.three_ds) == (True, code, None)


@pytest.mark.parametrize("status", ["REJECTED", "AUTH_FAIL", "DEADLINE_EXPIRED"])
def test_a_final_failure_at_the_card_check_is_a_refusal_whatever_its_code(bank, recorder, status):
    recorder.answers["Check3dsVersion"] = failed("4242", Status=status, PaymentId=BANK_ID)

    assert check_card(bank).refused


@pytest.mark.parametrize("changes", [{"Version": None}, {"Version": "два"}, {"PaymentId": "1"}, {"TerminalKey": "X"}])
def test_a_card_check_of_another_shape_is_no_answer(bank, recorder, changes):
    recorder.answers["Check3dsVersion"] = {**CARD_CHECK, **changes}

    with pytest.raises(NoAnswer):
        check_card(bank)


# --- states ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("method", STATES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_sound_status_is_our_word(bank, recorder, method, status):
    recorder.answers[method] = sound(Status=status)

    answer = STATES[method](bank)

    assert (answer.word, answer.raw_status, answer.refused) == (TABLE[status], status, False)
    assert (answer.bank_id, answer.order_id, answer.amount) == (BANK_ID, ORDER_ID, AMOUNT)


@pytest.mark.parametrize("method", STATES)
@pytest.mark.parametrize("status", ["REJECTED", "AUTH_FAIL", "ATTEMPTS_EXPIRED", "CANCELED", "DEADLINE_EXPIRED"])
def test_a_final_failure_comes_with_its_code(bank, recorder, method, status):
    recorder.answers[method] = failed("1051", Status=status, PaymentId=BANK_ID, OrderId=ORDER_ID, Amount=AMOUNT)

    answer = STATES[method](bank)

    assert (answer.word, answer.error_code, answer.refused) == (TABLE[status], "1051", False)


@pytest.mark.parametrize("method", STATES)
@pytest.mark.parametrize("code", ["3", "8", "54", "99", "101", "204", "255", "642", "1018", "1051", "1096", "9999"])
def test_an_error_without_a_final_status_is_no_answer_once_the_card_is_there(bank, recorder, method, code):
    recorder.answers[method] = failed(code, PaymentId=BANK_ID)

    with pytest.raises(NoAnswer, match=f"error {code}$"):
        STATES[method](bank)


@pytest.mark.parametrize("method", STATES)
@pytest.mark.parametrize("status", [*GOOD_NEWS, "NEW", "3DS_CHECKING", "AUTHORIZED"])
@pytest.mark.parametrize("outcome", [{"Success": False, "ErrorCode": "8"}, {"Success": True, "ErrorCode": "8"}])
def test_good_news_with_an_error_contradicts_itself(bank, recorder, method, status, outcome):
    recorder.answers[method] = sound(Status=status, **outcome)

    with pytest.raises(NoAnswer):
        STATES[method](bank)


@pytest.mark.parametrize("method", STATES)
def test_a_failure_that_names_no_payment_is_no_answer(bank, recorder, method):
    recorder.answers[method] = failed("1051", Status="REJECTED")

    with pytest.raises(NoAnswer):
        STATES[method](bank)


@pytest.mark.parametrize("method", STATES)
@pytest.mark.parametrize("changes", [{"PaymentId": "700001702045"}, {"TerminalKey": "AnotherShop"}])
@pytest.mark.parametrize("status", ["CONFIRMED", "REJECTED"])
def test_an_answer_about_another_payment_is_no_answer(bank, recorder, method, changes, status):
    recorder.answers[method] = sound(Status=status, **changes)

    with pytest.raises(NoAnswer, match=next(iter(changes))):
        STATES[method](bank)


@pytest.mark.parametrize(
    ("method", "names"),
    {
        "FinishAuthorize": ["TerminalKey", "Amount", "OrderId", "Status", "Success", "ErrorCode"],
        "Submit3DSAuthorizationV2": ["TerminalKey", "OrderId", "Status", "PaymentId", "Success", "ErrorCode"],
        "GetState": ["TerminalKey", "Amount", "OrderId", "Status", "PaymentId", "Success", "ErrorCode"],
        "Cancel": ["TerminalKey", "OrderId", "Status", "PaymentId", "Success", "ErrorCode"],
    }.items(),
)
def test_a_sound_answer_has_all_its_fields(bank, recorder, method, names):
    for name in names:
        recorder.answers[method] = sound(**{"Status": "CONFIRMED", name: None})

        with pytest.raises(NoAnswer, match=name):
            STATES[method](bank)


@pytest.mark.parametrize("changes", [{"PaymentId": int(BANK_ID)}, {"ErrorCode": 0}, {"Success": "true"}])
def test_numbers_and_flags_may_come_as_text_and_back(bank, recorder, changes):
    recorder.answers["GetState"] = sound(Status="CONFIRMED", **changes)

    assert query(bank).word is Word.CONFIRMED


@pytest.mark.parametrize(
    "changes",
    [
        {"Success": "yes"},
        {"Success": 1},
        {"Success": [True]},
        {"ErrorCode": True},
        {"ErrorCode": ["0"]},
        {"Status": 3},
        {"Status": "confirmed"},
        {"Status": {"name": "CONFIRMED"}},
        {"Amount": -1},
        {"Amount": True},
        {"Amount": 10**13},
        {"Amount": 0.5},
        {"PaymentId": True},
        {"OrderId": "x" * 37},
        {"OrderId": "два слова"},
    ],
)
def test_a_field_of_another_type_is_no_answer(bank, recorder, changes):
    recorder.answers["GetState"] = sound(**{"Status": "CONFIRMED", **changes})

    with pytest.raises(NoAnswer, match=next(iter(changes))):
        query(bank)


def test_a_monstrous_number_is_no_answer_and_takes_no_time(bank, recorder):
    text = str(Decimal("1E+999999999"))
    recorder.answers["GetState"] = b'{"Success": true, "ErrorCode": "0", "Amount": %s}' % text.encode()

    with pytest.raises(NoAnswer):
        query(bank)


# --- the challenge --------------------------------------------------------------------------------------------------
def test_a_challenge_comes_with_the_issuers_page(bank, recorder):
    recorder.answers["FinishAuthorize"] = sound(Status="3DS_CHECKING", **PAGE)

    answer = authorise(bank)

    assert answer.word is Word.CHECKING_3DS
    assert answer.challenge.url == PAGE["ACSUrl"]


def test_the_old_3d_secure_is_told_the_way_back(bank, recorder):
    page = {"MD": "ACQT-563587431", "PaReq": "eJxVUl1T", "ACSUrl": PAGE["ACSUrl"]}
    recorder.answers["FinishAuthorize"] = sound(Status="3DS_CHECKING", **page)

    answer = authorise(bank)

    assert answer.word is Word.CHECKING_3DS
    assert answer.challenge == Challenge(
        url=PAGE["ACSUrl"], fields={"MD": "ACQT-563587431", "PaReq": "eJxVUl1T", "TermUrl": RETURN_URL}
    )


@pytest.mark.parametrize("field", ["MD", "ACSUrl"])
def test_half_a_page_of_the_old_3d_secure_is_no_answer(bank, recorder, field):
    page = {"MD": "ACQT-563587431", "PaReq": "eJxVUl1T", "ACSUrl": PAGE["ACSUrl"]} | {field: None}
    recorder.answers["FinishAuthorize"] = sound(Status="3DS_CHECKING", **page)

    with pytest.raises(NoAnswer):
        authorise(bank)


def test_no_challenge_comes_with_another_status(bank, recorder):
    recorder.answers["FinishAuthorize"] = sound(Status="CONFIRMED", **PAGE)

    assert authorise(bank).challenge is None


@pytest.mark.parametrize(
    "url",
    [
        "",
        "javascript:alert(1)",
        "//acs.bank.example/creq",
        "https://acs.bank.example; form-action *",
        "https://acs.bank.example,evil.example/",
        "https://user:password@acs.bank.example/",
        "https://acs bank.example/",
        "https://acs.bank.example/\r\nSet-Cookie: a=b",
        "ftp://acs.bank.example/",
        12,
    ],
)
def test_an_odd_address_of_the_issuer_is_no_answer(bank, recorder, url):
    recorder.answers["FinishAuthorize"] = sound(Status="3DS_CHECKING", **{**PAGE, "ACSUrl": url})

    with pytest.raises(NoAnswer, match="ACSUrl"):
        authorise(bank)


@pytest.mark.parametrize(
    "url",
    ["http://localhost:8001/acs/?id=1", "https://acs.bank.example", "https://acs3.bank.example:8443/a;b,c?d=e&f=(g)#h"],
)
def test_a_plain_address_of_the_issuer_is_taken(bank, recorder, url):
    recorder.answers["FinishAuthorize"] = sound(Status="3DS_CHECKING", **{**PAGE, "ACSUrl": url})

    assert authorise(bank).challenge.url == url


# --- CheckOrder -----------------------------------------------------------------------------------------------------
def listing(*rows, **changes):
    return sound(Amount=None, PaymentId=None, Status=None, Payments=list(rows), **changes)


def row(status, bank_id=BANK_ID, **changes):
    usual = {"PaymentId": bank_id, "Amount": AMOUNT, "Status": status, "Success": "true", "ErrorCode": 0}
    return usual | changes


def test_it_finds_every_payment_of_an_order(bank, recorder):
    recorder.answers["CheckOrder"] = listing(
        row("REJECTED", "11", Success="false", ErrorCode=1051), row("CONFIRMED", "12"), row("NEW", "13")
    )

    found = find(bank)

    assert [answer.bank_id for answer in found] == ["11", "12", "13"]
    assert [answer.word for answer in found] == [Word.DECLINED, Word.CONFIRMED, Word.NEW]
    assert {answer.order_id for answer in found} == {ORDER_ID}
    assert {answer.amount for answer in found} == {AMOUNT}
    assert found[0].error_code == "1051"


def test_a_listed_payment_may_lack_its_code(bank, recorder):
    line = row("CONFIRMED")
    del line["ErrorCode"]
    recorder.answers["CheckOrder"] = listing(line)

    assert [answer.word for answer in find(bank)] == [Word.CONFIRMED]


@pytest.mark.parametrize("answer", [listing(), *[failed(code) for code in ("335", "255", "914", "407")]])
def test_an_order_that_the_bank_does_not_know_has_no_payments(bank, recorder, answer):
    recorder.answers["CheckOrder"] = answer

    assert find(bank) == []


@pytest.mark.parametrize("code", ["3", "204", "501", "9999", "1"])
def test_any_other_error_of_a_search_is_no_answer(bank, recorder, code):
    recorder.answers["CheckOrder"] = failed(code)

    with pytest.raises(NoAnswer, match=f"CheckOrder: error {code}"):
        find(bank)


@pytest.mark.parametrize(
    "answer",
    [
        listing(OrderId="another"),
        listing(TerminalKey="another"),
        listing(row("NEW", PaymentId=None)),
        listing(row("NEW", Status=None)),
        listing(row("NEW", Success="да")),
        listing("NEW"),
        {**listing(), "Payments": None},
        {**listing(), "Payments": {"PaymentId": BANK_ID}},
    ],
)
def test_a_list_of_another_shape_is_no_answer(bank, recorder, answer):
    recorder.answers["CheckOrder"] = answer

    with pytest.raises(NoAnswer):
        find(bank)

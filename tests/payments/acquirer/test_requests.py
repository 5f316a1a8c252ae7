"""What is sent to the bank, held against the bank's own description of its requests."""

import base64
import json
from dataclasses import replace

import pytest

from payments.acquirer import requests, token
from payments.acquirer.base import Browser, Initiator, NoAnswer, ThreeDS
from tests.payments.acquirer.calls import (
    BROWSER,
    CALLS,
    CRYPTOGRAM,
    RETURN_URL,
    VERSION_2,
    authorise,
    check_card,
    finish_challenge,
    refund,
    start,
)
from tests.payments.acquirer.recorder import AMOUNT, BANK_ID, CUSTOMER, ORDER_ID, PASSWORD, REQUEST_KEY, TERMINAL
from tests.payments.acquirer.request_schema import METHODS, faults


def send(call, bank, **arguments):
    """Only the request matters here: the paper bank's empty answer is none."""
    with pytest.raises(NoAnswer):
        call(bank, **arguments)


@pytest.mark.parametrize("method", sorted(METHODS))
def test_it_sends_what_the_bank_describes(bank, recorder, method):
    send(CALLS[method], bank)

    assert recorder.last.path == f"/v2/{method}"
    assert faults(recorder.last) == []


@pytest.mark.parametrize("method", sorted(METHODS))
def test_it_signs_every_request(bank, recorder, method):
    send(CALLS[method], bank)

    fields = recorder.last.fields
    assert fields["TerminalKey"] == TERMINAL
    assert token.is_right(fields, password=PASSWORD)
    assert PASSWORD not in recorder.last.body.decode()


def test_the_description_finds_what_is_wrong(bank, recorder):
    send(start, bank, order_id="x" * 37, description="y" * 200, return_url="javascript:alert(1)")

    assert faults(recorder.last) == [
        "OrderId: too long",
        "SuccessURL: 'javascript:alert(1)' is no address",
        "FailURL: 'javascript:alert(1)' is no address",
    ]


def test_it_opens_an_order_for_one_stage_and_twenty_minutes(bank, recorder):
    send(start, bank)

    fields = recorder.last.fields
    assert (fields["OrderId"], fields["Amount"], fields["PayType"]) == (ORDER_ID, AMOUNT, "O")
    assert fields["RedirectDueDate"] == "2026-11-21T00:50:07+03:00"
    assert fields["DATA"] == {"OperationInitiatorType": "0"}
    assert fields["SuccessURL"] == fields["FailURL"] == RETURN_URL
    assert fields["Language"] == "ru"
    assert "CustomerKey" not in fields


def test_it_names_the_customer_only_when_asked_to(bank, recorder):
    send(start, bank, customer_key="8a4f5a5e-9a0c-4a53-8a55-1c5c8b7e3f11")

    assert recorder.last.fields["CustomerKey"] == "8a4f5a5e-9a0c-4a53-8a55-1c5c8b7e3f11"
    assert faults(recorder.last) == []


def test_it_cuts_a_description_to_the_banks_length(bank, recorder):
    send(start, bank, description="ё" * 200)

    assert recorder.last.fields["Description"] == "ё" * 140


def test_it_sends_the_cryptogram_as_it_is(bank, recorder):
    send(check_card, bank)

    assert recorder.last.fields["CardData"] == CRYPTOGRAM
    assert recorder.last.fields["PaymentId"] == BANK_ID


def test_it_tells_3d_secure_of_the_browser(bank, recorder):
    browser = Browser(
        ip="203.0.113.7",
        language="ru",
        timezone=-300,
        screen_width=390,
        screen_height=844,
        color_depth=32,
        java_enabled=True,
    )

    send(authorise, bank, browser=browser)

    fields = recorder.last.fields
    assert (fields["deviceChannel"], fields["IP"]) == ("02", "203.0.113.7")
    assert fields["DATA"] == {
        "threeDSCompInd": "U",
        "language": "ru",
        "timezone": "-300",
        "screen_width": "390",
        "screen_height": "844",
        "colorDepth": "32",
        "javaEnabled": "true",
        "cresCallbackUrl": RETURN_URL,
    }


@pytest.mark.parametrize(("method_url", "told"), [("", "U"), ("https://acs.bank.example/method", "N")])
def test_it_says_why_the_3ds_method_was_not_run(bank, recorder, method_url, told):
    send(authorise, bank, three_ds=ThreeDS(version="2.1.0", method_url=method_url))

    assert recorder.last.fields["DATA"]["threeDSCompInd"] == told


def test_it_finishes_a_challenge_by_a_form(bank, recorder):
    send(finish_challenge, bank)

    assert recorder.last.content_type == "application/x-www-form-urlencoded"
    assert set(recorder.last.fields) == {"TerminalKey", "PaymentId", "Token"}


@pytest.mark.parametrize(
    ("address", "full"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("2a00:1fa1:c7da:9285:0:51:838b:1001", "2a00:1fa1:c7da:9285:0000:0051:838b:1001"),
        ("::1", "0000:0000:0000:0000:0000:0000:0000:0001"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("fe80::1%eth0", "fe80:0000:0000:0000:0000:0000:0000:0001"),
        ("", ""),
        ("unix:", ""),
        ("203.0.113.7, 10.0.0.1", ""),
    ],
)
def test_it_writes_addresses_in_full(address, full):
    assert requests.full_address(address) == full


def test_it_leaves_out_an_address_that_is_none(bank, recorder):
    send(authorise, bank, browser=replace(BROWSER, ip=""))

    assert "IP" not in recorder.last.fields
    assert faults(recorder.last) == []


def test_the_challenge_request_is_base64url_without_padding(bank, recorder):
    recorder.answers["FinishAuthorize"] = {
        "TerminalKey": TERMINAL,
        "OrderId": ORDER_ID,
        "Amount": AMOUNT,
        "PaymentId": BANK_ID,
        "Status": "3DS_CHECKING",
        "Success": True,
        "ErrorCode": "0",
        "TdsServerTransId": "d7171a06-7159-4bdd-891a-a560fe9938d2",
        "AcsTransId": "e176d5d3-2f19-40f5-8234-46d3464e0b08",
        "ACSUrl": "https://acs.vendorcert.mirconnect.ru/mdpayacs/creq",
    }

    challenge = authorise(bank).challenge

    assert challenge.url == "https://acs.vendorcert.mirconnect.ru/mdpayacs/creq"
    creq = challenge.fields["creq"]
    assert set(creq).isdisjoint("+/=\n")
    request = json.loads(base64.urlsafe_b64decode(creq + "=" * (-len(creq) % 4)))
    assert request == {
        "threeDSServerTransID": "d7171a06-7159-4bdd-891a-a560fe9938d2",
        "acsTransID": "e176d5d3-2f19-40f5-8234-46d3464e0b08",
        "challengeWindowSize": "05",
        "messageType": "CReq",
        "messageVersion": VERSION_2.version,
    }


def test_calls_share_a_connection_for_a_moment_and_never_a_stale_one(bank, recorder, monkeypatch):
    send(CALLS["GetState"], bank)
    send(CALLS["GetState"], bank)

    assert len(recorder.heard) == 2
    assert len(recorder.connections) == 1


def test_the_bank_leaves_no_cookie(bank, recorder):
    recorder.answers["GetState"] = lambda handler: handler.answer(b"{}", Set_Cookie="session=of-another-payer; Path=/")
    send(CALLS["GetState"], bank)
    send(CALLS["GetState"], bank)

    assert "cookie" not in recorder.last.headers


@pytest.mark.parametrize(
    ("initiator", "recurrent"), [(Initiator.PAYER_KEEPS_CARD, "Y"), (Initiator.MERCHANT, None), (Initiator.PAYER, None)]
)
def test_it_says_who_starts_and_whether_the_card_is_kept(bank, recorder, initiator, recurrent):
    send(start, bank, initiator=initiator, customer_key=CUSTOMER)

    fields = recorder.last.fields
    assert (fields["DATA"]["OperationInitiatorType"], fields.get("Recurrent")) == (initiator.value, recurrent)
    assert faults(recorder.last) == []


def test_a_refund_carries_its_own_number_so_that_it_may_be_repeated(bank, recorder):
    send(refund, bank)

    assert (recorder.last.fields["Amount"], recorder.last.fields["ExternalRequestId"]) == (300_00, REQUEST_KEY)
    assert faults(recorder.last) == []


def test_binding_asks_for_3d_secure_and_tells_of_the_browser(bank, recorder):
    send(CALLS["AddCard"], bank)
    assert (recorder.last.fields["CheckType"], recorder.last.fields["IP"]) == ("3DSHOLD", "203.0.113.7")

    send(CALLS["AttachCard"], bank)
    assert recorder.last.fields["DATA"]["cresCallbackUrl"] == RETURN_URL


def test_the_old_3d_secure_is_finished_by_a_form(bank, recorder):
    send(CALLS["Submit3DSAuthorization"], bank)

    assert recorder.last.content_type == "application/x-www-form-urlencoded"
    assert set(recorder.last.fields) == {"TerminalKey", "PaymentId", "MD", "PaRes", "Token"}


def test_all_eighteen_methods_about_cards_are_described_and_called():
    assert set(CALLS) == set(METHODS)
    assert len(METHODS) == 18

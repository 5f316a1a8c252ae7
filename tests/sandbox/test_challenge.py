"""3-D Secure 2: the issuer's page, its password, and the charge that follows only a right one."""

import base64
import json
import re
from html import unescape
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.merchant import CHALLENGED, FRICTIONLESS, RETURN_URL, Clock, Merchant
from tests.sandbox.schema import METHODS, defects


def creq(answer: dict[str, Any], **changes: str) -> str:
    request = {
        "threeDSServerTransID": answer["TdsServerTransId"],
        "acsTransID": answer["AcsTransId"],
        "challengeWindowSize": "05",
        "messageType": "CReq",
        "messageVersion": "2.1.0",
        **changes,
    }
    return base64.urlsafe_b64encode(json.dumps(request).encode()).decode().rstrip("=")


def cres(page: str) -> dict[str, Any]:
    """The issuer's word as it stands in the page's form."""
    found = re.search(r'name="cres" value="([^"]+)"', page)
    assert found, page
    text = found[1]
    values: dict[str, Any] = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    assert defects(values, METHODS["CRes"]) == []
    assert "=" not in text
    return values


def answer_password(merchant: Merchant, challenged: dict[str, Any], password: str, action: str = "confirm") -> str:
    status, page = merchant.post_form(
        "/acs/password", challenge=challenged["AcsTransId"], password=password, action=action
    )
    assert status == 200
    return page


def test_the_page_asks_in_russian_and_shows_the_password(merchant: Merchant) -> None:
    payment_id = merchant.init(Description="Счёт <b>1</b>")["PaymentId"]
    challenged = merchant.finish(payment_id, merchant.seal(CHALLENGED))

    status, page = merchant.post_form("/acs", creq=creq(challenged))

    assert status == 200
    assert '<html lang="ru">' in page
    assert "Банк-эмитент (песочница)" in page
    assert '<label for="password">Пароль из SMS банка</label>' in page
    assert "Пароль для песочницы: 1234" in page
    assert "12\N{NO-BREAK SPACE}970,24\N{NO-BREAK SPACE}₽" in page
    assert "220138******0047" in page
    assert ">Подтвердить</button>" in page
    assert ">Отменить</button>" in page
    assert "<b>1</b>" not in page
    assert "Счёт <b>1</b>" in unescape(page)


def test_the_right_password_leads_to_the_charge(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    payment_id = challenged["PaymentId"]

    page = answer_password(merchant, challenged, " 1234 ")

    assert cres(page)["transStatus"] == "Y"
    assert cres(page)["acsTransID"] == challenged["AcsTransId"]
    assert f'<form method="post" action="{RETURN_URL}"' in page
    assert "Вернуться в магазин" in page
    assert merchant.state(payment_id) == "3DS_CHECKED"
    answer = merchant.submit(payment_id)
    assert (answer["Success"], answer["Status"], answer["ErrorCode"]) == (True, "CONFIRMED", "0")
    assert merchant.state(payment_id) == "CONFIRMED"


def test_submitting_before_the_issuer_has_answered_changes_nothing(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    answer_password(merchant, challenged, "1111")

    answer = merchant.submit(challenged["PaymentId"])

    assert (answer["Success"], answer["ErrorCode"], answer["Status"]) == (False, "110", "3DS_CHECKING")
    assert merchant.state(challenged["PaymentId"]) == "3DS_CHECKING"


def test_submitting_again_is_refused(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    answer_password(merchant, challenged, "1234")
    merchant.submit(challenged["PaymentId"])

    again = merchant.submit(challenged["PaymentId"])

    assert (again["Success"], again["ErrorCode"], again["Status"]) == (False, "54", "CONFIRMED")
    assert [line["status"] for line in merchant.journal()].count("CONFIRMED") == 1


@pytest.mark.parametrize("pan", ["", FRICTIONLESS])
def test_submitting_what_was_never_challenged_is_refused(merchant: Merchant, pan: str) -> None:
    payment_id = merchant.pay(pan)["PaymentId"] if pan else merchant.init()["PaymentId"]

    assert merchant.submit(payment_id)["ErrorCode"] == "8"


def test_submitting_as_json_is_refused(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    answer_password(merchant, challenged, "1234")

    _, text = merchant.send("/v2/Submit3DSAuthorizationV2", json.dumps(merchant.signed(PaymentId="1")))

    assert json.loads(text)["ErrorCode"] == "205"
    assert merchant.state(challenged["PaymentId"]) == "3DS_CHECKED"


def test_a_wrong_password_says_how_many_tries_are_left(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)

    first = answer_password(merchant, challenged, "0000")
    second = answer_password(merchant, challenged, "4321")

    assert "Неверный пароль. Осталось попыток: 2." in first
    assert "Неверный пароль. Осталось попыток: 1." in second
    assert 'role="alert"' in second
    assert 'aria-invalid="true"' in second
    assert cres(answer_password(merchant, challenged, "1234"))["transStatus"] == "Y"


def test_an_empty_password_costs_no_try(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)

    pages = [answer_password(merchant, challenged, " ") for _ in range(4)]

    assert all("Введите пароль." in page for page in pages)


@pytest.mark.parametrize("way", ["three wrong passwords", "cancelled"])
def test_a_failed_challenge_is_declined_when_it_is_submitted(merchant: Merchant, way: str) -> None:
    challenged = merchant.pay(CHALLENGED)
    if way == "cancelled":
        page = answer_password(merchant, challenged, "", action="cancel")
    else:
        page = [answer_password(merchant, challenged, "0000") for _ in range(3)][-1]

    assert cres(page)["transStatus"] == "N"
    assert "Оплата не подтверждена" in page
    assert merchant.state(challenged["PaymentId"]) == "3DS_CHECKING"
    answer = merchant.submit(challenged["PaymentId"])
    assert (answer["Success"], answer["Status"], answer["ErrorCode"]) == (False, "REJECTED", "101")
    assert merchant.submit(challenged["PaymentId"])["ErrorCode"] == "54"


def test_an_ended_challenge_keeps_its_word(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    answer_password(merchant, challenged, "", action="cancel")

    again = answer_password(merchant, challenged, "1234")

    assert cres(again)["transStatus"] == "N"


def test_coming_to_the_page_again_offers_the_way_back(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    answer_password(merchant, challenged, "1234")

    _, page = merchant.post_form("/acs", creq=creq(challenged))

    assert cres(page)["transStatus"] == "Y"


def test_the_page_goes_back_by_itself_only_where_scripts_run(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    page = answer_password(merchant, challenged, "1234")

    status, script = merchant.get("/return.js")

    assert '<script src="/return.js" defer></script>' in page
    assert status == 200
    assert "submit()" in script


@pytest.mark.parametrize(
    "value",
    ["", "AAAA", "не base64", base64.b64encode(b"[1]").decode(), base64.b64encode(b'{"messageType":"CReq"}').decode()],
)
def test_a_request_that_is_none_gets_a_plain_page(merchant: Merchant, value: str) -> None:
    status, page = merchant.post_form("/acs", creq=value)

    assert status == 400
    assert "Запрос проверки 3-D Secure неверен" in page


@pytest.mark.parametrize("name", ["threeDSServerTransID", "acsTransID", "messageType"])
def test_both_numbers_must_be_of_one_payment(merchant: Merchant, name: str) -> None:
    challenged = merchant.pay(CHALLENGED)

    status, _ = merchant.post_form("/acs", creq=creq(challenged, **{name: "another"}))

    assert status == 400


def test_plain_base64_is_read_as_well(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    plain = base64.b64encode(base64.urlsafe_b64decode(creq(challenged) + "==")).decode()

    status, _ = merchant.post_form("/acs", creq=plain)

    assert status == 200


def test_nobody_guesses_a_challenge(merchant: Merchant) -> None:
    merchant.pay(CHALLENGED)

    status, _ = merchant.post_form("/acs/password", challenge="", password="1234", action="confirm")

    assert status == 400


def test_a_challenge_nobody_finished_expires_in_a_day_and_a_half(merchant: Merchant, clock: Clock) -> None:
    challenged = merchant.pay(CHALLENGED)

    clock.advance(hours=35)
    before = merchant.state(challenged["PaymentId"])
    clock.advance(hours=2)

    assert before == "3DS_CHECKING"
    assert merchant.state(challenged["PaymentId"]) == "DEADLINE_EXPIRED"
    assert cres(answer_password(merchant, challenged, "1234"))["transStatus"] == "Y"
    assert merchant.state(challenged["PaymentId"]) == "DEADLINE_EXPIRED"
    assert merchant.submit(challenged["PaymentId"])["ErrorCode"] == "8"


def test_the_pages_run_nothing_foreign_and_lead_only_back(merchant: Merchant) -> None:
    challenged = merchant.pay(CHALLENGED)
    policies = {}
    for path, fields in {
        "/acs": {"creq": creq(challenged)},
        "/acs/password": {"challenge": challenged["AcsTransId"], "password": "1234"},
    }.items():
        policies[path] = policy(merchant, path, fields)

    assert "default-src 'none'" in policies["/acs"]
    assert policies["/acs"].endswith("form-action 'self'")
    assert policies["/acs/password"].endswith("form-action http://127.0.0.1:8000")


def policy(merchant: Merchant, path: str, fields: dict[str, str]) -> str:
    connection = HTTPConnection("127.0.0.1", merchant.port)
    try:
        connection.request("POST", path, urlencode(fields), {"Content-Type": "application/x-www-form-urlencoded"})
        return connection.getresponse().headers["Content-Security-Policy"]
    finally:
        connection.close()

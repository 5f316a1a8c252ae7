"""SMS.ru: what is asked, and what each documented answer means."""

import pytest

from notifications.channels.base import NotDelivered, Receipt, Refused, Report
from notifications.channels.sms_smsru import SmsSmsru
from tests.notifications.make import queue
from tests.notifications.provider import provider

pytestmark = pytest.mark.django_db
PHONE = "79161234567"


def answer(code=100, **more):
    status = "OK" if code == 100 else "ERROR"
    mine = {"status": status, "status_code": code, "sms_id": "000000-10000000", **more}
    return {"status": "OK", "status_code": 100, "sms": {PHONE: mine}, "balance": 4122.56}


def carrier(it, options="?rate=1000"):
    return SmsSmsru(f"smsru://API-ID@{it.address}/{options}")


def test_it_asks_as_the_provider_says():
    with provider(answer()) as it:
        receipt = carrier(it, options="?sender=SMART&rate=1000").send(queue(code="4821"))

    ((path, asked),) = it.requests
    assert path == "/sms/send"
    assert asked.pop("msg").startswith("Код 4821 для регистрации")
    assert asked == {"api_id": "API-ID", "to": PHONE, "from": "SMART", "json": "1"}
    assert receipt == Receipt("smsru", "000000-10000000", None)


@pytest.mark.parametrize("code", [202, 207, 209, 214])
def test_a_phone_that_cannot_be_reached_is_refused_for_good(code):
    with provider(answer(code)) as it, pytest.raises(Refused, match=f"smsru: error {code}"):
        carrier(it).send(queue())


@pytest.mark.parametrize("code", [201, 204, 206, 220, 230, 231, 232])
def test_what_may_pass_is_tried_again_later(code):
    with provider(answer(code)) as it, pytest.raises(NotDelivered) as raised:
        carrier(it).send(queue())

    assert not isinstance(raised.value, Refused)


@pytest.mark.parametrize("code", [200, 220, 300, 301, 500])
def test_an_error_of_the_whole_request_is_no_delivery(code):
    whole = {"status": "ERROR", "status_code": code, "status_text": "…"}
    with provider(whole) as it, pytest.raises(NotDelivered, match=f"smsru: error {code}"):
        carrier(it).send(queue())


@pytest.mark.parametrize("nonsense", [502, "", "[1]", {"status_code": 100}])
def test_nonsense_is_no_delivery(nonsense):
    with provider(nonsense) as it, pytest.raises(NotDelivered):
        carrier(it).send(queue())


@pytest.mark.parametrize(
    ("code", "has_arrived"),
    [
        (-1, None),
        (100, None),
        (101, None),
        (102, None),
        (103, True),
        (110, True),
        (104, False),
        (108, False),
        (150, False),
    ],
)
def test_statuses_become_reports(code, has_arrived):
    message = queue()
    message.carrier_number = "000000-1"
    told = {"status_code": 100, "sms": {"000000-1": {"status_code": code, "cost": 0.6}}}
    with provider(told) as it:
        reports = carrier(it).reports([message])

    assert it.requests[0] == ("/sms/status", {"api_id": "API-ID", "sms_id": "000000-1", "json": "1"})
    assert reports == {message.pk: Report(has_arrived, 60)}


def test_one_question_is_about_many_and_silence_about_one_is_no_report():
    first, second = queue(), queue()
    first.carrier_number, second.carrier_number = "1", "2"
    with provider({"status_code": 100, "sms": {"1": {"status_code": 103, "cost": "0.50"}}}) as it:
        reports = carrier(it).reports([first, second])

    assert it.requests[0][1]["sms_id"] == "1,2"
    assert reports == {first.pk: Report(True, 50), second.pk: Report(None)}


@pytest.mark.parametrize("sms", [[], None, "", {"000000-1": []}])
def test_an_answer_of_another_form_is_no_report_and_no_delivery(sms):
    message = queue()
    message.carrier_number = "000000-1"
    with provider({"status": "OK", "status_code": 100, "sms": sms}) as it:
        assert carrier(it).reports([message]) == {message.pk: Report(None, None)}
        with pytest.raises(NotDelivered):
            carrier(it).send(message)

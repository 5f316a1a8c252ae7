"""What a call holds, no log, exception or error report may show: card data, password and token are looked for."""

import logging
import sys
import traceback

import pytest
from django.test import RequestFactory
from django.views.debug import ExceptionReporter

from payments.acquirer import wire
from payments.acquirer.base import NoAnswer
from payments.acquirer.tbank import TBank
from tests.payments.acquirer.calls import CALLS, CRYPTOGRAM, authorise
from tests.payments.acquirer.recorder import (
    BANK_ID,
    CARD_ID,
    CUSTOMER,
    PASSWORD,
    REQUEST_KEY,
    TERMINAL,
    failed,
    sound,
)
from tests.payments.acquirer.test_troubles import GARBAGE, MISDEEDS

PAN = "2200770239097761"


def secrets_of(heard):
    return [CRYPTOGRAM, CRYPTOGRAM[:60], PASSWORD, *(request.fields["Token"] for request in heard)]


def chain(error):
    """The exception with everything that hangs on it, its frames' variables included."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


@pytest.fixture
def log(caplog):
    caplog.set_level(logging.DEBUG)
    return caplog


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("trouble", [*MISDEEDS, GARBAGE[1], failed("3"), sound(PaymentId="1", OrderId="other")])
def test_neither_log_nor_exception_shows_what_was_sent(bank, recorder, log, method, trouble):
    recorder.answers[method] = trouble

    with pytest.raises(NoAnswer) as caught:
        CALLS[method](bank)

    written = log.text + "".join(traceback.format_exception(caught.value))
    assert f"the bank gave no answer to {method}" in written
    assert [secret for secret in secrets_of(recorder.heard) if secret in written] == []


@pytest.mark.parametrize("method", CALLS)
def test_no_log_shows_what_a_good_call_sent(bank, recorder, log, method):
    about_cards = {"CustomerKey": CUSTOMER, "RequestKey": REQUEST_KEY, "CardId": CARD_ID}
    answer = sound(Status="CONFIRMED", Version="2.1.0", PaymentSystem="mir", Payments=[], **about_cards)
    recorder.answers[method] = b"[]" if method == "GetCardList" else answer

    CALLS[method](bank)

    assert [secret for secret in secrets_of(recorder.heard) if secret in log.text] == []


@pytest.mark.parametrize("method", CALLS)
def test_nothing_hangs_on_the_exception(bank, recorder, method):
    """The HTTP library's own exception holds the request with its body: it must not come along."""
    recorder.answers[method] = MISDEEDS[0]

    with pytest.raises(NoAnswer) as caught:
        CALLS[method](bank)

    assert [type(error) for error in chain(caught.value)] == [NoAnswer]


def test_a_chained_exception_would_show_it(bank, recorder, monkeypatch):
    """The saboteur of the test above: raised inside the handler, NoAnswer brings the request along."""

    def careless(self, method, *, content, kind, or_list=False):
        try:
            with self._client.stream("POST", method, content=content) as response:
                return wire.read_object(response.read())
        except Exception as error:
            raise NoAnswer(method) from error

    monkeypatch.setattr(wire.Wire, "_post", careless)
    recorder.answers["FinishAuthorize"] = MISDEEDS[0]

    with pytest.raises(NoAnswer) as caught:
        authorise(bank)

    requests = [error.request for error in chain(caught.value) if hasattr(error, "request")]
    assert CRYPTOGRAM.encode() in requests[0].content


def report_of(bank, recorder):
    """What Django would mail when nobody catches the exception."""
    recorder.answers["FinishAuthorize"] = MISDEEDS[0]
    try:
        authorise(bank)
    except NoAnswer:
        report = ExceptionReporter(RequestFactory().get("/"), *sys.exc_info())
    return report.get_traceback_html() + report.get_traceback_text()


def test_an_error_report_shows_nothing(bank, recorder, settings):
    settings.DEBUG = False

    text = report_of(bank, recorder)

    assert "FinishAuthorize" in text
    assert [secret for secret in secrets_of(recorder.heard) if secret in text] == []


def test_an_error_report_with_nothing_masked_would_show_it(bank, recorder, settings):
    """The saboteur: with DEBUG on, Django shows every variable of every frame."""
    settings.DEBUG = True

    assert CRYPTOGRAM in report_of(bank, recorder)


@pytest.mark.parametrize("sep", ["", " ", "-"])
def test_a_card_number_in_the_banks_remark_is_taken_out(bank, recorder, sep):
    number = sep.join(PAN[at : at + 4] for at in range(0, 16, 4))
    recorder.answers["GetState"] = failed(
        "1051", Status="REJECTED", PaymentId=BANK_ID, Message=f"Карта {number} не годится"
    )

    answer = CALLS["GetState"](bank)

    assert answer.message == "Карта *** не годится"


def test_the_adapter_shows_no_password():
    bank = TBank(url="http://127.0.0.1:9/v2/", terminal=TERMINAL, password=PASSWORD)

    assert PASSWORD not in f"{bank!r} {vars(bank)!r}"

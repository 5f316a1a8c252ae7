"""Faults on demand: each does what its name says, as often as ordered, and then all is well."""

import http.client
import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartservice.sandbox.faults import NAMES
from smartservice.sandbox.server import Server
from smartservice.sandbox.signature import is_signed
from tests.sandbox.merchant import CHALLENGED, DECLINED, STRANGER, Clock, Listener, Merchant, running_bank


def test_a_dropped_call_was_not_done(merchant: Merchant) -> None:
    merchant.order_fault("no-answer-before")

    with pytest.raises(http.client.RemoteDisconnected):
        merchant.init(OrderId="one")

    assert merchant.call("CheckOrder", OrderId="one")["ErrorCode"] == "255"


def test_a_dropped_answer_was_done(merchant: Merchant) -> None:
    merchant.order_fault("no-answer-after", method="FinishAuthorize")
    payment_id = merchant.init()["PaymentId"]

    with pytest.raises(http.client.RemoteDisconnected):
        merchant.finish(payment_id, merchant.seal(STRANGER))

    assert merchant.state(payment_id) == "CONFIRMED"


def test_an_error_500_was_not_done(merchant: Merchant) -> None:
    merchant.order_fault("error-500")

    status, body = merchant.send("/v2/Init", json.dumps(merchant.signed(OrderId="one", Amount=5)))

    assert (status, body) == (500, b"<h1>500</h1>")
    assert merchant.call("CheckOrder", OrderId="one")["Payments"] == []


def test_garbage_was_done_and_cannot_be_read(merchant: Merchant) -> None:
    merchant.order_fault("garbage")

    status, body = merchant.send("/v2/Init", json.dumps(merchant.signed(OrderId="one", Amount=5)))

    assert status == 200
    with pytest.raises(ValueError):
        json.loads(body)
    assert len(merchant.call("CheckOrder", OrderId="one")["Payments"]) == 1


@pytest.fixture
def quick_server(var_dir: Path, clock: Clock) -> Iterator[Server]:
    with running_bank(var_dir, clock, slow_seconds=0.4, late_seconds=30) as server:
        yield server


def test_a_slow_answer_was_done_long_before(quick_server: Server, var_dir: Path) -> None:
    merchant = Merchant(quick_server.server_port, var_dir)
    merchant.order_fault("slow", method="Init")
    started = time.monotonic()

    answer = merchant.init()

    assert answer["Success"]
    assert time.monotonic() - started >= 0.4


def test_a_stopping_bank_does_not_wait_for_a_slow_answer(var_dir: Path, clock: Clock) -> None:
    with running_bank(var_dir, clock, slow_seconds=60) as server:
        merchant = Merchant(server.server_port, var_dir)
        merchant.order_fault("slow")
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port)
        connection.request("POST", "/v2/Init", json.dumps(merchant.signed(OrderId="one", Amount=5)))
        started = time.monotonic()
    connection.close()

    assert time.monotonic() - started < 5


def test_a_late_outcome_comes_with_its_notification(
    quick_server: Server, var_dir: Path, clock: Clock, listener: Listener
) -> None:
    merchant = Merchant(quick_server.server_port, var_dir, notification_url=listener.url)
    merchant.order_fault("late")

    answer = merchant.pay()
    quick_server.bank.tick()
    early = (merchant.state(answer["PaymentId"]), listener.statuses)
    clock.advance(seconds=31)
    quick_server.bank.tick()

    assert (answer["Success"], answer["Status"]) == (True, "AUTHORIZING")
    assert early == ("AUTHORIZING", [])
    assert merchant.state(answer["PaymentId"]) == "CONFIRMED"
    assert listener.statuses == ["AUTHORIZED", "CONFIRMED"]
    assert [line["status"] for line in merchant.journal()] == ["NEW", "AUTHORIZING", "CONFIRMED"]


def test_asking_alone_is_enough_to_see_a_late_outcome(quick_server: Server, var_dir: Path, clock: Clock) -> None:
    merchant = Merchant(quick_server.server_port, var_dir)
    merchant.order_fault("late")
    answer = merchant.pay(DECLINED)
    busy = merchant.call("Cancel", PaymentId=answer["PaymentId"])["ErrorCode"]

    clock.advance(seconds=31)

    assert (answer["Status"], busy) == ("AUTHORIZING", "8")
    assert merchant.state(answer["PaymentId"]) == "REJECTED"


def test_a_late_outcome_after_a_challenge(quick_server: Server, var_dir: Path, clock: Clock) -> None:
    merchant = Merchant(quick_server.server_port, var_dir)
    merchant.order_fault("late")
    challenged = merchant.pay(CHALLENGED)
    merchant.post_form("/acs/password", challenge=challenged["AcsTransId"], password="1234")

    submitted = merchant.submit(challenged["PaymentId"])
    again = merchant.submit(challenged["PaymentId"])
    clock.advance(seconds=31)

    assert (challenged["Status"], submitted["Status"], again["ErrorCode"]) == ("3DS_CHECKING", "AUTHORIZING", "54")
    assert merchant.state(challenged["PaymentId"]) == "CONFIRMED"


def test_a_late_outcome_survives_a_restart(quick_server: Server, var_dir: Path, clock: Clock) -> None:
    merchant = Merchant(quick_server.server_port, var_dir)
    merchant.order_fault("late")
    payment_id = merchant.pay()["PaymentId"]
    clock.advance(seconds=31)

    with running_bank(var_dir, clock) as again:
        assert Merchant(again.server_port, var_dir).state(payment_id) == "CONFIRMED"


def test_duplicates_come_twice(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.order_fault("duplicate")
    heard_merchant.pay()
    heard_merchant.pay(DECLINED)

    server.bank.tick()

    assert listener.statuses == ["AUTHORIZED", "AUTHORIZED", "CONFIRMED", "CONFIRMED", "REJECTED"]
    assert listener.heard[2] == listener.heard[3]


def test_reordered_ones_come_the_other_way_round(
    server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock
) -> None:
    heard_merchant.order_fault("reorder")
    heard_merchant.pay()

    server.bank.tick()
    early = list(listener.statuses)
    clock.advance(seconds=3)
    server.bank.tick()

    assert early == ["CONFIRMED"]
    assert listener.statuses == ["CONFIRMED", "AUTHORIZED"]


def test_a_single_word_cannot_be_reordered(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.order_fault("reorder")
    heard_merchant.pay(DECLINED)

    server.bank.tick()

    assert listener.statuses == ["REJECTED"]
    assert len(json.loads(heard_merchant.get("/sandbox/faults")[1])["faults"]) == 1


def test_forged_ones_come_first_and_only_once(
    server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock
) -> None:
    heard_merchant.order_fault("forge")
    listener.answers = [(403, b"no"), (403, b"no")]
    heard_merchant.pay(DECLINED, Amount=500)

    server.bank.tick()
    clock.advance(minutes=2)
    server.bank.tick()

    wrong_token, wrong_sum, true = listener.heard
    assert listener.statuses == ["CONFIRMED", "CONFIRMED", "REJECTED"]
    assert not is_signed(wrong_token, heard_merchant.password)
    assert is_signed(wrong_sum, heard_merchant.password)
    assert (wrong_token["Amount"], wrong_sum["Amount"], true["Amount"]) == (500, 600, 500)


def test_a_fault_happens_as_often_as_ordered(merchant: Merchant) -> None:
    merchant.order_fault("error-500", times=2)

    statuses = [merchant.send("/v2/GetState", "{}")[0] for _ in range(3)]

    assert statuses == [500, 500, 200]


def test_a_fault_without_end_lasts_until_it_is_cleared(merchant: Merchant) -> None:
    merchant.order_fault("error-500", times=0)
    before = [merchant.send("/v2/GetState", "{}")[0] for _ in range(5)]

    merchant.order_fault("clear")

    assert before == [500] * 5
    assert merchant.send("/v2/GetState", "{}")[0] == 200


def test_a_fault_of_one_method_leaves_the_others_alone(merchant: Merchant) -> None:
    merchant.order_fault("error-500", method="Cancel")

    answer = merchant.init()

    assert answer["Success"]
    assert merchant.send("/v2/Cancel", "{}")[0] == 500


def test_notification_faults_can_be_tied_to_a_method(
    server: Server, heard_merchant: Merchant, listener: Listener
) -> None:
    heard_merchant.order_fault("duplicate", method="Cancel")
    payment_id = heard_merchant.pay()["PaymentId"]
    heard_merchant.call("Cancel", PaymentId=payment_id)

    server.bank.tick()

    assert listener.statuses == ["AUTHORIZED", "CONFIRMED", "REFUNDED", "REFUNDED"]


def test_ordered_faults_outlive_the_process(merchant: Merchant, var_dir: Path, clock: Clock) -> None:
    merchant.order_fault("garbage", method="Init", times=3)

    with running_bank(var_dir, clock) as again:
        _, text = Merchant(again.server_port, var_dir).get("/sandbox/faults")

    assert json.loads(text)["faults"] == [{"name": "garbage", "method": "Init", "times": 3}]


def test_the_list_names_every_fault(merchant: Merchant) -> None:
    _, text = merchant.get("/sandbox/faults")

    assert json.loads(text) == {"faults": [], "names": list(NAMES)}


@pytest.mark.parametrize(
    "order",
    [
        {"name": "fire"},
        {"name": 7},
        {},
        {"name": "slow", "method": "GetQr"},
        {"name": "slow", "method": ["Init"]},
        {"name": "slow", "times": -1},
        {"name": "slow", "times": "often"},
    ],
)
def test_an_order_that_makes_no_sense_is_refused(merchant: Merchant, order: dict[str, object]) -> None:
    status, body = merchant.send("/sandbox/faults", json.dumps(order))

    assert status == 400
    assert json.loads(body)["error"]
    assert json.loads(merchant.get("/sandbox/faults")[1])["faults"] == []


def test_a_foreign_page_cannot_order_faults(merchant: Merchant) -> None:
    """A browser sends plain text across sites without asking, JSON it does not."""
    status, _ = merchant.send("/sandbox/faults", '{"name": "error-500"}', "text/plain")

    assert status == 400


def test_twenty_calls_share_three_faults(merchant: Merchant) -> None:
    merchant.order_fault("error-500", times=3)

    statuses = [merchant.send("/v2/GetState", "{}")[0] for _ in range(20)]

    assert statuses.count(500) == 3

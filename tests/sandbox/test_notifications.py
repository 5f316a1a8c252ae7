"""Notifications: what the merchant is told, in which types, and how long the bank goes on telling it."""

import time

import pytest

from smartservice.sandbox.notifications import GIVE_UP_AFTER, is_local, pause
from smartservice.sandbox.server import Server
from smartservice.sandbox.signature import is_signed
from tests.sandbox.merchant import DECLINED, FRICTIONLESS, Clock, Listener, Merchant, running_bank
from tests.sandbox.schema import METHODS, defects


def test_a_charge_is_told_in_two_words(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    paid = heard_merchant.pay(FRICTIONLESS, OrderId="one", Amount=500)

    server.bank.tick()

    assert listener.statuses == ["AUTHORIZED", "CONFIRMED"]
    body = listener.heard[1]
    assert body["PaymentId"] == int(paid["PaymentId"])
    assert (body["OrderId"], body["Amount"], body["Success"], body["ErrorCode"]) == ("one", 500, True, "0")
    assert (body["Pan"], body["ExpDate"]) == ("220138******0013", "1239")
    assert "CardId" not in body


def test_every_one_is_signed_and_of_the_banks_cut(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.pay(CustomerKey="anna")
    heard_merchant.pay(DECLINED)

    server.bank.tick()

    assert len(listener.heard) == 3
    for body in listener.heard:
        assert defects(body, METHODS["Notification"]["request"]) == []
        assert is_signed(body, heard_merchant.password)
    assert isinstance(listener.heard[0]["CardId"], int)


def test_a_decline_says_why(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.pay(DECLINED)

    server.bank.tick()

    assert listener.statuses == ["REJECTED"]
    assert (listener.heard[0]["Success"], listener.heard[0]["ErrorCode"]) == (False, "1005")


def test_a_cancellation_and_refunds_are_told(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.call("Cancel", PaymentId=heard_merchant.init()["PaymentId"])
    payment_id = heard_merchant.pay(Amount=500)["PaymentId"]
    heard_merchant.call("Cancel", PaymentId=payment_id, Amount=200)
    heard_merchant.call("Cancel", PaymentId=payment_id, Amount=300)

    server.bank.tick()

    assert listener.statuses == ["CANCELED", "AUTHORIZED", "CONFIRMED", "PARTIAL_REFUNDED", "REFUNDED"]
    assert [body["Amount"] for body in listener.heard[1:]] == [500, 500, 300, 500]


def test_a_deadline_is_not_told(server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock) -> None:
    payment_id = heard_merchant.init()["PaymentId"]
    clock.advance(days=2)

    server.bank.tick()

    assert heard_merchant.state(payment_id) == "DEADLINE_EXPIRED"
    assert listener.heard == []


@pytest.mark.parametrize("answer", [(200, b"ok"), (200, b"OK\n"), (200, b"<p>OK</p>"), (500, b"OK"), (302, b"OK")])
def test_only_ok_counts(
    server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock, answer: tuple[int, bytes]
) -> None:
    listener.answers = [answer]
    heard_merchant.pay(DECLINED)

    server.bank.tick()
    clock.advance(seconds=2)
    server.bank.tick()
    clock.advance(days=1)
    server.bank.tick()

    assert listener.statuses == ["REJECTED", "REJECTED"]


def test_it_is_repeated_more_and_more_seldom_and_given_up_after_a_day(
    server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock
) -> None:
    listener.answers = [(503, b"")] * 10_000
    heard_merchant.pay(DECLINED)
    heard = []
    for seconds in (0, 0.5, 1, 2, 4, 9, 2, 29, 2, 58, 3):
        clock.advance(seconds=seconds)
        server.bank.tick()
        heard.append(len(listener.heard))

    clock.advance(seconds=GIVE_UP_AFTER)
    server.bank.tick()
    last = len(listener.heard)
    clock.advance(days=3)
    server.bank.tick()

    assert heard == [1, 1, 2, 2, 3, 3, 4, 4, 5, 5, 6]
    assert len(listener.heard) == last == 7


def test_the_pauses_are_those_of_the_documentation() -> None:
    assert [pause(attempts) for attempts in range(6)] == [1, 3, 10, 30, 60, 60]


def test_a_merchant_that_is_down_is_told_later(
    server: Server, heard_merchant: Merchant, listener: Listener, clock: Clock
) -> None:
    heard_merchant.pay(DECLINED, NotificationURL="http://127.0.0.1:9/")
    heard_merchant.pay(DECLINED)

    server.bank.tick()

    assert listener.statuses == ["REJECTED"]
    [row] = server.bank.store.rows("SELECT attempts FROM notifications WHERE state = 'QUEUED'")
    assert row["attempts"] == 1


def test_what_was_not_told_survives_a_restart(server: Server, heard_merchant: Merchant, listener: Listener) -> None:
    heard_merchant.pay()
    var_dir = server.bank.config.var_dir
    later = Clock()
    later.advance(seconds=5)

    with running_bank(var_dir, later) as again:
        again.bank.tick()

    assert listener.statuses == ["AUTHORIZED", "CONFIRMED"]


def test_without_an_address_nobody_is_told(server: Server, merchant: Merchant) -> None:
    merchant.pay()

    assert server.bank.store.rows("SELECT 1 FROM notifications") == []


@pytest.mark.parametrize(
    "url", ["http://example.com/", "https://127.0.0.1/", "http://127.0.0.1.example.com/", "ftp://localhost/", "x"]
)
def test_strangers_are_never_called(server: Server, merchant: Merchant, url: str) -> None:
    merchant.pay(NotificationURL=url)

    server.bank.tick()

    assert not is_local(url)
    rows = server.bank.store.rows("SELECT state FROM notifications")
    assert {row["state"] for row in rows} == {"REFUSED"}


def test_the_living_bank_tells_at_once_and_by_itself(server: Server, listener: Listener, clock: Clock) -> None:
    with running_bank(server.bank.config.var_dir, clock, alive=True) as living:
        merchant = Merchant(living.server_port, living.bank.config.var_dir, notification_url=listener.url)
        listener.answers = [(500, b"")]
        merchant.pay(DECLINED)
        deadline = time.monotonic() + 5
        while len(listener.heard) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)

    assert listener.statuses == ["REJECTED", "REJECTED"]


def test_the_living_bank_rests_between_events(server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    ticks = []
    with running_bank(server.bank.config.var_dir, clock, alive=True) as living:
        tick = living.bank.tick
        monkeypatch.setattr(living.bank, "tick", lambda: (ticks.append(1), tick()))
        Merchant(living.server_port, living.bank.config.var_dir).pay()
        time.sleep(0.5)

    assert len(ticks) < 20

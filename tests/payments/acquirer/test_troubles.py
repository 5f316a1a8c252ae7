"""Whatever goes wrong on the way, the outcome is unknown: NoAnswer, at once or in time, and never a second try."""

import contextlib
import socket
import threading
import time

import pytest

from payments.acquirer import wire
from payments.acquirer.base import NoAnswer
from payments.acquirer.tbank import TBank
from payments.acquirer.wire import NotAnObject, read_object
from tests.payments.acquirer.calls import CALLS, query
from tests.payments.acquirer.recorder import PASSWORD, TERMINAL, recording, sound


def hang_up(handler):
    """No answer at all: the process was killed."""
    handler.close_connection = True
    handler.connection.shutdown(socket.SHUT_RDWR)


def hang_up_halfway(handler):
    """Half an answer."""
    handler.wfile.write(b'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{"Success": true,')
    hang_up(handler)


def speak_no_http(handler):
    """Something else listens there."""
    handler.wfile.write(b"220 mail.example ESMTP\r\n")
    hang_up(handler)


def say_nothing(handler):
    """The bank hangs."""
    time.sleep(1)
    hang_up(handler)


def drip(handler):
    """Each byte in time, the whole never."""
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{")
    with contextlib.suppress(OSError):
        for _ in range(50):
            handler.wfile.write(b" ")
            time.sleep(0.05)
    hang_up(handler)


def unpack_badly(handler):
    """Not what its header says."""
    handler.answer(b"not gzip", Content_Encoding="gzip")


MISDEEDS = [hang_up, hang_up_halfway, speak_no_http, unpack_badly]
NO_CARDS = b"[]"
GARBAGE = [
    b"",
    b"OK",
    b"<html><body>502 Bad Gateway</body></html>",
    NO_CARDS,
    b"null",
    b"true",
    b'"text"',
    b"{}",
    b'{"Success": true}',
    b'{"Success": NaN, "ErrorCode": "0"}',
    b'{"Success": true, "Success": true, "ErrorCode": "0"}',
    b'{"Success": true, "ErrorCode": "0"} trailing',
    b"\xff\xfe\x00",
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"Amount": ' + b"1" * 5_000 + b"}",
    b'{"Message": "\\ud800"}',
    b'{"Message": "' + b"x" * wire.LARGEST_ANSWER + b'"}',
]


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("misdeed", MISDEEDS, ids=lambda misdeed: misdeed.__name__)
def test_a_broken_connection_is_no_answer(bank, recorder, method, misdeed):
    recorder.answers[method] = misdeed

    with pytest.raises(NoAnswer, match=method):
        CALLS[method](bank)


@pytest.mark.parametrize("method", ["FinishAuthorize", "GetCardList"])
@pytest.mark.parametrize("status", [201, 204, 301, 302, 307, 308, 400, 401, 403, 404, 429, 500, 502, 503, 504])
def test_any_status_but_200_is_no_answer(bank, recorder, method, status):
    recorder.status = status
    recorder.answers[method] = lambda handler: handler.answer(b"", Location=recorder.url + "Elsewhere")

    with pytest.raises(NoAnswer, match=f"{method}: HTTP {status}"):
        CALLS[method](bank)

    assert [heard.method for heard in recorder.heard] == [method]


@pytest.mark.parametrize("method", CALLS)
def test_garbage_is_no_answer(bank, recorder, method):
    for garbage in GARBAGE:
        recorder.answers[method] = garbage
        if (method, garbage) == ("GetCardList", NO_CARDS):
            assert CALLS[method](bank) == []
            continue

        with pytest.raises(NoAnswer, match=method):
            CALLS[method](bank)


@pytest.mark.parametrize("method", CALLS)
@pytest.mark.parametrize("misdeed", [hang_up, hang_up_halfway])
def test_nothing_is_sent_twice(bank, recorder, method, misdeed):
    recorder.answers[method] = misdeed

    with pytest.raises(NoAnswer):
        CALLS[method](bank)

    assert len(recorder.heard) == 1


@pytest.mark.parametrize("misdeed", [say_nothing, drip])
def test_it_does_not_wait_for_ever(recorder, monkeypatch, misdeed):
    monkeypatch.setattr(wire, "READ_SECONDS", 0.2)
    bank = TBank(url=recorder.url, terminal=TERMINAL, password=PASSWORD)
    recorder.answers["GetState"] = misdeed

    began = time.perf_counter()
    with pytest.raises(NoAnswer):
        query(bank)

    assert time.perf_counter() - began < 0.9
    bank._wire._client.close()


def test_it_waits_three_seconds_for_a_connection_and_twenty_for_an_answer(bank):
    timeout = bank._wire._client.timeout

    assert (timeout.connect, timeout.read, timeout.pool) == (3, 20, 3)


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as reserved:
        port = reserved.getsockname()[1]
    bank = TBank(url=f"http://127.0.0.1:{port}/v2/", terminal=TERMINAL, password=PASSWORD)

    with pytest.raises(NoAnswer, match="GetState: ConnectError"):
        query(bank)


@pytest.mark.parametrize("url", ["ftp://bank.example/", "http://no-such-host.invalid/v2/", "nonsense"])
def test_an_address_that_leads_nowhere(url):
    bank = TBank(url=url, terminal=TERMINAL, password=PASSWORD)

    with pytest.raises(NoAnswer):
        query(bank)


def test_the_environment_names_no_proxy(bank, recorder, monkeypatch):
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    bank = TBank(url=recorder.url, terminal=TERMINAL, password=PASSWORD)
    recorder.answers["GetState"] = sound(Status="CONFIRMED")

    assert query(bank).raw_status == "CONFIRMED"
    bank._wire._client.close()


def test_a_server_that_came_back_is_heard_again(recorder, bank):
    recorder.answers["GetState"] = hang_up
    with pytest.raises(NoAnswer):
        query(bank)
    recorder.answers["GetState"] = sound(Status="CONFIRMED")

    assert query(bank).raw_status == "CONFIRMED"


def test_threads_share_the_client(bank, recorder):
    recorder.answers["GetState"] = sound(Status="CONFIRMED")
    heard = []

    def ask():
        heard.extend(query(bank).raw_status for _ in range(10))

    threads = [threading.Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert heard == ["CONFIRMED"] * 80


def test_an_answer_is_one_object():
    assert read_object(b'{"Success": true, "Amount": 1.50}')["Success"] is True
    with pytest.raises(NotAnObject):
        read_object(b"[{}]")


def test_the_paper_bank_itself_stands_up_straight():
    with recording() as recorder, socket.create_connection(("127.0.0.1", recorder.server_port)) as line:
        line.sendall(b"POST /v2/GetState HTTP/1.1\r\nContent-Length: 2\r\nContent-Type: application/json\r\n\r\n{}")

        assert line.recv(15) == b"HTTP/1.1 200 OK"

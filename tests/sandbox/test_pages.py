"""The bank's plain pages and doors: index, health, files, what is not there, what is too big."""

import http.client
import re
import socket

import pytest

from smartservice.sandbox.pages import roubles
from tests.sandbox.merchant import Merchant


def test_the_index_says_what_it_is_and_lists_the_cards(merchant: Merchant) -> None:
    status, page = merchant.get("/")

    assert status == 200
    assert "Банк-песочница" in page
    for pan in ("2201 3820 0000 0013", "2200 7702 3909 7761", "2201 3820 0000 0047"):
        assert pan in page
    for pan in ("2201 3820 0000 0021", "2201 3820 0000 0831", "2201 3820 0000 0005"):
        assert pan in page
    assert "<strong>1234</strong>" in page


def test_pages_have_no_inline_style_or_script(merchant: Merchant) -> None:
    _, page = merchant.get("/")

    assert "<style" not in page
    assert "style=" not in page
    assert not re.search(r"<script(?! src)", page)


def test_health(merchant: Merchant) -> None:
    assert merchant.get("/healthz") == (200, "ok")


def test_it_is_reached_by_both_names(merchant: Merchant) -> None:
    for host in ("127.0.0.1", "localhost"):
        connection = http.client.HTTPConnection(host, merchant.port)
        connection.request("GET", "/healthz")
        assert connection.getresponse().read() == b"ok"
        connection.close()


def test_several_calls_share_a_connection(merchant: Merchant) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", merchant.port)
    for _ in range(3):
        connection.request("GET", "/healthz")
        first_socket = connection.sock
        connection.getresponse().read()
        assert connection.sock is first_socket
    connection.close()


@pytest.mark.parametrize("path, kind", [("/style.css", "text/css"), ("/return.js", "text/javascript")])
def test_files(merchant: Merchant, path: str, kind: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", merchant.port)
    connection.request("GET", path)
    answer = connection.getresponse()

    assert answer.status == 200
    assert answer.headers.get_content_type() == kind
    assert answer.read()
    connection.close()


@pytest.mark.parametrize("path", ["/nothing", "/pages/index.html", "/../keys.py", "/v2/Init", "/bank.sqlite3"])
def test_what_is_not_there(merchant: Merchant, path: str) -> None:
    status, page = merchant.get(path)

    assert status == 404
    assert "Такой страницы нет." in page


@pytest.mark.parametrize("path", ["/nothing", "/v2/GetQr", "/v2/", "/v2/Init/"])
def test_a_method_that_is_not_there(merchant: Merchant, path: str) -> None:
    status, _ = merchant.send(path, "{}")

    assert status == 404


def test_the_3ds_method_page_takes_what_browsers_bring(merchant: Merchant) -> None:
    status, page = merchant.post_form("/acs/method", threeDSMethodData="e30")

    assert status == 200
    assert "Сведения о браузере получены" in page


@pytest.mark.parametrize("length", ["1000000", "many", "-1"])
def test_a_body_without_a_sensible_length_is_not_read(merchant: Merchant, length: str) -> None:
    with socket.create_connection(("127.0.0.1", merchant.port)) as connection:
        connection.sendall(f"POST /v2/Init HTTP/1.1\r\nHost: x\r\nContent-Length: {length}\r\n\r\n".encode())
        answer = connection.makefile("rb").read()

    assert b" 413 " in answer.splitlines()[0]


def test_roubles_are_written_as_everywhere() -> None:
    assert roubles(1_297_024).replace("\N{NO-BREAK SPACE}", " ") == "12 970,24 ₽"
    assert roubles(5).replace("\N{NO-BREAK SPACE}", " ") == "0,05 ₽"

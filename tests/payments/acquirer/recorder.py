"""A bank of paper: keeps every request, answers what the test has written for it, and can misbehave on the wire."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl

TERMINAL, PASSWORD = "SmartServiceDEMO", "usaf8fw8fsw21g"
BANK_ID, ORDER_ID, AMOUNT = "700001702044", "0b5f5d0e-6f6e-4d0f-9a4e-3f3f6f1c2a10", 1_297_024
CUSTOMER, CARD_ID, REBILL_ID = "8a4f5a5e-9a0c-4a53-8a55-1c5c8b7e3f11", "70000015", "145919000015"
REQUEST_KEY = "ed989549-d3be-4758-95c7-22647e03f9ec"

Misdeed = Callable[["Handler"], None]


@dataclass(frozen=True)
class Heard:
    """One request as it came over the wire."""

    path: str
    content_type: str
    body: bytes
    headers: dict[str, str]

    @property
    def method(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def fields(self) -> dict[str, Any]:
        if self.content_type == "application/json":
            return json.loads(self.body)
        return dict(parse_qsl(self.body.decode(), strict_parsing=True))


class Recorder(ThreadingHTTPServer):
    """Answers each method with `answers[method]`: fields, raw bytes, or a misdeed that takes the connection over."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.forget()

    def forget(self) -> None:
        """A blank sheet for the next test."""
        self.heard: list[Heard] = []
        self.connections: set[Any] = set()
        self.answers: dict[str, dict[str, Any] | bytes | Misdeed] = {}
        self.status = 200

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hung up is what the tests are about."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/v2/"

    @property
    def last(self) -> Heard:
        return self.heard[-1]


class Handler(BaseHTTPRequestHandler):
    """HTTP/1.1 with connections that stay open, as a bank's are."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Recorder

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        heard = Heard(self.path, self.headers["Content-Type"], body, {k.lower(): v for k, v in self.headers.items()})
        self.server.heard.append(heard)
        self.server.connections.add(self.client_address)
        answer = self.server.answers.get(heard.method, b"")
        if callable(answer):
            answer(self)
        else:
            self.answer(answer if isinstance(answer, bytes) else json.dumps(answer).encode())

    def answer(self, body: bytes, **headers: str) -> None:
        self.send_response(self.server.status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def recording() -> Iterator[Recorder]:
    recorder = Recorder()
    thread = threading.Thread(target=recorder.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield recorder
    finally:
        recorder.shutdown()
        thread.join()
        recorder.server_close()


def sound(**fields: Any) -> dict[str, Any]:
    """An answer about our payment with which the bank is content."""
    usual = {
        "TerminalKey": TERMINAL,
        "OrderId": ORDER_ID,
        "Amount": AMOUNT,
        "PaymentId": BANK_ID,
        "Status": "NEW",
        "Success": True,
        "ErrorCode": "0",
    }
    return {name: value for name, value in (usual | fields).items() if value is not None}


def failed(code: str, **fields: Any) -> dict[str, Any]:
    """An answer with an error, bare as the bank's gateway gives it unless the test adds to it."""
    return {"Success": False, "ErrorCode": code, "Message": "Ошибка", "Details": "", **fields}

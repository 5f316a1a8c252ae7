"""A merchant for the tests: calls the bank as the portal would, seals cards, listens to notifications."""

import base64
import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import padding

from smartservice.sandbox.config import Config
from smartservice.sandbox.server import Server
from smartservice.sandbox.signature import token
from tests.sandbox.schema import answer_defects

FRICTIONLESS, WITHOUT_3DS, CHALLENGED = "2201382000000013", "2200770239097761", "2201382000000047"
DECLINED, POOR, NOT_AUTHENTICATED = "2201382000000021", "2201382000000831", "2201382000000005"
STRANGER = "4111111111111111"
RETURN_URL = "http://127.0.0.1:8000/payments/challenge/abc/"
THREE_DS = {
    "threeDSCompInd": "N",
    "language": "ru-RU",
    "timezone": "-180",
    "screen_height": "720",
    "screen_width": "1280",
    "cresCallbackUrl": RETURN_URL,
}
_orders = itertools.count(1)


class Clock:
    """The real time plus what the test has let pass."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def advance(self, **span: float) -> None:
        self.ahead += timedelta(**span)


@contextmanager
def running_bank(var_dir: Path, clock: Clock, *, alive: bool = False, **settings: Any) -> Iterator[Server]:
    """The real server on a free port; `alive` also lets its own thread send and watch the clock."""
    server = Server(Config(var_dir=var_dir, port=0, **settings), clock=clock)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    if alive:
        server.bank.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.stop()


class Merchant:
    """One terminal's side of the talk; every answer is held against the bank's description."""

    def __init__(self, port: int, var_dir: Path, *, notification_url: str = "") -> None:
        self.port = port
        self.terminal, self.password = "SmartServiceDEMO", "sandbox-password"
        self.notification_url = notification_url
        self.bank_dir = var_dir / "bank"
        self._key = serialization.load_pem_public_key((var_dir / "acquirer_public_key.pem").read_bytes())

    def seal(self, pan: str, *, expiry: str = "1239", cvv: str = "123", code: str = "CVV") -> str:
        return self.seal_text(f"PAN={pan};ExpDate={expiry};CardHolder=IVAN IVANOV;{code}={cvv}")

    def seal_text(self, text: str) -> str:
        return base64.b64encode(self._key.encrypt(text.encode(), padding.PKCS1v15())).decode()

    def send(self, path: str, body: str, kind: str = "application/json", method: str = "POST") -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            connection.request(method, path, body.encode(), {"Content-Type": kind})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def get(self, path: str) -> tuple[int, str]:
        status, body = self.send(path, "", method="GET")
        return status, body.decode()

    def post_form(self, path: str, **fields: str) -> tuple[int, str]:
        status, body = self.send(path, urlencode(fields), "application/x-www-form-urlencoded")
        return status, body.decode()

    def signed(self, **fields: Any) -> dict[str, Any]:
        values = {"TerminalKey": self.terminal, **fields}
        written = json.loads(json.dumps(values), parse_float=Decimal)
        return {**values, "Token": token(written, self.password)}

    def call(self, method: str, **fields: Any) -> Any:
        return self.call_unsigned(method, self.signed(**fields))

    def call_unsigned(self, method: str, values: dict[str, Any]) -> Any:
        if method.startswith("Submit3DSAuthorization"):
            body, kind = urlencode(values), "application/x-www-form-urlencoded"
        else:
            body, kind = json.dumps(values), "application/json"
        status, text = self.send(f"/v2/{method}", body, kind)
        answer = json.loads(text)
        assert status == 200
        assert answer_defects(method, answer) == []
        return answer

    def init(self, **fields: Any) -> dict[str, Any]:
        usual = {"OrderId": f"order-{next(_orders)}", "Amount": 1_297_024, "PayType": "O"}
        if self.notification_url:
            usual["NotificationURL"] = self.notification_url
        return self.call("Init", **(usual | fields))

    def finish(self, payment_id: str, card_data: str, **fields: Any) -> dict[str, Any]:
        usual = {"PaymentId": payment_id, "CardData": card_data, "IP": "127.0.0.1", "DATA": THREE_DS}
        return self.call("FinishAuthorize", **(usual | fields))

    def pay(self, pan: str = WITHOUT_3DS, **fields: Any) -> dict[str, Any]:
        """Init and FinishAuthorize; the answer of the latter."""
        return self.finish(self.init(**fields)["PaymentId"], self.seal(pan))

    def state(self, payment_id: str) -> str:
        return str(self.call("GetState", PaymentId=payment_id)["Status"])

    def submit(self, payment_id: str) -> dict[str, Any]:
        return self.call("Submit3DSAuthorizationV2", PaymentId=payment_id)

    def keep_card(self, pan: str = WITHOUT_3DS, *, customer: str = "anna", **fields: Any) -> str:
        """Pay and have the card kept; its number at the bank."""
        paid = self.pay(pan, CustomerKey=customer, Recurrent="Y", DATA={"OperationInitiatorType": "1"}, **fields)
        return str(paid["CardId"])

    def seal_kept(self, card_id: str, *, cvv: str = "123") -> str:
        return self.seal_text(f"CardId={card_id};CVV={cvv}")

    def cards(self, customer: str = "anna") -> Any:
        return self.call("GetCardList", CustomerKey=customer)

    def order_fault(self, name: str, **fields: Any) -> tuple[int, dict[str, Any]]:
        status, body = self.send("/sandbox/faults", json.dumps({"name": name, **fields}))
        return status, json.loads(body)

    def journal(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.bank_dir / "journal.jsonl").read_text().splitlines()]


class Listener(ThreadingHTTPServer):
    """The merchant's ear: keeps what it hears, and answers OK unless told otherwise."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Ear)
        self.heard: list[dict[str, Any]] = []
        self.answers: list[tuple[int, bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/payments/notification/?from=bank"

    @property
    def statuses(self) -> list[str]:
        return [body["Status"] for body in self.heard]


class _Ear(BaseHTTPRequestHandler):
    server: Listener

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.heard.append(body)
        status, text = self.server.answers.pop(0) if self.server.answers else (200, b"OK")
        self.send_response(status)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def listening() -> Iterator[Listener]:
    listener = Listener()
    thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield listener
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()

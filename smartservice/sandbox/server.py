"""The bank over HTTP: the acquirer's methods, the issuer's pages and the switch for faults on one port."""

import json
import socket
import sys
import threading
from dataclasses import replace
from decimal import Decimal
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from smartservice.sandbox import challenge, faults, hosted, pages
from smartservice.sandbox.bank import FORM_METHODS, METHODS, Bank, utc_now
from smartservice.sandbox.config import Config
from smartservice.sandbox.pages import Page
from smartservice.sandbox.refusals import MESSAGES, Refusal

BODY_LIMIT = 65_536
FORM, JSON = "application/x-www-form-urlencoded", "application/json"
HOSTED = ("/pay/", "/bind/")
GARBAGE = b'{"Success": true, "ErrorCode": "0", "Stat'


class Server(ThreadingHTTPServer):
    """One thread per connection; the threads die with the process."""

    daemon_threads = True
    # The default of five makes the sixth of a crowd wait a second.
    request_queue_size = 128

    def __init__(self, config: Config, *, clock: Any = utc_now) -> None:
        super().__init__((config.host, config.port), Handler)
        self.stopping = threading.Event()
        self.bank = Bank(replace(config, port=self.server_port), clock=clock)

    def stop(self) -> None:
        """Stop listening, let slow answers go, close the bank."""
        self.stopping.set()
        self.server_close()
        self.bank.close()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no event."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            super().handle_error(request, client_address)


class Handler(BaseHTTPRequestHandler):
    """Routes of both banks."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    timeout = 60
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        """Pages, files, the list of faults, health."""
        path = urlsplit(self.path).path
        if path == "/":
            self._page(pages.index())
        elif path == "/healthz":
            self._send(HTTPStatus.OK, "text/plain; charset=utf-8", b"ok")
        elif path == "/sandbox/faults":
            self._faults()
        elif path.startswith(HOSTED):
            self._hosted(path)
        elif path in pages.FILES:
            self._send(HTTPStatus.OK, pages.FILES[path], (pages.FOLDER / path.strip("/")).read_bytes())
        else:
            self._page(pages.problem("Такой страницы нет.", HTTPStatus.NOT_FOUND))

    def do_POST(self) -> None:
        """Methods of the API, the issuer's forms, orders for faults."""
        path = urlsplit(self.path).path
        body = self._body()
        if body is None:
            self.close_connection = True
            self._json(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"error": "Запрос без длины или слишком велик"})
        elif path.startswith("/v2/") and path.removeprefix("/v2/") in METHODS:
            self._api(path.removeprefix("/v2/"), body)
        elif path.startswith(HOSTED):
            self._hosted(path, _form(body))
        elif path == "/acs":
            self._challenge(_form(body))
        elif path == "/acs/password":
            self._password(_form(body))
        elif path == "/acs/method":
            self._page(pages.method())
        elif path == "/sandbox/faults":
            self._order_fault(body)
        else:
            self._page(pages.problem("Такой страницы нет.", HTTPStatus.NOT_FOUND))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it
        """Calls are in the bank's own journal."""

    def _api(self, method: str, body: bytes) -> None:
        bank = self.server.bank
        fault = bank.take_fault(method)
        asked = self._read(method, body)
        answer = bank.call(method, asked) if fault not in {"no-answer-before", "error-500"} else {}
        noted: dict[str, object] = answer if isinstance(answer, dict) else {"ErrorCode": "0"}
        bank.journal.note_call(at=bank.clock(), method=method, asked=asked, answer=noted, fault=fault)
        if fault == "slow":
            self.server.stopping.wait(bank.config.slow_seconds)
        if fault in {"no-answer-before", "no-answer-after"}:
            self._drop()
        elif fault == "error-500":
            self._send(HTTPStatus.INTERNAL_SERVER_ERROR, "text/html", b"<h1>500</h1>")
        elif fault == "garbage":
            self._send(HTTPStatus.OK, JSON, GARBAGE)
        else:
            self._json(HTTPStatus.OK, answer)

    def _read(self, method: str, body: bytes) -> dict[str, Any]:
        """A body of the wrong kind is read as if it were empty, and is then refused for its terminal."""
        kind = FORM if method in FORM_METHODS else JSON
        if self.headers.get_content_type() != kind:
            return {}
        return _form(body) if kind == FORM else _json(body)

    def _challenge(self, form: dict[str, str]) -> None:
        try:
            with self.server.bank.step() as step:
                payment: challenge.Challenged
                if "PaReq" in form:
                    payment = challenge.asked_of_old(step, form.get("MD", ""), form.get("TermUrl", ""))
                else:
                    payment = challenge.asked(step, form.get("creq", ""))
        except challenge.WrongRequest:
            self._page(pages.problem("Запрос проверки 3-D Secure неверен или устарел."))
            return
        shop = self.server.bank.config.terminal
        self._page(pages.way_back(payment) if payment.acs_result else pages.password(payment, shop=shop))

    def _password(self, form: dict[str, str]) -> None:
        password = form.get("password", "").strip()
        cancelled = form.get("action") == "cancel"
        try:
            with self.server.bank.step() as step:
                payment = challenge.find(step, form.get("challenge", ""))
                if payment.hosted:
                    payment = hosted.answer(step, payment.acs_id, password=password, cancelled=cancelled)
                elif cancelled:
                    payment = challenge.give_up(step, payment)
                elif password:
                    payment = challenge.answer(step, payment, password)
                back = hosted.way_back(step, payment)
        except challenge.WrongRequest:
            self._page(pages.problem("Запрос проверки 3-D Secure неверен или устарел."))
            return
        if payment.acs_result:
            self._page(pages.outcome(payment, way_back=back) if payment.hosted else pages.way_back(payment))
            return
        left = challenge.TRIES - payment.acs_tries
        problem = f"Неверный пароль. Осталось попыток: {left}." if password else "Введите пароль."
        self._page(pages.password(payment, shop=self.server.bank.config.terminal, problem=problem))

    def _hosted(self, path: str, typed: dict[str, str] | None = None) -> None:
        """The bank's own page: its form, what was wrong with it, the issuer's question, the outcome."""
        shop, problem = self.server.bank.config.terminal, ""
        try:
            with self.server.bank.step() as step:
                try:
                    opened = hosted.show(step, path) if typed is None else hosted.pay(step, path, typed)
                except Refusal as refusal:
                    opened, problem = hosted.show(step, path), MESSAGES[refusal.code]
                choices, back = hosted.choices(step, opened), hosted.way_back(step, opened)
        except challenge.WrongRequest:
            self._page(pages.problem("Такого заказа нет.", HTTPStatus.NOT_FOUND))
            return
        if opened.status in hosted.OPEN:
            self._page(pages.card_form(opened, choices, shop=shop, back=back, problem=problem))
        elif opened.acs_id and not opened.acs_result and opened.hosted and opened.status in challenge.CHECKED:
            self._page(pages.password(opened, shop=shop))
        else:
            self._page(pages.outcome(opened, way_back=back))

    def _faults(self) -> None:
        with self.server.bank.store.transaction() as db:
            self._json(HTTPStatus.OK, {"faults": faults.listed(db), "names": list(faults.NAMES)})

    def _order_fault(self, body: bytes) -> None:
        """JSON alone is taken: a page of another site cannot send it without asking."""
        order = _json(body)
        name, method, times = order.get("name"), order.get("method") or "", order.get("times", 1)
        if self.headers.get_content_type() != JSON or not isinstance(name, str) or not isinstance(method, str):
            self._json(HTTPStatus.BAD_REQUEST, {"error": "Нужен JSON: name, method, times"})
            return
        try:
            with self.server.bank.store.transaction() as db:
                if name == "clear":
                    faults.clear(db)
                else:
                    faults.order(db, name=name, method=method, times=int(str(times)))
        except ValueError as error:
            self._json(HTTPStatus.BAD_REQUEST, {"error": str(error)})
            return
        self._faults()

    def _body(self) -> bytes | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > BODY_LIMIT:
            return None
        return self.rfile.read(int(length))

    def _drop(self) -> None:
        """End the connection without a word."""
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _json(self, status: int, values: dict[str, object] | list[dict[str, object]]) -> None:
        self._send(status, JSON, json.dumps(values, ensure_ascii=False).encode())

    def _page(self, page: Page) -> None:
        policy = (
            "default-src 'none'; style-src 'self'; script-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
            f"form-action {page.form_target}"
        )
        self._send(page.status, "text/html; charset=utf-8", page.html.encode(), {"Content-Security-Policy": policy})

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.end_headers()
        self.wfile.write(body)


def _form(body: bytes) -> dict[str, Any]:
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=50))


def _json(body: bytes) -> dict[str, Any]:
    """The object, or an empty one: what cannot be read has no terminal and is refused for that."""
    try:
        values = json.loads(body, parse_float=Decimal)
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}

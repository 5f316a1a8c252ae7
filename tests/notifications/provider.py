"""An SMS provider on this machine: real HTTP, the answers that the real one documents, faults when asked for."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs

Answer = dict[str, Any] | list[Any] | str | int


class Provider:
    """`answers` are given in turn and the last one for ever: JSON, a text as it is, or a status of HTTP."""

    def __init__(self, port: int, answers: list[Answer]) -> None:
        self.address = f"127.0.0.1:{port}"
        self.answers = answers
        self.requests: list[tuple[str, dict[str, str]]] = []

    def next_answer(self) -> Answer:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    @property
    def sent(self) -> list[dict[str, str]]:
        """What was to be sent, without the questions about it."""
        return [data for path, data in self.requests if "send" in path]


@contextmanager
def provider(*answers: Answer) -> Iterator[Provider]:
    """Listens until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    it = Provider(server.server_address[1], list(answers))
    server.RequestHandlerClass = handler(it)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield it
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def handler(it: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            fields = {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}
            it.requests.append((self.path, fields))
            answer = it.next_answer()
            self.send_response(answer if isinstance(answer, int) else 200)
            self.end_headers()
            text = answer if isinstance(answer, str) else json.dumps({} if isinstance(answer, int) else answer)
            self.wfile.write(text.encode())

        log_message: Callable[..., None] = lambda *_: None

    return Handler

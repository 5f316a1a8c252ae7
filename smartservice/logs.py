"""One line a record: JSON where a machine reads it, with the request's number, and nothing that a log may not keep."""

import json
import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-ID"
GIVEN = re.compile(r"[A-Za-z0-9_-]{8,64}")
_PHONE = re.compile(r"(?<![\w.])(\+?[78])[\s(-]*9\d{2}[\s)-]*\d{3}[\s-]*\d{2}[\s-]*(\d{2})(?!\d)")
_NUMBER = re.compile(r"(?<![0-9A-Fa-f-])\d(?:[ -]?\d){12,18}(?![0-9A-Fa-f-])")
_EMAIL = re.compile(r"([\w.+-])[\w.+-]*@([\w-]+\.[\w.-]+)")
_SECRET = re.compile(r"(?i)\b(cvv|cvc|код|пароль|password|token|secret)(\W{1,4})[\w+/=-]{3,}")

request_id: ContextVar[str] = ContextVar("request_id", default="")


def masked(text: str) -> str:
    """The text without phones, long numbers, addresses and what stands behind a word for a secret."""
    text = _PHONE.sub(r"\1 *** ***-**-\2", text)
    text = _NUMBER.sub(lambda match: f"***{match[0][-4:]}", text)
    text = _EMAIL.sub(r"\1***@\2", text)
    return _SECRET.sub(r"\1\2***", text)


def number_requests(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Give each request a number, or keep that of the proxy; answers and log lines carry it."""

    def middleware(request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        mark = request_id.set(given if GIVEN.fullmatch(given) else secrets.token_hex(8))
        try:
            response = get_response(request)
            response.headers[HEADER] = request_id.get()
        finally:
            request_id.reset(mark)
        return response

    return middleware


class ShortRefusals(logging.Filter):
    """A refused page is no fault: its line says which page, and where in our code it was refused helps nobody."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let everything through, a refusal without its trace."""
        if record.exc_info and isinstance(record.exc_info[1], PermissionDenied):
            record.exc_info = record.exc_text = None
        return True


class JsonLine(logging.Formatter):
    """A record as one JSON object; the trace stands inside it, so that a line stays a line."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC, masked words, the request's number where there is one."""
        line = {
            "at": datetime.fromtimestamp(record.created, tz=UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": masked(record.getMessage()),
            "request_id": request_id.get(),
            "trace": masked(self.formatException(record.exc_info)) if record.exc_info else "",
        }
        return json.dumps({name: value for name, value in line.items() if value}, ensure_ascii=False)


class TextLine(logging.Formatter):
    """The same for people."""

    def format(self, record: logging.LogRecord) -> str:
        """Masked, trace and all."""
        return masked(super().format(record))

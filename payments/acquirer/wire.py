"""HTTP to the bank: one POST, one JSON object back; every other turn of events is NoAnswer, and nothing is retried.

Bodies of requests hold card data: no text of an exception, no log line and no chained exception here may show them.
"""

import json
import logging
import time
from collections.abc import Mapping
from decimal import Decimal
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Any, NoReturn
from urllib.parse import urlencode

import httpx2
from django.views.decorators.debug import sensitive_variables

from payments.acquirer.base import NoAnswer

log = logging.getLogger(__name__)

Fields = dict[str, Any]
# No name of the bank's.
LISTED = "[]"

CONNECT_SECONDS = 3.0
READ_SECONDS = 20.0
# The largest honest answer is a list of a dozen payments; more than this is garbage.
LARGEST_ANSWER = 256 * 1024
# Shorter than any server keeps an idle connection: a call that takes money must not meet one just being closed.
IDLE_SECONDS = 1.0


class NotAnObject(ValueError):
    """A text that is not one JSON object with each name once."""


class Wire:
    """The client of one process; its connections are shared by all threads."""

    def __init__(self, url: str) -> None:
        self._client = httpx2.Client(
            base_url=url,
            timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
            limits=httpx2.Limits(keepalive_expiry=IDLE_SECONDS),
            headers={"Accept": "application/json", "Accept-Encoding": "identity"},
            # A cookie set while one resident pays must not travel with the next one's card.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            follow_redirects=False,
            trust_env=False,
        )

    @sensitive_variables()
    def post_json(self, method: str, fields: Mapping[str, Any], *, or_list: bool = False) -> Fields:
        """Call a method that takes JSON; raises NoAnswer."""
        content = json.dumps(fields).encode()
        return self._post(method, content=content, kind="application/json", or_list=or_list)

    @sensitive_variables()
    def post_form(self, method: str, fields: Mapping[str, str]) -> Fields:
        """Call a method that takes a form; raises NoAnswer."""
        return self._post(method, content=urlencode(fields).encode(), kind="application/x-www-form-urlencoded")

    @sensitive_variables()
    def _post(self, method: str, *, content: bytes, kind: str, or_list: bool = False) -> Fields:
        try:
            with self._client.stream("POST", method, content=content, headers={"Content-Type": kind}) as response:
                if response.status_code != httpx2.codes.OK:
                    failure = f"HTTP {response.status_code}"
                else:
                    return read_object(_body(response), or_list=or_list)
        except Exception as error:  # noqa: BLE001 - however a call fails, what the bank did is unknown
            failure = type(error).__name__
        # Raised here and not in the handler: the chained exception would hold the request with its card data.
        raise no_answer(method, failure)


def no_answer(method: str, why: str) -> NoAnswer:
    """What to raise when the outcome of a call is unknown; it is in the log as well."""
    log.warning("the bank gave no answer to %s: %s", method, why)
    return NoAnswer(f"{method}: {why}")


def read_object(body: bytes, *, or_list: bool = False) -> Fields:
    """The JSON object of an answer or notification; fractions stay exact. Raises NotAnObject.

    With `or_list` a list is read too, as the object that has it alone.
    """
    try:
        read = json.loads(body, object_pairs_hook=_unique, parse_float=Decimal, parse_constant=_refuse)
        # A lone surrogate is text to JSON, but can be neither signed nor stored.
        json.dumps(read, ensure_ascii=False, default=str).encode()
    except (ValueError, ArithmeticError, RecursionError):
        read = None
    if or_list and isinstance(read, list):
        read = {LISTED: read}
    if not isinstance(read, dict):
        raise NotAnObject
    return read


def _body(response: httpx2.Response) -> bytes:
    """The whole body; one that is too long, or drips past the time for reading, is cut off."""
    body = b""
    deadline = time.monotonic() + READ_SECONDS
    for chunk in response.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER or time.monotonic() > deadline:
            raise NotAnObject
    return body


def _unique(pairs: list[tuple[str, Any]]) -> Fields:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise NotAnObject
    return fields


def _refuse(constant: str) -> NoReturn:
    raise NotAnObject(constant)

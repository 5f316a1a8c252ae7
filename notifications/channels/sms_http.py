"""What SMS providers have in common: an address with credentials, JSON over HTTP, and a pace they ask to keep."""

import re
import threading
import time
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2

from notifications.channels.base import NotDelivered

CONNECT_SECONDS, READ_SECONDS = 3, 7
LOCAL = frozenset({"127.0.0.1", "localhost"})
USUAL_RATE, USUAL_THREADS = 10, 10


class Pace:
    """At most so many a second in this process, evenly: whoever comes too early sleeps until his turn."""

    def __init__(self, rate: float) -> None:
        self.pause = 1 / rate
        self.lock = threading.Lock()
        self.next_turn = 0.0

    def wait(self) -> None:
        """Come back when it is the caller's turn."""
        with self.lock:
            turn = max(self.next_turn, time.monotonic())
            self.next_turn = turn + self.pause
        time.sleep(max(0.0, turn - time.monotonic()))


class SmsApi:
    """A provider's API at `scheme://user:password@host/?sender=…&rate=…&threads=…`; plain HTTP only on this machine."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.options = options = dict(parse_qsl(parts.query))
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = options.get("sender", "")
        self.threads = int(options.get("threads", USUAL_THREADS))
        self.pace = Pace(float(options.get("rate", USUAL_RATE)))
        scheme = "http" if parts.hostname in LOCAL else "https"
        port = f":{parts.port}" if parts.port else ""
        self.client = httpx2.Client(
            base_url=f"{scheme}://{parts.hostname}{port}",
            timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )

    def ask(self, path: str, data: Mapping[str, str]) -> Any:
        """The provider's answer as JSON; raises NotDelivered with nothing of the request in its words."""
        self.pace.wait()
        try:
            response = self.client.post(path, data=data)
        except httpx2.HTTPError as error:
            raise NotDelivered(type(error).__name__) from None
        if response.status_code != httpx2.codes.OK:
            raise NotDelivered(f"HTTP {response.status_code}")
        try:
            return response.json()
        except ValueError:
            raise NotDelivered("not JSON") from None


def kopecks(roubles: object) -> int | None:
    """A price as providers write it, «1.44» or 0.6; None when there is none."""
    try:
        return int((Decimal(str(roubles)) * 100).quantize(Decimal(1), ROUND_HALF_UP))
    except InvalidOperation:
        return None


def digits(phone: str) -> str:
    """The phone as providers want it: 79161234567."""
    return re.sub(r"[^0-9]", "", phone)

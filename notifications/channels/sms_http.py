"""What SMS providers have in common: an address with credentials, JSON over HTTP, and a pace they ask to keep."""

import re
import threading
import time
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx2
from django.db import DatabaseError

from notifications.channels.base import NotDelivered, NotNow
from safeguards import pace

CONNECT_SECONDS, READ_SECONDS = 3, 7
LOCAL = frozenset({"127.0.0.1", "localhost"})
USUAL_RATE, USUAL_THREADS = 10, 10
# Seconds: how long one waits for a turn to be free, and how often one looks.
PATIENCE, AGAIN = 2.0, 0.1
MICROSECONDS = 1_000_000
URGENT_LINE, PATIENT_LINE = 2 * MICROSECONDS, MICROSECONDS // 2


class Pace:
    """At most so many a second in all processes, evenly: whoever comes too early sleeps until his turn.

    News take only turns that come at once, so the line that a code has to stand in stays short.
    """

    def __init__(self, name: str, rate: float) -> None:
        self.name = name
        self.pause = round(MICROSECONDS / rate)
        # One thread of a process asks the database at a time: the others would only make it busy.
        self.doors = {True: threading.Lock(), False: threading.Lock()}

    def wait(self, *, is_urgent: bool) -> None:
        """Come back when it is the caller's turn; raises NotNow when none is free."""
        ends = time.monotonic() + PATIENCE
        door = self.doors[is_urgent]
        if not door.acquire(timeout=PATIENCE):
            raise NotNow
        try:
            until = self._turn(URGENT_LINE if is_urgent else PATIENT_LINE, ends)
        finally:
            door.release()
        time.sleep(until / MICROSECONDS)

    def _turn(self, ahead: int, ends: float) -> int:
        try:
            while (until := pace.turn(self.name, pause=self.pause, ahead=ahead, now=time.time_ns() // 1000)) is None:
                if time.monotonic() >= ends:
                    raise NotNow
                time.sleep(AGAIN)
        except DatabaseError as stumble:
            # It must not take along what others have sent meanwhile: unrecorded, that would be sent once more.
            raise NotNow from stumble
        return until


class SmsApi:
    """A provider's API at `scheme://user:password@host/?sender=…&rate=…&threads=…`; plain HTTP only on this machine."""

    name: str

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self.options = options = dict(parse_qsl(parts.query))
        self.user, self.password = unquote(parts.username or ""), unquote(parts.password or "")
        self.sender = options.get("sender", "")
        self.threads = int(options.get("threads", USUAL_THREADS))
        self.pace = Pace(self.name, float(options.get("rate", USUAL_RATE)))
        scheme = "http" if parts.hostname in LOCAL else "https"
        port = f":{parts.port}" if parts.port else ""
        self.client = httpx2.Client(
            base_url=f"{scheme}://{parts.hostname}{port}",
            timeout=httpx2.Timeout(READ_SECONDS, connect=CONNECT_SECONDS, pool=CONNECT_SECONDS),
        )

    def ask(self, path: str, data: Mapping[str, str], *, is_urgent: bool = False) -> Any:
        """The provider's answer as JSON; raises NotDelivered with nothing of the request in its words."""
        self.pace.wait(is_urgent=is_urgent)
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

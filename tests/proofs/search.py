"""Looks for a planted card in everything that outlives a request, byte by byte and in every dress."""

import base64
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import redis
from django.contrib.sessions.serializers import JSONSerializer
from django.core import signing

from tests.proofs.stack import Stack

PIECE = 40
SESSION_SALT = "django.contrib.sessions.SessionStore"


@dataclass(frozen=True)
class Card:
    """What was typed; no other text of these tests holds this number or this code."""

    number: str
    cvv: str


def traces(stack: Stack, cards: list[Card], cryptograms: list[str]) -> list[str]:
    """What of the cards and their cryptograms is found where."""
    wanted = [(f"number {card.number[-4:]}", needle) for card in cards for needle in numbers(card.number)]
    wanted += [("cryptogram", needle) for cryptogram in cryptograms for needle in pieces(cryptogram)]
    code = code_pattern({card.cvv for card in cards})
    found = set()
    for place, content in everything(stack):
        found |= {f"{what} in {place}" for what, needle in wanted if needle in content}
        found |= {f"code in {place}"} if code.search(content) else set()
    return sorted(found)


def numbers(number: str) -> set[bytes]:
    """The number plain, in groups, and as it looks inside Base64, wherever in a longer text it begins."""
    groups = re.findall(".{1,4}", number)
    plain = {separator.join(groups) for separator in ("", " ", "-", "+", "%20", "\u00a0", "\\u00a0")}
    return {text.encode() for text in plain} | {
        inside for text in (number, " ".join(groups)) for inside in inside_base64(text.encode())
    }


def inside_base64(text: bytes) -> Iterator[bytes]:
    """What Base64 makes of it after 0, 1 and 2 bytes of something else, without the signs that both share."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + text).rstrip(b"=")
        yield encoded[(before * 4 + 2) // 3 : len(encoded) - 1]


def pieces(cryptogram: str) -> set[bytes]:
    """Of every 40 signs the longest run of letters and digits: percent-encoding leaves it as it is."""
    parts = [cryptogram[start : start + PIECE] for start in range(0, len(cryptogram) - PIECE, PIECE)]
    return {max(re.findall("[A-Za-z0-9]+", part), key=len).encode() for part in parts}


def code_pattern(cvvs: set[str]) -> re.Pattern[bytes]:
    """One of the codes under its name, or any card data at all."""
    named = rb"[cC][vV][vVcC]2?[\"']?\s*[:=]\s*[\[(\"']{0,3}(?:%b)(?!\d)" % "|".join(cvvs).encode()
    return re.compile(named + rb"|PAN=\d|CVV=\d")


def everything(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Name and content of all that is kept: files, logs, rows, sessions as they are read, broker and cache."""
    for folder in (stack.var_dir, stack.folder / "logs"):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_relative_to(stack.var_dir / "static"):
                yield path.relative_to(stack.folder).as_posix(), path.read_bytes()
    for table in tables(stack):
        yield table, "\n".join(map(str, stack.rows(f"SELECT * FROM {table}"))).encode()
    key = (stack.var_dir / "secret_key").read_text()
    for (session,) in stack.rows("SELECT session_data FROM django_session"):
        read = signing.loads(session, key=key, salt=SESSION_SALT, serializer=JSONSerializer)
        yield "session", str(read).encode()
    yield from in_redis(stack)
    yield from in_cluster(stack)


def tables(stack: Stack) -> list[str]:
    if stack.database_url:
        rows = stack.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    else:
        rows = stack.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    return [name for (name,) in rows]


def in_redis(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """Every key of every number: the broker's, the cache's, the neighbours' stacks'."""
    url = stack.environment.get("REDIS_URL")
    if not url:
        return
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            yield "Redis", key + b" " + (client.dump(key) or b"")


def in_cluster(stack: Stack) -> Iterator[tuple[str, bytes]]:
    """PostgreSQL's own files of this database with its write-ahead log, where the tests may read them."""
    if not stack.database_url:
        return
    stack.checkpoint()
    ((folder, oid),) = stack.rows(
        "SELECT current_setting('data_directory'), oid FROM pg_database WHERE datname = current_database()"
    )
    if os.access(folder, os.R_OK | os.X_OK):
        places = [*Path(folder, "base", str(oid)).iterdir(), *Path(folder, "pg_wal").iterdir()]
        logs = Path(folder).parent.glob("*.log")
        files = (path for path in [*places, *logs] if path.is_file())
        yield from ((f"PostgreSQL {path.name}", path.read_bytes().rstrip(b"\0")) for path in files)

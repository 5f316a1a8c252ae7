"""Looks for what must stand nowhere: card numbers, card codes, cryptograms, one-time passwords. Never shows a value."""

import base64
import binascii
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import redis
from django.apps import apps
from django.contrib.sessions.models import Session
from django.db import models

from payments import cards
from safeguards import card_numbers, rotation
from safeguards.encrypted import EncryptedField, Unreadable
from safeguards.secret import Secret

# The file channels are where messages belong; static files are our own; the portal's rows are read as rows.
LEFT_OUT = ("sms/", "mail/", "static/", "smartservice.sqlite3")
# Encrypted and no words of people: a health insurance number passes for a card, tokens of the bank are long.
NO_WORDS = frozenset(
    {
        "accounts.Authenticator.key",
        "accounts.Profile.oms",
        "accounts.ProfileChange.values",
        "payments.CardBinding.challenge",
        "payments.Payment.challenge",
        "payments.SavedCard.rebill_id",
    }
)


class Kind(StrEnum):
    """What may be found, in the words of the report."""

    CARD = "номер карты"
    CVV = "код CVV/CVC"
    CRYPTOGRAM = "зашифрованные данные карты"
    CODE = "одноразовый пароль"


# Neighbours that are hexadecimal make it a piece of a digest, not a number.
_NUMBER = re.compile(
    r"(?<![0-9A-Fa-f])(?:[0-9]{16,19}|[0-9]{4}(?:[ \u00a0+-][0-9]{4}){3}(?:[ \u00a0+-]?[0-9]{1,3})?)(?![0-9A-Fa-f])"
)
_CVV = re.compile(
    r"(?<![a-z])cv[vc]2?(?:[\"']?\s*[=:]\s*[\[(\"']{0,3}|[\"'][^>]{0,120}value=[\"'])[0-9]{3,4}(?![0-9])", re.IGNORECASE
)
_CRYPTOGRAM = re.compile(f"(?<![A-Za-z0-9+/]){cards.CRYPTOGRAM}")
_CODE = re.compile(
    r"(?<!\w)(?:код|пароль|code|otp)[\"']?\s*[=:]?\s*[\[(\"']{0,3}(?:[0-9]{6}|[0-9]{4})(?![\w-])", re.IGNORECASE
)
_BASE64 = re.compile("[A-Za-z0-9+/]{16,}={0,2}")


@dataclass(frozen=True)
class Find:
    """One place and what stands there."""

    place: str
    kind: Kind

    def __str__(self) -> str:
        return f"{self.place}: {self.kind}"


def everything(*, var_dir: Path, redis_url: str, logs: Iterable[Path]) -> Iterator[Find]:
    """All finds in the database, in the queue where there is one, in VAR_DIR, and in the given logs."""
    yield from (Find(place, Kind.CARD) for place, text in in_secret_words() if card_numbers.are_in(text))
    sources = [in_database(), in_queue(redis_url) if redis_url else iter(()), in_folder(var_dir), in_files(logs)]
    for source in sources:
        for place, text in source:
            for kind in sorted(kinds(text)):
                yield Find(place, kind)


def kinds(text: str) -> set[Kind]:
    """What a text holds, be it plain, percent-encoded or inside Base64."""
    found = _plain(text)
    if "%" in text:
        found |= _plain(unquote(text))
    for match in _BASE64.finditer(text):
        found |= _plain(_decoded(match[0])) - {Kind.CODE}
    return found


def in_database() -> Iterator[tuple[str, str]]:
    """Every text of every row, sessions also as what they hold; what is encrypted is read by `in_secret_words`."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta  # noqa: SLF001 - Django's own name for its public description of a model
        names = [field.attname for field in meta.concrete_fields if _is_text(field)]
        for key, *values in models.QuerySet(model).values_list("pk", *names).iterator(chunk_size=2000):
            for name, value in zip(names, values, strict=True):
                if value:
                    yield f"{meta.db_table}.{name}, строка {_shown(model, key)}", str(value)
    for session in Session.objects.iterator(chunk_size=2000):
        yield "django_session, содержимое сеанса", str(session.get_decoded())


def in_secret_words() -> Iterator[tuple[str, str]]:
    """Every encrypted text that people have written: staff read it, so a card number there is open to them."""
    for field in rotation.encrypted_fields():
        if rotation.name_of(field) not in NO_WORDS:
            table = field.model._meta.db_table  # noqa: SLF001 - as above
            for row in rotation.rows_with(field).iterator(chunk_size=2000):
                # What no key opens shows nobody anything.
                with suppress(Unreadable):
                    yield f"{table}.{field.name}, строка {row.pk}", getattr(row, field.attname)


def in_queue(url: str) -> Iterator[tuple[str, str]]:
    """Every key of the broker and cache; a key's own name may hold something as well."""
    with redis.Redis.from_url(url) as client:
        for key in client.scan_iter():
            yield "Redis, имя ключа", _text(key)
            for value in _values(client, key):
                yield f"Redis, {_text(key)}", _text(value)


def in_folder(folder: Path) -> Iterator[tuple[str, str]]:
    """Every line of every file that the product writes, but for the file channels."""
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and not name.startswith(LEFT_OUT):
            # A file of the running portal may be gone before it is its turn.
            with suppress(FileNotFoundError):
                yield from _lines(path, name)


def in_files(paths: Iterable[Path]) -> Iterator[tuple[str, str]]:
    """Every line of the given files; raises OSError for one that cannot be read."""
    for path in paths:
        yield from _lines(path, str(path))


def _plain(text: str) -> set[Kind]:
    found = {kind for kind, pattern in _PATTERNS.items() if pattern.search(text)}
    return found | ({Kind.CARD} if any(map(_is_card, _NUMBER.findall(text))) else set())


_PATTERNS = {Kind.CVV: _CVV, Kind.CRYPTOGRAM: _CRYPTOGRAM, Kind.CODE: _CODE}


def _is_card(candidate: str) -> bool:
    """A number that our own card form would take."""
    try:
        cards.number(Secret(re.sub("[^0-9]", "", candidate)))
    except cards.WrongCard:
        return False
    return True


def _decoded(token: str) -> str:
    try:
        return base64.b64decode(token + "=" * (-len(token) % 4)).decode("latin-1")
    except (binascii.Error, ValueError):
        return ""


def _is_text(field: "models.Field[Any, Any]") -> bool:
    return isinstance(field, models.CharField | models.TextField | models.JSONField) and not isinstance(
        field, EncryptedField
    )


def _shown(model: type[models.Model], key: object) -> object:
    """Keys of sessions open cabinets: they are named in no report."""
    return "…" if issubclass(model, Session) else key


def _values(client: "redis.Redis", key: bytes) -> Iterator[Any]:
    """What stands under a key, whatever its type."""
    match _text(client.type(key)):
        case "string":
            yield client.get(key)
        case "list":
            yield from client.lrange(key, 0, -1)
        case "set":
            yield from client.sscan_iter(key)
        case "zset":
            yield from (member for member, _ in client.zscan_iter(key))
        case "hash":
            for name, value in client.hscan_iter(key):
                yield name + b" " + value


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def _lines(path: Path, name: str) -> Iterator[tuple[str, str]]:
    with path.open(encoding="utf-8", errors="replace") as file:
        for number, line in enumerate(file, 1):
            yield f"{name}, строка {number}", line

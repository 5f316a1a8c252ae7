"""The environment, read in one place: every variable that changes how the product runs."""

import ipaddress
import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

LAST_PORT = 65_535
DATABASE_EXAMPLE = "DATABASE_URL=postgres://имя:пароль@сервер:5432/база"


class Wrong(ImproperlyConfigured):
    """A variable cannot be used; the text is one line for whoever set it: which, what is wrong, an example."""


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names (for secrets)."""
    file_name = os.environ.get(f"{name}_FILE")
    if not file_name:
        return os.environ.get(name, default)
    try:
        return Path(file_name).read_text(encoding="utf-8").strip()
    except OSError as error:
        why = error.strerror
    except UnicodeDecodeError:
        why = "это не текст в UTF-8"
    raise Wrong(f"{name}_FILE: файл {file_name} не читается: {why}. Пример: {name}_FILE=/run/secrets/{name.lower()}")


def integer(name: str, default: int, *, most: int | None = None) -> int:
    """The variable as a number that is not below zero; raises Wrong."""
    value = text(name).strip()
    if not value:
        return default
    if not (value.isascii() and value.isdigit()) or (most is not None and int(value) > most):
        limit = f" не больше {most}" if most is not None else ""
        raise Wrong(f"{name}={value}: нужно целое число{limit}. Пример: {name}={default}")
    return int(value)


def port(name: str, default: int) -> int:
    """A port to listen on; raises Wrong."""
    return integer(name, default, most=LAST_PORT)


def seconds(name: str, default: float) -> float:
    """A length of time that may have a fraction; raises Wrong."""
    value = text(name)
    try:
        return float(value) if value else default
    except ValueError:
        raise Wrong(f"{name}={value}: нужно число секунд. Пример: {name}={default}") from None


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on, in any case; the default when it is not set."""
    value = text(name).lower()
    return value in {"1", "true", "yes", "on"} if value else default


def words(name: str) -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """A comma-separated list of addresses and networks; raises Wrong."""
    given = words(name)
    for one in given:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            example = "10.0.0.5,172.16.0.0/12"
            raise Wrong(f"{name}: «{one}» – не адрес и не сеть. Пример: {name}={example}") from None
    return given


def hours(name: str, default: str) -> tuple[int, int] | None:
    """Two hours of the day, «21-9»; None for an empty value; raises Wrong."""
    value = text(name, default)
    if not value:
        return None
    begins, _, ends = value.partition("-")
    if not (begins.isdigit() and ends.isdigit() and 0 <= int(ends) < int(begins) <= 24):
        raise Wrong(f"{name}={value}: нужны два часа, вечерний первым. Пример: {name}=21-9")
    return int(begins), int(ends)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words; the first is the default; raises Wrong."""
    value = text(name, allowed[0])
    if value not in allowed:
        raise Wrong(f"{name}={value}: бывает только {' или '.join(allowed)}. Пример: {name}={allowed[0]}")
    return value


SQLITE_OPTIONS: dict[str, Any] = {
    "timeout": 20,
    # Every atomic() is a writer from its first statement: without this a read that turns into a write fails at once.
    "transaction_mode": "IMMEDIATE",
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;PRAGMA secure_delete=ON;"
        "PRAGMA temp_store=MEMORY;PRAGMA cache_size=-20000;PRAGMA journal_size_limit=27103364"
    ),
}


def database(url: str, *, sqlite_file: Path) -> dict[str, Any]:
    """Django's description of the database: SQLite at the file when the URL is empty; raises Wrong."""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(sqlite_file),
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": 600,
            # In-memory test databases have no WAL and fail with "table is locked": tests use a file as well.
            "TEST": {"NAME": str(sqlite_file.with_name("test.sqlite3"))},
        }
    try:
        parts = urlsplit(url)
        number = str(parts.port or "")
    except ValueError:
        raise Wrong(f"DATABASE_URL: порт или адрес не разобрать. Пример: {DATABASE_EXAMPLE}") from None
    if parts.scheme not in {"postgres", "postgresql"}:
        raise Wrong(f"DATABASE_URL должен начинаться с postgres://. Пример: {DATABASE_EXAMPLE}")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket folder does not fit into the host part of a URL, so it may come as ?host=/folder.
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": number,
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }

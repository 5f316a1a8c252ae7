"""The environment, read in one place: every variable that changes how the product runs."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    """The variable, or the content of the file that NAME_FILE names (for secrets)."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        return Path(file_name).read_text(encoding="utf-8").strip()
    return os.environ.get(name, default)


def integer(name: str, default: int) -> int:
    """The variable as a number; ImproperlyConfigured names the one that is not."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number") from None


def flag(name: str, *, default: bool = False) -> bool:
    """True for 1, true, yes, on, in any case; the default when it is not set."""
    value = text(name).lower()
    return value in {"1", "true", "yes", "on"} if value else default


def words(name: str) -> list[str]:
    """A comma-separated list without blanks."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def hours(name: str, default: str) -> tuple[int, int] | None:
    """Two hours of the day, «21-9»; None for an empty value."""
    value = text(name, default)
    if not value:
        return None
    begins, _, ends = value.partition("-")
    if not (begins.isdigit() and ends.isdigit() and 0 <= int(ends) < int(begins) <= 24):
        raise ImproperlyConfigured(f"{name} must be two hours like 21-9, the evening first")
    return int(begins), int(ends)


def choice(name: str, allowed: tuple[str, ...]) -> str:
    """One of the allowed words; the first is the default."""
    value = text(name, allowed[0])
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of: {', '.join(allowed)}")
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
    """Django's description of the database: SQLite at the given file when the URL is empty, else postgres://…"""
    if not url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(sqlite_file),
            "OPTIONS": SQLITE_OPTIONS,
            "CONN_MAX_AGE": 600,
            # In-memory test databases have no WAL and fail with "table is locked": tests use a file as well.
            "TEST": {"NAME": str(sqlite_file.with_name("test.sqlite3"))},
        }
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgres://")
    options = dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        # A socket folder does not fit into the host part of a URL, so it may come as ?host=/folder.
        "HOST": options.pop("host", "") or unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
    }

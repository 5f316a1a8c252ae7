"""Keys of an embedded installation: made once at the first start, kept in VAR_DIR for the owner's eyes only."""

import base64
import os
import secrets
from pathlib import Path

from smartservice.env import Wrong

FIELD_KEY_BYTES = 32


def kept(path: Path, made: str) -> str:
    """The file's content; when there is none yet, `made` becomes it. Safe when several processes start at once."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        aside = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(aside, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(made)
        try:
            # link() refuses to replace: the first process wins, and everybody then reads the winner's key.
            os.link(aside, path)
        except FileExistsError:
            pass
        finally:
            aside.unlink()
    return path.read_text(encoding="utf-8").strip()


def secret_key(var_dir: Path) -> str:
    """The signing key of this installation."""
    return kept(var_dir / "secret_key", secrets.token_urlsafe(48))


def journal_key(var_dir: Path) -> str:
    """What chains the journal of this installation; it lives as long as the journal does."""
    return kept(var_dir / "journal_key", secrets.token_urlsafe(48))


def checked(field_keys: str) -> str:
    """The same field encryption keys, if each of them is one; raises Wrong, which shows none."""
    for item in field_keys.split(","):
        key_id, _, encoded = item.strip().partition(":")
        try:
            key = base64.b64decode(encoded, validate=True)
        except ValueError:
            key = b""
        if not key_id or len(key) != FIELD_KEY_BYTES:
            example = "FIELD_KEYS=k1:$(head -c 32 /dev/urandom | base64)"
            raise Wrong(f"FIELD_KEYS: нужны ключи «имя:base64 от 32 байт» через запятую. Новый ключ: {example}")
    return field_keys


def field_keys(var_dir: Path) -> str:
    """The field encryption keys of this installation: `id:base64` of 32 bytes, comma-separated, newest first."""
    return kept(var_dir / "field_keys", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}")

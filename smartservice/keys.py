"""Keys of an embedded installation: made once at the first start, kept in VAR_DIR for the owner's eyes only."""

import base64
import os
import secrets
from pathlib import Path


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


def field_keys(var_dir: Path) -> str:
    """The field encryption keys of this installation: `id:base64` of 32 bytes, comma-separated, newest first."""
    return kept(var_dir / "field_keys", f"k1:{base64.b64encode(secrets.token_bytes(32)).decode()}")

"""Writes files that appear whole, named so that the same message again replaces itself."""

import os
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from notifications.channels.base import NotDelivered


def moment(at: datetime) -> str:
    """The time as file names carry it: UTC, sortable, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def write(folder: Path, name: str, content: bytes, *, number: UUID) -> None:
    """Write aside, then rename: a reader of the folder never sees half a message."""
    aside = folder / f".{number}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        aside.write_bytes(content)
        aside.replace(folder / name)
    except OSError as error:
        # The error's own text names the file, and with it the phone.
        raise NotDelivered(f"OSError: {error.strerror}") from None

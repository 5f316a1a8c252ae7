"""Files of letters: the row keeps a reference, and whoever knows the thing makes the file when the letter leaves."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.module_loading import import_string

from notifications.models import Message


@dataclass(frozen=True)
class File:
    """What is attached."""

    name: str
    content_type: str
    content: bytes


class NoFile(Exception):
    """The file cannot be made now, and its letter would say nothing without it."""


def files_of(message: Message) -> list[File]:
    """The files of a letter; none where the thing is gone or cannot be laid out on this machine. Raises NoFile.

    ATTACHMENTS of the settings says who makes which kind: the one that knows receipts stands above this app.
    """
    if not message.attachment:
        return []
    kind, _, reference = message.attachment.partition(":")
    file: File | None = import_string(settings.ATTACHMENTS[kind])(reference)
    return [file] if file else []

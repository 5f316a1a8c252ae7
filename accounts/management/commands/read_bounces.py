"""`read_bounces FOLDER` reads a Maildir, `read_bounces -` one letter from stdin; exit status 0 done, 2 usage."""

import logging
import mailbox
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from accounts import bounces
from accounts.bounces import Bounce

USAGE = 2
logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Разбирает отчёты о письмах, которые вернулись: новые письма папки Maildir (после разбора – прочитанные) "
        "или одно письмо со стандартного ввода. На ящик, которого нет, больше не пишем; житель подтвердит его заново."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", metavar="ПАПКА", help="папка Maildir; «-» – одно письмо со стандартного ввода")

    def handle(self, *args: Any, source: str, **options: Any) -> None:
        read = noted = 0
        for content in [sys.stdin.buffer.read()] if source == "-" else _new_ones(Path(source)):
            read += 1
            noted += sum(bounces.note(bounce, now=timezone.now()) for bounce in _read(content))
        self.stdout.write(f"Прочитано писем: {read}, вернулось наших: {noted}")


def _read(content: bytes) -> list[Bounce]:
    """A letter that cannot be read is no report of ours, and must not keep the others from being read."""
    try:
        return bounces.read(content)
    except (LookupError, ValueError, TypeError, AttributeError) as trouble:
        logger.warning("a letter was not understood: %s", type(trouble).__name__)
        return []


def _new_ones(folder: Path) -> Iterator[bytes]:
    """Each letter is marked as read only after it was noted: a killed run reads it again, which changes nothing."""
    if not (folder / "new").is_dir():
        raise CommandError(f"{folder}: это не папка Maildir", returncode=USAGE)
    box = mailbox.Maildir(folder, create=False)
    for key, letter in list(box.items()):
        if letter.get_subdir() == "new":
            yield box.get_bytes(key)
            letter.set_subdir("cur")
            letter.add_flag("S")
            box[key] = letter

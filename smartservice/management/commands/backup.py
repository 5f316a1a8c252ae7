"""`manage.py backup DIR`: a copy of the database, SQLite or PostgreSQL, while the portal works."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smartservice import backup

KEYS = (
    "Ключей в копии нет: без field_keys зашифрованного не прочесть. "
    "Сохраните отдельно secret_key и field_keys из VAR_DIR или папки секретов."
)


class Command(BaseCommand):
    help = "Снять копию базы (SQLite или PostgreSQL) в новую или пустую папку; портал при этом работает. " + KEYS

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="ПАПКА", type=Path, help="новая или пустая")

    def handle(self, *, folder: Path, **_: Any) -> None:
        try:
            copy = backup.backup(folder=folder, now=timezone.now())
        except (backup.Refused, OSError) as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(f"Копия: {copy}, {copy.stat().st_size} байт. {KEYS}")

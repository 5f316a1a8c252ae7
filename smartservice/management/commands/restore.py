"""`manage.py restore DIR`: a copy made by `backup` into an empty database; refuses to restore over data."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartservice import backup


class Command(BaseCommand):
    help = "Восстановить копию, снятую командой backup, в базу без единой таблицы; поверх данных отказывает."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", metavar="ПАПКА", type=Path, help="та, что дали команде backup")

    def handle(self, *, folder: Path, **_: Any) -> None:
        try:
            at = backup.restore(folder=folder)
        except (backup.Refused, OSError) as refusal:
            raise CommandError(str(refusal), returncode=1) from None
        self.stdout.write(f"Восстановлена копия от {at}. Теперь: migrate, verify_money, settle_payments.")

"""`manage.py import_number_plan FILE`: the public numbering plan, for the operator's name beside the login."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts import number_plan


class Command(BaseCommand):
    help = (
        "Загружает план нумерации (CSV «АВС/DEF;От;До;Емкость;Оператор;Регион»): по нему рядом с логином стоит "
        "вероятный оператор. Новый файл заменяет прежний целиком; ошибочный не меняет ничего."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="ФАЙЛ", help="файл DEF-9xx открытого плана нумерации")

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            count = number_plan.load(file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: файл не читается: {error.strerror}", returncode=2) from None
        except number_plan.MalformedPlan as error:
            raise CommandError(f"{file}: файл не принят: {error}", returncode=1) from None
        self.stdout.write(f"Загружено диапазонов: {count}")

"""`import_providers FILE`: takes the catalogue in; exit status 0 done, 1 refused, 2 usage."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import provider_import
from billing.provider_format import READERS, REQUIRED
from billing.register_text import Malformed


class Command(BaseCommand):
    help = (
        "Загружает каталог поставщиков из CSV (разделитель «;», первая строка – имена столбцов): файл целиком или "
        "ничего; тот же файл ещё раз ничего не меняет. Поставщики, которых в файле нет, остаются. "
        f"Обязательные столбцы: {', '.join(REQUIRED)}; остальные: "
        f"{', '.join(name for name in READERS if name not in REQUIRED)}. Флаги – yes или no, суммы – в рублях."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="ФАЙЛ", help="каталог в CSV")

    def handle(self, *, file: Path, **_: Any) -> None:
        try:
            outcome = provider_import.import_providers(data=file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: файл не читается: {error.strerror}", returncode=2) from None
        except Malformed as error:
            text = "\n".join([f"{file}: файл не принят", *(f"  {mistake}" for mistake in error.mistakes)])
            raise CommandError(text, returncode=1) from None
        self.stdout.write(
            f"Поставщиков: новых {outcome.new}, изменённых {outcome.changed}, без изменений {outcome.unchanged}"
        )

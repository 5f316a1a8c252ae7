"""`import_bills FILE…`: takes bill registers in; exit status 0 done, 1 refused, 2 usage."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing import bill_news, register_formats, register_import
from billing.money import roubles
from billing.register_formats import UnknownFormat
from billing.register_import import OlderThanAccepted, Outcome
from billing.register_text import Malformed

STANDARD_INPUT = "-"


class Command(BaseCommand):
    help = "Загружает реестры начислений: файл целиком или ничего; тот же файл ещё раз ничего не меняет."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="+", metavar="ФАЙЛ", help="реестр; «-» читает стандартный ввод")
        parser.add_argument(
            "--format",
            choices=[register_formats.AUTO, *register_formats.NAMES],
            default=register_formats.AUTO,
            help="формат реестра; сам узнаётся по содержимому, а формат Сбера – по имени файла",
        )
        parser.add_argument("--dry-run", action="store_true", help="проверить и посчитать, ничего не записывая")

    def handle(self, *, files: list[str], dry_run: bool, **options: Any) -> None:
        readings = [(name, _read(name)) for name in files]
        refused = [
            name
            for name, data in readings
            if not self._import(name, data, dry_run=dry_run, format_name=options["format"])
        ]
        # The worker would do it in a moment; without one the news wait for deliver_messages alone.
        bill_news.announce_due(now=timezone.now())
        if refused:
            raise CommandError(f"Не загружено файлов: {len(refused)} из {len(files)}", returncode=1)

    def _import(self, name: str, data: bytes, *, dry_run: bool, format_name: str) -> bool:
        try:
            outcome = register_import.import_register(
                data=data, file_name=Path(name).name, now=timezone.now(), dry_run=dry_run, format_name=format_name
            )
        except Malformed as error:
            self.stderr.write("\n".join([f"{name}: файл не принят", *(f"  {mistake}" for mistake in error.mistakes)]))
        except OlderThanAccepted as error:
            self.stderr.write(
                f"{name}: файл не принят: за этот период уже загружен реестр от {error.issued_date:%d.%m.%Y}"
            )
        except UnknownFormat:
            self.stderr.write(
                f"{name}: файл не принят: строка 1, столбец 1: ожидалось #REGISTER;bills;1 или имя файла Сбера"
            )
        else:
            self.stdout.write(f"{name}: {_summary(outcome, dry_run=dry_run)}")
            return True
        return False


def _read(name: str) -> bytes:
    if name == STANDARD_INPUT:
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        raise CommandError(f"{name}: файл не читается: {error.strerror}", returncode=2) from None


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    counts = (
        f"{outcome.provider}, {outcome.period:%m.%Y}: счетов {outcome.bills}, строк {outcome.rows}, "
        f"сумма {roubles(outcome.total)}"
    )
    if outcome.is_repeated:
        return f"этот файл уже загружен, ничего не изменилось ({counts})"
    done = f"новых {outcome.new}, изменённых {outcome.changed}, без изменений {outcome.unchanged}"
    return f"{counts}; {done}" + (" (проверка, ничего не записано)" if dry_run else "")

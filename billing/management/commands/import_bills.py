"""`import_bills FILE…`: takes bill registers in; exit status 0 done, 1 refused, 2 usage."""

import csv
import getpass
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO, TextIO

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing import bill_news, register_formats, register_import
from billing.models import BillRegister
from billing.money import Kopecks, roubles
from billing.register_import import REFUSALS, Outcome
from billing.register_text import Malformed, Mistake

STANDARD_INPUT = "-"
ERROR_COLUMNS = ("Файл", "Строка", "Столбец", "Поле", "Ошибка")
BUFFER = 1 << 20
# The digest is one reading of the file, the bills are another.
READINGS = 2


class WatchedFile(io.FileIO):
    """A file that says how many bytes of it were read so far, over all readings."""

    def __init__(self, file: int, say: Callable[[int], object]) -> None:
        super().__init__(file)
        self.say, self.bytes_read = say, 0

    def readinto(self, buffer: Any) -> int:
        """Read as always, and say so."""
        count = super().readinto(buffer) or 0
        self.bytes_read += count
        self.say(self.bytes_read)
        return count


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
        parser.add_argument(
            "--dry-run", action="store_true", help="проверить и сказать, что изменится, ничего не записывая"
        )
        parser.add_argument(
            "--errors", type=Path, metavar="CSV", help="куда записать все ошибки, чтобы отправить поставщику"
        )

    def handle(self, *, files: list[str], dry_run: bool, errors: Path | None, **options: Any) -> None:
        refused: list[tuple[str, list[Mistake]]] = []
        with ExitStack() as opened:
            # All before the first import: a name that was mistyped must not leave half of the work done.
            registers = [(_shown(name), opened.enter_context(self._open(name))) for name in files]
            table = opened.enter_context(_errors_file(errors)) if errors else None
            for name, file in registers:
                try:
                    outcome = register_import.import_register(
                        file=file,
                        file_name=Path(name).name,
                        now=timezone.now(),
                        by=f"import_bills: {_user()}",
                        dry_run=dry_run,
                        format_name=options["format"],
                    )
                except REFUSALS as refusal:
                    refused.append((name, self._refused(name, file, refusal, options["format"], whole=bool(errors))))
                else:
                    self.stdout.write(f"{name}: {_summary(outcome, dry_run=dry_run)}")
            if table:
                _write_errors(table, refused)
        # The worker would do it in a moment; without one the news wait for deliver_messages alone.
        if not dry_run:
            bill_news.announce_due(now=timezone.now())
        if refused:
            raise CommandError(f"Не загружено файлов: {len(refused)} из {len(files)}", returncode=1)

    def _refused(
        self, name: str, file: BinaryIO, refusal: Exception, format_name: str, *, whole: bool
    ) -> list[Mistake]:
        """Say what was wrong; the mistakes, all of them where the provider is to get them."""
        if not isinstance(refusal, Malformed):
            self.stderr.write(f"{name}: файл не принят: {refusal}")
            return [Mistake(1, 1, "", str(refusal))]
        self.stderr.write("\n".join([f"{name}: файл не принят", *(f"  {mistake}" for mistake in refusal.mistakes)]))
        if not whole:
            return refusal.mistakes
        found = register_import.mistakes_of(
            file=file, file_name=Path(name).name, now=timezone.now(), format_name=format_name
        )
        return found or refusal.mistakes

    def _open(self, name: str) -> BinaryIO:
        """The file, able to be read twice; the standard input by way of a temporary one."""
        try:
            if name == STANDARD_INPUT:
                with tempfile.TemporaryFile() as spooled:
                    shutil.copyfileobj(sys.stdin.buffer, spooled)
                    descriptor = os.dup(spooled.fileno())
            else:
                descriptor = os.open(name, os.O_RDONLY)
            size = os.fstat(descriptor).st_size
            return io.BufferedReader(WatchedFile(descriptor, self._progress(_shown(name), size)), BUFFER)
        except OSError as error:
            raise CommandError(f"{_shown(name)}: файл не читается: {error.strerror}", returncode=2) from None

    def _progress(self, name: str, size: int) -> Callable[[int], None]:
        """Shows how far the reading is, where somebody looks on."""
        if not self.stderr.isatty():
            return lambda _bytes_read: None
        shown = -1

        def show(bytes_read: int) -> None:
            nonlocal shown
            percent = min(100 * bytes_read // max(size * READINGS, 1), 100)
            if percent > shown:
                shown = percent
                words = f"прочитано {percent} %" if percent < 100 else "записываю…     "
                self.stderr.write(f"\r{name}: {words}", ending="" if percent < 100 else "\n")
                self.stderr.flush()

        return show


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid())


def _errors_file(path: Path) -> TextIO:
    """Where the errors go, in a form that a spreadsheet opens."""
    try:
        return path.open("w", encoding="utf-8-sig", newline="")
    except OSError as error:
        raise CommandError(f"{path}: не записывается: {error.strerror}", returncode=2) from None


def _write_errors(file: TextIO, refused: list[tuple[str, list[Mistake]]]) -> None:
    """A table; nothing but its head when all is well."""
    table = csv.writer(file, delimiter=";")
    table.writerow(ERROR_COLUMNS)
    for name, mistakes in refused:
        table.writerows(
            [Path(name).name, mistake.line, mistake.column, mistake.field, mistake.text] for mistake in mistakes
        )


def _shown(name: str) -> str:
    """A name in another encoding, as archives of Windows leave it, holds what can be neither printed nor kept."""
    return os.fsencode(name).decode(errors="replace")


def _summary(outcome: Outcome, *, dry_run: bool) -> str:
    counts = (
        f"{outcome.provider}, {outcome.period:%m.%Y}: счетов {outcome.bills}, строк {outcome.rows}, "
        f"сумма {roubles(outcome.total)}"
    )
    if outcome.is_repeated:
        later = outcome.replaced_by
        return f"этот файл уже загружен, ничего не изменилось ({counts})" + (_in_force(later) if later else "")
    done = f"новых {outcome.new}, изменённых {outcome.changed}, без изменений {outcome.unchanged}"
    if outcome.changed:
        done += f"; сумма изменённых: было {roubles(outcome.former_total)}, стало {roubles(outcome.changed_total)}"
    if outcome.new_accounts:
        done += f"; новых лицевых счетов {outcome.new_accounts}"
    return f"{counts}; {done}" + (" (проверка, ничего не записано)" if dry_run else "")


def _in_force(later: BillRegister) -> str:
    """Accounts that it does not name keep what they had."""
    return (
        f". Позже за этот период загружен реестр от {later.issued_date:%d.%m.%Y}: счетов {later.bills}, "
        f"сумма {roubles(Kopecks(later.total))} – для его лицевых счетов действует он. Если верны суммы этого файла, "
        f"нужен новый реестр от поставщика с датой не раньше {later.issued_date:%d.%m.%Y}"
    )

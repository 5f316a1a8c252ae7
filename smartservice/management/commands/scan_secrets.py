"""`manage.py scan_secrets`: nothing that must be kept nowhere is kept anywhere."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartservice import secret_scan


class Command(BaseCommand):
    help = (
        "Ищет номера карт, коды CVV/CVC, зашифрованные данные карт и одноразовые пароли в базе данных, очереди, "
        "файлах VAR_DIR (кроме sms и mail) и в указанных журналах. Найденное значение не показывает, только место."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("logs", nargs="*", type=Path, metavar="ЖУРНАЛ", help="файлы журналов вне VAR_DIR")

    def handle(self, *args: Any, logs: list[Path], **options: Any) -> None:
        count = 0
        try:
            for find in secret_scan.everything(var_dir=settings.VAR_DIR, redis_url=settings.REDIS_URL, logs=logs):
                count += 1
                self.stdout.write(str(find))
        except OSError as error:
            raise CommandError(f"Не прочитать {error.filename}: {error.strerror}", returncode=2) from error
        if count:
            raise CommandError(f"Найдено мест: {count}", returncode=1)
        self.stdout.write("Ничего не найдено.")

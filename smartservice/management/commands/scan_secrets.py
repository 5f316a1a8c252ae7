"""`manage.py scan_secrets`: nothing that must be kept nowhere is kept anywhere."""

import json
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
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *args: Any, logs: list[Path], **options: Any) -> None:
        finds = []
        try:
            for find in secret_scan.everything(var_dir=settings.VAR_DIR, redis_url=settings.REDIS_URL, logs=logs):
                finds.append({"place": find.place, "kind": str(find.kind)})
                if not options["json"]:
                    self.stdout.write(str(find))
        except OSError as error:
            raise CommandError(f"Не прочитать {error.filename}: {error.strerror}", returncode=2) from error
        if options["json"]:
            self.stdout.write(json.dumps({"finds": finds}, ensure_ascii=False))
        if finds:
            raise CommandError(f"Найдено мест: {len(finds)}", returncode=1)
        if not options["json"]:
            self.stdout.write("Ничего не найдено.")

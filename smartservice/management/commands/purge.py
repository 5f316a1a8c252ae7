"""`purge`: sweeps out what has had its time, as the worker does every hour; exit status 0."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from smartservice import purge


class Command(BaseCommand):
    help = (
        "Удаляет пачками то, чему вышел срок: старые сообщения, коды, сеансы, счётчики, файлы PDF. Деньги не трогает."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *args: Any, **options: Any) -> None:
        gone = purge.purge(now=timezone.now())
        if options["json"]:
            self.stdout.write(json.dumps(gone, ensure_ascii=False))
            return
        for name, number in gone.items():
            self.stdout.write(f"Удалено – {name}: {number}")

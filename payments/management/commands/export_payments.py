"""`export_payments --provider CODE --date YYYY-MM-DD`: a register of payments; exit status 0, 1 refused, 2 usage."""

import io
import sys
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.models import Provider
from payments import register_export
from payments.register_export import ENCODINGS, FORMATS, SMART, Damaged, DayNotOver
from safeguards import command_line


class Command(BaseCommand):
    help = (
        "Печатает реестр платежей поставщика за московский день, строки CRLF: smart – в UTF-8, sber – в Windows-1251. "
        "Реестр составляется один раз, получает следующий номер поставщика и повторяется байт в байт. Сохраните его "
        "перенаправлением: export_payments … > реестр.csv"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--provider", required=True, metavar="КОД", help="код поставщика, например smart-zhku")
        parser.add_argument(
            "--date", required=True, type=command_line.day, metavar="ГГГГ-ММ-ДД", help="законченный день"
        )
        parser.add_argument("--format", choices=FORMATS, default=SMART, dest="name", help="формат реестра")
        parser.add_argument("--preview", action="store_true", help="показать и незаконченный день, без номера")

    def handle(self, *, provider: str, date: date, name: str, preview: bool, **_: Any) -> None:
        payee = Provider.objects.filter(code=provider).first()
        if payee is None:
            raise CommandError(f"Поставщика «{provider}» нет.", returncode=1)
        try:
            content = _content(payee, date, name, preview=preview)
        except DayNotOver:
            text = f"День {date:%d.%m.%Y} ещё не закончился. Посмотреть, что в нём есть: --preview"
            raise CommandError(text, returncode=1) from None
        except Damaged:
            text = f"Реестр за {date:%d.%m.%Y} изменён после передачи. Подробнее: verify_money"
            raise CommandError(text, returncode=1) from None
        if isinstance(sys.stdout, io.TextIOWrapper):
            # The bytes of a register depend on no locale and no system.
            sys.stdout.reconfigure(encoding=ENCODINGS[name], errors="replace", newline="")
        self.stdout.write(content, ending="")


def _content(provider: Provider, day: date, name: str, *, preview: bool) -> str:
    if preview:
        return register_export.preview(provider=provider, day=day, name=name)
    register = register_export.export(provider=provider, day=day, now=timezone.now())
    return register_export.in_format(register=register, name=name)

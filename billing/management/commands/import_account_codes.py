"""`import_account_codes FILE --provider CODE`: codes printed on bills; exit status 0 done, 1 refused, 2 usage."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing import printed_codes
from billing.models import Provider
from billing.register_text import Malformed


class Command(BaseCommand):
    help = "Загружает коды, которые поставщик печатает на квитанциях: строки «лицевой счёт;код»."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="ФАЙЛ", help="строки «лицевой счёт;код»")
        parser.add_argument("--provider", required=True, metavar="КОД", help="код поставщика в каталоге")

    def handle(self, *, file: Path, provider: str, **_: Any) -> None:
        found = Provider.objects.filter(code=provider).first()
        if found is None:
            raise CommandError(f"поставщика «{provider}» нет в каталоге", returncode=1)
        try:
            known, unknown = printed_codes.load(provider=found, data=file.read_bytes())
        except OSError as error:
            raise CommandError(f"{file}: файл не читается: {error.strerror}", returncode=2) from None
        except Malformed as error:
            mistakes = "\n".join(f"  {mistake}" for mistake in error.mistakes)
            raise CommandError(f"{file}: файл не принят\n{mistakes}", returncode=1) from None
        self.stdout.write(f"{file}: загружено кодов {known}, неизвестных лицевых счетов {unknown}")

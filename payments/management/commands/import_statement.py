"""`import_statement FILE`: payouts from the bank's statement; exit status 0 all found, 1 refused or not, 2 usage."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from billing.money import roubles
from billing.register_text import Malformed
from payments import bank_statement, payouts
from payments.bank_statement import Document


class Command(BaseCommand):
    help = (
        "Читает выписку банка в формате 1С и отмечает, какие реестры поставщикам выплачены: по номерам реестров в "
        "назначении платежа, а без них – по сумме. Тот же документ ещё раз ничего не меняет; чужие не считаются."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", metavar="ФАЙЛ", help="выписка 1CClientBankExchange")

    def handle(self, *, file: str, **_: Any) -> None:
        orders = [one for one in _documents(file) if one.payer_inn == settings.AGENT["inn"]]
        unknown = [order for order in orders if not self._settle(order)]
        self.stdout.write(f"Наших платёжных поручений: {len(orders)}, из них не разнесено: {len(unknown)}")
        if unknown:
            raise CommandError("Не разнесено – разберите руками", returncode=1)

    def _settle(self, order: Document) -> bool:
        registers = payouts.settle(document=order, now=timezone.now())
        what = ", ".join(f"{one.provider.code} {one}" for one in registers) or "реестра с такой суммой нет"
        self.stdout.write(f"строка {order.line}: п/п {order.number}, {roubles(order.amount)}: {what}")
        return bool(registers)


def _documents(file: str) -> list[Document]:
    try:
        return bank_statement.read(Path(file).read_bytes())
    except OSError as error:
        raise CommandError(f"{file}: файл не читается: {error.strerror}", returncode=2) from None
    except Malformed as error:
        text = "\n".join([f"{file}: файл не принят", *(f"  {mistake}" for mistake in error.mistakes)])
        raise CommandError(text, returncode=1) from None

"""`list_payouts`: what may be paid out to providers today, and what is held back; exit status 0."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from billing.money import roubles
from payments import payouts
from payments.payouts import Due


class Command(BaseCommand):
    help = (
        "Печатает реестры, которые ещё не выплачены: что можно платить и что ждёт сверки с банком. Деньги операции, с "
        "которой реестр банка не согласен или о которой он ещё не рассказал, не платят: ждёт весь её реестр."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *, json: bool, **_: Any) -> None:
        waiting = payouts.due()
        self.stdout.write(_as_json(waiting) if json else "\n".join(map(_line, waiting)) or "Всё выплачено.")


def _line(due: Due) -> str:
    state = "можно платить" if due.is_ready else "платить нечего"
    if due.unmatched:
        state = f"ждёт сверки: операций {due.unmatched}"
    return f"{due.register.provider.code} {due.register}: {roubles(due.amount)} – {state}"


def _as_json(waiting: list[Due]) -> str:
    return json.dumps(
        [
            {
                "provider": one.register.provider.code,
                "date": one.register.date.isoformat(),
                "number": one.register.number,
                "amount": one.amount,
                "unmatched": one.unmatched,
                "is_ready": one.is_ready,
            }
            for one in waiting
        ]
    )

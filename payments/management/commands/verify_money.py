"""`manage.py verify_money`: every sum and every payment's history adds up; exit status 1 with the list otherwise."""

import json
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from billing.models import Bill
from payments import verification
from payments.models import Payment, PaymentRegister


class Command(BaseCommand):
    help = (
        "Проверить, что деньги сходятся: счета, операции и их истории, возвраты, снимки, реестры платежей. "
        "Ничего не меняет, банк не спрашивает, работе портала не мешает. Код возврата 1 – есть расхождения."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *args: Any, **options: Any) -> None:
        said: list[dict[str, str]] = []
        with verification.one_moment():
            for trouble in verification.troubles():
                said.append(asdict(trouble))
                if not options["json"]:
                    self.stdout.write(str(trouble))
            counts = {"bills": Bill.objects.count(), "payments": Payment.objects.count()}
            counts["registers"] = PaymentRegister.objects.count()
        if options["json"]:
            self.stdout.write(json.dumps({**counts, "troubles": said}, ensure_ascii=False))
        checked = "Проверено счетов: {bills}, операций: {payments}, реестров платежей: {registers}.".format(**counts)
        if said:
            raise CommandError(f"{checked} Не сходится: {len(said)}.", returncode=1)
        if not options["json"]:
            self.stdout.write(f"{checked} Всё сходится.")

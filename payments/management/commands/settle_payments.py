"""`manage.py settle_payments`: ask the bank about everything unfinished, once."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from payments import settlement
from payments.models import Payment


class Command(BaseCommand):
    help = "Спросить банк обо всех незавершённых платежах, один раз."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *args: Any, **options: Any) -> None:
        touched = settlement.settle_due(now=timezone.now(), everything=True)
        left = Payment.objects.live().count()
        if options["json"]:
            self.stdout.write(json.dumps({"asked": touched, "live": left}))
            return
        self.stdout.write(f"Проверено платежей: {touched}. Ещё в обработке: {left}.")

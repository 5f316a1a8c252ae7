"""`manage.py settle_payments`: ask the bank about everything unfinished, once."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments import settlement
from payments.models import Payment


class Command(BaseCommand):
    help = "Спросить банк обо всех незавершённых платежах, один раз."

    def handle(self, *args: Any, **options: Any) -> None:
        touched = settlement.settle_due(now=timezone.now(), everything=True)
        left = Payment.objects.live().count()
        self.stdout.write(f"Проверено платежей: {touched}. Ещё в обработке: {left}.")

"""`deliver_registers`: the registers of finished days as files or letters, once; exit status 0."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from payments import register_delivery


class Command(BaseCommand):
    help = (
        "Составляет реестры платежей за законченные дни тем поставщикам, кому их доставляют, и кладёт файлы в "
        "REGISTER_DIR/код/ или ставит в очередь письма с ними. Обработчик делает то же сам, раз в час."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Передано реестров: {register_delivery.deliver_due(now=timezone.now())}")

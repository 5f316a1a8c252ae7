"""Sends the messages that are due, once."""

import sys
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from notifications import delivery


class Command(BaseCommand):
    help = "Отправляет сообщения, которым пришло время, и печатает их число."

    def handle(self, *args: Any, **options: Any) -> None:
        sent = delivery.deliver_due(now=timezone.now(), limit=sys.maxsize)
        self.stdout.write(f"Отправлено сообщений: {sent}")

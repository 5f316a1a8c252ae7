"""Sends the messages that are due, once."""

import json
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications import delivery
from notifications.models import Message


class Command(BaseCommand):
    help = "Отправляет сообщения, которым пришло время, и печатает их число."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--json", action="store_true", help="печатать в JSON, для сценариев")

    def handle(self, *args: Any, **options: Any) -> None:
        sent = delivery.deliver_due(now=timezone.now(), limit=sys.maxsize)
        if options["json"]:
            self.stdout.write(json.dumps({"sent": sent, "waiting": Message.objects.waiting().count()}))
            return
        self.stdout.write(f"Отправлено сообщений: {sent}")

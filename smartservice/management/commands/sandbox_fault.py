"""Ask the sandbox bank to misbehave: `manage.py sandbox_fault NAME [--method M] [--times N]`, `sandbox_fault clear`."""

import http.client
import json
from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartservice.sandbox.faults import METHODS, NAMES

CLEAR, LIST = "clear", "list"


class Command(BaseCommand):
    requires_system_checks: list[str] = []
    help = "Заказать сбой банка-песочницы, снять все сбои (clear) или показать заказанные (list)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "name", choices=(*NAMES, CLEAR, LIST), help="какой сбой; clear снимает все, list показывает"
        )
        parser.add_argument(
            "--method", choices=METHODS, default="", help="у какого метода банка; по умолчанию у любого"
        )
        parser.add_argument("--times", type=_times, default=1, help="сколько раз; 0 – пока не снимут; по умолчанию 1")

    def handle(self, *_args: Any, **options: Any) -> None:
        order = None
        if options["name"] != LIST:
            order = {"name": options["name"], "method": options["method"], "times": options["times"]}
        for fault in _asked(order):
            times = f"раз: {fault['times']}" if fault["times"] else "пока не снимут"
            self.stdout.write(f"{fault['name']}: метод {fault['method'] or 'любой'}, {times}")
        if options["name"] == CLEAR:
            self.stdout.write("Сбоев больше нет.")


def _times(text: str) -> int:
    if not (text.isascii() and text.isdecimal()):
        raise ArgumentTypeError("число раз: целое, не меньше нуля")
    return int(text)


def _asked(order: dict[str, object] | None) -> list[dict[str, Any]]:
    """Send the order, or only ask; the faults that stand now."""
    connection = http.client.HTTPConnection("127.0.0.1", settings.SANDBOX_PORT, timeout=10)
    try:
        body = None if order is None else json.dumps(order)
        connection.request("POST" if body else "GET", "/sandbox/faults", body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        values = json.loads(answer.read())
        if answer.status != 200:
            raise CommandError(f"Банк-песочница отказала: {values['error']}")
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise CommandError(f"Банк-песочница не отвечает на порту {settings.SANDBOX_PORT}: {error}") from error
    else:
        faults: list[dict[str, Any]] = values["faults"]
        return faults
    finally:
        connection.close()

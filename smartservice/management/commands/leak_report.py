"""`leak_report`: whose data a leak touched, a CSV line each; 0 done, 1 refused, 2 usage."""

import csv
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts import staff_word
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.my_data import leak
from smartservice.my_data.leak import Touched

HEAD = ("Телефон", "E-mail", "Имя", "Какие данные")


class Command(BaseCommand):
    help = (
        "Чьи данные затронула утечка. --everybody: унесена копия базы. Иначе – по журналу: чьи данные смотрели "
        "с --since по --until, все сотрудники или один, --staff. Отчёт записывается в журнал."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--everybody", action="store_true", help="все жители")
        parser.add_argument("--since", metavar="ВРЕМЯ", help="например 2026-11-20T10:00, по Москве")
        parser.add_argument("--until", metavar="ВРЕМЯ", help="не включая; без него – до сих пор")
        parser.add_argument("--staff", metavar="НОМЕР", help="телефон сотрудника")

    def handle(self, *, everybody: bool, since: str | None, until: str | None, staff: str | None, **_: Any) -> None:
        now = timezone.now()
        if everybody == bool(since):
            raise CommandError("Назовите что-то одно: --everybody или --since", returncode=staff_word.USAGE)
        found = leak.everybody() if everybody else _seen(since or "", until, staff, now)
        out = csv.writer(self.stdout, delimiter=";", lineterminator="\n")
        out.writerow(HEAD)
        people = 0
        for people, one in enumerate(found, 1):  # noqa: B007 the last number is their count
            out.writerow(_line(one))
        why = f"отчёт об утечке: {people}"
        journal.record(actor=Actor(name=staff_word.who()), action=Action.EXPORTED, why=why, now=now)
        self.stderr.write(f"Человек: {people}")


def _seen(since: str, until: str | None, staff: str | None, now: datetime) -> Iterator[Touched]:
    person = staff_word.resident(staff) if staff else None
    end = _moment(until) if until else now + timedelta(seconds=1)
    return leak.by_journal(since=_moment(since), until=end, staff=person.uuid if person else None)


def _moment(text: str) -> datetime:
    try:
        moment = parse_datetime(text)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"Не время: {text}. Пример: 2026-11-20T10:00", returncode=staff_word.USAGE)
    return timezone.make_aware(moment) if timezone.is_naive(moment) else moment


def _line(one: Touched) -> list[str]:
    # A name that begins like a formula must stay a name in a spreadsheet.
    name = f"'{one.name}" if one.name.startswith(("=", "+", "-", "@")) else one.name
    return [one.phone, one.email, name, ", ".join(one.data)]

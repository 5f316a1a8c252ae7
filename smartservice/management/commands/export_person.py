"""`export_person --phone …`: what is kept of a resident, but not his code word, as JSON; 0 done, 1 refused, 2 usage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts import staff_word
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.my_data import export


class Command(BaseCommand):
    help = "Печатает всё, что хранится о жителе, как JSON, кроме самого кодового слова. Выгрузка записывается в журнал."

    def add_arguments(self, parser: CommandParser) -> None:
        staff_word.add_arguments(parser, has_reason=False)

    def handle(self, *, phone: str, **_: Any) -> None:
        person, now = staff_word.resident(phone), timezone.now()
        actor = Actor(name=staff_word.who())
        journal.record(actor=actor, action=Action.EXPORTED, whose=person.uuid, now=now)
        self.stdout.write(export.as_json(person=person, now=now, for_staff=True))

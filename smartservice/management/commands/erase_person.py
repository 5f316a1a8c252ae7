"""`erase_person --phone …`: closes the cabinet and erases the person; 0 erased, 1 refused or waiting, 2 usage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import staff_word
from safeguards import journal
from safeguards.journal import Action, Actor
from smartservice.my_data import erasure


class Command(BaseCommand):
    help = "Закрывает кабинет и стирает жителя; суммы платежей остаются без имени. Ждёт деньги, которые ещё в пути."

    def add_arguments(self, parser: CommandParser) -> None:
        staff_word.add_arguments(parser, has_reason=False)

    def handle(self, *, phone: str, **_: Any) -> None:
        person, now = staff_word.resident(phone), timezone.now()
        if person.is_staff:
            raise CommandError("Это сотрудник: его удаляет администратор", returncode=staff_word.REFUSED)
        if person.erasure_asked_at is None:
            erasure.ask(person=person, now=now, is_told=False)
            actor = Actor(name=staff_word.who())
            journal.record(actor=actor, action=Action.ERASED, whose=person.uuid, now=now)
        waiting = erasure.finish(person=person, now=now)
        if waiting:
            words = f"Кабинет закрыт. Ждём: операций в пути {waiting.payments}, сообщений {waiting.messages}, "
            words += f"карт в банке {waiting.cards}."
            raise CommandError(f"{words} Сотрётся само, как только они закончатся", returncode=staff_word.REFUSED)
        self.stdout.write("Житель стёрт")

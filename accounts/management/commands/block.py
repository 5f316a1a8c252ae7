"""`block --phone … --reason …`: blocks a resident's cabinet; exit status 0 done, 1 refused, 2 usage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts import blocking, staff_word
from accounts.models import BlockSource
from safeguards import journal
from safeguards.journal import Action, Actor


class Command(BaseCommand):
    help = "Блокирует личный кабинет: все сеансы завершаются, житель получает SMS."

    def add_arguments(self, parser: CommandParser) -> None:
        staff_word.add_arguments(parser)

    @transaction.atomic
    def handle(self, *, phone: str, reason: str, **_: Any) -> None:
        words = staff_word.reason(reason)
        user = staff_word.resident(phone)
        if user.is_staff:
            text = "Это сотрудник: снимите «Работает» на странице «Сотрудники»"
            raise CommandError(text, returncode=staff_word.REFUSED)
        done = blocking.block(
            user=user,
            source=BlockSource.COMMAND,
            reason=words,
            ip=None,
            now=timezone.now(),
            who=staff_word.who(),
        )
        if not done:
            raise CommandError(f"Кабинет {user.masked_phone} уже заблокирован", returncode=staff_word.REFUSED)
        actor = Actor(name=staff_word.who())
        journal.record(actor=actor, action=Action.BLOCKED, whose=user.uuid, why=words, now=timezone.now())
        self.stdout.write(f"Кабинет {user.masked_phone} заблокирован")

"""`block --phone … --reason …`: blocks a resident's cabinet; exit status 0 done, 1 refused, 2 usage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import blocking, staff_word
from accounts.models import BlockSource


class Command(BaseCommand):
    help = "Блокирует личный кабинет: все сеансы завершаются, житель получает SMS."

    def add_arguments(self, parser: CommandParser) -> None:
        staff_word.add_arguments(parser)

    def handle(self, *, phone: str, reason: str, **_: Any) -> None:
        words = staff_word.reason(reason)
        user = staff_word.resident(phone)
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
        self.stdout.write(f"Кабинет {user.masked_phone} заблокирован")

"""`unblock --phone … --reason …`: opens a blocked cabinet; exit status 0 done, 1 refused, 2 usage."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts import blocking, staff_word
from accounts.models import BlockSource


class Command(BaseCommand):
    help = "Разблокирует личный кабинет: житель получает SMS и входит с прежним паролем."

    def add_arguments(self, parser: CommandParser) -> None:
        staff_word.add_arguments(parser)

    def handle(self, *, phone: str, reason: str, **_: Any) -> None:
        words = staff_word.reason(reason)
        user = staff_word.resident(phone)
        done = blocking.unblock(
            user=user, source=BlockSource.COMMAND, reason=words, now=timezone.now(), who=staff_word.who()
        )
        if not done:
            raise CommandError(f"Кабинет {user.masked_phone} не заблокирован", returncode=staff_word.REFUSED)
        self.stdout.write(f"Кабинет {user.masked_phone} разблокирован")

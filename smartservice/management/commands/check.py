"""`check`: Django's own, and whether the field keys open what the database holds; exit status 0 good, 1 not."""

from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import check
from django.db import DatabaseError

from safeguards import key_check
from smartservice import startup


class Command(check.Command):
    help = "Проверяет настройки и то, что ключами полей (FIELD_KEYS) читается зашифрованное в базе данных."

    def handle(self, *app_labels: list[str], **options: Any) -> None:
        super().handle(*app_labels, **options)
        # Asked about a part of it, or for the list of the parts.
        if app_labels or options["tags"] or options["list_tags"]:
            return
        try:
            fields = key_check.unreadable()
        except DatabaseError as error:
            # Configurations are checked before there is a database as well.
            self.stderr.write(f"Ключи полей не проверены. {startup.in_words(error) or error}")
            return
        if fields:
            names = ", ".join(fields)
            raise CommandError(
                f"FIELD_KEYS: этими ключами не прочесть {names}. Допишите в конец ключ, которым это зашифровано. "
                "Пример: FIELD_KEYS=k2:…,k1:…",
                returncode=1,
            )

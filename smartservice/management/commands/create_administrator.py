"""`create_administrator --phone … --name …`: the first of the staff, or one more; 0 done, 1 refused, 2 usage."""

from typing import Any

from django.contrib.auth.models import Group
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts import phones, staff, staff_word
from accounts.models import MAX_NAME_LENGTH, User
from safeguards import journal
from safeguards.journal import Action, Actor
from safeguards.staff_pages import target_of
from smartservice.roles import Role


class Command(BaseCommand):
    help = (
        "Заводит сотрудника с ролью «Администратор» и один раз печатает его пароль; второй фактор он подключает при "
        "первом входе на /admin/. Остальных сотрудников заводит он сам."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--phone", required=True, metavar="НОМЕР", help="номер мобильного телефона: по нему входят")
        parser.add_argument("--name", required=True, metavar="ИМЯ", help="фамилия и имя: «Кузнецов Пётр»")

    @transaction.atomic
    def handle(self, *, phone: str, name: str, **_: Any) -> None:
        last_name, _space, first_name = " ".join(name.split()).partition(" ")
        if not first_name or max(len(last_name), len(first_name)) > MAX_NAME_LENGTH:
            raise CommandError("Назовите фамилию и имя: --name «Кузнецов Пётр»", returncode=staff_word.USAGE)
        number, now = staff_word.number(phone), timezone.now()
        taken = staff.who_has(number)
        if taken:
            raise CommandError(taken, returncode=staff_word.REFUSED)
        user = User.objects.create_user(phone=number, is_staff=True, last_name=last_name, first_name=first_name)
        user.groups.add(Group.objects.get(name=Role.ADMINISTRATOR.value))
        password = staff.new_password(user=user, now=now)
        actor = Actor(name=staff_word.who())
        journal.record(
            actor=actor, action=Action.ADDED, target=target_of(user), why="командой create_administrator", now=now
        )
        self.stdout.write(f"{phones.spaced(number)}, пароль {password} – передайте лично, больше его не покажут")

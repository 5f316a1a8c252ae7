"""`create_demo`: providers, bills, a resident and his operations for a first look; refused in production."""

from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from smartservice.demo import catalogue, operations, resident, staff

REGISTERS = sorted(str(path) for path in Path(catalogue.__file__).parent.glob("smart-zhku_*.csv"))


class Command(BaseCommand):
    help = "Создаёт демонстрационные данные; повторный запуск ничего не меняет. В production не работает."

    def handle(self, **_: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("В production демонстрационные данные не создаются", returncode=1)
        new = catalogue.create()
        self.stdout.write(f"Поставщиков создано: {new}")
        catalogue.guess_operators()
        call_command("import_bills", *REGISTERS, stdout=StringIO(), stderr=self.stderr)
        self.stdout.write(f"Реестров начислений загружено: {len(REGISTERS)}")
        ivanov = resident.create(now=timezone.now())
        operations.create(resident=ivanov)
        staff.create()
        self.stdout.write(f"Вход: {resident.PHONE}, пароль {resident.PASSWORD}")
        self.stdout.write(staff.text())

"""`demo_staff_code`: what the authenticators of the demo's staff show now; refused in production."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from smartservice.demo import staff


class Command(BaseCommand):
    help = (
        "Печатает логины, пароли и нынешние коды аутентификатора демонстрационных сотрудников: вход на /admin/ без "
        "телефона. Код меняется каждые 30 секунд и принимается один раз. В production не работает."
    )

    def handle(self, **_: Any) -> None:
        if settings.ENVIRONMENT == "production":
            raise CommandError("В production демонстрационных сотрудников нет", returncode=1)
        for login in staff.logins():
            self.stdout.write(f"{login.phone}, пароль {login.password}, код сейчас {login.code_now}")

"""The foreground of `make run`: database, demo data, then web, worker and sandbox bank until Ctrl-C."""

import io
import os
import sys
import textwrap
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import CommandError, call_command
from django.core.management.base import BaseCommand

from smartservice import embedded
from smartservice.demo import resident, staff
from smartservice.sandbox import keys as sandbox_keys

THREADS = 16
# A bank call may take 3 s to connect and 20 s to answer, twice in one request.
REQUEST_TAKES_AT_MOST = 90
STANDARD_ERROR = 2
EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 compared with, not bound to


class Command(BaseCommand):
    help = "Готовит базу и запускает портал целиком: сайт, обработчик очередей и учебный банк. Остановка: Ctrl-C."

    def handle(self, *args: Any, **options: Any) -> None:
        keep_descriptors_open()
        try:
            with embedded.signals_raise():
                self.run()
        except embedded.PortTaken as error:
            raise CommandError(
                f"Адрес {error} уже занят другой программой. Остановите её или выберите другой порт: PORT=8010 make run"
            ) from error
        except embedded.NotServing as error:
            raise CommandError(f"Страница {error} так и не ответила: причина – в сообщениях выше.") from error
        except embedded.Stopped:
            self.stdout.write("Остановлено.")

    def run(self) -> None:
        """Prepare, start, watch; ends by an exception only."""
        with embedded.listen(host=settings.HOST, port=settings.PORT) as door:
            embedded.check_port_is_free(host="127.0.0.1", port=settings.SANDBOX_PORT)
            prepare()
            embedded.serve(
                [bank(), worker(), web(door.fileno())],
                page=home_page(),
                when_ready=self.announce,
                say=self.stderr.write,
            )

    def announce(self) -> None:
        """Where to go and how to come in."""
        self.stdout.write(
            f"\n«Смарт Сервис» работает: {settings.BASE_URL}/\n\n"
            f"  Вход          {resident.PHONE}, пароль {resident.PASSWORD}\n"
            f"  SMS           {settings.BASE_URL}/sandbox/phone/\n"
            f"  Карта         2200 7702 3909 7761, любой будущий срок, любой CVV\n"
            f"  с паролем     2201 3820 0000 0047: спросит пароль на странице банка\n"
            f"  Сотрудники    {settings.BASE_URL}/admin/\n{textwrap.indent(staff.text(), ' ' * 16)}\n"
            f"  Данные        {settings.VAR_DIR}\n\n"
            "Остановить: Ctrl-C"
        )
        self.stdout.flush()


def prepare() -> None:
    """Keys, database, static files and demo data: each makes only what is missing."""
    sandbox_keys.make_once(settings.VAR_DIR)
    call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    call_command("create_demo", stdout=io.StringIO())


def part(name: str, *arguments: str, sockets: tuple[int, ...] = (), **environment: str) -> embedded.Part:
    """A Python process of this project, with the data folder that this process has."""
    return embedded.Part(
        name,
        [sys.executable, *arguments],
        folder=settings.PROJECT_DIR,
        environment={"VAR_DIR": str(settings.VAR_DIR), **environment},
        sockets=sockets,
    )


def web(door: int) -> embedded.Part:
    """Gunicorn with threads, since bank calls wait inside requests."""
    return part(
        "Сайт",
        *("-m", "gunicorn", "smartservice.wsgi:application", "--bind", f"fd://{door}", "--no-control-socket"),
        *("--worker-class", "gthread", "--threads", str(THREADS), "--timeout", str(REQUEST_TAKES_AT_MOST)),
        *("--graceful-timeout", "10", "--log-level", "warning"),
        sockets=(door,),
    )


def worker() -> embedded.Part:
    """The queue in the database needs no broker; where Redis is given, Celery with its beat does the same work."""
    if not settings.REDIS_URL:
        return part("Обработчик", "manage.py", "run_worker")
    return part(
        "Обработчик",
        *("-m", "celery", "-A", "smartservice", "worker", "--beat", "--pool", "threads", "--concurrency", "4"),
        *("--schedule", str(settings.VAR_DIR / "celerybeat-schedule"), "--loglevel", "warning"),
    )


def bank() -> embedded.Part:
    """The sandbox bank, at a port of its own."""
    return part("Учебный банк", "-m", "smartservice.sandbox")


def home_page() -> embedded.Page:
    """The home page as this machine reaches it."""
    return embedded.Page(
        EVERYWHERE.get(settings.HOST, settings.HOST), settings.PORT, urlsplit(settings.BASE_URL).netloc
    )


def keep_descriptors_open() -> None:
    """A closed stdin would give its number to the first socket, and the children would take that for their input."""
    spare = os.open(os.devnull, os.O_RDWR)
    while spare <= STANDARD_ERROR:
        spare = os.open(os.devnull, os.O_RDWR)
    os.close(spare)

"""The worker of an installation without Celery: sweeps the rows for ever, with the same functions as the tasks."""

import gc
import logging
import signal
import sys
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from threading import Event, Thread
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone

from accounts import sms_answers
from billing import bill_news
from notifications import delivery, reports
from notifications.models import PATIENT, URGENT, Category
from payments import autopay_runs, card_list, register_delivery, settlement
from smartservice import purge
from smartservice.my_data import erasure

logger = logging.getLogger(__name__)

STOPPING_TAKES_AT_MOST = 2.0


@dataclass(frozen=True)
class Sweep:
    """Something done again and again: the name for the log, the work, and the pause after a round in seconds."""

    name: str
    work: Callable[[datetime], object]
    pause: float


class Worker:
    """Each sweep in a thread of its own: a code must not wait while the bank is slow to answer."""

    def __init__(self, sweeps: tuple[Sweep, ...], stopping: Event) -> None:
        self.stopping = stopping
        self.threads = [Thread(target=self._go_round, args=[sweep], name=sweep.name, daemon=True) for sweep in sweeps]
        self.is_broken = False

    def run(self) -> None:
        """Work until told to stop, or until a sweep dies; what the others do then has two seconds to end."""
        for thread in self.threads:
            thread.start()
        # A wait without a limit would keep signals out on some systems.
        while not self.stopping.wait(60):
            pass
        deadline = time.monotonic() + STOPPING_TAKES_AT_MOST
        for thread in self.threads:
            thread.join(max(deadline - time.monotonic(), 0))

    def _go_round(self, sweep: Sweep) -> None:
        try:
            while not self.stopping.is_set():
                _round(sweep)
                self.stopping.wait(sweep.pause)
        finally:
            # Whoever started us must see that a sweep is dead: half a worker is worse than none.
            self.is_broken = self.is_broken or not self.stopping.is_set()
            connection.close()
            self.stopping.set()


def _round(sweep: Sweep) -> None:
    close_old_connections()
    try:
        sweep.work(timezone.now())
    except DatabaseError as error:
        # Its text may quote the row, and the row a phone.
        logger.error("%s: the round failed: %s", sweep.name, type(error).__name__)


def _deliver(now: datetime, categories: Collection[Category], stopping: Event) -> None:
    delivery.deliver_due(now=now, categories=categories, is_stopping=stopping.is_set)


class Command(BaseCommand):
    help = "Отправляет сообщения и спрашивает банк о незавершённых операциях, пока не остановят. Celery не нужен."

    def handle(self, *args: Any, **options: Any) -> None:
        stopping = Event()
        worker = Worker(
            (
                Sweep("messages", lambda now: _deliver(now, URGENT, stopping), 0.5),
                Sweep("news", lambda now: _deliver(now, PATIENT, stopping), 0.5),
                Sweep("reports", lambda now: reports.ask_due(now=now), 30.0),
                Sweep("answers", lambda now: sms_answers.read_due(now=now), 60.0),
                Sweep("bills", lambda now: bill_news.announce_due(now=now), 1.0),
                Sweep("reminders", lambda now: bill_news.remind(now=now), 3600.0),
                Sweep("settlement", lambda now: settlement.settle_due(now=now), 5.0),
                Sweep("autopay", lambda now: autopay_runs.run_due(now=now), 60.0),
                Sweep("registers", lambda now: register_delivery.deliver_due(now=now), 3600.0),
                Sweep("erasure", lambda now: erasure.finish_due(now=now), 5.0),
                Sweep("purge", lambda now: purge.purge(now=now, is_stopping=stopping.is_set), 3600.0),
                Sweep("cards", lambda now: card_list.sweep_all(now=now), 5.0),
            ),
            stopping,
        )

        def on_signal(_number: int, _frame: FrameType | None) -> None:
            stopping.set()

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, on_signal)
        # Thousands of rows a batch call the garbage collector: it need not look through the whole program each time.
        gc.freeze()
        worker.run()
        if worker.is_broken:
            sys.exit(1)

"""Celery only wakes workers up and keeps time: the work itself is rows in the database."""

import gc
import os
import sys
from typing import Any

from celery import Celery, signals

from smartservice import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "smartservice.settings")

# A page gives up on a silent broker at once; a worker, whose reads wait for work, must not.
WORKER_SOCKET_TIMEOUT = 30

# Every door of the product comes by here before it reads a setting.
startup.end_in_words()
app = Celery("smartservice")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@signals.celeryd_init.connect
def prepare_worker(conf: Any, **_options: Any) -> None:
    """Refuse what the web server refuses, and be patient with the broker."""
    try:
        startup.refuse_when_unfit()
    except startup.Unfit as error:
        # Celery logs what its signal handlers raise, and goes on.
        sys.exit(str(error))
    conf.broker_transport_options = {**conf.broker_transport_options, "socket_timeout": WORKER_SOCKET_TIMEOUT}


@signals.worker_process_init.connect
def leave_the_program_alone(**_options: Any) -> None:
    """Thousands of rows a batch call the garbage collector: it need not look through the whole program each time."""
    gc.freeze()

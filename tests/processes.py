"""Several processes at once, with several threads each: what a limit in memory would not survive."""

import multiprocessing
from collections.abc import Callable
from typing import Any

from django.db import connection, connections

from tests.races import at_once


def across(processes: int, threads: int, deed: Callable[[int], Any]) -> list[Any]:
    """What `processes` times `threads` doers of one deed came to; each is told its own number."""
    context = multiprocessing.get_context("fork")
    results = context.Queue()
    # An open connection must not be shared by two processes.
    connections.close_all()

    def work(which: int) -> None:
        try:
            results.put(at_once(threads, lambda thread: deed(which * threads + thread)))
        except BaseException as trouble:
            results.put([trouble])
            raise

    workers = [context.Process(target=work, args=[which]) for which in range(processes)]
    for worker in workers:
        worker.start()
    outcomes = [outcome for _ in workers for outcome in results.get(timeout=240)]
    for worker in workers:
        worker.join()
    connection.ensure_connection()
    return outcomes

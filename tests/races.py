"""Many at once: the same deed in several threads that start together, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Outcome = TypeVar("Outcome")


def at_once(number: int, deed: Callable[[int], Outcome]) -> list[Outcome]:
    """What each of them came to, in the order of their numbers."""
    barrier = Barrier(number)

    def one(which: int) -> Outcome:
        barrier.wait()
        try:
            return deed(which)
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))

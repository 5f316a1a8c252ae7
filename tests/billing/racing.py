"""Several threads that begin together, each with a database connection of its own."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection


def at_once(number: int, deed: Callable[[int], object]) -> list[object]:
    """What each of the threads returned, or the exception it raised."""
    barrier = Barrier(number)

    def one(which: int) -> object:
        barrier.wait()
        try:
            return deed(which)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(number) as pool:
        return list(pool.map(one, range(number)))

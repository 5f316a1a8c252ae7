"""What a subject reports, and the stopwatch that it measures with."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Figure:
    """One ratio with its goal; without a goal it is only printed. `detail` says what was divided by what."""

    name: str
    measured: float
    at_most: float | None = None
    at_least: float | None = None
    detail: str = ""

    @property
    def is_met(self) -> bool:
        """Whether the goal, if there is one, is reached."""
        return (self.at_most is None or self.measured <= self.at_most) and (
            self.at_least is None or self.measured >= self.at_least
        )

    @property
    def goal(self) -> str:
        """The goal in signs."""
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else "–"


@dataclass
class Spent:
    """Seconds: by the clock, and of this process's and given other processes' processors."""

    wall: float = 0.0
    cpu: float = 0.0


@contextmanager
def measured(*pids: int) -> Iterator[Spent]:
    """What the block took; `pids` are processes that work for it, as a database's backend does."""
    spent = Spent()
    wall, cpu = time.monotonic(), _cpu(pids)
    yield spent
    spent.wall, spent.cpu = time.monotonic() - wall, _cpu(pids) - cpu


def best_of(times: int, deed: Callable[[], object]) -> Spent:
    """The cheapest of several runs by processor: neighbours only ever add."""
    runs = []
    for _ in range(times):
        with measured() as spent:
            deed()
        runs.append(spent)
    return min(runs, key=lambda run: run.cpu)


def size(name: str, default: int) -> int:
    """A size from the environment: `BENCH_BILLS=1000000 make bench`."""
    return int(os.environ.get(name, default))


def _cpu(pids: tuple[int, ...]) -> float:
    return time.process_time() + sum(map(_cpu_of, pids))


def _cpu_of(pid: int) -> float:
    """From /proc; where there is none, as on macOS, other processes count as free."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

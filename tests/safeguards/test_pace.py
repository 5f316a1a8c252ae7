"""Turns at something that bears only so many a second: evenly, for all processes together."""

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest

from safeguards import pace
from tests.notifications.processes import ROOT, environment
from tests.safeguards.turns import PAUSE, PROCESSES

SECOND, TENTH = 1_000_000, 100_000
NOW = 1_795_000_000 * SECOND
TURNS = 25


def turn(name="provider", *, ahead=3600 * SECOND, now=NOW):
    return pace.turn(name, pause=TENTH, ahead=ahead, now=now)


@pytest.mark.django_db
def test_the_first_comes_at_once_and_the_others_one_pause_after_another():
    assert [turn() for _ in range(4)] == [0 * TENTH, TENTH, 2 * TENTH, 3 * TENTH]


@pytest.mark.django_db
def test_a_quiet_time_saves_up_nothing():
    turn()

    assert [turn(now=NOW + SECOND * 5) for _ in range(2)] == [0 * TENTH, TENTH]


@pytest.mark.django_db
def test_who_would_wait_too_long_takes_no_turn():
    for _ in range(6):
        turn(ahead=TENTH * 5)

    assert turn(ahead=TENTH * 5) is None
    assert turn(ahead=TENTH * 6) == TENTH * 6


@pytest.mark.django_db
def test_a_clock_that_is_put_back_stops_nobody():
    """Codes would wait for an hour else, and with them everybody who logs in or pays."""
    turn(now=NOW + 3600 * SECOND)

    assert [turn(ahead=SECOND) for _ in range(2)] == [0 * TENTH, TENTH]


@pytest.mark.django_db
def test_each_has_a_line_of_its_own():
    turn("one")

    assert turn("another") == 0 * TENTH


def taken_by_four_processes(tmp_path: Path, how: str) -> list[int]:
    command = [sys.executable, "-m", "tests.safeguards.turns", str(TURNS), how]
    said = subprocess.run(command, cwd=ROOT, env=environment(tmp_path / "var"), stdout=subprocess.PIPE, check=True)
    turns = sorted(map(int, said.stdout.split()))
    assert len(turns) == PROCESSES * TURNS
    return turns


def nearest(turns: list[int]) -> int:
    return min(later - earlier for earlier, later in pairwise(turns))


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_no_two_turns_of_four_processes_are_nearer_than_the_pause(tmp_path):
    assert nearest(taken_by_four_processes(tmp_path, "together")) >= PAUSE


@pytest.mark.processes
@pytest.mark.django_db(transaction=True)
def test_saboteur_with_a_line_for_each_process_the_rate_is_exceeded(tmp_path):
    assert nearest(taken_by_four_processes(tmp_path, "apart")) < PAUSE

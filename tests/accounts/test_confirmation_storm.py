"""A storm of registrations and resends from many addresses: SMS equal the caps exactly, with four processes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from accounts import confirmations
from notifications.models import Message
from tests.accounts.storm import PHASES
from tests.notifications.processes import ROOT, environment

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

# `make proofs`: 500 phones, which is 130,000 attempts from 1,000 addresses.
PHONES = int(os.environ.get("PROOFS_PHONES", "4"))
PROCESSES, ROUNDS, ADDRESSES = 4, 5, 1000


def test_the_sms_of_a_storm_equal_the_caps_exactly(tmp_path: Path) -> None:
    env = environment(tmp_path / "var")
    command = [sys.executable, "-m", "tests.accounts.storm", str(PHONES), str(ROUNDS), str(ADDRESSES)]
    storm = [
        subprocess.Popen([*command, str(seed)], cwd=ROOT, env=env, stdout=subprocess.PIPE, text=True)
        for seed in range(PROCESSES)
    ]

    try:
        promised = sum(int(process.communicate(timeout=3000)[0]) for process in storm)
    finally:
        # None of them may hold the database when it is dropped.
        for process in storm:
            process.kill()
            process.wait()

    cap = confirmations.BEFORE_PASSWORD.day.times
    assert cap < PHASES
    assert promised == Message.objects.count() == PHONES * cap
    assert {Message.objects.filter(address=f"+7900{number:07}").count() for number in range(PHONES)} == {cap}

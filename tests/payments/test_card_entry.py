"""`CARD_ENTRY` is one of two words; anything else stops every command before it does harm."""

import os
import subprocess
import sys

import pytest

from payments import card_entry
from tests.journeys.stack import ROOT


@pytest.mark.parametrize("word, is_hosted", [("own", False), ("hosted", True)])
def test_it_says_where_cards_are_typed(settings, word, is_hosted):
    settings.CARD_ENTRY = word

    assert card_entry.is_hosted() is is_hosted


@pytest.mark.processes
def test_any_other_word_stops_the_start(tmp_path):
    environment = os.environ | {"CARD_ENTRY": "bank", "VAR_DIR": str(tmp_path)}
    command = [sys.executable, "-c", "import smartservice.settings"]

    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert "CARD_ENTRY=bank: бывает только own или hosted" in done.stderr

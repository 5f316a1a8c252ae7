"""Which bank the portal talks to is a matter of settings."""

import base64

import pytest

from payments import acquirer
from payments.acquirer.base import Acquirer, NoAnswer
from payments.acquirer.tbank import TBank
from tests.payments.acquirer.calls import query
from tests.payments.acquirer.recorder import PASSWORD, TERMINAL, sound


@pytest.fixture
def settings_of_paper(settings, recorder):
    settings.ACQUIRER_URL = recorder.url
    settings.ACQUIRER_TERMINAL = TERMINAL
    settings.ACQUIRER_PASSWORD = PASSWORD
    acquirer._bank.cache_clear()
    yield settings
    acquirer.current()._wire._client.close()
    acquirer._bank.cache_clear()


def test_the_settings_choose_the_bank(settings_of_paper, recorder):
    recorder.answers["GetState"] = sound(Status="CONFIRMED")

    assert query(acquirer.current()).raw_status == "CONFIRMED"


def test_a_process_has_one_client(settings_of_paper):
    assert acquirer.current() is acquirer.current()


def test_another_terminal_is_another_bank(settings_of_paper):
    one = acquirer.current()
    settings_of_paper.ACQUIRER_TERMINAL = "Another"

    assert acquirer.current() is not one


def test_it_can_do_all_that_the_port_asks():
    asked = [name for name in vars(Acquirer) if not name.startswith("_")]

    assert [name for name in asked if not callable(getattr(TBank, name, None))] == []


def test_the_port_promises_an_answer_or_none(settings_of_paper):
    with pytest.raises(NoAnswer):
        query(acquirer.current())


def test_the_key_comes_from_its_file(settings, bank_key):
    assert acquirer.public_key().startswith("-----BEGIN PUBLIC KEY-----")


def test_the_key_of_the_environment_comes_first(settings, bank_key):
    settings.ACQUIRER_PUBLIC_KEY = base64.b64encode(b"key").decode()

    assert acquirer.public_key() == "a2V5"

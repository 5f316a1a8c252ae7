"""Strangers who try account numbers for a day: what they read, what they get. `make proofs` tries 10,000 numbers."""

import os
import random
import re
from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client

from billing import account_proof
from billing.models import AddedAccount, Provider
from safeguards import throttle
from tests.billing.make import MANUAL_CHARGES, add_account, make_account, make_bill, make_provider
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db

PROBES = int(os.environ.get("PROOFS_PROBES", "60"))
STRANGERS = max(2, PROBES // 200)
DAY = timedelta(days=1)
FIRST_NUMBER = 1_000_000_000
ACCOUNTS = 120 if PROBES > 1000 else 30
SECRETS = ("Анна", "Соколова", "Центральная", "9161234567", "161-23-45", "12\u00a0970", "12970", "Отопление", "3720,42")
NOT_FOUND = "Лицевой счёт не найден"


@dataclass
class Day:
    """What a day of probes gave."""

    leaks: set[str] = field(default_factory=set)
    misses: int = 0
    added: int = 0

    def read(self, response: HttpResponse) -> None:
        """Look for secrets in a page, and for the answer that there is no such account."""
        source = response.content.decode()
        # Words that are explained stand between tags.
        page = source + re.sub(r"<[^>]+>", "", source)
        self.leaks |= {secret for secret in SECRETS if secret in page}
        self.misses += NOT_FOUND in page


@pytest.fixture(autouse=True)
def annas_accounts(anna) -> None:
    """Every second number is an account with the bill of the manual, and all of them are Anna's."""
    make_provider()
    for step in range(ACCOUNTS):
        bill = make_bill(make_account(str(FIRST_NUMBER + 2 * step)), charges=MANUAL_CHARGES, period=date(2026, 10, 1))
        add_account(anna, bill.account, "Центральная 5-1")


def probe(*, with_lists: bool) -> Day:
    """Every stranger tries his share of numbers, spread over a day, and goes as far as he gets."""
    chance, day = random.Random(20261125), Day()
    strangers = [
        make_resident(f"+7903{number:07}", first_name="Борис", last_name="Чужой") for number in range(STRANGERS)
    ]
    rounds = PROBES // STRANGERS
    numbers = [chance.sample(range(2 * ACCOUNTS), rounds) for _ in strangers]
    browsers: list[Client] = []
    for turn in range(rounds):
        with time_machine.travel(NOW + DAY * turn / rounds, tick=False):
            browsers = [_browser(stranger) for stranger in strangers]
            for browser, own in zip(browsers, numbers, strict=True):
                _try(browser, str(FIRST_NUMBER + own[turn]), chance, day)
    for browser in browsers if with_lists else ():
        for url in ("/accounts/", "/bills/?tab=all"):
            day.read(browser.get(url))
    day.added = AddedAccount.objects.filter(resident__in=strangers).count()
    return day


def _browser(stranger) -> Client:
    browser = Client()
    browser.force_login(stranger)
    return browser


def _try(browser: Client, number: str, chance: random.Random, day: Day) -> None:
    response = browser.post("/accounts/add/smart-zhku/", {"number": number})
    day.read(response)
    while response.status_code == 302 and "/add/" in response.url:
        url = response.url
        day.read(browser.get(url))
        guess = f"{chance.randrange(1, 20_000)},{chance.randrange(100):02}"
        response = browser.post(url, {"answer": guess} if url.endswith("/proof/") else {"title": ""})
        day.read(response)


def test_the_pages_of_adding_tell_nothing_of_an_account_and_the_caps_hold():
    day = probe(with_lists=False)

    assert day.leaks == set()
    assert day.added <= 10 * STRANGERS
    assert day.misses <= 5 * 25 * STRANGERS


def test_with_a_proof_asked_nobody_gets_in():
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)

    day = probe(with_lists=True)

    assert day.added == 0
    assert day.leaks == set()


def test_were_any_answer_right_they_would_get_in(monkeypatch):
    """The saboteur: a proof that proves nothing."""
    Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM)
    monkeypatch.setattr(account_proof, "_is_right", lambda *_: True)

    day = probe(with_lists=True)

    assert day.added > 0
    assert day.leaks


def test_were_nothing_counted_the_caps_would_not_hold(monkeypatch):
    """The saboteur: limits that never run out."""
    monkeypatch.setattr(throttle, "take", lambda limit, key, now: True)
    monkeypatch.setattr(throttle, "retry_after", lambda limit, key, now: timedelta())

    day = probe(with_lists=False)

    assert day.added > 10 * STRANGERS

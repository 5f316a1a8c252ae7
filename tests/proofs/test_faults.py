"""Every fault of the bank where it matters: after the sweeps all is final and equal to the bank's books."""

import os
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from billing.models import Bill
from payments import acquirer, authorisation, cards, settlement
from payments.acquirer.base import Answer, Browser, ThreeDS, Word
from payments.acquirer.tbank import TBank
from payments.models import Payment
from payments.status import FINAL, LIVE, Status
from safeguards.secret import Secret
from smartservice.sandbox import challenge, faults, hosted, notifications
from smartservice.sandbox import keys as bank_keys
from smartservice.sandbox.server import Server
from tests.payments.make import open_payment, submit
from tests.people import NOW
from tests.sandbox.merchant import CHALLENGED, DECLINED, FRICTIONLESS, WITHOUT_3DS, Clock, running_bank

pytestmark = pytest.mark.django_db

# How long the adapter waits for an answer where the bank is ordered to be slow.
PATIENCE = 0.4
# When the sweeps come by after the last request, until nothing has a reason to wait.
SWEEPS = [timedelta(minutes=minutes) for minutes in (0, 1, 3, 11, 14, 21, 24, 35)]
ORDER_LOST = timedelta(minutes=11)
# Where the sequences of faults begin; `make proofs` tries more of them.
SEQUENCES = int(os.environ.get("PROOFS_FAULTS", "12"))

DIRECT = [
    ("Init",),
    ("Init", "CheckOrder"),
    ("Check3dsVersion",),
    ("Check3dsVersion", "Cancel"),
    ("FinishAuthorize",),
    ("FinishAuthorize", "GetState"),
]
CHALLENGE = [
    ("FinishAuthorize",),
    ("Submit3DSAuthorizationV2",),
    ("Submit3DSAuthorizationV2", "GetState"),
]
PAGE = [
    ("Init",),
    ("Init", "CheckOrder"),
    ("Init", "Cancel"),
    ("GetState",),
    ("GetState", "GetState"),
]
BOTH = pytest.mark.parametrize("desk", ["own", "hosted"], indirect=True)
SEEDS = [(seed, entry) for entry in ("own", "hosted") for seed in range(SEQUENCES // (2 if entry == "hosted" else 1))]
# A card on the bank's page goes through none of its methods: only what is ordered for any of them comes there.
OF_THE_PAGE = ""
# A slow answer is one that never comes, only dearer to wait for.
QUICK = [name for name in faults.NAMES if name != "slow"]


class Desk:
    """The portal's rules and the real bank at one table, with the clocks of both in one hand."""

    def __init__(self, server: Server, resident: User, bill: Bill, entry: str) -> None:
        self.bank, self.is_heard = server.bank, False
        self.resident, self.bill, self.is_hosted = resident, bill, entry == "hosted"

    @property
    def now(self) -> datetime:
        return NOW + self.bank.clock.ahead

    def fault(self, name: str, *methods: str) -> None:
        """Once at each of the methods."""
        if name == "slow":
            acquirer.current()._wire._client.timeout = httpx2.Timeout(PATIENCE)
        with self.bank.store.transaction() as db:
            for method in methods:
                faults.order(db, name=name, method=method)

    def pay(self, pan: str, *, amount: int | None = None) -> Payment:
        """The final confirmation, and the way through the bank's page where there is one."""
        self.bill.refresh_from_db()
        payment = open_payment(self.bill, self.resident, amount=amount, now=self.now)
        submit(payment, self.resident, now=self.now, is_hosted=self.is_hosted)
        if self.is_hosted:
            authorisation.open_page(payment=payment, now=self.now)
            self.hear()
            self.pay_there(payment, pan)
        else:
            self.pay_here(payment, pan)
        payment.refresh_from_db()
        return payment

    def pay_here(self, payment: Payment, pan: str) -> None:
        """The card was typed in the portal's own form."""
        authorisation.authorise(payment=payment, cryptogram=sealed(pan), browser=Browser(ip="127.0.0.1"), now=self.now)
        self.hear()
        payment.refresh_from_db()
        if payment.status == Status.CHALLENGED:
            self.pass_challenge(payment)

    def pay_there(self, payment: Payment, pan: str) -> None:
        """Follow the link, type the card and the issuer's password on the bank's page, follow its link back."""
        payment.refresh_from_db()
        if not payment.page_url:
            return
        with self.bank.step() as step:
            typed = {"number": pan, "term": "09/38", "cvv": "123"}
            opened = hosted.pay(step, urlsplit(payment.page_url).path, typed)
            if opened.status == "3DS_CHECKING":
                hosted.answer(step, opened.acs_id, password=challenge.PASSWORD, cancelled=False)
        Client().get(reverse("payments:challenge-return", args=[payment.return_token]))
        self.hear()

    def pass_challenge(self, payment: Payment) -> None:
        """Type the bank's password and come back as its page sends the browser."""
        asked = authorisation.challenge_of(payment)
        assert asked
        with self.bank.step() as step:
            challenge.answer(step, challenge.asked(step, asked.fields["creq"]), challenge.PASSWORD)
        Client().post(reverse("payments:challenge-return", args=[payment.return_token]))
        self.hear()

    def hear(self) -> None:
        """The bank sends what it has to tell; each notification is a request to the portal."""
        if self.is_heard:
            self.bank.tick()

    def recover(self, sweeps: list[timedelta] = SWEEPS) -> None:
        """Time goes on, and the sweep comes by."""
        began = self.bank.clock.ahead
        for pause in sweeps:
            self.bank.clock.ahead = began + pause + timedelta(seconds=20)
            self.hear()
            self.sweep()
        self.hear()

    def sweep(self) -> None:
        """Ask the bank about everything unfinished, once."""
        settlement.settle_due(now=self.now, everything=True)

    def disagreements(self) -> list[str]:
        """In what the bank's books, the payments and the bill differ."""
        at_bank = {row["order_id"]: row["status"] for row in self.bank.store.rows("SELECT * FROM payments")}
        found = []
        for payment in Payment.objects.all():
            taken = at_bank.get(str(payment.uuid)) == "CONFIRMED"
            if payment.status not in FINAL or taken != (payment.status == Status.SUCCEEDED):
                found.append(f"{payment.status}, at the bank {at_bank.get(str(payment.uuid))}")
        bill = Bill.objects.get(pk=self.bill.pk)
        paid = sum(payment.amount for payment in Payment.objects.filter(status=Status.SUCCEEDED))
        return found + ([] if (bill.paid, bill.held) == (paid, 0) else [f"bill {bill.paid} {bill.held}, paid {paid}"])


def sealed(pan: str) -> Secret:
    term = cards.Term(month=9, year=2038)
    return cards.encrypt(
        number=Secret(pan), term=term, holder="ANNA", cvv=Secret("123"), public_key=acquirer.public_key()
    )


def post_to_portal(url: str, body: str) -> bool:
    """As the bank's own sender does, without a server between."""
    answer = Client().post(urlsplit(url).path, body, content_type="application/json")
    return answer.status_code == 200 and answer.content == b"OK"


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One bank for all tests; its notifications need no server between."""
    folder = tmp_path_factory.mktemp("bank")
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        running_bank(folder, Clock(), slow_seconds=1.5 * PATIENCE) as server,
    ):
        monkeypatch.setattr(notifications, "_send", post_to_portal)
        yield server


@pytest.fixture
def desk(settings: Any, bank: Server, anna: User, annas_bill: Bill, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """Deaf to notifications until a test says otherwise; nothing is left of the test before.

    Its parameter is where cards are typed: the portal's own form unless a test says otherwise.
    """
    settings.ACQUIRER_PUBLIC_KEY_FILE = bank_keys.public_path(bank.bank.config.var_dir)
    settings.ACQUIRER_URL = f"http://127.0.0.1:{bank.server_port}/v2/"
    with bank.bank.store.transaction() as db:
        for table in ("faults", "notifications", "cancellations", "payments", "events"):
            db.execute(f"DELETE FROM {table}")
    bank.bank.clock.ahead = timedelta()
    yield Desk(bank, anna, annas_bill, getattr(request, "param", "own"))
    acquirer.current()._wire._client.close()
    acquirer._bank.cache_clear()


@pytest.mark.parametrize("fault", faults.TRANSPORT)
@pytest.mark.parametrize("methods", DIRECT, ids="+".join)
def test_a_lost_answer_ends_as_the_bank_says(desk: Desk, methods: tuple[str, ...], fault: str) -> None:
    desk.fault(fault, *methods)

    desk.pay(FRICTIONLESS)
    desk.recover()

    assert desk.disagreements() == []


@pytest.mark.parametrize("desk", ["hosted"], indirect=True)
@pytest.mark.parametrize("fault", [name for name in faults.TRANSPORT if name != "slow"])
@pytest.mark.parametrize("methods", PAGE, ids="+".join)
def test_a_lost_answer_around_the_banks_page_ends_as_the_bank_says(
    desk: Desk, methods: tuple[str, ...], fault: str
) -> None:
    desk.fault(fault, *methods)

    desk.pay(CHALLENGED if methods == ("GetState",) else FRICTIONLESS)
    desk.recover()

    assert desk.disagreements() == []


@pytest.mark.parametrize("fault", faults.TRANSPORT)
@pytest.mark.parametrize("methods", CHALLENGE, ids="+".join)
def test_an_answer_lost_around_the_challenge_ends_as_the_bank_says(
    desk: Desk, methods: tuple[str, ...], fault: str
) -> None:
    desk.fault(fault, *methods)

    desk.pay(CHALLENGED)
    desk.recover()

    assert desk.disagreements() == []


@BOTH
@pytest.mark.parametrize("fault", faults.TRANSPORT)
def test_a_decline_that_nobody_heard_takes_no_money(desk: Desk, fault: str) -> None:
    desk.fault(fault, "Init" if desk.is_hosted else "FinishAuthorize", "GetState")

    payment = desk.pay(DECLINED)
    desk.recover()

    payment.refresh_from_db()
    assert payment.is_failed
    assert desk.disagreements() == []


@pytest.mark.parametrize("fault", faults.TRANSPORT)
def test_what_was_charged_is_never_called_failed_before_the_bank_says_so(desk: Desk, fault: str) -> None:
    desk.fault(fault, "FinishAuthorize", "GetState")

    payment = desk.pay(FRICTIONLESS)

    assert payment.status in LIVE
    assert Bill.objects.get(pk=desk.bill.pk).held == payment.amount


@BOTH
@pytest.mark.parametrize("pan", [FRICTIONLESS, CHALLENGED, DECLINED])
@pytest.mark.parametrize("fault", faults.NOTIFICATIONS)
def test_notifications_twice_in_disorder_or_forged_change_nothing(desk: Desk, fault: str, pan: str) -> None:
    desk.is_heard = True
    desk.fault(fault, OF_THE_PAGE if desk.is_hosted else "FinishAuthorize", "Submit3DSAuthorizationV2")

    payment = desk.pay(pan)
    desk.recover()

    payment.refresh_from_db()
    assert payment.status == (Status.DECLINED if pan == DECLINED else Status.SUCCEEDED)
    assert desk.disagreements() == []


@pytest.mark.parametrize("fault", faults.NOTIFICATIONS)
def test_notifications_alone_settle_what_was_not_answered(desk: Desk, fault: str) -> None:
    desk.is_heard = True
    desk.fault(fault, "FinishAuthorize")
    desk.fault("no-answer-after", "FinishAuthorize", "GetState")

    payment = desk.pay(FRICTIONLESS)

    assert payment.status == Status.SUCCEEDED
    assert desk.disagreements() == []


@BOTH
@pytest.mark.parametrize("pan", [FRICTIONLESS, CHALLENGED, DECLINED])
def test_a_late_outcome_is_waited_for(desk: Desk, pan: str) -> None:
    own_method = "Submit3DSAuthorizationV2" if pan == CHALLENGED else "FinishAuthorize"
    desk.fault("late", OF_THE_PAGE if desk.is_hosted else own_method)

    payment = desk.pay(pan)
    assert payment.status in LIVE
    desk.recover()

    assert desk.disagreements() == []


def test_a_challenge_that_nobody_passes_takes_no_money(desk: Desk, monkeypatch: Any) -> None:
    monkeypatch.setattr(desk, "pass_challenge", lambda payment: None)

    payment = desk.pay(CHALLENGED)
    desk.recover()

    payment.refresh_from_db()
    assert payment.status == Status.EXPIRED
    assert desk.disagreements() == []


@pytest.mark.parametrize("desk", ["hosted"], indirect=True)
@pytest.mark.parametrize("looks", [False, True])
def test_a_page_that_nobody_pays_on_takes_no_money(desk: Desk, monkeypatch: Any, looks: bool) -> None:
    monkeypatch.setattr(desk, "pay_there", lambda payment, pan: None)
    payment = desk.pay(FRICTIONLESS)
    page = urlsplit(payment.page_url).path
    if looks:
        with desk.bank.step() as step:
            hosted.show(step, page)
    desk.recover()

    payment.refresh_from_db()
    assert payment.status == Status.EXPIRED
    with desk.bank.step() as step:
        hosted.pay(step, page, {"number": FRICTIONLESS, "term": "09/38", "cvv": "123"})
    assert desk.disagreements() == []


@pytest.mark.parametrize("seed, desk", SEEDS, indirect=["desk"])
def test_sequences_of_faults_end_in_agreement(desk: Desk, seed: int) -> None:
    chance = random.Random(seed)
    desk.is_heard = chance.random() < 0.5

    for pan in chance.choices([WITHOUT_3DS, FRICTIONLESS, CHALLENGED, DECLINED], k=4):
        for _ in range(chance.randint(0, 4)):
            desk.fault(chance.choice(QUICK), chance.choice(faults.METHODS))
        desk.pay(pan, amount=100_00)
        if chance.random() < 0.3:
            desk.sweep()
    desk.recover()

    assert desk.disagreements() == []


def test_an_answer_not_heard_taken_for_a_refusal_would_be_found(desk: Desk, monkeypatch: Any) -> None:
    """The saboteur: what the bank did not say is taken for a decline."""
    declined = Answer(word=Word.DECLINED, raw_status="NO_ANSWER")
    monkeypatch.setattr(authorisation, "_state", lambda bank, bank_id: declined)
    desk.fault("no-answer-after", "FinishAuthorize")

    desk.pay(FRICTIONLESS)
    desk.recover()

    assert desk.disagreements() == ["DECLINED, at the bank CONFIRMED"]


def test_an_order_that_was_given_up_cannot_be_paid_any_more(desk: Desk) -> None:
    desk.fault("no-answer-before", "FinishAuthorize", "GetState")
    payment = desk.pay(FRICTIONLESS)
    desk.recover([ORDER_LOST])

    late_charge(payment)

    payment.refresh_from_db()
    assert payment.status == Status.EXPIRED
    assert desk.disagreements() == []


def test_giving_up_without_cancelling_at_the_bank_would_be_found(desk: Desk, monkeypatch: Any) -> None:
    """The saboteur: an order that the bank holds as new is given up here alone."""
    monkeypatch.setattr(TBank, "cancel", lambda self, bank_id: Answer(word=Word.EXPIRED, raw_status="CANCELED"))
    desk.fault("no-answer-before", "FinishAuthorize", "GetState")
    payment = desk.pay(FRICTIONLESS)
    desk.recover([ORDER_LOST])

    late_charge(payment)

    assert desk.disagreements() == ["EXPIRED, at the bank CONFIRMED"]


def late_charge(payment: Payment) -> None:
    """FinishAuthorize comes to the bank after all: it was only slow on its way."""
    bank = acquirer.current()
    bank.authorise(
        bank_id=payment.bank_id or "",
        cryptogram=sealed(WITHOUT_3DS),
        three_ds=ThreeDS(),
        browser=Browser(ip="127.0.0.1"),
        return_url="http://127.0.0.1/",
    )

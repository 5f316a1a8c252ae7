"""Two web processes and two workers on PostgreSQL and Redis: a register comes in, its bills are paid, a worker dies."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from payments.status import LIVE, Status
from smartservice.management.commands import run_embedded
from tests.billing.registers import register_text, row
from tests.proofs.agreement import disagreements, payments, statuses, unknown_orders
from tests.proofs.browser import CHALLENGED, DECLINED, FRICTIONLESS, PLAIN, Browser, Page
from tests.proofs.conftest import KILLS
from tests.proofs.stack import Resident, Stack, until

pytestmark = [
    pytest.mark.processes,
    pytest.mark.postgres,
    pytest.mark.skipif(not os.environ.get("REDIS_URL"), reason="two workers are told of their work by Redis"),
]
# A kill here is a round of four payments.
ROUNDS = max(1, KILLS // 10)
CARDS = (PLAIN, FRICTIONLESS, CHALLENGED, DECLINED)
PRODUCT, FORGETFUL = "smartservice", "tests.proofs.workers.takes_asked_for_answered"
WEBS = ("web", "web-2")
# Nobody listens there: what the bank has done is learnt by asking it.
DEAF = "http://127.0.0.1:9"


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Stack]:
    """Bank, both webs and beat; workers come and go with the tests. Everybody has a bill of an imported register."""
    number = 2 + int(worker_id.removeprefix("gw") or 0) if worker_id != "master" else 2
    stack = Stack(tmp_path_factory.mktemp("pair"), number=number, residents=4 * ROUNDS + 4)
    try:
        stack.end("post")
        for name in WEBS:
            start_web(stack, name)
        until(stack.answers)
        beat = ("beat", "--schedule", str(stack.var_dir / "beat"), "--pidfile", "")
        stack.start("beat", "-m", "celery", "-A", PRODUCT, *beat, "--loglevel", "warning")
        take_register_in(stack)
        yield stack
    finally:
        with stack.opened:
            stack.close()


def test_of_a_killed_worker_nothing_is_lost(pair: Stack) -> None:
    start_workers(pair)
    residents = [pair.residents.popleft() for _ in range(len(CARDS) * ROUNDS)]
    told = "SELECT count(*) FROM notifications_message WHERE kind = 'bill_issued'"
    # Of two neighbours the second has added the account of the first as well.
    until(lambda: pair.rows(told) == [(6 * ROUNDS + 6,)])

    for number in range(ROUNDS):
        pay_while_a_worker_dies(pair, residents[len(CARDS) * number :][: len(CARDS)])
    # Later rounds ask about earlier payments too, some in vain: these are asked again only after one minute, then five.
    until(lambda: is_settled(pair, residents), seconds=40 + 20 * ROUNDS, pause=1)

    assert disagreements(pair, residents) == []
    assert unknown_orders(pair) == set()
    assert statuses(pair, residents) == {Status.SUCCEEDED: 3 * ROUNDS, Status.DECLINED: ROUNDS}
    assert "сходится" in pair.run("manage.py", "verify_money")
    unsent = "SELECT count(*) FROM notifications_message WHERE category = 0 AND state <> 'SENT'"
    until(lambda: pair.rows(unsent) == [(0,)])
    assert all("POST" in pair.said(name) for name in WEBS), "one of the two served nobody"


def test_a_worker_that_takes_asked_for_answered_loses_a_payment(pair: Stack) -> None:
    """The saboteur: the same death, after which nobody asks any more."""
    start_workers(pair, FORGETFUL)
    anna = [pair.residents.popleft()]
    lost = charge_without_an_answer(pair, anna[0])

    let_the_first_ask(pair)
    kill_the_first(pair, lost)
    for _ in range(3):
        wake(pair)

    assert [problem.partition(":")[0] for problem in disagreements(pair, anna)] == ["charged and not recorded"]


def start_web(stack: Stack, name: str) -> None:
    """Both take from the same door, and say what they served."""
    words = run_embedded.web(stack.door.fileno()).command[1:]
    stack.start(name, *words, "--access-logfile", "-", sockets=(stack.door.fileno(),), BASE_URL=DEAF)


def start_worker(stack: Stack, name: str, application: str = PRODUCT) -> None:
    pool = ("--pool", "threads", "--concurrency", "1", "--hostname", f"{name}@drill")
    stack.start(name, "-m", "celery", "-A", application, "worker", *pool, "--loglevel", "warning")


def start_workers(stack: Stack, application: str = PRODUCT) -> None:
    for name in ("first", "second"):
        stack.end(name)
        start_worker(stack, name, application)


def take_register_in(stack: Stack) -> None:
    """Each resident's next bill comes as providers send it, and is the one he pays."""
    number_of = "SELECT a.number FROM billing_bill b JOIN billing_personalaccount a ON a.id = b.account_id"
    numbers = {
        person.phone: stack.rows(f"{number_of} WHERE b.uuid = ?", person.bill)[0][0] for person in stack.residents
    }
    rows = [row(number, 1000 + place) for place, number in enumerate(numbers.values())]
    file = Path(stack.folder / "july.csv")
    file.write_text(register_text(*rows, period="07.2017", issued="05.08.2017"), encoding="utf-8")
    stack.run("manage.py", "import_bills", str(file))
    bill_of = "SELECT b.uuid FROM billing_bill b JOIN billing_personalaccount a ON a.id = b.account_id"
    for _ in range(len(stack.residents)):
        person = stack.residents.popleft()
        ((bill,),) = stack.rows(f"{bill_of} WHERE a.number = ? AND b.period = '2017-07-01'", numbers[person.phone])
        stack.residents.append(Resident(person.phone, str(bill), person.shared_bill))


def pay_while_a_worker_dies(stack: Stack, residents: list[Resident]) -> None:
    """The bank's answer to the first is lost; the worker that asks about it dies while the other three pay."""
    stack.forget_limits()
    lost = charge_without_an_answer(stack, residents[0])
    with ThreadPoolExecutor() as pool:
        browsers = list(pool.map(lambda who, pan: Browser(stack, who).get_ready(pan), residents[1:], CARDS[1:]))
        let_the_first_ask(stack)
        paying = [pool.submit(pay, browser) for browser in browsers]
        kill_the_first(stack, lost)
        pages = [one.result() for one in paying]
    assert [page.status for page in pages] == [200] * len(pages)
    start_worker(stack, "first")


def charge_without_an_answer(stack: Stack, resident: Resident) -> Browser:
    """Nor does the page that he is shown learn anything."""
    browser = Browser(stack, resident).get_ready(PLAIN)
    stack.fault("no-answer-after", method="FinishAuthorize")
    stack.fault("error-500", method="GetState")
    browser.confirm()
    assert statuses(stack, [resident]) == {Status.AUTHORISING: 1}
    return browser


def let_the_first_ask(stack: Stack) -> None:
    """Until it hangs in its question; the second one looks away meanwhile."""
    stack.fault("slow", method="GetState")
    os.killpg(stack.processes["second"].pid, signal.SIGSTOP)
    asked = len(questions(stack))

    def is_asking() -> bool:
        wake(stack)
        return len(questions(stack)) > asked

    until(is_asking, pause=0.5)


def kill_the_first(stack: Stack, lost: Browser) -> None:
    """`kill -9` in the middle of its question; the second one goes on."""
    stack.kill("first")
    assert statuses(stack, [lost.resident]) == {Status.AUTHORISING: 1}
    os.killpg(stack.processes["second"].pid, signal.SIGCONT)


def questions(stack: Stack) -> list[object]:
    return [call for call in stack.calls() if call["method"] == "GetState"]


def wake(stack: Stack) -> None:
    """What beat does twice a minute."""
    stack.run("-m", "celery", "-A", PRODUCT, "call", "payments.settle")


def is_settled(stack: Stack, residents: list[Resident]) -> bool:
    wake(stack)
    return not any(row.status in LIVE for row in payments(stack, residents))


def pay(browser: Browser) -> Page:
    """To the end, through the bank's page where it asks."""
    page = browser.confirm()
    return browser.send(browser.pass_challenge(page)) if page.path.endswith("/challenge/") else page

"""`kill -9` of the web process: after a restart and one sweep the bank and the portal say the same."""

import random
import time
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress

import httpx2
import pytest

from payments.status import FINAL, LIVE, Status
from tests.proofs.agreement import charges, disagreements, payments, statuses, unknown_orders
from tests.proofs.browser import CHALLENGED, DECLINED, FRICTIONLESS, PLAIN, Browser, Form, Page
from tests.proofs.conftest import KILLS
from tests.proofs.stack import Resident, Stack, until

pytestmark = pytest.mark.processes

LOSING_WEB = "tests.proofs.webs.charge_before_intent"
CARDS = (PLAIN, FRICTIONLESS, CHALLENGED, DECLINED)


def test_killed_between_charge_and_record_nothing_is_lost(stack: Stack) -> None:
    stack.serve(hears_bank=False)
    residents = take(stack, 2 * KILLS)

    for number in range(KILLS):
        mark = residents[2 * number : 2 * number + 2]
        drill = charge_and_kill(stack, *mark)
        assert statuses(stack, mark) == {Status.AUTHORISING: 1, Status.COMPLETING: 1}
        stack.serve(hears_bank=False)
        repeat(drill)
    stack.settle()

    assert disagreements(stack, residents) == []
    assert statuses(stack, residents) == {Status.SUCCEEDED: 2 * KILLS}
    assert len(charges(stack, [row.order for row in payments(stack, residents)])) == 2 * KILLS


def test_with_the_intent_written_after_the_charge_payments_are_lost(stack: Stack) -> None:
    """The saboteur: the same drill, with everything recorded in one transaction that ends with the bank's answer."""
    stack.serve(LOSING_WEB, hears_bank=False)
    residents = take(stack, 1)
    browser = Browser(stack, residents[0]).get_ready(PLAIN)

    with ThreadPoolExecutor() as pool:
        hang(stack, pool, browser)
        stack.kill("web")
    stack.serve(hears_bank=False)
    stack.settle()

    assert [problem.partition(":")[0] for problem in disagreements(stack, residents)] == ["charged and not recorded"]


def test_killed_at_random_moments_bank_and_portal_agree(stack: Stack) -> None:
    chance = random.Random(20261120)
    residents = take(stack, len(CARDS) * KILLS)
    unfinished = 0
    stack.serve()

    for number in range(KILLS):
        browsers = ready(stack, residents[len(CARDS) * number :][: len(CARDS)])
        unfinished += kill_amid(stack, browsers, chance)
        again([browser for browser in browsers if chance.random() < 0.5])
    stack.settle()

    assert unfinished, "no kill hit anything: this proves nothing"
    assert disagreements(stack, residents) == []
    assert unknown_orders(stack) == set()
    stack.settle(minutes_later=31)
    assert disagreements(stack, residents) == []
    assert set(statuses(stack, residents)) <= FINAL


def take(stack: Stack, number: int) -> list[Resident]:
    return [stack.residents.popleft() for _ in range(number)]


def ready(stack: Stack, residents: list[Resident]) -> list[Browser]:
    """A browser for each kind of card, all one press away from the bank."""
    stack.forget_limits()
    with ThreadPoolExecutor() as pool:
        return list(pool.map(lambda who, pan: Browser(stack, who).get_ready(pan), residents, CARDS))


def kill_amid(stack: Stack, browsers: list[Browser], chance: random.Random) -> int:
    """All of them pay at once, and web dies around one of the fourteen calls that they make of the bank together.

    How many payments that left unfinished. Whoever presses while web is down waits for it to come back.
    """
    before = len(stack.calls())
    last_call = before + chance.randint(0, 13)
    with ThreadPoolExecutor() as pool:
        under_way = [pool.submit(pay, browser) for browser in browsers]
        until(lambda: len(stack.calls()) >= last_call or all(one.done() for one in under_way), pause=0.002)
        time.sleep(chance.uniform(0, 0.03))
        stack.kill("web")
        unfinished = sum(row.status in LIVE for row in payments(stack, [browser.resident for browser in browsers]))
        stack.serve()
    return unfinished


def charge_and_kill(stack: Stack, payer: Resident, challenged: Resident) -> list[tuple[Browser, Form | None]]:
    """One payment hangs in FinishAuthorize and one in Submit3DSAuthorizationV2, both charged; then web dies."""
    stack.forget_limits()
    plain, asked = Browser(stack, payer).get_ready(PLAIN), Browser(stack, challenged).get_ready(CHALLENGED)
    way_back = asked.pass_challenge(asked.confirm())
    with ThreadPoolExecutor() as pool:
        hang(stack, pool, plain)
        hang(stack, pool, asked, way_back)
        stack.kill("web")
    return [(plain, None), (asked, way_back)]


def hang(stack: Stack, pool: ThreadPoolExecutor, browser: Browser, way_back: Form | None = None) -> Future[None]:
    """Make the call that charges, and return when the bank has charged and not answered."""
    stack.fault("slow", method="Submit3DSAuthorizationV2" if way_back else "FinishAuthorize")
    request = pool.submit(press, browser, way_back)
    until(lambda: charges(stack, [browser.order()]))
    return request


def press(browser: Browser, way_back: Form | None = None) -> None:
    """The last press before the charge; the server may die meanwhile."""
    with suppress(httpx2.TransportError):
        browser.send(way_back) if way_back else browser.confirm()


def repeat(drill: list[tuple[Browser, Form | None]]) -> None:
    """Both residents press again what nobody answered, and are shown the operation."""
    for browser, way_back in drill:
        assert (browser.send(way_back) if way_back else browser.confirm()).path == f"/payments/{browser.order()}/"


def pay(browser: Browser) -> Page | None:
    """To the end, through the bank's page where it asks; None when the server died."""
    with suppress(httpx2.TransportError):
        page = browser.confirm()
        if page.path.endswith("/challenge/"):
            page = browser.send(browser.pass_challenge(page))
        return page
    return None


def again(browsers: list[Browser]) -> None:
    """Those who press again after the restart are never shown an error."""
    for browser in browsers:
        page = pay(browser)
        assert page
        assert page.status == 200

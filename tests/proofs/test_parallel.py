"""Many at once against real server and real bank: whoever presses, however often, one bill is one charge."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier
from typing import TypeVar

import pytest

from payments.status import Status
from tests.proofs.agreement import charges, disagreements, payments, statuses
from tests.proofs.browser import CHALLENGED, PLAIN, Browser, Page
from tests.proofs.conftest import ROUNDS
from tests.proofs.stack import Resident, Stack

pytestmark = pytest.mark.processes

Outcome = TypeVar("Outcome")
PRESSES, TRIES = 20, 5
UNGUARDED_WEB = "tests.proofs.webs.no_hold"


@pytest.mark.parametrize("round_", range(ROUNDS))
@pytest.mark.parametrize("presses", [TRIES, PRESSES])
def test_twenty_submissions_of_one_payment_are_one_charge(stack: Stack, presses: int, round_: int) -> None:
    """Of more than five presses at the same moment, some may hear that the tries are over: another press shows all."""
    stack.serve()
    anna = take(stack, 1)
    browser = Browser(stack, *anna).get_ready(PLAIN)

    pages = at_once([browser.confirm] * presses)

    over = [page for page in pages if "Попытки закончились" in page.html]
    assert not (over and presses <= TRIES)
    assert all_lead_to([*(page for page in pages if page not in over), browser.confirm()], browser)
    assert taken(stack, anna) == 1
    assert asked(stack, browser) == {"Init": 1, "Check3dsVersion": 1, "FinishAuthorize": 1}
    assert disagreements(stack, anna) == []
    assert statuses(stack, anna) == {Status.SUCCEEDED: 1}


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_twenty_returns_from_the_bank_are_one_charge(stack: Stack, round_: int) -> None:
    stack.serve()
    anna = take(stack, 1)
    browser = Browser(stack, *anna).get_ready(CHALLENGED)
    way_back = browser.pass_challenge(browser.confirm())

    pages = at_once([lambda: browser.send(way_back)] * PRESSES)

    assert all_lead_to(pages, browser)
    assert asked(stack, browser)["Submit3DSAuthorizationV2"] == 1
    assert taken(stack, anna) == 1
    assert disagreements(stack, anna) == []


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_tabs_with_a_payment_each_are_one_charge(stack: Stack, round_: int) -> None:
    stack.serve()
    anna = take(stack, 1)
    browser = Browser(stack, *anna)
    tabs = [ready(tab, bill=browser.resident.bill) for tab in (browser, browser.new_tab())]

    pages = at_once([partial(insist, tab) for tab in tabs])

    assert_one_paid(stack, anna, pages)


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_two_residents_paying_one_bill_are_one_charge(stack: Stack, round_: int) -> None:
    stack.serve()
    neighbours = take(stack, 2)
    tabs = [ready(Browser(stack, resident), bill=resident.shared_bill) for resident in neighbours]

    pages = at_once([partial(insist, tab) for tab in tabs])

    assert_one_paid(stack, neighbours, pages)


def test_twenty_posts_of_one_charges_form_are_one_payment(stack: Stack) -> None:
    stack.serve()
    anna = take(stack, 1)
    browser = Browser(stack, *anna)
    form = browser.get(f"/bills/{browser.resident.bill}/pay/").form("/pay/")

    pages = at_once([lambda: browser.send(form)] * PRESSES)

    assert len({page.path for page in pages}) == 1
    assert statuses(stack, anna) == {Status.CREATED: 1}


def test_without_the_hold_both_neighbours_would_be_charged(stack: Stack) -> None:
    """The saboteur: the same race on a server where nobody holds the bill."""
    stack.serve(UNGUARDED_WEB)
    neighbours = take(stack, 2)
    tabs = [ready(Browser(stack, resident), bill=resident.shared_bill) for resident in neighbours]

    at_once([partial(insist, tab) for tab in tabs])

    assert taken(stack, neighbours) == 2
    assert any(problem.startswith("bill") for problem in disagreements(stack, neighbours))


def take(stack: Stack, number: int) -> list[Resident]:
    """New residents; where two are asked for, they are neighbours."""
    while number == 2 and len(stack.residents) % 2:
        stack.residents.popleft()
    return [stack.residents.popleft() for _ in range(number)]


def ready(browser: Browser, *, bill: str) -> Browser:
    """One press away from paying the bill; a phone is sent one code a minute, which is not the point here."""
    browser.get_ready(PLAIN, bill=bill)
    browser.stack.forget_limits()
    return browser


def insist(tab: Browser) -> Page:
    """Confirm, and go on where the page warns that it may be paid already: whether it does is a matter of moments."""
    page = tab.confirm()
    if "Заплатить ещё раз" not in page.html:
        return page
    tab.stack.forget_limits()
    tab.ask_code(page)
    return tab.confirm()


def at_once(deeds: list[Callable[[], Outcome]]) -> list[Outcome]:
    """All of them start together."""
    barrier = Barrier(len(deeds))

    def do(deed: Callable[[], Outcome]) -> Outcome:
        barrier.wait()
        return deed()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(do, deeds))


def all_lead_to(pages: list[Page], browser: Browser) -> bool:
    return {(page.status, page.path) for page in pages} == {(200, f"/payments/{browser.order()}/")}


def taken(stack: Stack, residents: list[Resident]) -> int:
    """How often the bank charged them."""
    return len(charges(stack, [row.order for row in payments(stack, residents)]))


def asked(stack: Stack, browser: Browser) -> dict[str, int]:
    """How often the bank was asked what about this payment."""
    bank_id = next(line["payment_id"] for line in stack.journal() if line["order_id"] == browser.order())
    methods = [call["method"] for call in stack.calls() if call["payment_id"] == bank_id]
    return {method: methods.count(method) for method in methods if method != "GetState"}


def assert_one_paid(stack: Stack, residents: list[Resident], pages: list[Page]) -> None:
    """One of two is told that it is done, the other that the bill is being paid."""
    assert taken(stack, residents) == 1
    assert disagreements(stack, residents) == []
    assert statuses(stack, residents) == {Status.SUCCEEDED: 1, Status.EXPIRED: 1}
    assert [page.status for page in pages] == [200, 200]
    assert any("Счёт уже оплачивается" in page.html for page in pages)

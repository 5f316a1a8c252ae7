"""Portals and the people who look at them.

A journey asks for `resident` or `stranger` and so comes to the portal that its test process shares:

    def test_he_reads_his_bills(resident: Guest) -> None:
        visitor = resident(Screen(390))   # logged in, with an added account and the manual's seven bills
        visitor.follow_menu("Счета")
        visitor.sees(visitor.person.account_title)

Every call brings another person, whose phone, account, bills, SMS and letters nobody else touches; `stranger` brings
one who has not registered. A journey that needs variables of its own asks for `start_stack(VARIABLE="…")` and hands the
portal on: `stranger(screen, stack)`. A second window of one person is `visit(visitor.stack, screen, visitor.person)`.
"""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.journeys import steps
from tests.journeys.people import Person
from tests.journeys.stack import Prepared, Stack, prepare
from tests.journeys.visitor import Screen, Visitor

Visit = Callable[[Stack, Screen, Person], Visitor]
StartStack = Callable[..., Stack]
# Without a stack it is the shared one.
Guest = Callable[..., Visitor]

LATE_SECONDS = "4"
numbers = itertools.count(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0) * 8)


@pytest.fixture(scope="session")
def common_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all test processes of this run share."""
    folder = tmp_path_factory.getbasetemp()
    return folder.parent if "PYTEST_XDIST_WORKER" in os.environ else folder


@pytest.fixture(scope="session")
def prepared(common_folder: Path) -> Prepared:
    """What every stack starts from."""
    return prepare(common_folder / "prepared")


@pytest.fixture(scope="session")
def shared_stack(prepared: Prepared, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The portal that this test process shares; only the sandbox bank's late outcome is earlier than by default."""
    folder = tmp_path_factory.mktemp("portal")
    stack = Stack(folder, number=next(numbers), prepared=prepared, SANDBOX_LATE_SECONDS=LATE_SECONDS)
    yield stack
    stack.stop()


@pytest.fixture
def portal(shared_stack: Stack) -> Iterator[Stack]:
    """The shared portal, with what the bank sees from now on; its log is read for failures after every journey."""
    shared_stack.begin_journey()
    before = len(shared_stack.log)
    yield shared_stack
    assert "Traceback" not in shared_stack.log[before:], shared_stack.log[before:]


@pytest.fixture
def start_stack(prepared: Prepared, tmp_path: Path) -> Iterator[StartStack]:
    """Starts a portal with the given variables; ends it, and reads its log for failures."""
    stacks: list[Stack] = []

    def start(**variables: str) -> Stack:
        stacks.append(Stack(tmp_path, number=next(numbers), prepared=prepared, **variables))
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.stop()
        assert "Traceback" not in stack.log, stack.log


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Visit]:
    """Opens a person's window of the given size at a portal; in the end no page may have complained."""
    visitors: list[Visitor] = []

    def open_window(stack: Stack, screen: Screen, person: Person) -> Visitor:
        context = new_context(
            viewport={"width": screen.width, "height": screen.height},
            java_script_enabled=screen.javascript,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
            extra_http_headers={"X-Forwarded-For": person.address},
        )
        visitors.append(Visitor(context.new_page(), stack, screen, person))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        assert visitor.complaints == []


@pytest.fixture
def stranger(visit: Visit, request: pytest.FixtureRequest) -> Guest:
    """Opens a window for somebody who has not registered yet."""

    def open_window(screen: Screen, stack: Stack | None = None) -> Visitor:
        stack = stack or request.getfixturevalue("portal")
        return visit(stack, screen, next(stack.strangers))

    return open_window


@pytest.fixture
def resident(visit: Visit, request: pytest.FixtureRequest) -> Guest:
    """Opens a window for a resident and logs in."""

    def open_window(screen: Screen, stack: Stack | None = None) -> Visitor:
        stack = stack or request.getfixturevalue("portal")
        visitor = visit(stack, screen, next(stack.residents))
        steps.log_in(visitor)
        return visitor

    return open_window

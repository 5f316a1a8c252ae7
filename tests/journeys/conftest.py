"""A portal of its own for every journey, and windows that look at it."""

import itertools
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

numbers = itertools.count(int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw") or 0) * 8)


@pytest.fixture
def start_stack(tmp_path: Path) -> Iterator[Callable[..., Stack]]:
    """Starts a portal with the given variables; ends it, and reads its log for failures."""
    stacks: list[Stack] = []

    def start(**environment: str) -> Stack:
        stacks.append(Stack(tmp_path, number=next(numbers), **environment))
        return stacks[-1]

    yield start
    for stack in stacks:
        stack.stop()
        assert "Traceback" not in stack.log, stack.log


@pytest.fixture
def visit(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[[Stack, Screen], Visitor]]:
    """Opens a window of the given size at a portal; in the end no page may have complained."""
    visitors: list[Visitor] = []

    def open_window(stack: Stack, screen: Screen) -> Visitor:
        context = new_context(
            viewport={"width": screen.width, "height": screen.height},
            java_script_enabled=screen.javascript,
            locale="ru-RU",
            timezone_id="Europe/Moscow",
        )
        visitors.append(Visitor(context.new_page(), stack, screen))
        return visitors[-1]

    yield open_window
    for visitor in visitors:
        assert visitor.complaints == []

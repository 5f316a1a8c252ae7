"""The visitor of the journeys does notice what he is there to notice."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Route

from tests.journeys.people import RESIDENTS
from tests.journeys.visitor import Screen, Visitor

pytestmark = pytest.mark.browser

PORTAL = "http://portal.test"
GOOD = '<main><h1>Счета</h1><label>Сумма <input name="amount"></label></main>'


@pytest.fixture
def open_page(new_context: Callable[..., BrowserContext]) -> Callable[[str], Visitor]:
    """A window at a portal whose only page has the given body."""
    seen: set[str] = set()

    def open_page(body: str) -> Visitor:
        page = new_context(viewport={"width": 390, "height": 844}).new_page()
        html = f'<!DOCTYPE html><html lang="ru"><head><title>Счета</title></head><body>{body}</body></html>'
        policy = {"Content-Security-Policy": "script-src 'none'"}

        def answer(route: Route) -> None:
            route.fulfill(body=html, content_type="text/html; charset=utf-8", headers=policy)

        page.route(f"{PORTAL}/**", answer)
        stack: Any = SimpleNamespace(url=PORTAL, is_first_look=lambda page: page not in seen and not seen.add(page))
        visitor = Visitor(page, stack, Screen(390), RESIDENTS[0])
        page.goto(f"{PORTAL}/")
        return visitor

    return open_page


def test_a_good_page_passes(open_page: Callable[[str], Visitor]) -> None:
    visitor = open_page(GOOD)

    visitor.look()

    assert visitor.complaints == []


def test_a_wide_page_is_noticed(open_page: Callable[[str], Visitor]) -> None:
    visitor = open_page(GOOD + '<div style="width: 700px">1</div>')

    with pytest.raises(AssertionError, match="scrolls sideways"):
        visitor.look()


def test_a_barrier_is_noticed_once(open_page: Callable[[str], Visitor]) -> None:
    visitor = open_page('<main><h1>Счета</h1><input name="amount"></main>')

    with pytest.raises(AssertionError, match="label"):
        visitor.look()
    visitor.look()


def test_a_broken_policy_is_noticed(open_page: Callable[[str], Visitor]) -> None:
    visitor = open_page(GOOD + "<script>1</script>")

    assert "Content Security Policy" in visitor.complaints[0]

"""A visitor who reads the words on the screen, and looks at every page that he comes to."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, Locator, Page, expect

from tests.journeys.people import Person
from tests.journeys.stack import Stack

WCAG = {
    "runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
    # Of what passes only the count: gathering every such element takes half of the time.
    "resultTypes": ["violations"],
}
PATIENCE = 20_000
# What the bar at the foot of a phone's screen covers.
BOTTOM_BAR = 72


@dataclass(frozen=True)
class Screen:
    """How wide it is, and whether scripts run."""

    width: int
    javascript: bool = True

    @property
    def height(self) -> int:
        return 844 if self.width < 600 else 900

    def __str__(self) -> str:
        return f"{self.width}{'' if self.javascript else '-no-js'}"


class Visitor:
    """One browser window at one stack, with a person before it."""

    def __init__(self, page: Page, stack: Stack, screen: Screen, person: Person) -> None:
        self.page, self.stack, self.screen, self.person = page, stack, screen, person
        self.complaints: list[str] = []
        page.set_default_timeout(PATIENCE)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))

    @property
    def main(self) -> Locator:
        return self.page.get_by_role("main")

    def open(self, path: str) -> None:
        """Type an address."""
        self.page.goto(self.stack.url + path)
        self.look()

    def fill(self, label: str, value: str) -> None:
        """Type into the field with this label."""
        self.main.get_by_label(label, exact=True).fill(value)

    def tick(self, label: str) -> None:
        """Tick the box whose label starts so."""
        self.main.get_by_role("checkbox", name=re.compile(f"^{re.escape(label)}")).check()

    def press(self, button: str) -> None:
        """Press a button and look at what comes."""
        with self._going_on():
            self.main.get_by_role("button", name=button, exact=True).click()

    def press_enter(self, label: str) -> None:
        """Press Enter in the field with this label, as people who type do."""
        with self._going_on():
            self.main.get_by_label(label, exact=True).press("Enter")

    def follow(self, link: str | re.Pattern[str], *, nth: int = 0) -> None:
        """Follow a link of the page."""
        with self._going_on():
            name = link if isinstance(link, re.Pattern) else re.compile(f"^{re.escape(link)}")
            self.main.get_by_role("link", name=name).nth(nth).click()

    def follow_menu(self, entry: str) -> None:
        """Follow the menu: at the side on a wide screen, by the bar at the foot of a narrow one."""
        with self._going_on():
            self.page.get_by_role("link", name=entry, exact=True).locator("visible=true").first.click()

    def next_sms(self) -> str:
        """The newest SMS of the person's phone that was not read yet."""
        return self.stack.next_sms(self.person.phone)

    def next_code(self, *, digits: int) -> str:
        """The code in it; its field and button are seen at once, unless a mistake is told above it."""
        field = self.main.locator("input[name=code]")
        if field.count() and not self.main.locator("#error-summary").count():
            self.sees_at_once(field)
            self.sees_at_once(field.locator("xpath=ancestor::form").locator("button.button").first)
        return self.stack.next_code(self.person.phone, digits=digits)

    def sees_at_once(self, what: Locator) -> None:
        """It is on the screen before anybody scrolls, above the bar at the foot of a narrow one."""
        box: Any = what.bounding_box()
        seen = self.screen.height - (BOTTOM_BAR if self.screen.width < 600 else 0)
        assert box["y"] + box["height"] <= seen, f"{what} of {self.page.url} is below the first screen"

    def sees(self, *texts: str) -> None:
        """The page says so, now or in a moment."""
        for text in texts:
            expect(self.main).to_contain_text(text, timeout=PATIENCE)

    def does_not_see(self, *texts: str) -> None:
        """The page does not say so."""
        for text in texts:
            expect(self.main).not_to_contain_text(text)

    def download(self, link: str) -> bytes:
        """The file behind a link."""
        with self.page.expect_download() as download:
            self.main.get_by_role("link", name=link, exact=True).click()
        return download.value.path().read_bytes()

    def look(self) -> None:
        """What every page owes: no sideways scroll; once for each kind and width, no barrier that axe can find."""
        if not self.page.url.startswith(self.stack.url):
            return
        kind = re.sub(r"[0-9a-f-]{36}", "…", urlsplit(self.page.url).path) + "|" + self.page.title()
        overflow = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert overflow <= 0, f"{kind} scrolls sideways by {overflow} px at {self.screen.width} px"
        if self.screen.javascript and self.stack.is_first_look(f"{kind} {self.screen.width}"):
            report: Any = Axe().run(self.page, options=WCAG)
            assert report.violations_count == 0, f"{kind}: {report.generate_report()}"

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and message.location["url"].startswith(self.stack.url):
            self.complaints.append(f"{self.page.url}: {message.text}")

    @contextmanager
    def _going_on(self) -> Iterator[None]:
        # Not a navigation: leaving a page changes its entry of the history, which is one as well.
        with self.page.expect_event("load"):
            yield
        self.look()

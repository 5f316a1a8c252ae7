"""A browser without JavaScript: keeps cookies, fills the forms of the pages it is shown, and knows no shortcuts."""

from copy import copy
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx2

from tests.proofs.stack import PASSWORD, Resident, Stack

PLAIN, FRICTIONLESS, CHALLENGED = "2200770239097761", "2201382000000013", "2201382000000047"
DECLINED = "2201382000000021"


@dataclass
class Form:
    """Where a form goes and what its fields hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)


class _Forms(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.is_inside = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.found.append(Form(values.get("action", "")))
            self.is_inside = True
        elif tag == "input" and self.is_inside and values.get("name"):
            self.found[-1].fields[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self.is_inside = self.is_inside and tag != "form"


@dataclass(frozen=True)
class Page:
    """What came in the end, after redirects."""

    status: int
    url: str
    html: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    def form(self, action: str) -> Form:
        """The form whose address has this in it."""
        found = [form for form in _Forms(self.html).found if action in form.action]
        assert found, f"no form for {action} at {self.path} ({self.status}): {self.html[:2000]}"
        return Form(urljoin(self.url, found[0].action), found[0].fields)


class Browser:
    """One resident's browser at one stack, logged in."""

    def __init__(self, stack: Stack, resident: Resident) -> None:
        self.stack, self.resident = stack, resident
        # A connection that is kept may be closed by the server just when the next press takes it.
        unkept = httpx2.Limits(max_keepalive_connections=0)
        self.client = stack.opened.enter_context(httpx2.Client(timeout=60, limits=unkept, trust_env=False))
        self.password_page: Page | None = None
        self.code = ""
        login = self.get("/login/").form("/login/")
        self.send(login, phone=resident.phone, password=PASSWORD)

    def new_tab(self) -> "Browser":
        """Another page of the same browser."""
        tab = copy(self)
        tab.password_page, tab.code = None, ""
        return tab

    def get(self, path: str) -> Page:
        """Follow a link."""
        return self._went(self.client.get(self._here(path)))

    def send(self, form: Form, **typed: str) -> Page:
        """Press the form's button."""
        return self._went(self.client.post(self._here(form.action), data=form.fields | typed))

    def choose_card(self, bill: str = "", **typed: str) -> Page:
        """From the charges to the card page."""
        charges = self.get(f"/bills/{bill or self.resident.bill}/pay/")
        return self.send(charges.form("/pay/"), **typed)

    def type_card(self, page: Page, pan: str, **typed: str) -> Page:
        """From the card page to the check page, or back to the card page with what is wrong."""
        card = {"number": pan, "term": "09/38", "holder": "PROBNIY PETR", "cvv": "123"}
        return self.send(page.form("/check/"), **(card | typed))

    def ask_code(self, check_page: Page) -> None:
        """From the check page to the password page, with the SMS read."""
        page = self.send(check_page.form("/password/"))
        if any(f">{button}<" in page.html for button in ("Заплатить ещё раз", "Доплатить")):
            page = self.send(page.form("/password/"))
        self.password_page = page
        self.code = self.stack.next_code(self.resident.phone)

    def get_ready(self, pan: str, *, bill: str = "") -> "Browser":
        """All the way to the password page: one press is left."""
        self.ask_code(self.type_card(self.choose_card(bill), pan))
        return self

    def confirm(self) -> Page:
        """The last press; it may be repeated."""
        assert self.password_page
        return self.send(self.password_page.form("/confirm/"), code=self.code)

    def pass_challenge(self, page: Page) -> Form:
        """From «Подтверждение банка» through the bank's own page, which asks once; the form that leads back."""
        bank = self.send(page.form("/acs"))
        if "/acs/password" in bank.html:
            bank = self.send(bank.form("/acs/password"), password="1234")
        return bank.form("/acquirer/return/")

    def order(self) -> str:
        """The payment's number, as the bank knows it."""
        assert self.password_page
        return self.password_page.form("/confirm/").action.split("/")[-3]

    def _here(self, path: str) -> str:
        """Our own pages at the portal that runs, whatever address it believes to have; the bank's at the bank."""
        parts = urlsplit(path)
        return path if parts.port == self.stack.bank_port else f"{self.stack.url}{parts.path}"

    def _went(self, response: Any) -> Page:
        while response.has_redirect_location:
            response = self.client.get(self._here(urljoin(str(response.url), response.headers["Location"])))
        return Page(response.status_code, str(response.url), response.text)

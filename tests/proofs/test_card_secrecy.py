"""After payments with planted cards: number, code and cryptogram stand nowhere that outlives the request."""

import base64
import itertools
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from payments.status import Status
from safeguards.card_numbers import is_luhn
from tests.proofs.agreement import statuses
from tests.proofs.browser import CHALLENGED, DECLINED, Browser, Page
from tests.proofs.search import Card, traces
from tests.proofs.search import numbers as dressed
from tests.proofs.stack import ROOT, Stack, until

pytestmark = pytest.mark.processes

FAILING_WEB = "tests.proofs.webs.failing"
CVV = "739"
numbers = (number for tail in itertools.count(4_276_380_012_340_000) if is_luhn(number := str(tail)))


@pytest.fixture
def busy_stack(stack: Stack) -> Iterator[Stack]:
    """With the product's own worker, as the stack's services call for: its log and its queue count as well."""
    stack.start_worker()
    yield stack
    stack.end("worker")
    if "post" not in stack.processes:
        stack.start_post()


def test_of_a_card_nothing_is_kept_anywhere(busy_stack: Stack) -> None:
    stack = busy_stack
    stack.serve(FAILING_WEB)
    cards = [Card(next(numbers), CVV), Card(DECLINED, CVV), Card(CHALLENGED, CVV), *stumble_cards(), *saved_cards()]
    residents = [stack.residents.popleft() for _ in range(7)]
    browsers = [Browser(stack, resident) for resident in residents]

    cryptograms = [pay_after_mistakes(browsers[0], cards[0]), pay(browsers[1], cards[1])]
    stumble_before_locking(stack, browsers[3], cards[3])
    stumble_after_locking(browsers[4], cards[4])
    cryptograms.append(stumble_after_confirming(browsers[5], cards[5]))
    post_to_wrong_doors(browsers[5], cards[5])
    cryptograms += keep_and_pay_again(browsers[6], cards[6])
    cryptograms.append(bind(browsers[6], cards[7]))
    stack.end("post")
    cryptograms.append(pay(browsers[2], cards[2]))

    assert statuses(stack, residents[:3]) == {Status.SUCCEEDED: 2, Status.DECLINED: 1}
    assert stack.said("web").count("Traceback") >= 3
    assert traces(stack, cards, cryptograms) == []
    assert scan(stack) == 0


@pytest.mark.parametrize(
    "saboteur, cvv, found",
    [
        ("logs_cleaned_data", "741", {"cryptogram in logs"}),
        # The log masks numbers by itself; a code has no look of its own.
        ("logs_post", "742", {"code in logs"}),
        ("keeps_card", "743", {"cryptogram in session"}),
    ],
)
def test_one_careless_line_is_found(stack: Stack, saboteur: str, cvv: str, found: set[str]) -> None:
    stack.serve(f"tests.proofs.webs.{saboteur}")
    card = Card(next(numbers), cvv)
    browser = Browser(stack, stack.residents.popleft())

    cryptogram = pay(browser, card)

    seen = traces(stack, [card], [cryptogram])
    assert {f"{trace.split()[0]} in {trace.split(' in ')[1].split('/')[0]}" for trace in seen} == found
    assert scan(stack) == 1
    browser.send(browser.get("/").form("/logout/"))


@pytest.mark.parametrize("before", ["", "a", "ab", "abc", "the card is "])
def test_the_search_sees_through_base64(before: str) -> None:
    number = next(numbers)
    text = base64.b64encode(f"{before}{number} and more".encode())

    assert any(needle in text for needle in dressed(number))
    assert not any(needle in text for needle in dressed(next(numbers)))


def pay(browser: Browser, card: Card) -> str:
    """A whole payment, through the bank's page where it asks; the cryptogram that rode in its pages."""
    check = browser.type_card(browser.choose_card(), card.number, cvv=card.cvv)
    finish(browser, check)
    return check.form("/password/").fields["cryptogram"]


def finish(browser: Browser, check: Page) -> Page:
    browser.ask_code(check)
    page = browser.confirm()
    return browser.send(browser.pass_challenge(page)) if page.path.endswith("/challenge/") else page


def saved_cards() -> list[Card]:
    return [Card(next(numbers), CVV) for _ in range(2)]


def keep_and_pay_again(browser: Browser, card: Card) -> list[str]:
    """«Запомнить карту», then the rest of the bill by the code alone; a code typed as the card's name is not kept."""
    first = browser.type_card(browser.choose_card(amount="15,15"), card.number, cvv=card.cvv, remember="on")
    finish(browser, first)
    until(lambda: "/delete/" in browser.get("/cards/").html)
    saved = re.findall("/cards/([0-9a-f-]{36})/delete/", browser.get("/cards/").html)[0]
    charges = browser.get(f"/bills/{browser.resident.bill}/pay/").form("/pay/")
    second = browser.send(charges, amount="16,16", method=saved, cvv=card.cvv)
    finish(browser, second)
    rename = browser.get(f"/cards/{saved}/rename/")
    assert "Не пишите сюда данные карты" in browser.send(rename.form("/rename/"), title=f"CVV {card.cvv}").html
    return [page.form("/password/").fields["cryptogram"] for page in (first, second)]


def bind(browser: Browser, card: Card) -> str:
    """«Добавить новую карту», confirmed by its password."""
    add = browser.get("/cards/add/").form("/cards/add/")
    typed = {"number": card.number, "term": "09/38", "holder": "PROBNIY PETR", "cvv": card.cvv}
    confirm = browser.send(add, **typed).form("/cards/add/")
    listed = browser.send(confirm, code=browser.stack.next_code(browser.resident.phone))
    assert "Карта добавлена." in listed.html
    return confirm.fields["cryptogram"]


def pay_after_mistakes(browser: Browser, card: Card) -> str:
    """Every field wrong once, the number in groups, the wrong code from the SMS: pages come back, then it works."""
    grouped = " ".join(card.number[start : start + 4] for start in range(0, 16, 4))
    page = browser.choose_card()
    for wrong in (
        {"term": "13/38"},
        {"term": "09/11"},
        {"holder": card.number},
        {"cvv": ""},
        {"number": grouped + "1"},
    ):
        page = browser.type_card(page, grouped, **({"cvv": card.cvv} | wrong))
        assert "Проверьте" in page.html
        assert f'value="{card.cvv}"' not in page.html
    check = browser.type_card(page, grouped, cvv=card.cvv)
    browser.ask_code(check)
    right, browser.code = browser.code, f"{(int(browser.code) + 1) % 1_000_000:06}"
    browser.confirm()
    browser.code = right
    browser.confirm()
    return check.form("/password/").fields["cryptogram"]


def stumble_cards() -> list[Card]:
    return [Card(next(numbers), CVV) for _ in range(3)]


def stumble_before_locking(stack: Stack, browser: Browser, card: Card) -> None:
    """The bank's key is gone while plain card data are in the request."""
    page = browser.choose_card()
    key, aside = stack.var_dir / "acquirer_public_key.pem", stack.var_dir / "aside.pem"
    key.rename(aside)
    assert browser.type_card(page, card.number, cvv=card.cvv).status == 500
    aside.rename(key)


def stumble_after_locking(browser: Browser, card: Card) -> None:
    page = browser.choose_card(amount="13,13")
    assert browser.type_card(page, card.number, cvv=card.cvv).status == 500


def stumble_after_confirming(browser: Browser, card: Card) -> str:
    check = browser.type_card(browser.choose_card(amount="14,14"), card.number, cvv=card.cvv)
    assert finish(browser, check).status == 500
    return check.form("/password/").fields["cryptogram"]


def post_to_wrong_doors(browser: Browser, card: Card) -> None:
    """Card data sent without a token, to a page that takes no POST, to none at all, and after the session's end."""
    typed = {"number": card.number, "term": "09/38", "holder": "", "cvv": card.cvv}
    order = browser.order()
    statuses = [
        browser.client.post(f"{browser.stack.url}{path}", data=typed).status_code
        for path in (f"/payments/{order}/check/", f"/payments/{order}/card/", "/nowhere/")
    ]
    assert statuses == [403, 403, 404]
    token = browser.get("/").form("/logout/").fields
    assert browser.client.post(f"{browser.stack.url}/payments/{order}/card/", data=typed | token).status_code == 405
    browser.send(browser.get("/").form("/logout/"))
    token = browser.get("/login/").form("/login/").fields
    assert browser.client.post(f"{browser.stack.url}/payments/{order}/check/", data=typed | token).status_code == 302


def scan(stack: Stack) -> int:
    """What `manage.py scan_secrets` makes of the stack and its newest web server's log."""
    log = str(sorted((stack.folder / "logs").glob("*-web.log"))[-1])
    done = subprocess.run(
        [sys.executable, "manage.py", "scan_secrets", log], cwd=ROOT, env=stack.environment, capture_output=True
    )
    print(done.stdout.decode())
    return done.returncode

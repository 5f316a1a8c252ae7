"""The scripts that count down and that wait for the bank, each alone on a page of its own."""

from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Locator, Page, Route, expect

SCRIPTS = Path(__file__).resolve().parent.parent.parent / "static" / "js"
SITE = "http://portal.test"
SETTLED = "/settled/"
GOES_ON = {"json": {"status": "в обработке", "final": False}}
FINAL = {"json": {"status": "выполнена", "final": True}}
WAITING = "<p data-status-url=/status/ aria-live=polite>в обработке</p>"

pytestmark = [pytest.mark.browser]


def serve(page: Page, *, script: str, body: str, answers: list[dict[str, object]] | None = None) -> list[str]:
    """Serve one page with the script, and the status answers in turn; returns the addresses asked for."""
    asked: list[str] = []
    left = list(answers or [])

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(SITE)
        if path != SETTLED:
            asked.append(path)
        if path.endswith(".js"):
            route.fulfill(path=SCRIPTS / script, content_type="text/javascript; charset=utf-8")
        elif path == "/status/":
            route.fulfill(**(left.pop(0) if left else GOES_ON))
        else:
            route.fulfill(
                content_type="text/html; charset=utf-8",
                body=f"<body>{body}<script type=module src=/{script}></script></body>",
            )

    page.clock.install()
    page.route("**/*", answer)
    page.goto(f"{SITE}/page/")
    return asked


PROVIDERS = """<form data-provider-search><input type=search></form><p data-provider-count hidden>Нет</p>
    <p data-provider="смарт сервис (жку)">ЖКУ</p><p data-provider="зеленый водоканал">Водоканал</p>"""


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("", ["ЖКУ", "Водоканал"]), ("ЗЕЛЁН", ["Водоканал"]), ("жку смарт", ["ЖКУ"]), ("такси", ["Нет"])],
)
def test_the_list_of_providers_keeps_what_fits(page: Page, typed: str, shown: list[str]) -> None:
    serve(page, script="provider_search.js", body=PROVIDERS)

    page.locator("input").fill(typed)

    assert page.locator("p").locator("visible=true").all_inner_texts() == shown


def resend(seconds: int) -> str:
    return f"""<form action=/sent/><p><button name=resend value=1 data-resend-in={seconds}>Ещё раз</button>
        <span data-resend-counter>Через <span data-resend-left>{seconds} секунд</span></span></p></form>"""


def test_a_new_code_waits_for_its_time(page: Page) -> None:
    asked = serve(page, script="resend.js", body=resend(22))
    button = page.get_by_role("button", name="Ещё раз")

    page.clock.run_for(1_000)
    button.dispatch_event("click")

    expect(page.locator("[data-resend-left]")).to_have_text("21\u00a0секунду")
    expect(button).to_have_attribute("aria-disabled", "true")
    assert "/sent/?resend=1" not in asked


def test_a_new_code_may_be_asked_when_the_time_is_over(page: Page) -> None:
    asked = serve(page, script="resend.js", body=resend(3))

    page.clock.run_for(3_500)
    expect(page.locator("[data-resend-counter]")).to_be_hidden()
    page.get_by_role("button", name="Ещё раз").dispatch_event("click")

    page.wait_for_url("**/sent/?resend=1")
    assert "/sent/?resend=1" in asked


def wait(page: Page, milliseconds: int) -> None:
    """Let the page's clock run in small steps; what it asked for in one has come in before the next."""
    for _ in range(milliseconds // 500):
        page.clock.run_for(500)
        # One question more, behind those under way; a page that is being shown anew does not hear the answer.
        with suppress(Error):
            page.evaluate(f"fetch('{SETTLED}')")
        page.wait_for_timeout(20)


def before_reload(asked: list[str]) -> list[str]:
    """What was asked until the page was asked for again, which it must have been."""
    return asked[: asked.index("/page/", 1)]


def test_it_asks_at_growing_intervals_and_shows_the_end(page: Page) -> None:
    asked = serve(page, script="poll.js", body=WAITING, answers=[GOES_ON, GOES_ON, FINAL])

    wait(page, 2_500)
    assert asked.count("/status/") == 1
    wait(page, 3_000)
    assert asked.count("/status/") == 2
    assert asked.count("/page/") == 1
    wait(page, 4_000)

    assert before_reload(asked).count("/status/") == 3


def test_it_goes_on_asking_when_the_portal_fails_for_a_moment(page: Page) -> None:
    asked = serve(page, script="poll.js", body=WAITING, answers=[{"status": 500}, FINAL])

    wait(page, 6_000)

    assert before_reload(asked).count("/status/") == 2


def test_it_shows_the_page_anew_when_the_session_has_ended(page: Page) -> None:
    ended = {"status": 302, "headers": {"location": "/login/"}}
    asked = serve(page, script="poll.js", body=WAITING, answers=[ended])

    wait(page, 3_000)

    assert before_reload(asked).count("/status/") == 1
    assert "/login/" not in asked


def test_it_asks_nothing_where_nothing_is_waited_for(page: Page) -> None:
    asked = serve(page, script="poll.js", body="<p>выполнена</p>")

    wait(page, 5_000)

    assert "/status/" not in asked


IDLE = """<main>страница</main><dialog id=idle-warning data-ends-in=840><p data-idle-left></p>
<form method=post action=/extend/><button>Продолжить</button></form></dialog>"""


def dialog_of(page: Page) -> Locator:
    return page.locator("#idle-warning")


def test_two_minutes_before_its_end_a_session_can_be_extended(page: Page) -> None:
    serve(page, script="idle.js", body=IDLE)
    page.route("**/extend/", lambda route: route.fulfill(status=204))
    page.clock.run_for(11 * 60_000)
    expect(dialog_of(page)).to_be_hidden()
    page.clock.run_for(90_000)
    expect(dialog_of(page)).to_be_visible()
    expect(page.locator("[data-idle-left]")).to_have_text("1:30")

    page.get_by_role("button", name="Продолжить").click()

    expect(dialog_of(page)).to_be_hidden()
    page.clock.run_for(11 * 60_000)
    expect(dialog_of(page)).to_be_hidden()
    page.clock.run_for(61_000)
    expect(dialog_of(page)).to_be_visible()


def test_who_answers_too_late_is_led_to_the_page_anew(page: Page) -> None:
    asked = serve(page, script="idle.js", body=IDLE)
    page.route("**/extend/", lambda route: route.fulfill(status=302, headers={"Location": "/login/"}))
    page.clock.run_for(20 * 60_000)
    expect(page.locator("[data-idle-left]")).to_have_text("0:00")
    asked.clear()

    with page.expect_navigation():
        page.get_by_role("button", name="Продолжить").click()

    assert asked[0] == "/page/"


def test_another_tab_counts_as_being_here(page: Page) -> None:
    serve(page, script="idle.js", body=IDLE)
    page.clock.run_for(13 * 60_000)
    expect(dialog_of(page)).to_be_visible()

    page.evaluate("new BroadcastChannel('seen').postMessage('here')")

    expect(dialog_of(page)).to_be_hidden()

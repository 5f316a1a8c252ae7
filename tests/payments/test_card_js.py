"""The script of the card page in a real Chromium: it judges as the server does, locks the card, sends nothing plain."""

import base64
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import QueryDict
from django.utils import timezone
from playwright.sync_api import BrowserContext, Page

from payments import cards
from payments.forms import CardForm
from payments.models import SavedCard
from safeguards.secret import Secret
from tests.payments.card_portal import Portal
from tests.payments.test_cards import control_digit, problem_of

pytestmark = pytest.mark.browser

CARD = {"number": "2200 7702 3909 7761", "term": "12/49", "holder": "Ivanov Ivan", "cvv": "739"}
PLAIN = "PAN=2200770239097761;ExpDate=1249;CardHolder=IVANOV IVAN;CVV=739"
# The page as the resident meets it: elements, texts and attributes, but for what was typed and what was ticked.
OUTLINE = """() => {
  const told = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.textContent.trim() || null;
    const attributes = Array.from(node.attributes)
      .filter(({ name }) => !["value", "hidden", "data-card"].includes(name))
      .map(({ name, value }) => [name, value.split(" ").filter((word) => word !== "right").join(" ")]);
    return [node.tagName, attributes.sort(), Array.from(node.childNodes).map(told).filter(Boolean)];
  };
  return [document.title, ...Array.from(document.querySelectorAll("#error-summary, .field")).map(told)];
}"""
# Submits each card without leaving the page, and tells what came of it: the texts at the fields, or the cryptogram.
TRY_ALL = """(cards) => {
  const form = document.querySelector("main form");
  const inputs = ["number", "term", "holder", "cvv"].map((name) => document.getElementById(`id_${name}`));
  const said = (input) => input.closest(".field").querySelector(".error-message p")?.textContent ?? "";
  form.addEventListener("submit", (event) => event.preventDefault());
  return cards.map((card) => {
    inputs.forEach((input, at) => { input.value = card[at]; });
    form.elements.cryptogram.value = "";
    form.dispatchEvent(new SubmitEvent("submit", { cancelable: true }));
    return [inputs.map(said), form.elements.cryptogram.value];
  });
}"""


@pytest.fixture(scope="module")
def private() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(autouse=True)
def _key(private: rsa.RSAPrivateKey, settings: Any) -> None:
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    settings.ACQUIRER_PUBLIC_KEY = public.decode()


@pytest.fixture
def open_portal(new_context: Callable[..., BrowserContext]) -> Iterator[Callable[..., Portal]]:
    """A portal in a window of its own; in the end nothing may have complained."""
    portals = []

    def start(*, javascript: bool = True, **look: Any) -> Portal:
        context = new_context(
            java_script_enabled=javascript,
            locale="ru-RU",
            timezone_id="Asia/Yekaterinburg",
            screen={"width": 390, "height": 844},
            viewport={"width": 390, "height": 700},
        )
        portal = Portal(context, **look)
        context.route("**/*", portal.serve)
        portals.append(portal)
        return portal

    yield start
    assert [complaint for portal in portals for complaint in portal.complaints] == []


@pytest.fixture
def portal(open_portal: Callable[..., Portal]) -> Portal:
    return open_portal()


def type_card(page: Page, **changes: str) -> None:
    for name, text in {**CARD, **changes}.items():
        page.locator(f"#id_{name}").fill(text)


def send(page: Page) -> None:
    page.get_by_role("button", name="Далее").click()


def opened(private: rsa.RSAPrivateKey, cryptogram: str) -> str:
    assert len(cryptogram) == 344
    return private.decrypt(base64.b64decode(cryptogram, validate=True), PKCS1v15()).decode()


# --- the lock ---------------------------------------------------------------------------------------------------------
def test_only_the_bank_can_open_what_is_sent(portal, private):
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    (fields,) = portal.posted
    assert opened(private, fields["cryptogram"]) == PLAIN
    assert (fields["claimed_brand"], fields["claimed_last_four"]) == ("МИР", "7761")
    assert {"number", "term", "holder", "cvv"} & set(fields) == set()


def test_what_is_sent_is_a_valid_form_with_the_browsers_own_data(portal):
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    data = QueryDict(mutable=True)
    data.update(portal.posted[0])
    form = CardForm(data)
    assert form.is_valid(), form.errors
    browser = form.held_card(ip="203.0.113.7").browser
    assert (browser.language, browser.timezone, browser.color_depth) == ("ru-RU", -300, 24)
    assert (browser.screen_width, browser.screen_height) == (390, 844)


def test_nothing_plain_is_sent(portal):
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    (body,) = portal.bodies
    assert [secret for secret in ("2200770239097761", "2200+7702", "7702", "IVANOV", "Ivanov") if secret in body] == []
    assert "739" not in {value for name, value in portal.posted[0].items() if name != "cryptogram"}


def test_a_script_that_left_the_names_on_would_send_it(open_portal):
    """The saboteur of the test above."""
    portal = open_portal(script=lambda text: text.replace('input.removeAttribute("name")', "input"))
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    assert portal.posted[0]["number"] == CARD["number"]
    assert portal.posted[0]["cvv"] == CARD["cvv"]


def test_five_hundred_cards_are_all_locked_right(portal, private):
    chance = random.Random(2017)
    typed, plain = [], []
    for _ in range(500):
        start = chance.choice(["2200", "2204", "4276", "5469", "6390"])
        body = start + "".join(chance.choices("0123456789", k=11))
        number = body + control_digit(body)
        month, year, code = chance.randint(1, 12), chance.randint(40, 99), f"{chance.randint(0, 999):03}"
        name = chance.choice(["", "IVANOV IVAN", "O'NEILL-PETROVA A.", "X" * 26])
        typed.append([number, f"{month:02}/{year}", name, code])
        owner = f"CardHolder={name};" if name else ""
        plain.append(f"PAN={number};ExpDate={month:02}{year};{owner}CVV={code}")
    page = portal.open()

    outcomes = page.evaluate(TRY_ALL, typed)

    assert [opened(private, cryptogram) for _, cryptogram in outcomes] == plain
    assert len({cryptogram for _, cryptogram in outcomes}) == 500


# --- its judgement ----------------------------------------------------------------------------------------------------
def odd_texts(chance: random.Random, like: str, count: int) -> list[str]:
    """What people type instead: signs dropped, doubled, replaced."""
    signs = "0123456789 /-.;=xЯ٣３\u00a0\u202f'"
    texts = ["", " ", like]
    while len(texts) < count:
        text = list(chance.choice([like, chance.choice(texts)]))
        at = chance.randint(0, max(len(text) - 1, 0))
        text[at : at + chance.randint(0, 2)] = chance.choices(signs, k=chance.randint(0, 2))
        texts.append("".join(text)[:30])
    return texts


def test_it_judges_a_thousand_cards_as_the_server_does(portal):
    chance = random.Random(44742441)
    likes = ["2200 7702 3909 7761", "09 / 35", "IVANOV IVAN", "123"]
    typed = list(map(list, zip(*[odd_texts(chance, like, 1000) for like in likes], strict=True)))
    today = timezone.localdate()
    page = portal.open()

    outcomes = page.evaluate(TRY_ALL, typed)

    for (number, term, holder, code), (said, cryptogram) in zip(typed, outcomes, strict=True):
        problems = [
            problem_of(cards.number, Secret(number)),
            problem_of(cards.term, term, today=today),
            problem_of(cards.holder, holder),
            problem_of(cards.cvv, Secret(code)),
        ]
        assert said == [cards.TEXTS[problem] if problem else "" for problem in problems], (number, term, holder, code)
        assert bool(cryptogram) is not any(problems)


@pytest.mark.parametrize(
    "changes",
    [
        {"number": "4154 8111 1111 1111"},
        {"number": "", "cvv": ""},
        {"term": "09/18", "holder": "ИВАНОВ", "cvv": "7"},
        {"number": "12", "term": "", "holder": "1", "cvv": ""},
    ],
)
def test_its_mistakes_look_as_the_servers_do(portal, open_portal, changes):
    page = portal.open()
    type_card(page, **changes)
    send(page)
    by_server = open_portal(shown={**CARD, **changes}).open()

    assert page.evaluate(OUTLINE) == by_server.evaluate(OUTLINE)
    assert portal.posted == []


def test_a_mistake_takes_the_focus_and_is_forgotten_when_mended(portal):
    page = portal.open()
    type_card(page, cvv="73")
    send(page)

    assert page.title().startswith("Ошибка: ")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("link", name="CVV/CVC код – 3 цифры на обороте карты").click()
    assert page.evaluate("document.activeElement.id") == "id_cvv"

    page.keyboard.press("End")
    page.keyboard.type("9")
    send(page)
    page.wait_for_url("**/check/")

    assert len(portal.posted) == 1


def test_mistakes_of_the_server_go_when_the_card_is_right(open_portal, private):
    portal = open_portal(shown={**CARD, "term": "09/18", "cvv": ""})
    page = portal.open()
    assert page.locator(".error-message").count() == 2

    type_card(page)
    send(page)
    page.wait_for_url("**/check/")

    assert opened(private, portal.posted[0]["cryptogram"]) == PLAIN


def test_a_field_left_right_gets_its_tick_and_the_number_its_groups(portal):
    page = portal.open()

    page.locator("#id_number").fill("2200770239097761")
    page.locator("#id_term").fill("13/49")
    page.locator("#id_holder").focus()

    assert page.locator("#id_number").input_value() == "2200 7702 3909 7761"
    assert page.locator(".field.right").count() == 1
    assert page.locator(".error-message").count() == 0


# --- without the script, and when it fails ----------------------------------------------------------------------------
def test_without_the_script_the_plain_fields_go(open_portal):
    portal = open_portal(javascript=False)
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    data = QueryDict(mutable=True)
    data.update(portal.posted[0])
    assert {name: data[name] for name in CARD} == CARD
    assert CardForm(data).is_valid()


@pytest.mark.parametrize(
    "fault",
    [
        lambda text: text.replace(
            "function publicKey(base64) {", "function publicKey(base64) { throw new Error('key');"
        ),
        lambda text: text.replace(
            "function encrypt(text, key) {", "function encrypt(text, key) { throw new Error('lock');"
        ),
        lambda text: "syntax error (",
    ],
)
def test_where_the_script_fails_the_plain_fields_go(open_portal, fault):
    portal = open_portal(script=fault)
    page = portal.open()
    type_card(page)

    send(page)
    page.wait_for_url("**/check/")

    assert {name: portal.posted[0][name] for name in CARD} == CARD
    assert portal.posted[0]["cryptogram"] == ""
    assert len(portal.complaints) == 1
    portal.complaints.clear()


def test_a_page_from_the_browsers_memory_is_whole_again_but_for_the_code(portal):
    page = portal.open()
    type_card(page)
    page.evaluate("document.querySelector('main form').addEventListener('submit', (event) => event.preventDefault())")
    send(page)
    assert page.evaluate("document.querySelector('#id_number').name") == ""

    page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")

    names = page.evaluate("Array.from(document.querySelectorAll('.field input'), (input) => input.name)")
    assert names == ["number", "term", "holder", "cvv", "remember"]
    assert page.locator("#id_cvv").input_value() == ""
    assert page.locator("#id_cryptogram").input_value() == ""
    assert page.locator("#id_number").input_value() == CARD["number"]


def test_a_second_press_sends_a_fresh_lock(portal, private):
    """The first answer got lost: the names are off by now, the card is still there."""
    page = portal.open()
    type_card(page)

    outcomes = [page.evaluate(TRY_ALL, [[*CARD.values()]])[0][1] for _ in range(2)]

    assert [opened(private, cryptogram) for cryptogram in outcomes] == [PLAIN, PLAIN]
    assert outcomes[0] != outcomes[1]


# --- a card that the bank keeps
@pytest.fixture
def saved(portal):
    portal.saved = [
        SavedCard(bank_card_id="70000015", brand="VISA", last_four="0551", title="Зарплатная", is_default=True),
        SavedCard(bank_card_id="70000016", brand="МИР", last_four="7761"),
    ]
    return portal


def test_of_a_saved_card_the_code_alone_is_asked_and_locked(saved, private):
    page = saved.open()
    assert page.locator("#id_number").is_hidden()
    assert page.get_by_role("radio", name="VISA (***0551) «Зарплатная»").is_checked()

    page.locator("#id_cvv").fill("739")
    send(page)

    posted = saved.posted[-1]
    assert opened(private, posted["cryptogram"]) == "CardId=70000015;CVV=739"
    assert posted["method"] == str(saved.saved[0].uuid)
    assert posted.keys().isdisjoint({"cvv", "number", "term", "holder"})


def test_another_saved_card_is_named_when_it_is_chosen(saved, private):
    page = saved.open()
    page.get_by_role("radio", name="МИР (***7761)").check()

    page.locator("#id_cvv").fill("739")
    send(page)

    assert opened(private, saved.posted[-1]["cryptogram"]) == "CardId=70000016;CVV=739"


def test_a_new_card_may_still_be_typed(saved, private):
    page = saved.open()
    page.get_by_role("radio", name="Новая карта").check()
    assert page.locator("#id_number").is_visible()

    type_card(page)
    send(page)

    assert opened(private, saved.posted[-1]["cryptogram"]) == PLAIN


@pytest.mark.parametrize(("typed", "said"), [("", "Введите CVV/CVC код"), ("12", "3 цифры")])
def test_a_bad_code_of_a_saved_card_is_said_and_nothing_sent(saved, typed, said):
    page = saved.open()

    page.locator("#id_cvv").fill(typed)
    page.get_by_role("button", name="Далее").click()

    assert said in page.locator("#error-summary").inner_text()
    assert "исправьте 1" in page.locator("#error-summary").inner_text()
    assert saved.posted == []

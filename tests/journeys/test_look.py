"""The look where it is hardest: the narrowest phone, large type, darkness; and the small scripts of forms."""

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.conftest import Guest, Visit
from tests.journeys.people import Person
from tests.journeys.stack import Stack
from tests.journeys.visitor import Screen, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.processes]

PUBLIC = ["/", "/agreement/", "/personal-data/", "/registration/", "/login/", "/password/reset/"]
OF_A_RESIDENT = [
    "/",
    "/bills/",
    "/bills/?tab=all",
    "/accounts/",
    "/accounts/add/",
    "/payments/",
    "/password/change/",
    "/email/",
]
# The resident of the demo data, who has paid before; nothing here changes what the next one sees.
IVANOV = Person(phone="+79161234567", account="1234567890")
TARGET = 44
# A link inside a sentence is exempt (WCAG 2.5.8), and so is a box that its whole card ticks.
SMALL_TARGETS = """least => [...document.querySelectorAll('a, button, summary, input:not([type=hidden])')]
    .filter(one => one.checkVisibility() && !one.closest('.visually-hidden, .option, .skip'))
    .filter(one => getComputedStyle(one).display !== 'inline')
    .map(one => [one.outerHTML.slice(0, 100), one.getBoundingClientRect()])
    .filter(([, box]) => Math.min(box.width, box.height) < least - 0.5)
    .map(([html]) => html)"""

OUT_OF_CARD = """[...document.querySelectorAll('main .card :is(td, a)')]
    .filter(one => one.getBoundingClientRect().right > one.closest('.card').getBoundingClientRect().right)
    .map(one => one.outerHTML.slice(0, 100))"""


def small_targets(visitor: Visitor) -> list[str]:
    return list(visitor.page.evaluate(SMALL_TARGETS, TARGET))


@pytest.mark.parametrize("screen", [Screen(320), Screen(1280)], ids=str)
def test_every_page_holds_large_type_in_the_dark(portal: Stack, visit: Visit, screen: Screen) -> None:
    visitor = visit(portal, screen, IVANOV)
    visitor.page.emulate_media(color_scheme="dark")
    visitor.open("/")
    visitor.page.get_by_role("button", name="А+").click()
    expect(visitor.page.locator("html")).to_have_class("type-large")

    for path in PUBLIC:
        visitor.open(path)
        assert small_targets(visitor) == [], path
    steps.log_in(visitor, password="Smart2017")
    for path in OF_A_RESIDENT:
        visitor.open(path)
        expect(visitor.page.locator("html")).to_have_class("type-large")
        assert small_targets(visitor) == [], path


@pytest.mark.parametrize("screen", [Screen(320), Screen(1280)], ids=str)
def test_a_long_word_and_a_long_number_stay_within_their_card(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.open("/templates/new/")
    visitor.main.get_by_label("Поставщик услуг").select_option(label="Штрафы ГИБДД")
    visitor.fill("Номер лицевого счёта, договора или телефона", "18810142200817004923")
    visitor.fill("Название шаблона", "Щ" * 60)

    visitor.press("Сохранить")

    visitor.sees("Щ" * 60)
    assert visitor.page.evaluate(OUT_OF_CARD) == []


def test_the_smallest_targets_would_be_found(portal: Stack, visit: Visit) -> None:
    visitor = visit(portal, Screen(390), IVANOV)
    visitor.open("/")

    visitor.page.get_by_role("button", name="А+").evaluate("one => { one.style.minHeight = 0; one.style.padding = 0 }")

    assert len(small_targets(visitor)) == 1


def test_small_scripts_help_with_a_form(portal: Stack, visit: Visit) -> None:
    visitor = visit(portal, Screen(390), IVANOV)
    visitor.open("/registration/")
    name = visitor.main.get_by_label("Имя", exact=True)

    name.fill("Мария")
    name.blur()
    visitor.page.get_by_role("button", name="А+").click()

    expect(visitor.page.locator("html")).to_have_class("type-large")
    expect(name).to_have_value("Мария")
    expect(name.locator("xpath=following-sibling::span")).to_be_visible()

    visitor.press("Зарегистрироваться")

    expect(visitor.page).to_have_title("Ошибка: Регистрация – Смарт Сервис")
    expect(visitor.page.locator("#error-summary")).to_be_focused()
    visitor.main.get_by_role("link", name="Введите фамилию").click()
    expect(visitor.main.get_by_label("Фамилия", exact=True)).to_be_focused()

"""A word of the bill is explained where it stands: by touch and by keyboard, with scripts and without."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import Guest
from tests.journeys.visitor import Screen

pytestmark = [pytest.mark.browser, pytest.mark.processes]


@pytest.mark.parametrize("screen", [Screen(390), Screen(1280, javascript=False)], ids=str)
def test_he_reads_what_a_word_means_and_goes_on(resident: Guest, screen: Screen) -> None:
    visitor = resident(screen)
    visitor.follow_menu("Счета" if screen.width < 600 else "Счета к оплате")
    visitor.main.get_by_role("link", name="Оплатить").first.click()
    word = visitor.main.get_by_role("button", name="ОДН", exact=True).first
    meaning = visitor.main.get_by_text("ОДН – общедомовые нужды").first
    expect(meaning).to_be_hidden()
    expect(word).to_have_accessible_description(re.compile("^ОДН – общедомовые нужды: вода и свет"))

    word.click()
    expect(meaning).to_be_visible()
    visitor.look()

    visitor.page.keyboard.press("Escape")
    expect(meaning).to_be_hidden()
    word.press("Enter")
    expect(meaning).to_be_visible()

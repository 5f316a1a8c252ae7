"""The screens of a person's own cabinet: each is walked through in Chromium with scripts and without."""

import importlib
import inspect
import re

import pytest

from accounts.models import Page
from accounts.urls import urlpatterns as of_accounts
from smartservice.urls import urlpatterns as of_top

BLOCKING, NEWS, OWN, PASSWORDS, PROFILE = (
    "test_blocking",
    "test_news",
    "test_own_cabinet",
    "test_passwords",
    "test_profile",
)
REGISTERED = (PASSWORDS, "test_a_new_resident_confirms_his_email_and_changes_his_password")
FORGOTTEN = (PASSWORDS, "test_a_forgotten_password_is_chosen_anew")
BLOCKED = (BLOCKING, "test_the_owner_blocks_and_staff_open")
LEFT = (OWN, "test_he_writes_takes_his_data_along_and_leaves")
VISITED = (OWN, "test_a_stranger_writes_and_reads_what_staff_have_written")
TOLD = (PROFILE, "test_a_resident_tells_of_himself")
# Both ways inside one walk, which brings two windows.
NEW_DEVICE = (OWN, "test_a_new_device_needs_the_code_of_an_sms_and_new_documents_a_word")
UNSUBSCRIBED = (NEWS, "test_news_of_a_bill")
# Where each screen is walked through, and in which walk a form's bad input is told at its field.
SCREENS = {
    "registration": REGISTERED,
    "registration-confirm": REGISTERED,
    "registration-done": REGISTERED,
    "login": FORGOTTEN,
    "new-device": NEW_DEVICE,
    "consent": NEW_DEVICE,
    "password-reset": FORGOTTEN,
    "password-reset-confirm": FORGOTTEN,
    "password-reset-new": FORGOTTEN,
    "password-change": REGISTERED,
    "password-change-confirm": REGISTERED,
    "email": UNSUBSCRIBED,
    "email-link": REGISTERED,
    "profile": TOLD,
    "profile-confirm": TOLD,
    "profile-document": TOLD,
    "profile-reveal": TOLD,
    "profile-delete": TOLD,
    "feedback": VISITED,
    "feedback-answer": VISITED,
    "feedback-detail": LEFT,
    "feedback-file": LEFT,
    "subscriptions": LEFT,
    "unsubscribe": UNSUBSCRIBED,
    "blocking": BLOCKED,
    "blocked": BLOCKED,
    "quick-block": BLOCKED,
    "session-list": BLOCKED,
    "my-data": LEFT,
    "my-data-download": LEFT,
    "my-data-file": LEFT,
    "my-data-erase": LEFT,
    "my-data-erased": LEFT,
    **{page.value: VISITED for page in Page},
}
# Buttons without a page of their own, and what script asks for by itself.
BUTTONS = {
    "captcha-sound",
    "logout",
    "registration-resend",
    "registration-cancel",
    "session-extend",
    "session-end",
    "session-end-others",
    "time-zone",
}
TWO_WINDOWS = {NEW_DEVICE, UNSUBSCRIBED}


def walk_of(place):
    file, name = place
    return getattr(importlib.import_module(f"tests.journeys.{file}"), name)


def screens_of(walk):
    return [one for mark in walk.pytestmark if mark.name == "parametrize" for one in mark.args[1]]


def test_every_address_of_the_cabinet_is_a_screen_of_the_table_or_a_button():
    of_my_data = {one.name for one in of_top if (getattr(one, "name", None) or "").startswith("my-data")}

    assert {one.name for one in of_accounts} | of_my_data == {*SCREENS, *BUTTONS} - {page.value for page in Page}


@pytest.mark.parametrize("place", sorted(set(SCREENS.values()) - TWO_WINDOWS), ids=lambda place: place[1])
def test_each_walk_goes_both_ways(place):
    assert {screen.javascript for screen in screens_of(walk_of(place))} == {True, False}


@pytest.mark.parametrize("place", sorted(TWO_WINDOWS), ids=lambda place: place[1])
def test_a_walk_of_two_windows_brings_one_without_scripts_and_one_with(place):
    source = inspect.getsource(importlib.import_module(f"tests.journeys.{place[0]}"))

    assert "javascript=False)" in source
    assert re.search(r"Screen\(\d+\)", source)

"""What a page with a one-time password shows: the field while a code can be typed, otherwise why not and what to do."""

from uuid import uuid4

import pytest
from django.template.loader import render_to_string

from accounts import confirmations
from accounts.confirmations import CodeRefused
from accounts.forms import OneTimePasswordForm
from accounts.models import Confirmation, Purpose
from accounts.views import code_page
from tests.accounts.make import code_for, code_sent_to, wrong
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db


def guess(confirmation, times):
    for _ in range(times):
        code = wrong(code_sent_to(ANNAS_PHONE, 6))
        with pytest.raises(CodeRefused):
            confirmations.check(confirmation=confirmation, code=code, digest="as shown", now=NOW)


def shown(confirmation, typed="", now=NOW, **more):
    form = OneTimePasswordForm({"code": typed} if typed else None)
    form.is_valid()
    return code_page.context(
        form=form, confirmation=confirmation, purpose=Purpose.PAYMENT, phone=ANNAS_PHONE, now=now, **more
    )


def test_a_code_that_was_sent_has_its_field_and_five_tries():
    page = shown(code_for(uuid4(), ANNAS_PHONE))

    assert (page["is_sent"], page["tries_left"], page["why"]) == (True, 5, "")


def test_a_mistake_at_the_field_stays_while_the_code_lives():
    page = shown(code_for(uuid4(), ANNAS_PHONE), typed="12")

    assert page["form"].errors


def test_after_the_last_try_there_is_no_field_and_it_says_why():
    confirmation = code_for(uuid4(), ANNAS_PHONE)
    guess(confirmation, 5)

    page = shown(confirmation, typed="123456")

    assert (page["is_sent"], page["tries_left"]) == (False, 0)
    assert page["why"] == "Попытки закончились. Получите новый пароль"
    assert not page["form"].errors


def test_a_code_is_dead_when_its_phone_bears_no_more_wrong_ones_today():
    confirmation = code_for(uuid4(), ANNAS_PHONE)
    for _ in range(2):
        guess(confirmation, 5)
        Confirmation.objects.update(tries=0)
    confirmation.refresh_from_db()

    page = shown(confirmation)

    assert (confirmation.tries_left, page["is_sent"]) == (5, False)
    assert page["resend_later"] == "24 часа"


def test_a_code_that_is_gone_is_told_to_whoever_types_it():
    assert shown(None, typed="123456")["why"] == "Пароль больше не действует. Получите новый"
    assert shown(None)["why"] == ""


def test_the_reason_of_the_page_itself_comes_first():
    assert shown(None, why="SMS не отправлено")["why"] == "SMS не отправлено"


@pytest.mark.parametrize(("later", "button"), [("", True), ("24 часа", False)])
def test_without_a_code_there_is_a_way_on_or_the_time_of_one_and_somebody_to_call(later, button):
    page = {"why": "Попытки закончились", "resend_in": 0, "resend_later": later}
    contact_centre = {"phone": "8 800 100-39-00", "dial": "+78001003900"}

    html = render_to_string("components/no_one_time_password.html", {**page, "contact_centre": contact_centre})

    assert ("Получить одноразовый пароль</button>" in html) is button
    assert ("Новое SMS можно получить через 24 часа" in html) is bool(later)
    assert "8 800 100-39-00" in html
    assert "<input" not in html

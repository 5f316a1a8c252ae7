"""One document: shown, changed and deleted apart, each only after a one-time password."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import code_word
from accounts.models import Profile, ProfileChange
from accounts.profile import DOCUMENTS
from tests.accounts.make import code_sent_to, sms, words, wrong
from tests.accounts.profile_steps import FILLED, INN, PROFILE, SNILS, confirm, document_url, fill

pytestmark = pytest.mark.django_db

IN_CLEAR = {
    "passport": ("4511", "123456", "ОВД «Арбат»", "01.02.2012"),
    "inn": (INN,),
    "snils": (SNILS,),
    "oms": ("7700008032170335",),
    "code-word": ("Ромашка",),
}


@pytest.fixture
def filled(anna):
    """Anna has told everything."""
    return fill(anna, **FILLED)


def test_there_is_a_test_for_every_document():
    assert IN_CLEAR.keys() == DOCUMENTS.keys()


@pytest.mark.parametrize("kind", IN_CLEAR)
def test_it_is_shown_after_a_password(anna, anna_client, filled, kind):
    led = anna_client.post(document_url(kind, "reveal"))
    before = anna_client.get(led["Location"])

    shown = confirm(anna_client, led, anna)

    assert DOCUMENTS[kind].genitive in sms(anna.phone)[-1]
    for value in IN_CLEAR[kind]:
        assertNotContains(before, value)
        assertContains(shown, value)
    assert "no-store" in shown["Cache-Control"]


@pytest.mark.parametrize("kind", IN_CLEAR)
def test_it_is_not_shown_without_it(anna, anna_client, filled, kind):
    led = anna_client.post(document_url(kind, "reveal"))

    answer = anna_client.post(led["Location"], {"code": wrong(code_sent_to(anna.phone, digits=6))})

    for value in IN_CLEAR[kind]:
        assertNotContains(answer, value)


def test_it_is_shown_once(anna, anna_client, filled):
    led = anna_client.post(document_url("inn", "reveal"))
    confirm(anna_client, led, anna)

    again = confirm(anna_client, led, anna)

    assertRedirects(again, PROFILE)


@pytest.mark.parametrize("kind", ["passport", "inn", "snils", "oms"])
def test_each_is_deleted_apart_after_a_password(anna, anna_client, filled, kind):
    led = anna_client.post(document_url(kind, "delete"))
    assert Profile.objects.get().inn == INN

    answer = confirm(anna_client, led, anna)

    assertRedirects(answer, PROFILE)
    left = Profile.objects.get()
    gone = {name for name in FILLED if getattr(left, name) is None}
    assert gone == set(DOCUMENTS[kind].fields)
    assert "Удаление" in sms(anna.phone)[-1]


def test_the_code_word_cannot_be_deleted(anna, anna_client):
    assert anna_client.post(document_url("code-word", "delete")).status_code == 404


@pytest.mark.parametrize("action", ["reveal", "delete"])
def test_what_is_not_kept_is_neither_shown_nor_deleted(anna_client, anna, action):
    assertRedirects(anna_client.post(document_url("inn", action)), PROFILE)
    assert not ProfileChange.objects.exists()


@pytest.mark.parametrize("action", ["reveal", "delete"])
def test_coming_back_by_its_address_does_nothing(anna_client, anna, filled, action):
    assertRedirects(anna_client.get(document_url("inn", action)), PROFILE)
    assert not ProfileChange.objects.exists()
    assert sms(anna.phone) == []


@pytest.mark.parametrize("kind", IN_CLEAR)
def test_the_form_to_change_it_does_not_hold_what_is_kept(anna_client, filled, kind):
    page = anna_client.get(document_url(kind))

    assertContains(page, "Новые данные заменят прежние")
    for value in IN_CLEAR[kind]:
        assertNotContains(page, value)


def test_the_passport_is_replaced_as_a_whole(anna, anna_client, filled):
    led = anna_client.post(document_url("passport"), {"passport_series": "46 17", "passport_number": "654321"})
    page = anna_client.get(led["Location"])
    assertNotContains(page, "4617")
    assertNotContains(page, "654321")

    confirm(anna_client, led, anna)

    after = Profile.objects.get()
    kept = (after.passport_series, after.passport_number, after.passport_issuer, after.passport_issue_date)
    assert kept == ("4617", "654321", None, None)


def test_the_code_word_is_replaced(anna, anna_client):
    led = anna_client.post(document_url("code-word"), {"code_word": " Чёрный Кот "})
    assertNotContains(anna_client.get(led["Location"]), "Чёрный")

    confirm(anna_client, led, anna)

    anna.refresh_from_db()
    assert anna.code_word == "Чёрный Кот"
    assert code_word.is_right(resident=anna, said="черный кот")
    assert not code_word.is_right(resident=anna, said="Ромашка")


@pytest.mark.parametrize(
    ("kind", "values", "said"),
    [
        ("inn", {"inn": ""}, "Заполните поле «ИНН»"),
        ("inn", {"inn": "500100732258"}, "В ИНН ошибка"),
        ("snils", {"snils": "1"}, "СНИЛС состоит из 11 цифр"),
        ("oms", {"oms": "1"}, "Номер полиса ОМС состоит из 16 цифр"),
        ("passport", {"passport_series": "4511"}, "Заполните поле «Номер паспорта»"),
        ("code-word", {"code_word": "  "}, "Заполните поле «Кодовое слово»"),
        ("code-word", {"code_word": "я" * 61}, "не более 60"),
    ],
)
def test_bad_input_is_told_at_the_field_and_above(anna_client, kind, values, said):
    answer = anna_client.post(document_url(kind), values)

    assert words(answer).count(said) >= 2
    assert not ProfileChange.objects.exists()


def test_the_same_again_changes_nothing(anna_client, filled):
    answer = anna_client.post(document_url("inn"), {"inn": INN}, follow=True)

    assertContains(answer, "Ничего не изменилось.")


@pytest.mark.parametrize("action", ["document", "reveal", "delete"])
def test_an_unknown_document_is_not_there(boris_client, action):
    assert boris_client.get(document_url("visa", action)).status_code == 404
    assert boris_client.post(document_url("visa", action)).status_code == 404


@pytest.mark.parametrize("kind", ["passport", "inn", "snils", "oms"])
def test_the_neighbour_has_none_of_it(boris, boris_client, filled, kind):
    page = boris_client.get(document_url(kind))

    assertNotContains(page, "Сейчас:")
    assertRedirects(boris_client.post(document_url(kind, "reveal")), PROFILE)
    assertRedirects(boris_client.post(document_url(kind, "delete")), PROFILE)
    assert Profile.objects.get().inn == INN
    assert sms(boris.phone) == []


@pytest.mark.parametrize("action", ["document", "reveal", "delete"])
def test_a_stranger_is_led_to_the_login_page(client, action):
    for answer in (client.get(document_url("inn", action)), client.post(document_url("inn", action))):
        assertRedirects(answer, f"{reverse('accounts:login')}?next={document_url('inn', action)}")

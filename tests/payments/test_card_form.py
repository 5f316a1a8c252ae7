"""The form of a new card, both ways in: locked by the page's script, or plain and locked here."""

import base64
import json
import logging

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.http import QueryDict
from django.template import Context, Template
from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from payments import cards
from payments.acquirer.base import Browser
from payments.forms import CardForm
from tests.payments.steps import CARD

pytestmark = pytest.mark.usefixtures("bank_key")

PAN = CARD["number"].replace(" ", "")
LOCKED = {"cryptogram": "A" * 342 + "==", "claimed_brand": "МИР", "claimed_last_four": "7761"}
TOLD = {"language": "en-GB", "timezone": "-300", "screen_width": "390", "screen_height": "844", "color_depth": "24"}


@pytest.fixture(scope="module")
def private():
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def bank_key(private, settings):
    """One pair for all tests of this file: making one takes longer than any of them."""
    settings.ACQUIRER_PUBLIC_KEY = pem_of(private)
    return private


def pem_of(private):
    return private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def filled(fields):
    data = QueryDict(mutable=True)
    data.update(fields)
    return CardForm(data)


def rendered(form):
    return Template("{{ form }}").render(Context({"form": form}))


def opened(bank_key, card):
    return bank_key.decrypt(base64.b64decode(card.cryptogram.reveal()), PKCS1v15()).decode()


# --- what the page has ------------------------------------------------------------------------------------------------
def test_its_fields_have_the_words_of_the_manual():
    form = CardForm()

    assert [field.label for field in form.visible_fields()] == [
        "Номер карты",
        "Действительна до",
        "Владелец карты",
        "CVV/CVC код",
        "Запомнить карту",
    ]
    assert "Код не хранится в системе" in form["cvv"].help_text
    assert form["term"].help_text == "Месяц и год, например 09/28"


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("number", ['autocomplete="cc-number"', 'inputmode="numeric"']),
        ("term", ['autocomplete="cc-exp"', 'inputmode="numeric"', 'placeholder="ММ / ГГ"']),
        ("holder", ['autocomplete="cc-name"', 'spellcheck="false"']),
        ("cvv", ['autocomplete="cc-csc"', 'type="password"', 'maxlength="3"']),
        ("cryptogram", ['type="hidden"', 'autocomplete="off"', "data-card="]),
    ],
)
def test_browsers_know_what_each_field_is(name, parts):
    html = str(CardForm()[name])

    assert [part for part in parts if part not in html] == []


def test_the_page_hands_the_script_the_servers_own_texts():
    known = json.loads(CardForm()["cryptogram"].field.widget.attrs["data-card"])

    assert known["texts"] == cards.TEXTS


# --- without the script -----------------------------------------------------------------------------------------------
def test_plain_fields_are_locked_here(bank_key):
    form = filled(CARD)

    assert form.is_valid()
    card = form.held_card(ip="203.0.113.7")
    assert opened(bank_key, card) == f"PAN={PAN};ExpDate=0935;CardHolder=IVANOV IVAN;CVV=123"
    assert (card.brand, card.last_four, card.mask) == ("МИР", "7761", "МИР (***7761)")
    assert card.browser == Browser(ip="203.0.113.7")


def test_a_card_without_a_name_is_taken(bank_key):
    form = filled({**CARD, "holder": ""})

    assert form.is_valid()
    assert "CardHolder" not in opened(bank_key, form.held_card(ip=""))


@pytest.mark.parametrize(
    ("changes", "texts"),
    [
        ({"number": ""}, {"number": "Введите номер карты"}),
        ({"number": "4154 8111 1111 1111"}, {"number": "Проверьте номер карты: в нём ошибка"}),
        ({"term": "09/18"}, {"term": "Срок действия карты уже прошёл"}),
        ({"term": ""}, {"term": "Введите срок действия карты"}),
        ({"holder": "IVAN\0"}, {"holder": cards.TEXTS[cards.Problem.HOLDER_SIGNS]}),
        ({"holder": "ИВАНОВ"}, {"holder": cards.TEXTS[cards.Problem.HOLDER_SIGNS]}),
        ({"cvv": ""}, {"cvv": "Введите CVV/CVC код"}),
        ({"cvv": "12"}, {"cvv": "CVV/CVC код – 3 цифры на обороте карты"}),
        (
            {"number": "", "term": "", "holder": "", "cvv": ""},
            {"number": "Введите номер карты", "term": "Введите срок действия карты", "cvv": "Введите CVV/CVC код"},
        ),
    ],
)
def test_each_mistake_is_said_at_its_field(changes, texts):
    form = filled({**CARD, **changes})

    assert not form.is_valid()
    assert form.errors == {name: [text] for name, text in texts.items()}


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(st.sampled_from([*CARD, *LOCKED, *TOLD]), st.text(max_size=20)))
def test_any_post_is_a_card_or_has_mistakes(private, fields):
    with override_settings(ACQUIRER_PUBLIC_KEY=pem_of(private)):
        form = filled({**CARD, **fields})

        assert form.is_valid() is (not form.errors)
        assert set(form.errors) <= set(CARD)


def test_an_empty_form_says_what_is_missing():
    assert set(filled({}).errors) == {"number", "term", "cvv"}


def test_a_mistake_keeps_what_was_typed_but_never_the_code():
    html = rendered(filled({**CARD, "term": "09/18"}))

    assert f'value="{CARD["number"]}"' in html
    assert 'value="09/18"' in html
    assert 'value="IVANOV IVAN"' in html
    assert 'value="123"' not in html


# --- with the script --------------------------------------------------------------------------------------------------
def test_a_locked_card_rides_on_as_it_came():
    form = filled({**LOCKED, **TOLD})

    assert form.is_valid()
    card = form.held_card(ip="2001:db8::1")
    assert card.cryptogram.reveal() == LOCKED["cryptogram"]
    assert card.mask == "МИР (***7761)"
    assert card.browser == Browser(
        ip="2001:db8::1", language="en-GB", timezone=-300, screen_width=390, screen_height=844, color_depth=24
    )


@pytest.mark.parametrize(
    "changes",
    [
        {"cryptogram": "A" * 344},
        {"cryptogram": "A" * 340 + "=="},
        {"cryptogram": "A" * 346 + "=="},
        {"cryptogram": "A" * 341 + "-=="},
        {"cryptogram": "A" * 342 + "==\n"},
        {"cryptogram": "2200770239097761"},
        {"claimed_brand": "AMEX"},
        {"claimed_brand": ""},
        {"claimed_brand": "<b>VISA</b>"},
        {"claimed_last_four": "776"},
        {"claimed_last_four": "77611"},
        {"claimed_last_four": "２２２２"},
        {"claimed_last_four": ""},
        {"claimed_last_four": "77\0\0"},
        {"claimed_brand": "VISA\0"},
    ],
)
def test_a_broken_lock_asks_for_the_card_again(changes):
    form = filled({**LOCKED, **changes})

    assert not form.is_valid()
    assert form.errors == {"number": ["Не получилось зашифровать данные карты. Введите их ещё раз"]}


def test_a_broken_lock_does_not_come_back():
    html = rendered(filled({**LOCKED, "claimed_brand": "AMEX", "cryptogram": "B" * 344}))

    assert "BBBB" not in html
    assert "AMEX" not in html


def test_plain_fields_beside_a_lock_are_not_looked_at(bank_key):
    form = filled({**CARD, **LOCKED, "number": "4111 1111 1111 1111"})

    assert form.is_valid()
    card = form.held_card(ip="")
    assert (card.last_four, card.cryptogram.reveal()) == ("7761", LOCKED["cryptogram"])


@pytest.mark.parametrize(
    ("told", "heard"),
    [
        ({"color_depth": "30"}, {"color_depth": 24}),
        ({"color_depth": "48"}, {"color_depth": 48}),
        ({"color_depth": "64"}, {"color_depth": 24}),
        ({"color_depth": "0"}, {"color_depth": 24}),
        ({"timezone": "720"}, {"timezone": 720}),
        ({"timezone": "900"}, {"timezone": -180}),
        ({"timezone": "-"}, {"timezone": -180}),
        ({"screen_width": "0"}, {"screen_width": 1280}),
        ({"screen_width": "1e3"}, {"screen_width": 1280}),
        ({"screen_height": "-5"}, {"screen_height": 720}),
        ({"screen_height": "٧٢٠"}, {"screen_height": 720}),
        ({"language": "ru"}, {"language": "ru"}),
        ({"language": "zh-Hant"}, {"language": "zh-Hant"}),
        ({"language": "<script>"}, {"language": "ru-RU"}),
        ({"language": "x" * 500}, {"language": "ru-RU"}),
        ({"language": "\0", "timezone": "\0"}, {"language": "ru-RU"}),
        ({}, {}),
    ],
)
def test_nonsense_about_the_browser_is_replaced_by_what_is_usual(told, heard):
    form = filled({**LOCKED, **told})

    assert form.is_valid()
    assert form.held_card(ip="x").browser == Browser(**{"ip": "x", **heard})


# --- what it must not keep --------------------------------------------------------------------------------------------
@pytest.mark.parametrize("fields", [CARD, {**CARD, "term": "09/18"}, LOCKED, {**LOCKED, "claimed_brand": "AMEX"}])
def test_no_cleaned_field_holds_the_card(fields, caplog):
    form = filled(fields)

    form.is_valid()
    logging.getLogger("payments").warning("%s %r", form.cleaned_data, form._card)

    secrets = [PAN, CARD["number"], LOCKED["cryptogram"], "IVANOV", "'123'", '"123"']
    assert [secret for secret in secrets if secret in caplog.text] == []


def test_a_form_that_is_not_valid_has_no_card():
    form = filled({**CARD, "cvv": "1"})

    assert not form.is_valid()
    with pytest.raises(cards.WrongCard):
        form.held_card(ip="")

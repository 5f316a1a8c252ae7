"""Every message about the safety of a cabinet carries the link that blocks it."""

from dataclasses import replace

import pytest

from accounts.block_links import TOKEN_LENGTH
from notifications import messages, texts
from notifications.models import Category, Channel

LINK = "https://lk.smart-service.ru/s/" + "x" * TOKEN_LENGTH
VALUES = {
    "code": "482137",
    "moment": "20.11 в 12:00",
    "device": "Samsung Internet, Android",
    "amount": "12 970,24 ₽",
    "limit": "5 000,00 ₽",
    "payee": "Смарт Сервис (капремонт)",
    "what": "Изменение кодового слова",
    "contact_centre": "8 800 100-39-00",
    "link": LINK,
}
# Why there is none in these: nothing to block any more; the address may be a stranger's; it is no deed in his cabinet;
# nothing has happened yet, and the code that follows has it.
WITHOUT = {
    "erasure_begun",
    "cabinet_blocked",
    "cabinet_blocked_letter",
    "email_link",
    "account_added_elsewhere",
    "password_reset_invitation",
}


def text_of(kind):
    return texts.sms(kind, VALUES) if kind.channel is Channel.SMS else texts.letter(kind, VALUES)[1]


@pytest.mark.parametrize(
    "kind", sorted(messages.WITH_BLOCK_LINK, key=lambda kind: kind.name), ids=lambda kind: kind.name
)
def test_the_link_is_whole_and_the_words_ask_whether_it_was_him(kind):
    text = text_of(kind)

    assert LINK in text
    assert "е вы? Заблокируйте" in text
    assert kind.is_secret


@pytest.mark.parametrize(
    "kind", sorted(messages.WITH_BLOCK_LINK, key=lambda kind: kind.name), ids=lambda kind: kind.name
)
def test_an_sms_with_a_real_address_still_says_what_it_is_about(kind):
    if kind.channel is Channel.SMS:
        assert len(text_of(kind)) <= texts.SMS_LIMIT
        assert "…" not in text_of(kind) or kind.yields in {"device", "payee"}


@pytest.mark.parametrize("kind", [messages.PAYMENT_CODE, messages.AUTOPAY_CODE], ids=lambda kind: kind.name)
def test_where_money_is_at_stake_it_costs_no_third_segment_and_the_payee_is_still_known(kind):
    text = text_of(kind)

    assert texts.segments(text) == 2
    assert "Смарт Сер" in text


@pytest.mark.parametrize("kind", [messages.PAYMENT_CODE, messages.AUTOPAY_CODE], ids=lambda kind: kind.name)
def test_beside_a_long_address_payee_and_sum_stay_and_the_link_goes(kind):
    text = texts.sms(kind, VALUES | {"link": LINK.replace("lk.", "lichnyi-kabinet.")})

    assert "http" not in text
    assert "Смарт Сервис (капремонт)" in text
    assert text.endswith("Никому не сообщайте код, даже сотрудникам.")


def test_saboteur_a_link_that_gives_no_way_would_eat_the_payee():
    greedy = replace(messages.PAYMENT_CODE, spares="")

    text = texts.sms(greedy, VALUES | {"link": LINK.replace("lk.", "lichnyi-kabinet.")})

    assert "Смарт" not in text


def test_no_code_goes_without_it_but_where_there_is_no_cabinet_to_block():
    codes = {kind.name for kind in messages.ALL if kind.name.endswith("_code")}

    assert codes - {kind.name for kind in messages.WITH_BLOCK_LINK} == {"activation_code", "phone_change_code"}


def test_no_message_about_safety_goes_without_it():
    safety = {kind.name for kind in messages.ALL if kind.category is Category.SECURITY}

    assert safety - {kind.name for kind in messages.WITH_BLOCK_LINK} == WITHOUT

"""Every message about the safety of a cabinet carries the link that blocks it."""

import pytest

from notifications import messages, texts
from notifications.models import Category, Channel

LINK = "https://lk.smart-service.ru/stop/" + "x" * 18 + "/"
VALUES = {
    "code": "482137",
    "moment": "20.11 в 12:00",
    "device": "Samsung Internet, Android",
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
        assert "…" not in text_of(kind) or kind.yields == "device"


def test_no_code_goes_without_it_but_where_there_is_nothing_to_block_or_no_room():
    codes = {kind.name for kind in messages.ALL if kind.name.endswith("_code")}

    without = {"activation_code", "phone_change_code", "blocking_code", "payment_code", "autopay_code"}
    assert codes - {kind.name for kind in messages.WITH_BLOCK_LINK} == without


def test_no_message_about_safety_goes_without_it():
    safety = {kind.name for kind in messages.ALL if kind.category is Category.SECURITY}

    assert safety - {kind.name for kind in messages.WITH_BLOCK_LINK} == WITHOUT

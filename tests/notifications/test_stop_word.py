"""The short word: how it may be typed, and which SMS say it."""

import pytest

from notifications import messages, stop_word, texts
from notifications.models import Topic
from notifications.texts import segments

ANSWERED = "smsc://me:secret@127.0.0.1:1/?answers=1"
BILL = {"title": "Дом", "kopecks": 1297024, "due": "15.12", "bill": 7}


@pytest.mark.parametrize(
    "text", ["СТОП", "стоп", " Стоп! ", "С Т О П", "CTOП", "CTOP", "stop", "STOP.", "ст0п", "«стоп»", "ＳＴＯＰ"]
)
def test_it_is_heard_however_it_was_typed(text):
    assert stop_word.is_it(text)


@pytest.mark.parametrize("text", ["", "стопка", "не стоп", "стоп, а где счёт?", "да", "1234", "остановите"])
def test_other_words_are_not_it(text):
    assert not stop_word.is_it(text)


def test_it_stops_what_one_may_unsubscribe_from_and_never_a_code():
    assert stop_word.none() == {Topic.BILLS_BY_SMS: False, Topic.PROMOTIONS_BY_SMS: False}


def test_an_sms_of_a_mailing_names_it_where_it_can_be_answered(settings):
    settings.SMS_URL = ANSWERED

    assert texts.sms(messages.PROMOTION, {"text": "Без комиссии до 15.12"}) == "Без комиссии до 15.12 СТОП – отписка"


@pytest.mark.parametrize("url", ["file:", "smsc://me:secret@127.0.0.1:1/", f"{ANSWERED} smsru://KEY@127.0.0.1:1/"])
def test_and_nowhere_else(settings, url):
    settings.SMS_URL = url

    assert texts.sms(messages.PROMOTION, {"text": "Без комиссии"}) == "Без комиссии"


def test_it_never_makes_an_sms_dearer(settings):
    settings.SMS_URL = ANSWERED

    for length in range(1, 135):
        plain = "ж" * length
        text = texts.sms(messages.PROMOTION, {"text": plain})
        assert segments(text) == segments(plain)
        assert (text == plain + stop_word.HINT) == (segments(plain + stop_word.HINT) == segments(plain))


def test_the_sum_and_the_link_of_a_bill_come_first(settings):
    settings.SMS_URL = "file:"
    without = texts.news(messages.BILL_ISSUED, [BILL]).text
    settings.SMS_URL = ANSWERED

    assert texts.news(messages.BILL_ISSUED, [BILL]).text in {without, without + stop_word.HINT}


def test_an_sms_that_cannot_be_stopped_does_not_name_it(settings):
    settings.SMS_URL = ANSWERED

    assert stop_word.WORD not in texts.sms(messages.SUBSCRIPTIONS_CHANGED, {"changes": "счета по SMS – нет"})

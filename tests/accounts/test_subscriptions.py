"""Page «Управление подписками»: the words of the manual, the code bound to the ticks, and a word about the change."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts import confirmations
from accounts.models import Confirmation, Consent, ConsentKind, Purpose, User
from notifications import subscriptions
from notifications.models import Message, Subscription, Topic
from tests.accounts.make import code_sent_to, sms, words, wrong
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
PAGE = reverse("accounts:subscriptions")
ALL_OFF = dict.fromkeys(Topic, False)


def ticked(*topics: Topic, **more: str) -> dict[str, str]:
    return {**{str(topic): "on" for topic in topics}, **more}


def ask_code(client, *topics):
    return client.post(PAGE, ticked(*topics, resend="1"), follow=True)


def save(client, *topics, code=None):
    return client.post(PAGE, ticked(*topics, code=code or code_sent_to(ANNAS_PHONE, 6)), follow=True)


def test_it_says_what_the_manual_says_word_for_word(anna_client):
    text = words(anna_client.get(PAGE))

    assert "В данном разделе Вы можете управлять своими подписками на получение информации от Системы А3." in text
    assert "Для этого установите или снимите галочку напротив нужной подписки, подтвердите операцию" in text
    assert "Я хочу получать информационные письма от Системы А3 на e-mail" in text
    assert "Я хочу получать уведомления о выставленных счетах на e-mail" in text
    assert "Я хочу получать информацию об акциях по SMS" in text
    assert "Я хочу получать SMS-уведомления о выставленных счетах" in text


def test_advertising_is_off_and_bills_are_on_until_he_says_otherwise(anna_client):
    html = anna_client.get(PAGE).content.decode()

    on = [topic for topic in Topic if f'name="{topic}" id="id_{topic}" checked' in html]

    assert on == [Topic.BILLS_BY_EMAIL, Topic.BILLS_BY_SMS, Topic.PAYMENTS_BY_EMAIL]


def test_looking_at_it_writes_nothing(anna_client):
    anna_client.get(PAGE)

    assert not Subscription.objects.exists()
    assert not Confirmation.objects.exists()
    assert not Message.objects.exists()


def test_the_right_code_saves_the_ticks(anna, anna_client):
    ask_code(anna_client, Topic.BILLS_BY_SMS)

    text = words(save(anna_client, Topic.BILLS_BY_SMS))

    assert "Подписки сохранены." in text
    assert subscriptions.of(anna.uuid) == {**ALL_OFF, Topic.BILLS_BY_SMS: True}


def test_the_ticks_wait_for_the_code_through_a_reload(anna, anna_client):
    ask_code(anna_client, Topic.LETTERS_BY_EMAIL)

    html = anna_client.get(PAGE).content.decode()

    assert f'name="{Topic.LETTERS_BY_EMAIL}" id="id_{Topic.LETTERS_BY_EMAIL}" checked' in html
    assert f'id="id_{Topic.BILLS_BY_SMS}" checked' not in html
    assert subscriptions.of(anna.uuid)[Topic.BILLS_BY_SMS]


def test_the_code_saves_no_other_choice_than_it_was_sent_for(anna, anna_client):
    ask_code(anna_client, Topic.BILLS_BY_SMS)

    text = words(save(anna_client, Topic.BILLS_BY_SMS, Topic.PROMOTIONS_BY_SMS))

    assert "Галочки изменились после того, как Вы получили пароль. Получите новый" in text
    assert not Subscription.objects.exists()


def test_saboteur_with_a_digest_that_ignores_the_ticks_another_choice_is_saved(anna, anna_client, monkeypatch):
    monkeypatch.setattr("accounts.subscriptions._digest", lambda resident, choice: "the same")
    ask_code(anna_client, Topic.BILLS_BY_SMS)

    save(anna_client, Topic.PROMOTIONS_BY_SMS)

    assert subscriptions.of(anna.uuid)[Topic.PROMOTIONS_BY_SMS]


def test_the_sms_says_what_changed_and_nothing_else(anna, anna_client):
    ask_code(anna_client, Topic.BILLS_BY_EMAIL, Topic.PAYMENTS_BY_EMAIL, Topic.PROMOTIONS_BY_SMS)

    save(anna_client, Topic.BILLS_BY_EMAIL, Topic.PAYMENTS_BY_EMAIL, Topic.PROMOTIONS_BY_SMS)

    assert sms(ANNAS_PHONE)[-1] == "Подписки: акции по SMS – да; счета по SMS – нет"


def test_a_confirmed_address_gets_the_same_by_letter(anna, anna_client):
    User.objects.update(email_confirmed_at=NOW)
    ask_code(anna_client, Topic.BILLS_BY_EMAIL, Topic.PAYMENTS_BY_EMAIL)

    save(anna_client, Topic.BILLS_BY_EMAIL, Topic.PAYMENTS_BY_EMAIL)

    letter = Message.objects.get(address=anna.email)
    assert letter.subject == "Ваши подписки в Смарт Сервис изменены"
    assert "\nсчета по SMS – нет\n" in letter.text


def test_all_changes_at_once_fit_into_two_segments(anna, anna_client):
    topics = [Topic.LETTERS_BY_EMAIL, Topic.PROMOTIONS_BY_SMS]
    ask_code(anna_client, *topics)

    save(anna_client, *topics)

    assert sms(ANNAS_PHONE)[-1].endswith("счета по SMS – нет; квитанции на e-mail – нет")
    assert len(sms(ANNAS_PHONE)[-1]) <= 134


def test_promotions_leave_a_consent_with_its_time_and_address(anna, anna_client):
    ask_code(anna_client, Topic.PROMOTIONS_BY_SMS)

    save(anna_client, Topic.PROMOTIONS_BY_SMS)

    consent = Consent.objects.get(user=anna)
    assert (consent.kind, consent.ip) == (ConsentKind.MARKETING, "127.0.0.1")


def test_the_same_ticks_need_no_code(anna_client):
    text = words(ask_code(anna_client, Topic.BILLS_BY_EMAIL, Topic.BILLS_BY_SMS, Topic.PAYMENTS_BY_EMAIL))

    assert "Подписки не изменены" in text
    assert sms(ANNAS_PHONE) == []


def test_a_wrong_code_saves_nothing_and_keeps_the_ticks(anna, anna_client):
    ask_code(anna_client, Topic.LETTERS_BY_EMAIL)
    code = wrong(code_sent_to(ANNAS_PHONE, 6))

    response = save(anna_client, Topic.LETTERS_BY_EMAIL, code=code)

    assert "Неверный код из SMS. Осталось попыток: 4" in words(response)
    assert f'id="id_{Topic.LETTERS_BY_EMAIL}" checked' in response.content.decode()
    assert code not in response.content.decode()
    assert not Subscription.objects.exists()


@pytest.mark.parametrize("code", ["", "12345", "абвгде"])
def test_what_is_no_code_is_no_try(anna_client, code):
    ask_code(anna_client)

    response = anna_client.post(PAGE, ticked(code=code))

    assert "<title>Ошибка: " in response.content.decode()
    assert Confirmation.objects.get().tries == 0


def test_a_code_out_of_time_is_said_so(anna_client):
    ask_code(anna_client)
    code = code_sent_to(ANNAS_PHONE, 6)

    with time_machine.travel(NOW + timedelta(minutes=11)):
        text = words(save(anna_client, code=code))

    assert "Пароль больше не действует. Получите новый" in text
    assert not Subscription.objects.exists()


def test_after_five_wrong_ones_the_right_one_does_not_help(anna_client):
    ask_code(anna_client)
    code = code_sent_to(ANNAS_PHONE, 6)
    for _ in range(5):
        page = save(anna_client, code=wrong(code))
    assert "Попытки закончились. Получите новый пароль" in words(page)
    html = page.content.decode()
    assert 'name="code"' not in html
    assert "<title>Ошибка: " in html
    assert html.index("Попытки закончились") < html.index("<h1>")

    save(anna_client, code=code)

    assert not Subscription.objects.exists()


def test_a_second_request_within_its_minute_is_told_to_wait(anna_client):
    ask_code(anna_client)

    text = words(ask_code(anna_client, Topic.BILLS_BY_SMS))

    assert "Новый пароль можно получить через" in text
    assert len(sms(ANNAS_PHONE)) == 1


def test_a_saved_change_makes_room_for_the_next_code_at_once(anna_client):
    ask_code(anna_client)
    save(anna_client)

    ask_code(anna_client, Topic.BILLS_BY_SMS)

    assert Confirmation.objects.filter(purpose=Purpose.SUBSCRIPTIONS).count() == 2


def test_a_neighbour_can_neither_use_her_code_nor_change_her_ticks(anna, anna_client, boris, boris_client):
    ask_code(anna_client)

    text = words(save(boris_client))

    assert "Пароль больше не действует" in text
    assert subscriptions.of(anna.uuid) == subscriptions.of(boris.uuid) == {**ALL_OFF, **_on_by_default()}


def _on_by_default() -> dict[Topic, bool]:
    return dict.fromkeys([Topic.BILLS_BY_EMAIL, Topic.BILLS_BY_SMS, Topic.PAYMENTS_BY_EMAIL], True)


def test_who_has_no_confirmed_address_is_told_why_no_letters_come(anna_client):
    assert "E-mail не подтверждён" in words(anna_client.get(PAGE))

    User.objects.update(email_confirmed_at=NOW)

    assert "E-mail не подтверждён" not in words(anna_client.get(PAGE))


def test_it_stands_in_the_menu_after_the_password_and_is_closed_to_visitors(anna_client):
    html = anna_client.get(PAGE).content.decode()

    order = [html.index(title) for title in (">Смена пароля", "Управление подписками</a>", ">Блокировка")]

    assert order == sorted(order)
    assert Client().get(PAGE)["Location"].startswith(reverse("accounts:login"))
    assert "no-store" in anna_client.get(PAGE)["Cache-Control"]


def test_blocking_takes_the_code_away(anna, anna_client):
    ask_code(anna_client)
    confirmation = Confirmation.objects.get()

    confirmations.void(purpose=Purpose.SUBSCRIPTIONS, subject=anna.uuid, now=NOW)

    confirmation.refresh_from_db()
    assert confirmation.cancelled_at
    assert "Пароль больше не действует" in words(save(anna_client))


def test_the_time_zone_needs_no_code(anna, anna_client, boris):
    response = anna_client.post(reverse("accounts:time-zone"), {"time_zone": "Asia/Omsk"}, follow=True)

    assert "Часовой пояс сохранён." in words(response)
    assert '<option value="Asia/Omsk" selected>' in response.content.decode()
    assert subscriptions.zone_of(anna.uuid) == "Asia/Omsk"
    assert subscriptions.zone_of(boris.uuid) == "Europe/Moscow"
    assert subscriptions.of(anna.uuid) == subscriptions.of(boris.uuid)


@pytest.mark.parametrize(("hours", "said"), [((22, 8), ["С 22 до 8 часов"]), ((), [])], ids=["night", "none"])
def test_it_says_when_nothing_comes_that_can_wait(anna_client, settings, hours, said):
    settings.QUIET_HOURS = hours

    text = words(anna_client.get(PAGE))

    assert re.findall(r"С \d+ до \d+ часов", text) == said


@pytest.mark.parametrize("zone", ["", "Mars/Olympus"])
def test_a_time_zone_that_is_none_is_refused(anna, anna_client, zone):
    response = anna_client.post(reverse("accounts:time-zone"), {"time_zone": zone}, follow=True)

    assert "Выберите часовой пояс из списка." in words(response)
    assert not Subscription.objects.exists()

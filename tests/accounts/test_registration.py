"""«Регистрация»: every field with its hint and its rule, what is kept on errors, and what is never shown again."""

import re
from datetime import timedelta

import pytest
from captcha.models import CaptchaStore
from django.test import Client

from accounts import registration
from accounts.models import PendingRegistration, User
from tests.accounts.make import (
    CONFIRM,
    NEW_PHONE,
    REGISTRATION,
    application,
    page,
    pending_of,
    picture,
    register,
    registered,
    sms,
    words,
)
from tests.people import ANNAS_PHONE, NOW, PASSWORD

pytestmark = pytest.mark.django_db
LABELS = [
    "Номер мобильного телефона",
    "Имя",
    "Фамилия",
    "E-mail",
    "Кодовое слово",
    "Пароль",
    "Повторите пароль",
    "Я согласен с Соглашением об использовании Системы А3",
    "Я даю согласие на обработку персональных данных",
    "Я хочу получать информацию об акциях по SMS",
    "Код с картинки",
]
HOSTILE = '"><script>alert(1)</script>'


def test_the_page_has_every_field_in_the_order_of_the_manual(client):
    text = words(client.get(REGISTRATION))

    places = [text.index(label) for label in LABELS]
    assert places == sorted(places)


def test_the_page_has_its_hints_and_buttons(client):
    text = words(client.get(REGISTRATION))

    for hint in (
        "Необходимо заполнить все поля",
        "На этот номер придёт SMS с кодом. Номер будет Вашим логином",
        "Кодовое слово необходимо для обращения в Контакт-Центр (для идентификации пользователя)",
        "Не менее 6 символов: латинские буквы, цифры, знаки. Не подойдут простые, например 123456",
        "Обновить",
        "Назад",
        "Зарегистрироваться",
    ):
        assert hint in text


def test_phone_and_password_stand_once_on_the_page(client):
    html = page(client.get(REGISTRATION))

    assert html.count('name="phone"') == html.count('name="password"') == 1


def test_it_is_kept_by_no_cache(client):
    assert "no-store" in client.get(REGISTRATION)["Cache-Control"]


def test_a_filled_form_leads_to_the_code(client):
    response = register(client)

    assert (response.status_code, response["Location"]) == (302, CONFIRM)
    assert len(sms(NEW_PHONE)) == 1
    assert not User.objects.exists()


def test_what_was_typed_is_kept_for_a_day_with_its_secrets_hidden(client):
    register(client, first_name=" Анна-Мария ", code_word="Смиронова")

    pending = pending_of(client)
    row = str(PendingRegistration.objects.values().get())
    assert (pending.phone, pending.first_name, pending.code_word) == (NEW_PHONE, "Анна-Мария", "Смиронова")
    assert timedelta(0) <= pending.expires_at - NOW - timedelta(hours=24) < timedelta(minutes=1)
    assert "Смиронова" not in row
    assert PASSWORD not in row


@pytest.mark.parametrize("written", ["+7 926 111-22-33", "8 (926) 111 22 33", "9261112233", "79261112233"])
def test_a_phone_may_be_written_in_every_usual_way(client, written):
    register(client, written)

    assert pending_of(client).phone == NEW_PHONE


@pytest.mark.parametrize(
    "field, value, message",
    [
        ("phone", "", "Введите номер мобильного телефона"),
        ("phone", "+7 495 787-33-34", "Введите номер российского мобильного телефона"),
        ("phone", "номер", "Введите номер российского мобильного телефона"),
        ("phone", "9" * 31, "Введите номер российского мобильного телефона"),
        ("first_name", "", "Введите имя"),
        ("first_name", "Иван2", "Только буквы, пробел, дефис и апостроф"),
        ("first_name", "Я" * 61, "Убедитесь, что это значение содержит не более 60"),
        ("first_name", "   ", "Введите имя"),
        ("last_name", "", "Введите фамилию"),
        ("last_name", HOSTILE, "Только буквы, пробел, дефис и апостроф"),
        ("last_name", "-Иванов", "Только буквы, пробел, дефис и апостроф"),
        ("email", "", "Введите e-mail"),
        ("email", "ivanov", "Введите e-mail, например ivanovivan@mail.ru"),
        ("code_word", "", "Введите кодовое слово"),
        ("code_word", "  ", "Введите кодовое слово"),
        ("code_word", "а\x00б", "ноль-байт"),
        ("password", "", "Введите пароль"),
        ("password", "aB3$x", "слишком короткий: нужно не менее 6 символов"),
        ("password", "123456", "Такой пароль легко угадать"),
        ("password", "qwerty", "Такой пароль легко угадать"),
        ("password", "89261112233", "Пароль не должен совпадать с номером телефона"),
        ("password", "+7 926 111-22-33", "Пароль не должен совпадать с номером телефона"),
        ("password", "aB3$" * 33, "Убедитесь, что это значение содержит не более 128"),
        ("password_again", "", "Повторите пароль"),
        ("password_again", "Smart2018", "Пароли не совпадают"),
        ("agreement", "", "Нужно согласие с Соглашением об использовании Системы А3"),
        ("personal_data", "", "Нужно согласие на обработку персональных данных"),
        ("captcha_1", "", "Введите код с картинки"),
        ("captcha_1", "00000", "Код с картинки не подошёл"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_above_and_nothing_is_stored(client, field, value, message):
    changes = {field: value}
    if field == "password":
        changes["password_again"] = value

    response = register(client, **changes)

    text = words(response)
    assert response.status_code == 200
    assert text.count(message) >= 2
    assert "<title>Ошибка: Регистрация" in page(response)
    assert not PendingRegistration.objects.exists()
    assert sms(NEW_PHONE) == []


def test_an_empty_form_counts_its_faults(client):
    assert "Проверьте форму: исправьте 10 полей" in words(client.post(REGISTRATION, {}))


@pytest.mark.parametrize("name", ["Анна-Мария", "О'Коннор", "Ёлкин", "Smith", "Оглы Али", "д’Артаньян", "Я"])
def test_names_have_letters_hyphens_blanks_and_apostrophes(client, name):
    register(client, first_name=name, last_name=name)

    assert pending_of(client).last_name == name


@pytest.mark.parametrize("password", ["aB3$xy", "пароль-ночь", "a b c d e", " aB3$x ", "密码密码密码", "x" * 127 + "Z"])
def test_a_password_may_have_any_characters(client, password):
    user = None
    register(client, password=password, password_again=password)

    user = registration.find(uuid=pending_of(client).uuid, now=NOW)
    assert registration.is_pair(pending=user, phone=NEW_PHONE, password=password)


def test_after_an_error_all_is_kept_but_passwords_and_picture(client):
    sent = application(first_name="", marketing="on", code_word='Слово <b>"жирно"</b>')
    response = client.post(REGISTRATION, sent)

    html = page(response)
    for kept in (f'value="{NEW_PHONE}"', 'value="Иванов"', 'value="ivanovivan@mail.ru"'):
        assert kept in html
    assert 'value="Слово &lt;b&gt;&quot;жирно&quot;&lt;/b&gt;"' in html
    assert len(re.findall(r'type="checkbox"[^>]* checked', html)) == 3
    assert PASSWORD not in html
    assert f'value="{sent["captcha_1"]}"' not in html
    assert sent["captcha_0"] not in response.content.decode()


@pytest.mark.parametrize("field", ["phone", "first_name", "last_name", "email", "code_word", "password", "captcha_1"])
def test_hostile_text_is_never_part_of_the_page(client, field):
    response = register(client, agreement="", **{field: HOSTILE})

    assert "<script>alert" not in response.content.decode()


def test_another_picture_without_a_script_keeps_what_was_typed_and_judges_nothing(client):
    response = client.post(REGISTRATION, {"phone": "12", "last_name": "Иванов", "agreement": "on", "new_picture": "1"})

    html = page(response)
    assert 'value="12"' in html
    assert 'value="Иванов"' in html
    assert "Ошибка" not in html
    assert CaptchaStore.objects.count() == 1


def test_enter_sends_the_form_and_does_not_ask_for_another_picture(client):
    html = page(client.get(REGISTRATION))

    form = html[html.index('<form class="card"') :]
    first_button = re.search(r"<button[^>]*>", form).group()
    assert "new_picture" not in first_button


def test_a_used_picture_does_not_register_again(client):
    shown = picture()
    client.post(REGISTRATION, application(**shown))

    response = Client().post(REGISTRATION, application("+79261112244", **shown))

    assert response.status_code == 200
    assert "Код с картинки не подошёл" in words(response)


def test_a_new_registration_replaces_the_former_one_of_its_browser(client):
    register(client)
    register(client, "+79261112244")

    assert PendingRegistration.objects.get() == pending_of(client)
    assert pending_of(client).phone == "+79261112244"


def test_registrations_older_than_a_day_are_removed(client):
    register(Client())
    PendingRegistration.objects.update(expires_at=NOW)

    register(client, "+79261112244")

    assert PendingRegistration.objects.get().phone == "+79261112244"


def test_nobody_takes_a_strangers_phone_by_registering_with_it(client):
    register(client, password="Chuzhoy2017", password_again="Chuzhoy2017")

    owner = Client(REMOTE_ADDR="203.0.113.9")
    register(owner)
    PendingRegistration.objects.filter(uuid=pending_of(client).uuid).get()

    assert pending_of(owner).phone == pending_of(client).phone


def test_who_is_logged_in_is_led_home(anna_client):
    assert anna_client.get(REGISTRATION)["Location"] == "/"


def test_a_resident_keeps_his_phone_when_somebody_registers_with_it(anna, client):
    register(client, ANNAS_PHONE, password="Chuzhoy2017", password_again="Chuzhoy2017")

    anna.refresh_from_db()
    assert anna.check_password(PASSWORD)


def test_consents_are_kept_with_version_time_and_address():
    client = Client(REMOTE_ADDR="203.0.113.5")
    user = registered(client)

    consents = {consent.kind: consent for consent in user.consents.all()}
    assert set(consents) == {"AGREEMENT", "PERSONAL_DATA"}
    assert consents["AGREEMENT"].version == "1"
    assert consents["AGREEMENT"].ip == "203.0.113.5"
    assert abs(consents["AGREEMENT"].given_at - NOW) < timedelta(minutes=1)


def test_marketing_is_agreed_to_only_by_who_ticks_it(client):
    register(client, marketing="on")

    assert pending_of(client).marketing_version == "1"
    assert 'name="marketing" id="id_marketing">' in page(Client().get(REGISTRATION))

"""«Личные данные»: every field of the manual, bad input in words, documents masked, a password before saving."""

import pytest
from django.urls import reverse
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts.models import Profile, ProfileChange, User
from accounts.profile import DOCUMENTS
from tests.accounts.make import words
from tests.accounts.profile_steps import FILLED, INN, PROFILE, confirm, document_url, fill, typed

pytestmark = pytest.mark.django_db

LABELS = (
    "Логин (номер мобильного телефона)",
    "Фамилия",
    "Имя",
    "Отчество",
    "Адрес места жительства",
    "Паспортные данные",
    "Серия паспорта",
    "Номер паспорта",
    "Кем выдан паспорт",
    "Когда выдан паспорт",
    "ИНН",
    "СНИЛС",
    "Полис ОМС",
    "Кодовое слово",
    "E-mail",
    "Дата и год рождения",
    "дд.мм.гггг",
    "Пол",
    "Адрес для направления корреспонденции",
    "Домашний телефон",
    "8 (код города) номер",
    "О себе",
    "Документы",
    "Связь",
)


def saved(resident: User) -> dict[str, str | None]:
    profile = Profile.objects.get(resident=resident)
    return {name: getattr(profile, name) for name in FILLED}


def test_it_has_every_field_of_the_manual(anna_client):
    seen = words(anna_client.get(PROFILE))

    assert [label for label in LABELS if label not in seen] == []


def test_every_document_says_why_it_is_asked(anna_client):
    seen = words(anna_client.get(PROFILE))

    assert [document.title for document in DOCUMENTS.values() if document.why not in seen] == []


def test_the_login_can_only_be_read(anna, anna_client):
    answer = anna_client.post(PROFILE, typed(anna, middle_name="Петровна", phone="+79990000000"))
    confirm(anna_client, answer, anna)

    anna.refresh_from_db()
    assert anna.phone == "+79161234567"
    assertContains(anna_client.get(PROFILE), "+7 916 123-45-67")


def test_everything_is_saved_with_one_password(anna, anna_client):
    led = anna_client.post(PROFILE, typed(anna, **FILLED, last_name="Соколова-Белая"))

    done = confirm(anna_client, led, anna)

    assertRedirects(done, PROFILE)
    assert saved(anna) == FILLED
    anna.refresh_from_db()
    assert anna.last_name == "Соколова-Белая"
    assertContains(anna_client.get(PROFILE), "Петровна")


def test_nothing_is_saved_before_the_password(anna, anna_client):
    anna_client.post(PROFILE, typed(anna, **FILLED, last_name="Белая"))

    anna.refresh_from_db()
    assert anna.last_name == "Соколова"
    assert not Profile.objects.exists()


def test_saboteur_without_the_password_it_would_be_saved(anna, anna_client, monkeypatch):
    monkeypatch.setattr("accounts.confirmations.check", lambda **_: None)
    led = anna_client.post(PROFILE, typed(anna, inn=INN))

    anna_client.post(led["Location"], {"code": "000000"})

    assert saved(anna)["inn"] == INN


def test_only_what_has_changed_is_proposed(anna, anna_client):
    fill(anna, middle_name="Петровна", address="Москва")

    led = anna_client.post(PROFILE, typed(anna, middle_name="Петровна", address="Тверь"))

    page = anna_client.get(led["Location"])
    assertContains(page, "Тверь")
    assertNotContains(page, "Отчество")


def test_an_unchanged_form_asks_for_no_password(anna, anna_client):
    answer = anna_client.post(PROFILE, typed(anna), follow=True)

    assertRedirects(answer, PROFILE)
    assertContains(answer, "Ничего не изменилось.")
    assert not ProfileChange.objects.exists()


def test_an_emptied_field_is_wiped(anna, anna_client):
    fill(anna, address="Москва", sex="Ж")

    led = anna_client.post(PROFILE, typed(anna))

    assertContains(anna_client.get(led["Location"]), "будет стёрто", 2)
    confirm(anna_client, led, anna)
    assert saved(anna)["address"] is None
    assert saved(anna)["sex"] is None


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("last_name", "", "Введите фамилию"),
        ("first_name", "", "Введите имя"),
        ("first_name", "Анна1", "Только буквы"),
        ("middle_name", "<b>", "Только буквы"),
        ("birth_date", "31.02.1990", "Введите дату в виде дд.мм.гггг"),
        ("birth_date", "01.01.2900", "до сегодняшнего дня"),
        ("sex", "Х", "Выберите корректный вариант"),
        ("passport_series", "45", "Серия паспорта состоит из 4 цифр"),
        ("passport_number", "45", "Номер паспорта состоит из 6 цифр"),
        ("passport_series", "45 11 № 123456", "Серию и номер введите в разные поля"),
        ("passport_number", "4511123456", "Серию и номер введите в разные поля"),
        ("passport_issue_date", "01.01.1990", "Паспорт выдают с 01.10.1997"),
        ("inn", "500100732258", "В ИНН ошибка"),
        ("snils", "112-233-445 96", "В СНИЛС ошибка"),
        ("oms", "7700008032170336", "В номере полиса ошибка"),
        ("home_phone", "8 (916) 123-45-67", "с кодом города"),
        ("address", "я" * 301, "не более 300"),
    ],
)
def test_bad_input_is_told_at_the_field_and_above_and_kept(anna, anna_client, field, value, said):
    answer = anna_client.post(PROFILE, {**typed(anna), "address": "Москва", field: value})

    assert words(answer).count(said) >= 2
    assertContains(answer, f'id="id_{field}_error"')
    if value and field != "sex":
        assert answer.context["form"][field].value() == value
    assert not ProfileChange.objects.exists()


@pytest.mark.parametrize("told", ["passport_series", "passport_number", "passport_issuer", "passport_issue_date"])
def test_a_passport_is_told_whole_or_not_at_all(anna, anna_client, told):
    answer = anna_client.post(PROFILE, typed(anna, **{told: FILLED[told]}))

    assertContains(answer, "или очистите остальные данные паспорта")


def test_kept_documents_show_their_last_signs_only(anna, anna_client):
    fill(anna, **FILLED)

    page = anna_client.get(PROFILE)

    for masked in ("**** ****56", "********2259", "***-***-*03 00", "************0335", "Задано"):
        assertContains(page, masked)
    for hidden in ("4511", "123456", "Арбат", "01.02.2012", INN, "087-654", "77000080", "Ромашка"):
        assertNotContains(page, hidden)


def test_saboteur_without_masks_they_would_be_seen(anna, anna_client, monkeypatch):
    monkeypatch.setattr("accounts.documents.masked", lambda text, shown: text)
    fill(anna, inn=INN)

    assertContains(anna_client.get(PROFILE), INN)


def test_a_kept_document_cannot_be_changed_by_the_common_form(anna, anna_client):
    fill(anna, inn=INN)

    answer = anna_client.post(PROFILE, typed(anna, inn="500100732275", code_word="Чужое"), follow=True)

    assertContains(answer, "Ничего не изменилось.")


def test_every_kept_document_can_be_shown_changed_and_deleted_apart(anna, anna_client):
    fill(anna, **FILLED)

    page = anna_client.get(PROFILE)

    for kind in ("passport", "inn", "snils", "oms"):
        for action in ("reveal", "document", "delete"):
            assertContains(page, f'"{document_url(kind, action)}"')
    assertContains(page, f'"{document_url("code-word", "reveal")}"')
    assertNotContains(page, document_url("code-word", "delete"))


def test_the_neighbour_sees_nothing_of_it(anna, boris_client):
    fill(anna, **FILLED)

    page = boris_client.get(PROFILE)

    for value in ("Соколова", "Петровна", "2259", "Долгопрудный", "anna@example.com", "**56"):
        assertNotContains(page, value)


def test_a_stranger_is_led_here_after_login(client, anna):
    answer = client.get(PROFILE)

    assertRedirects(answer, f"{reverse('accounts:login')}?next={PROFILE}")
    there = client.post(answer["Location"], {"phone": anna.phone, "password": "Smart2017", "next": PROFILE})
    assertRedirects(there, PROFILE)


def test_it_asks_the_database_little(anna, anna_client, django_assert_max_num_queries):
    fill(anna, **FILLED)
    anna_client.get(PROFILE)

    with django_assert_max_num_queries(5):
        anna_client.get(PROFILE)


def test_it_opens_the_settings_in_the_menu(anna_client):
    assertContains(anna_client.get(PROFILE), f'<a href="{PROFILE}" aria-current="page">Личные данные</a>', html=True)

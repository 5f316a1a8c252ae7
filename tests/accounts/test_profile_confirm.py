"""The one-time password before personal data are changed: for this change, this person, once, and not for ever."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from accounts import profile as rules
from accounts.models import Confirmation, Profile, ProfileAction, ProfileChange
from tests.accounts.make import code_sent_to, sms, words, wrong
from tests.accounts.profile_steps import FILLED, INN, PROFILE, SNILS, confirm, document_url, fill, typed
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def led(anna, anna_client):
    """Anna has typed her address and ИНН, and stands before the password."""
    return anna_client.post(PROFILE, typed(anna, address="Москва", inn=INN))


def test_it_shows_what_will_change_and_the_document_covered(anna_client, led):
    page = anna_client.get(led["Location"])

    assertContains(page, "Изменение личных данных")
    assertContains(page, "Москва")
    assertContains(page, "********2259")
    assertNotContains(page, INN)
    assert "Осталось попыток: 5" in words(page)


def test_the_sms_says_what_for_and_nothing_personal(anna, led):
    (text,) = sms(anna.phone)

    code = code_sent_to(anna.phone, digits=6)
    assert text.startswith(f"Код {code}. Изменение личных данных. Никому не сообщайте. Не вы? Заблокируйте: http")


def test_looking_at_the_page_sends_nothing(anna, anna_client, led):
    anna_client.get(led["Location"])
    anna_client.get(led["Location"])

    assert len(sms(anna.phone)) == 1


def test_a_wrong_password_saves_nothing_and_counts(anna, anna_client, led):
    answer = anna_client.post(led["Location"], {"code": wrong(code_sent_to(anna.phone, digits=6))})

    assertContains(answer, "Неверный код из SMS")
    assert "Осталось попыток: 4" in words(answer)
    assert not Profile.objects.exists()


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "Введите одноразовый пароль из SMS"),
        ("12345", "из 6 цифр"),
        ("12345a", "из 6 цифр"),
        ("١٢٣٤٥٦", "из 6 цифр"),
    ],
)
def test_what_is_no_password_is_no_try(anna_client, led, code, said):
    answer = anna_client.post(led["Location"], {"code": code})

    assertContains(answer, said)
    assert "Осталось попыток: 5" in words(answer)


def test_after_five_wrong_ones_the_right_one_does_not_help(anna, anna_client, led):
    code = code_sent_to(anna.phone, digits=6)
    for _ in range(5):
        answer = anna_client.post(led["Location"], {"code": wrong(code)})

    assertContains(answer, "Попытки закончились")
    assertNotContains(answer, 'name="code"')
    anna_client.post(led["Location"], {"code": code})
    assert not Profile.objects.exists()


def test_the_second_press_of_the_button_does_no_harm(anna, anna_client, led):
    confirm(anna_client, led, anna)

    again = confirm(anna_client, led, anna)

    assertRedirects(again, PROFILE)
    assert Profile.objects.get(resident=anna).inn == INN


def test_what_was_confirmed_is_not_kept_a_second_time(anna, anna_client, led):
    confirm(anna_client, led, anna)

    assert ProfileChange.objects.get().values is None


def test_a_password_opens_only_the_change_it_was_sent_for(anna, anna_client, led):
    code = code_sent_to(anna.phone, digits=6)
    with time_machine.travel(NOW + timedelta(minutes=2)):
        other = anna_client.post(PROFILE, typed(anna, address="Тверь"))
        anna_client.post(other["Location"], {"code": code})

    assert not Profile.objects.exists()


def test_a_newer_change_takes_the_place_of_the_former(anna, anna_client, led):
    other = anna_client.post(PROFILE, typed(anna, address="Тверь"))

    assertRedirects(anna_client.get(led["Location"]), PROFILE)
    assert anna_client.get(other["Location"]).status_code == 200


def test_values_changed_behind_its_back_make_the_password_useless(anna, anna_client, led):
    change = ProfileChange.objects.get()
    change.values = change.values.replace("Москва", "Чужой адрес")
    change.save()

    answer = confirm(anna_client, led, anna)

    assertContains(answer, "Пароль больше не действует")
    assert not Profile.objects.exists()


def test_saboteur_without_the_digest_they_would_be_saved(anna, anna_client, led, monkeypatch):
    confirmation = Confirmation.objects.get()
    monkeypatch.setattr(rules, "_digest", lambda change: confirmation.digest)
    change = ProfileChange.objects.get()
    change.values = change.values.replace("Москва", "Чужой адрес")
    change.save()

    confirm(anna_client, led, anna)

    assert Profile.objects.get().address == "Чужой адрес"


def test_after_half_an_hour_it_begins_anew(anna, led):
    with time_machine.travel(NOW + timedelta(minutes=31)):
        client = Client()
        client.force_login(anna)
        answer = client.get(led["Location"], follow=True)

    assertRedirects(answer, PROFILE)
    assertContains(answer, "время на него вышло")


def test_a_later_change_of_anybody_clears_what_is_out_of_time(anna, anna_client, boris, led):
    rules.propose(
        resident=boris, action=ProfileAction.SAVE, values={"inn": INN}, now=timezone.now() + timedelta(minutes=31)
    )

    assert [change.resident for change in ProfileChange.objects.all()] == [boris]


def test_another_password_can_be_asked_for_after_a_minute(anna, anna_client, led):
    anna_client.post(led["Location"], {"resend": "1"})
    assert len(sms(anna.phone)) == 1

    with time_machine.travel(NOW + timedelta(minutes=2)):
        answer = anna_client.post(led["Location"], {"resend": "1"})
        assertRedirects(answer, led["Location"])
        assert len(sms(anna.phone)) == 2
        confirm(anna_client, led, anna)

    assert Profile.objects.get().address == "Москва"


def test_where_no_password_can_be_sent_the_page_says_so_and_keeps_the_values(anna, anna_client, led):
    other = anna_client.post(PROFILE, typed(anna, address="Тверь"))

    page = anna_client.get(other["Location"])

    assertContains(page, "Одноразового пароля ещё нет")
    assertContains(page, "Тверь")
    with time_machine.travel(NOW + timedelta(minutes=2)):
        anna_client.post(other["Location"], {"resend": "1"})
        confirm(anna_client, other, anna)
    assert Profile.objects.get().address == "Тверь"


def test_a_used_password_frees_its_minute(anna, anna_client, led):
    confirm(anna_client, led, anna)

    anna_client.post(document_url("inn", "reveal"))

    assert "Показ ИНН" in sms(anna.phone)[-1]


def test_a_blocked_resident_changes_nothing(anna, anna_client, led):
    code = code_sent_to(anna.phone, digits=6)
    change = ProfileChange.objects.get()
    anna.blocked_at = timezone.now()
    anna.save()

    with pytest.raises(rules.confirmations.CodeExpired):
        rules.confirm(change=change, confirmation=Confirmation.objects.get(), code=code, now=timezone.now())

    assert not Profile.objects.exists()


def test_the_neighbour_finds_nothing_there(anna, boris_client, led):
    code = code_sent_to(anna.phone, digits=6)

    assert boris_client.get(led["Location"]).status_code == 404
    assert boris_client.post(led["Location"], {"code": code}).status_code == 404
    assert boris_client.post(led["Location"], {"resend": "1"}).status_code == 404
    assert not Profile.objects.exists()


def test_a_stranger_is_led_to_the_login_page(client, led):
    assertRedirects(client.get(led["Location"]), f"{reverse('accounts:login')}?next={led['Location']}")


def test_no_address_or_log_names_a_value(anna, anna_client, led, caplog):
    fill(anna, **FILLED)
    answer = confirm(anna_client, led, anna)
    reveal = anna_client.post(document_url("snils", "reveal"))

    told = " ".join([led["Location"], answer["Location"], reveal["Location"], caplog.text])

    rows = [str(row) for row in (*Profile.objects.all(), *ProfileChange.objects.all(), anna)]
    for value in (*FILLED.values(), "Ромашка", "Соколова", SNILS.replace("-", "")):
        if len(value) > 2:
            assert value not in told
            assert value not in " ".join(rows)

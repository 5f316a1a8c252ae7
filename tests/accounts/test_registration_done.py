"""«Регистрация завершена»: the welcome, with the two ways on."""

import pytest
from django.urls import reverse

from tests.accounts.make import DONE, REGISTRATION, page, words

pytestmark = pytest.mark.django_db


def test_it_welcomes_with_the_manuals_words(anna_client):
    text = words(anna_client.get(DONE))

    for sentence in (
        "Регистрация завершена",
        "Добро пожаловать в Ваш Личный кабинет!",
        "Теперь Вы можете перейти к Оплате услуг",
        "Добавить лицевой счёт с квитанции",
        "По любым вопросам обращайтесь в Контакт-Центр по номеру 8 800 100-39-00 (звонок по России бесплатный).",
    ):
        assert sentence in text


def test_it_leads_home_and_to_the_first_account(anna_client):
    html = page(anna_client.get(DONE))

    assert '<a href="/">Оплате услуг</a>' in html
    assert f'href="{reverse("billing:account-provider")}"' in html


def test_a_stranger_is_led_to_the_form(client):
    assert client.get(DONE)["Location"] == REGISTRATION

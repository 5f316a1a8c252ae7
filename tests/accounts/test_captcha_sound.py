"""«Прослушать код»: a sound for every picture, from this server, not kept, not asked for without end."""

import io
import wave

import pytest
from captcha.models import CaptchaStore
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains

from accounts import captcha, captcha_sound
from accounts.views.captcha_sound import LISTENS
from tests.accounts.make import REGISTRATION, picture

pytestmark = pytest.mark.django_db


def listen(key, client=None):
    return (client or Client()).get(reverse("accounts:captcha-sound", args=[key]))


def seconds(sound):
    with wave.open(io.BytesIO(sound)) as file:
        return file.getnframes() / file.getframerate()


def test_every_sign_that_may_be_drawn_can_be_said():
    for sign in captcha.ALPHABET:
        assert seconds(captcha_sound.wav(key="any", text=sign)) > 1


def test_the_form_has_a_link_that_works_without_scripts(client):
    page = client.get(REGISTRATION)

    key = CaptchaStore.objects.get().hashkey
    assertContains(page, f'href="{reverse("accounts:captcha-sound", args=[key])}" target="_blank"')
    assertContains(page, "Прослушать код")


def test_it_says_the_five_signs_and_is_kept_nowhere():
    answer = listen(picture()["captcha_0"])

    assert answer["Content-Type"] == "audio/wav"
    assert 5 < seconds(answer.content) < 20
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'; media-src 'self';" in answer["Content-Security-Policy"]


def test_only_the_sound_itself_may_play_media(client):
    assert "media-src" not in client.get(REGISTRATION)["Content-Security-Policy"]


def test_one_picture_always_sounds_the_same_and_two_never_do():
    first, second = (captcha_sound.wav(key=key, text="pt") for key in ("one", "two"))

    assert captcha_sound.wav(key="one", text="pt") == first
    assert first != second


def test_listening_does_not_use_the_picture_up():
    shown = picture()

    listen(shown["captcha_0"])

    assert captcha.PictureField().clean([shown["captcha_0"], shown["captcha_1"]]) is None


def test_there_is_no_sound_of_a_picture_that_nobody_drew_or_that_is_too_old():
    shown = picture()
    CaptchaStore.objects.update(expiration=timezone.now())

    assert listen("unknown").status_code == 404
    assert listen(shown["captcha_0"]).status_code == 404


def test_one_address_listens_sixty_times_in_ten_minutes():
    key = picture()["captcha_0"]

    heard = [listen(key).status_code for _ in range(LISTENS.times + 1)]

    assert heard == [200] * 60 + [429]

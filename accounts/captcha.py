"""The code on the picture: what it may be, and a field that accepts each picture once."""

import secrets
from typing import Any

from captcha.fields import CaptchaField, CaptchaTextInput
from captcha.models import CaptchaStore
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.crypto import constant_time_compare

# No letter or figure that looks like another one: no 0 o q, 1 i j l, 5 s, 2 z, 9 g, 6 b, u v.
ALPHABET = "acdefhkmnprtwxy3478"
REFRESH_BUTTON = "new_picture"
WRONG = "Код с картинки не подошёл. Введите код с новой картинки"


def challenge() -> tuple[str, str]:
    """What is drawn, and what must be typed. From `secrets`: the captcha library reseeds `random`."""
    text = "".join(secrets.choice(ALPHABET) for _ in range(settings.CAPTCHA_LENGTH))
    return text, text


class PictureInput(CaptchaTextInput):  # type: ignore[misc]
    """The picture, «Обновить», and one field for the code; never filled in again."""

    use_fieldset = False

    def __init__(self) -> None:
        super().__init__()
        self.widgets[1].attrs.update(
            {"class": "w10", "pattern": f"[A-Za-z0-9]{{{settings.CAPTCHA_LENGTH}}}", "maxlength": 10}
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        """Tell the template which button asks for another picture without a script, and where this one is said."""
        more = {
            "button": REFRESH_BUTTON,
            "refresh_url": self.refresh_url(),
            "sound_url": reverse("accounts:captcha-sound", args=[self._key]),
        }
        return {**super().get_context(name, value, attrs), **more}


class PictureField(CaptchaField):  # type: ignore[misc]
    """Accepts a picture's code once: the library's own field lets parallel requests reuse one picture."""

    def __init__(self) -> None:
        super().__init__(
            label="Код с картинки",
            help_text="5 латинских букв и цифр. Заглавные и строчные не различаются",
            widget=PictureInput(),
            error_messages={"required": "Введите код с картинки", "invalid": WRONG},
        )

    def clean(self, value: Any) -> None:
        """Take the picture away whatever was typed, and pass only who took it and typed its code."""
        forms.MultiValueField.clean(self, value)
        now = timezone.now()
        CaptchaStore.objects.filter(expiration__lte=now).delete()
        key, answer = value[0], value[1].strip().lower()
        if not constant_time_compare(_take_away(key), answer):
            raise ValidationError(self.error_messages["invalid"], code="invalid")


def _take_away(key: str) -> str:
    """The picture's code for the one request whose DELETE removed it; for all others a text that nobody can type."""
    picture = CaptchaStore.objects.filter(hashkey=key).first()
    removed, _ = CaptchaStore.objects.filter(hashkey=key).delete()
    return str(picture.response) if picture is not None and removed == 1 else secrets.token_hex()

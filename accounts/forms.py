"""Forms of entry: registration, the code of its SMS, login. They validate and nothing else."""

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.validators import RegexValidator
from django.urls import reverse
from django.utils.html import format_html
from phonenumber_field.formfields import PhoneNumberField

from accounts import phones
from accounts.captcha import PictureField
from accounts.confirmations import CodeRefused, NoTriesLeft, WrongCode
from accounts.models import MAX_CODE_WORD_LENGTH, MAX_NAME_LENGTH
from safeguards.free_text import not_a_card

MAX_PASSWORD_LENGTH = 128
ACTIVATION_DIGITS = 4
ONE_TIME_DIGITS = 6
NAME = r"[А-Яа-яЁёA-Za-z][А-Яа-яЁёA-Za-z '’\-]*"
PHONE_PATTERN = r"(\+?7|8)?[ \(\-]*9([ \(\)\-]*[0-9]){9}"
PHONE_TITLE = "Номер мобильного телефона"
CODE_WORD_HINT = "Кодовое слово необходимо для обращения в Контакт-Центр (для идентификации пользователя)"
PASSWORD_HINT = (
    f"Не менее {settings.PASSWORD_MINIMUM_LENGTH} символов: латинские буквы, цифры, знаки. "
    "Не подойдут простые, например 123456"
)
CODE_IS_DEAD = "Пароль больше не действует. Получите новый"
NOT_SENT = "SMS не отправлено"
TRIES_ARE_OVER = "Попытки закончились. Получите новый пароль"
WRONG_PHONE = "Введите номер российского мобильного телефона, например +7 916 123-45-67"


class PhoneField(PhoneNumberField):  # type: ignore[misc]
    """A Russian mobile number as people write it; cleaned to E.164."""

    def __init__(self, *, autocomplete: str, **options: Any) -> None:
        attrs = {"autocomplete": autocomplete, "placeholder": "+7", "pattern": PHONE_PATTERN}
        super().__init__(
            label=PHONE_TITLE,
            region="RU",
            widget=forms.TextInput(attrs=attrs),
            error_messages={"required": "Введите номер мобильного телефона", "invalid": WRONG_PHONE},
            max_length=30,
            **options,
        )
        self.widget.input_type = "tel"

    def to_python(self, value: Any) -> str:
        """E.164, or the field's own message."""
        text = forms.CharField.to_python(self, value) or ""
        try:
            return phones.parse(text) if text else ""
        except phones.NotMobile:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from None


class CodeInput(forms.PasswordInput):
    """A visible field that never comes back to the page filled in."""

    input_type = "text"


class NameField(forms.CharField):
    """A first or last name; blanks in a row become one."""

    def __init__(self, *, label: str, missing: str, autocomplete: str) -> None:
        super().__init__(
            label=label,
            max_length=MAX_NAME_LENGTH,
            widget=forms.TextInput(attrs={"autocomplete": autocomplete, "pattern": NAME}),
            error_messages={"required": missing},
            validators=[RegexValidator(rf"\A{NAME}\Z", "Только буквы, пробел, дефис и апостроф")],
        )

    def to_python(self, value: Any) -> str:
        """Without blanks in a row."""
        return " ".join((super().to_python(value) or "").split())


class EmailField(forms.EmailField):
    """An e-mail address with our own words for its mistakes."""

    def __init__(self, *, help_text: str = "") -> None:
        super().__init__(
            label="E-mail",
            help_text=help_text,
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "email"}),
            error_messages={"required": "Введите e-mail", "invalid": "Введите e-mail, например ivanovivan@mail.ru"},
        )


class NewPasswordField(forms.CharField):
    """A password that is being chosen; never comes back to the page."""

    def __init__(self, *, label: str, missing: str, help_text: str = "") -> None:
        shortest = settings.PASSWORD_MINIMUM_LENGTH
        super().__init__(
            label=label,
            help_text=help_text,
            strip=False,
            max_length=MAX_PASSWORD_LENGTH,
            widget=forms.PasswordInput(attrs={"autocomplete": "new-password", "pattern": f".{{{shortest},}}"}),
            error_messages={"required": missing},
        )


def strong_password(password: str, *, phone: str) -> str:
    """The password, unless it is too short, a common one, or the phone of its owner."""
    validate_password(password)
    if phone and "".join(filter(str.isdigit, password))[-10:] == phone[-10:]:
        raise forms.ValidationError("Пароль не должен совпадать с номером телефона")
    return password


class RegistrationForm(forms.Form):
    """«Регистрация» (screens 1.2), in the order of the manual."""

    phone = PhoneField(autocomplete="tel", help_text="На этот номер придёт SMS с кодом. Номер будет Вашим логином")
    first_name = NameField(label="Имя", missing="Введите имя", autocomplete="given-name")
    last_name = NameField(label="Фамилия", missing="Введите фамилию", autocomplete="family-name")
    email = EmailField()
    code_word = forms.CharField(
        label="Кодовое слово",
        help_text=CODE_WORD_HINT,
        max_length=MAX_CODE_WORD_LENGTH,
        validators=[not_a_card],
        widget=forms.TextInput(attrs={"autocomplete": "off", "pattern": r".*\S.*"}),
        error_messages={"required": "Введите кодовое слово"},
    )
    password = NewPasswordField(label="Пароль", missing="Введите пароль", help_text=PASSWORD_HINT)
    password_again = NewPasswordField(label="Повторите пароль", missing="Повторите пароль")
    agreement = forms.BooleanField(
        error_messages={"required": "Нужно согласие с Соглашением об использовании Системы А3"}
    )
    personal_data = forms.BooleanField(error_messages={"required": "Нужно согласие на обработку персональных данных"})
    marketing = forms.BooleanField(label="Я хочу получать информацию об акциях по SMS", required=False)
    captcha = PictureField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreement"].label = format_html(
            'Я согласен с <a href="{}" target="_blank">Соглашением об использовании Системы А3</a>',
            reverse("agreement"),
        )
        self.fields["personal_data"].label = format_html(
            'Я даю <a href="{}" target="_blank">согласие на обработку персональных данных</a>', reverse("personal-data")
        )

    def clean_password(self) -> str:
        """Long enough, not a common one, not the phone."""
        return strong_password(self.cleaned_data["password"], phone=self.cleaned_data.get("phone", ""))

    def clean_password_again(self) -> str:
        """The same as the first; compared with what was typed, since the first may be refused for itself."""
        again: str = self.cleaned_data["password_again"]
        if again != self.data.get(self.add_prefix("password")):
            raise forms.ValidationError("Пароли не совпадают")
        return again


class CodeForm(forms.Form):
    """The code of the activation SMS; blanks in it do not matter."""

    code = forms.CharField(
        label="Введите код",
        widget=CodeInput(
            attrs={"class": "code w4", "inputmode": "numeric", "autocomplete": "one-time-code", "maxlength": 12}
        ),
        error_messages={"required": "Введите код из SMS"},
    )

    def clean_code(self) -> str:
        """Exactly four digits: anything else is no try."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isascii() and code.isdigit() and len(code) == ACTIVATION_DIGITS):
            raise forms.ValidationError("Код из SMS состоит из 4 цифр")
        return code


class LoginForm(forms.Form):
    """Phone and password; the code on a picture after several failures."""

    phone = PhoneField(autocomplete="username")
    password = forms.CharField(
        label="Пароль",
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Введите пароль"},
    )

    def __init__(self, *args: Any, has_picture: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if has_picture:
            self.show_picture()

    def show_picture(self) -> None:
        """Ask for the code on a picture from now on; what was typed without it stays judged as it was."""
        self.fields.setdefault("captcha", PictureField())


class OneTimePasswordForm(forms.Form):
    """Six digits of an SMS; blanks in them do not matter."""

    code = forms.CharField(
        label="Одноразовый пароль",
        help_text=f"{ONE_TIME_DIGITS} цифр из SMS",
        max_length=20,
        widget=CodeInput(attrs={"class": "code", "inputmode": "numeric", "autocomplete": "one-time-code"}),
        error_messages={"required": "Введите одноразовый пароль из SMS"},
    )

    def clean_code(self) -> str:
        """Exactly six digits: anything else is no try."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isascii() and code.isdigit() and len(code) == ONE_TIME_DIGITS):
            raise forms.ValidationError(f"Одноразовый пароль состоит из {ONE_TIME_DIGITS} цифр")
        return code

    def refuse(self, refusal: CodeRefused) -> None:
        """Say at the field why this code opens nothing."""
        match refusal:
            case WrongCode(tries_left=tries_left):
                self.add_error("code", f"Неверный код из SMS. Осталось попыток: {tries_left}")
            case NoTriesLeft():
                self.add_error("code", TRIES_ARE_OVER)
            case _:
                self.add_error("code", CODE_IS_DEAD)


class NewDeviceForm(OneTimePasswordForm):
    """The code that a new browser needs beside the password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].label = "Код из SMS"
        self.fields["code"].help_text = f"{ONE_TIME_DIGITS} цифр"

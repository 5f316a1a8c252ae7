"""Forms of a password that is forgotten or changed. They validate and nothing else."""

from typing import Any

from django import forms

from accounts.captcha import PictureField
from accounts.forms import (
    MAX_PASSWORD_LENGTH,
    PASSWORD_HINT,
    NewPasswordField,
    PhoneField,
    strong_password,
)


class ForgottenForm(forms.Form):
    """Whose password it is."""

    phone = PhoneField(autocomplete="username")
    captcha = PictureField()


class NewPasswordForm(forms.Form):
    """A new password, twice; `phone` is its owner's, which it must not be."""

    password = NewPasswordField(label="Новый пароль", missing="Введите новый пароль", help_text=PASSWORD_HINT)
    password_again = NewPasswordField(label="Повторите пароль", missing="Повторите пароль")

    def __init__(self, *args: Any, phone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.phone = phone

    def clean_password(self) -> str:
        """Long enough, not a common one, not the phone."""
        return strong_password(self.cleaned_data["password"], phone=self.phone)

    def clean_password_again(self) -> str:
        """The same as the first; compared with what was typed, since the first may be refused for itself."""
        again: str = self.cleaned_data["password_again"]
        if again != self.data.get(self.add_prefix("password")):
            raise forms.ValidationError("Пароли не совпадают")
        return again


class PasswordChangeForm(NewPasswordForm):
    """«Смена пароля» before its one-time password (screens 6.5)."""

    field_order = ["current", "password", "password_again"]

    current = forms.CharField(
        label="Текущий пароль",
        strip=False,
        max_length=MAX_PASSWORD_LENGTH,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Введите текущий пароль"},
    )

    def clean_password(self) -> str:
        """Strong, and another one than now."""
        password = super().clean_password()
        if password == self.data.get(self.add_prefix("current")):
            raise forms.ValidationError("Новый пароль совпадает с текущим")
        return password

"""Forms of the staff site beside those that stock admin makes."""

from typing import Any

from django import forms

from accounts import phones


class LoginForm(forms.Form):
    """Phone and password of a member of the staff."""

    phone = forms.CharField(
        label="Телефон",
        max_length=30,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "username", "autofocus": True}),
        error_messages={"required": "Введите номер телефона"},
    )
    password = forms.CharField(
        label="Пароль",
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        error_messages={"required": "Введите пароль"},
    )

    def clean_phone(self) -> str:
        """Any way of writing it."""
        try:
            return phones.parse(self.cleaned_data["phone"])
        except phones.NotMobile:
            raise forms.ValidationError("Это не номер российского мобильного телефона") from None


class CodeForm(forms.Form):
    """A code of the authenticator, or a recovery code where one will do."""

    code = forms.CharField(
        label="Код",
        max_length=30,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "autofocus": True, "spellcheck": "false"}),
        error_messages={"required": "Введите код"},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autocapitalize"] = "none"

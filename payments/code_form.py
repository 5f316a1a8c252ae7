"""The one-time password's field, and what rides hidden beside it."""

from typing import Any

from django import forms


class HeldCardForm(forms.Form):
    """The card between pages: what the bank alone can open, and our signature under it."""

    cryptogram = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=400)
    sealed = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=2000)


class CodeInput(forms.TextInput):
    """A text input that never repeats the code that was typed."""

    def format_value(self, value: Any) -> None:
        """A code is typed anew each time."""


class CodeForm(forms.Form):
    """Six digits; spaces around and between them are forgiven."""

    code = forms.CharField(
        label="Одноразовый пароль",
        help_text="6 цифр из SMS",
        max_length=20,
        widget=CodeInput(
            attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code", "autofocus": True}
        ),
        error_messages={"required": "Введите одноразовый пароль из SMS"},
    )

    def clean_code(self) -> str:
        """Digits alone."""
        code = "".join(self.cleaned_data["code"].split())
        if not (code.isascii() and code.isdigit() and len(code) == 6):
            raise forms.ValidationError("Одноразовый пароль состоит из 6 цифр")
        return code

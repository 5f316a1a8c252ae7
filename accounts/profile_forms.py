"""Forms of «Личные данные»: every field of screens 6.1, a document alone, and the one-time password."""

from collections.abc import Callable, Collection
from typing import Any

from django import forms
from django.utils import timezone

from accounts import documents, profile
from accounts.forms import EmailField, NameField
from accounts.models import MAX_CODE_WORD_LENGTH
from accounts.profile import Document
from safeguards.free_text import FreeTextField, not_a_card

MAX_ADDRESS_LENGTH = 300
SEXES = (("М", "М"), ("Ж", "Ж"), ("", "Не указан"))


class CheckedField(forms.CharField):
    """A number or a date that `read` checks and writes in the usual way; may stay empty."""

    def __init__(self, *, read: Callable[[str], str], label: str, help_text: str = "", **attrs: str) -> None:
        self.read = read
        super().__init__(
            label=label,
            help_text=help_text,
            required=False,
            max_length=40,
            widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", **attrs}),
        )

    def clean(self, value: Any) -> str:
        """As it is kept, or the rule's own words."""
        text: str = super().clean(value)
        try:
            return self.read(text) if text else ""
        except documents.WrongDocument as refusal:
            raise forms.ValidationError(str(refusal)) from None


class AddressField(FreeTextField):
    """A postal address in free words; lines and blanks in a row become one blank."""

    def __init__(self, *, label: str, autocomplete: str) -> None:
        super().__init__(
            label=label,
            required=False,
            max_length=MAX_ADDRESS_LENGTH,
            widget=forms.Textarea(attrs={"rows": 2, "autocomplete": autocomplete}),
        )

    def to_python(self, value: Any) -> str:
        """In one line."""
        return " ".join((super().to_python(value) or "").split())


def _birth_date(text: str) -> str:
    return documents.birth_date(text, today=timezone.localdate())


def _issue_date(text: str) -> str:
    return documents.issue_date(text, today=timezone.localdate())


class ProfileForm(forms.Form):
    """«Личные данные» with the fields in `only`: a document that is kept is not among them."""

    last_name = NameField(label="Фамилия", missing="Введите фамилию", autocomplete="family-name")
    first_name = NameField(label="Имя", missing="Введите имя", autocomplete="given-name")
    middle_name = NameField(label="Отчество", missing="", autocomplete="additional-name")
    birth_date = CheckedField(
        read=_birth_date, label="Дата и год рождения", help_text="дд.мм.гггг", **{"class": "w10", "inputmode": "text"}
    )
    sex = forms.ChoiceField(label="Пол", choices=SEXES, required=False, widget=forms.RadioSelect)
    address = AddressField(label="Адрес места жительства", autocomplete="street-address")
    passport_series = CheckedField(
        read=documents.passport_series, label="Серия паспорта", help_text="4 цифры", **{"class": "w4"}
    )
    passport_number = CheckedField(
        read=documents.passport_number, label="Номер паспорта", help_text="6 цифр", **{"class": "w4"}
    )
    passport_issuer = FreeTextField(
        label="Кем выдан паспорт",
        required=False,
        max_length=MAX_ADDRESS_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    passport_issue_date = CheckedField(
        read=_issue_date,
        label="Когда выдан паспорт",
        help_text="дд.мм.гггг",
        **{"class": "w10", "inputmode": "text"},
    )
    inn = CheckedField(read=documents.inn, label="ИНН", help_text=f"12 цифр. {profile.INN.why}", **{"class": "w10"})
    snils = CheckedField(
        read=documents.snils,
        label="СНИЛС",
        help_text=f"11 цифр, например 112-233-445 95. {profile.SNILS.why}",
        **{"class": "w10"},
    )
    oms = CheckedField(
        read=documents.oms, label="Полис ОМС", help_text=f"16 цифр. {profile.OMS.why}", **{"class": "w10"}
    )
    code_word = forms.CharField(
        label="Кодовое слово",
        help_text=profile.CODE_WORD.why,
        required=False,
        max_length=MAX_CODE_WORD_LENGTH,
        validators=[not_a_card],
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    email = EmailField(help_text="На новый адрес придёт ссылка: пока Вы её не откроете, других писем туда не будет")
    postal_address = AddressField(label="Адрес для направления корреспонденции", autocomplete="shipping street-address")
    home_phone = CheckedField(
        read=documents.home_phone,
        label="Домашний телефон",
        help_text="8 (код города) номер",
        **{"autocomplete": "home tel", "inputmode": "tel", "class": "w10"},
    )

    def __init__(self, *args: Any, only: Collection[str], needed: Collection[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields = {name: field for name, field in self.fields.items() if name in only}
        for name, field in self.fields.items():
            field.required = name in needed
            field.widget.is_required = field.required

    def clean(self) -> dict[str, Any]:
        """A passport is told with its series and number, or not at all."""
        told = {name for name in profile.PASSPORT.fields if self.cleaned_data.get(name)}
        for name in profile.PASSPORT.needed:
            if told and name in self.fields and name not in told and name not in self.errors:
                self.add_error(
                    name, f"Заполните поле «{self.fields[name].label}» или очистите остальные данные паспорта"
                )
        return self.cleaned_data


class DocumentForm(ProfileForm):
    """A document typed anew."""

    def __init__(self, *args: Any, document: Document, **kwargs: Any) -> None:
        super().__init__(*args, only=document.fields, needed=document.needed, **kwargs)
        for name in document.needed:
            self.fields[name].error_messages["required"] = f"Заполните поле «{self.fields[name].label}»"

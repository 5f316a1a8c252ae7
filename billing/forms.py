"""Fields and forms of bills and personal accounts: they validate and do nothing else."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from accounts import phones
from billing.account_numbers import AccountKind, WrongNumber
from billing.models import Provider
from billing.money import Kopecks, NotMoney, parse_roubles
from billing.payment_qr import LONGEST_CODE
from billing.personal_accounts import LONGEST_TITLE
from safeguards.free_text import FreeTextField

FIRST_YEAR, LAST_YEAR = 1990, 2100
NOT_A_SUM = "Введите сумму цифрами, копейки после точки или запятой. Пример: 1234.00"
TOO_FINE = "После запятой не больше двух цифр, это копейки. Пример: 1234.00"
PARTS_OF_KOPECKS = re.compile(r"[0-9\s]+[.,][0-9]{3,}")


class RoublesField(forms.CharField):
    """A sum above zero typed in roubles; kopecks once it is clean."""

    def __init__(self, *, help_text: str = "Пример: 1234.00", **options: Any) -> None:
        super().__init__(help_text=help_text, max_length=30, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A keyboard with digits, a narrow input, and no guesses of the browser."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off", "class": "w10"}

    def clean(self, value: Any) -> Any:
        """Kopecks, or the words that tell how to type a sum."""
        text = super().clean(value)
        if not text:
            return None
        try:
            kopecks = parse_roubles(text)
        except NotMoney:
            raise ValidationError(TOO_FINE if PARTS_OF_KOPECKS.fullmatch(text) else NOT_A_SUM) from None
        if not kopecks:
            raise ValidationError("Сумма должна быть больше нуля")
        return Kopecks(kopecks)


class NumberForm(forms.Form):
    """The number of an account as its provider names and writes it; whether there is one, the rule says."""

    number = forms.CharField(max_length=60, widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w10"}))

    def __init__(self, *arguments: Any, provider: Provider, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.provider, field = provider, self.fields["number"]
        field.label = provider.account_label
        field.help_text = f"Пример заполнения: {provider.account_example}"
        field.error_messages["required"] = f"Введите {provider.account_label[:1].lower()}{provider.account_label[1:]}"
        if provider.account_kind == AccountKind.MOBILE:
            field.widget.attrs["inputmode"] = "tel"
        elif provider.account_example.isdecimal() and provider.account_kind != AccountKind.UIN:
            field.widget.attrs["inputmode"] = "numeric"

    def clean_number(self) -> str:
        """The number as the provider writes it."""
        try:
            return self.provider.read_number(self.cleaned_data["number"])
        except WrongNumber as reason:
            raise ValidationError(f"{reason}. Пример: {self.provider.account_example}") from None


class MobileForm(forms.Form):
    """«+7 … Оплатить» of the home page."""

    number = forms.CharField(
        label="Номер телефона",
        help_text="10 цифр после +7, например 916 123-45-67",
        max_length=40,
        error_messages={"required": "Введите номер телефона"},
        widget=forms.TextInput(attrs={"autocomplete": "tel-national", "inputmode": "tel", "class": "w10"}),
    )

    def clean_number(self) -> str:
        """E.164."""
        try:
            return phones.parse(self.cleaned_data["number"])
        except phones.NotMobile:
            raise ValidationError("Введите номер мобильного телефона, 10 цифр после +7") from None


class BillSumForm(forms.Form):
    """Proof of an account: the sum of a recent bill of it."""

    answer = RoublesField(
        label="Сумма из последней квитанции, руб.",
        help_text="Сумма к оплате за месяц, без долга и пеней. Пример: 1234.00",
        error_messages={"required": "Введите сумму с квитанции. Пример: 1234.00"},
    )


class PrintedCodeForm(forms.Form):
    """Proof of an account: the code that the provider prints on its bills."""

    answer = forms.CharField(
        label="Код с квитанции",
        help_text="Поставщик услуг печатает его рядом с номером лицевого счёта",
        max_length=40,
        error_messages={"required": "Введите код с квитанции"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w10"}),
    )


class TitleForm(forms.Form):
    """What the resident calls the account."""

    title = FreeTextField(
        label="Название лицевого счёта",
        help_text="Любое удобное название, например адрес квартиры",
        max_length=LONGEST_TITLE,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class QrForm(forms.Form):
    """A payment code: its text, or a picture of it."""

    picture = forms.FileField(
        label="Картинка с QR-кодом",
        help_text="Фотография или снимок экрана: JPEG, PNG или WebP, до 8 МБ. Картинка не сохраняется",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={"empty": "Файл пуст. Выберите другой"},
    )
    text = forms.CharField(
        label="Или текст кода",
        help_text="Если код прочитала другая программа. Начинается с ST0001",
        required=False,
        max_length=LONGEST_CODE,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean(self) -> dict[str, Any]:
        """One of the two; a picture goes first."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not cleaned.get("picture") and not cleaned.get("text"):
            self.add_error("picture", "Выберите картинку или вставьте текст кода")
        return cleaned


class MarkForm(forms.Form):
    """«Отметить как оплаченный»: why, if he likes; the version that he was shown travels hidden."""

    reason = FreeTextField(
        label="Как оплачен",
        help_text="Необязательно. Например: в банке 10 июля. Видите только Вы",
        max_length=100,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)


class DayField(forms.DateField):
    """A day from the browser's own picker, or typed as people write it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "w10"})
        wrong = {"invalid": "Введите дату в виде 05.07.2017"}
        formats = ["%Y-%m-%d", "%d.%m.%Y"]
        super().__init__(
            **{"required": False, "widget": widget, "input_formats": formats, "error_messages": wrong, **options}
        )

    def validate(self, value: date | None) -> None:
        """A typing slip in the year must neither pass nor end in a year that no clock knows."""
        super().validate(value)
        if value and not FIRST_YEAR <= value.year <= LAST_YEAR:
            raise ValidationError(f"Введите дату с {FIRST_YEAR} по {LAST_YEAR} год")


class BillFilter(forms.Form):
    """Which bills to show; the tab and the account travel hidden, so that «Обновить» keeps them."""

    start = DayField(label="Период с")
    end = DayField(label="по")
    tab = forms.CharField(required=False, widget=forms.HiddenInput)
    account = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """The span must not end before it starts."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("end", "Эта дата раньше начала периода")
        return cleaned

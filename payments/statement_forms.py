"""The forms of «Скачать справку» and «Заказать справку по почте»."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.forms import DayField
from safeguards.free_text import FreeTextField

LONGEST_ADDRESS = 300
POSTCODE = re.compile(r"(?<!\d)\d{6}(?!\d)", re.ASCII)


class StatementForm(forms.Form):
    """The period, both days included, and the kind of file."""

    start = DayField(label="С", required=True)
    end = DayField(label="По", required=True)
    kind = forms.ChoiceField(
        label="Файл",
        choices=[("pdf", "PDF – с кодом проверки, для печати"), ("xlsx", "XLSX – для Excel"), ("csv", "CSV – таблица")],
        initial="pdf",
        widget=forms.RadioSelect,
        error_messages={"required": "Выберите вид файла", "invalid_choice": "Такого вида нет. Выберите из списка"},
    )

    def __init__(self, *arguments: Any, today: date, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.today = today
        for name in ("start", "end"):
            self.fields[name].error_messages["required"] = "Введите дату в виде 05.07.2017"

    def clean(self) -> dict[str, Any]:
        """The period must not end before it starts, nor tell of days to come."""
        cleaned = super().clean() or self.cleaned_data
        start, end = cleaned.get("start"), cleaned.get("end")
        if start and end and start > end:
            self.add_error("end", "Эта дата раньше начала периода")
        elif end and end > self.today:
            self.add_error("end", "Этот день ещё не наступил")
        return cleaned


class StatementOrderForm(StatementForm):
    """The period and where to send the letter; the paper is always the same kind."""

    kind = None  # type: ignore[assignment]
    address = FreeTextField(
        label="Почтовый адрес",
        help_text="С индексом и именем. Пример: 121552, Москва, Центральная ул., д. 5, кв. 1, Иванову Ивану",
        max_length=LONGEST_ADDRESS,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "street-address"}),
        error_messages={
            "required": "Введите почтовый адрес",
            "max_length": f"Адрес длиннее {LONGEST_ADDRESS} знаков. Сократите его",
        },
    )

    def clean_address(self) -> str:
        """A letter without a postcode comes back."""
        address = " ".join(self.cleaned_data["address"].split())
        if not POSTCODE.search(address):
            raise ValidationError("Добавьте почтовый индекс: шесть цифр")
        return address

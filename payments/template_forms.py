"""Forms of «Шаблоны операций»."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.account_numbers import WrongNumber
from billing.forms import RoublesField
from billing.models import Provider
from payments.models.payment_template import LONGEST_TITLE
from safeguards.free_text import FreeTextField


class TemplateForm(forms.Form):
    """The name, and the sum for when there is no bill."""

    title = FreeTextField(
        label="Название шаблона",
        help_text="Любое удобное название, например «Квартплата»",
        max_length=LONGEST_TITLE,
        error_messages={"required": "Введите название шаблона"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    amount = RoublesField(
        label="Сумма, руб.",
        help_text="Необязательно. Если есть новый счёт, подставится его сумма. Пример: 1234.00",
        required=False,
    )


class TemplateByHandForm(TemplateForm):
    """The same with the provider and the number that he types."""

    provider = forms.ModelChoiceField(
        label="Поставщик услуг",
        queryset=Provider.objects.none(),
        empty_label="Выберите поставщика услуг",
        error_messages={
            "required": "Выберите поставщика услуг",
            "invalid_choice": "Такого поставщика нет. Выберите из списка",
        },
    )
    number = forms.CharField(
        label="Номер лицевого счёта, договора или телефона",
        max_length=60,
        error_messages={"required": "Введите номер"},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ("provider", "number", "title", "amount")

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.fields["provider"].queryset = Provider.objects.filter(is_active=True).order_by("folded_name", "id")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The number must look as the provider writes it."""
        cleaned = super().clean() or self.cleaned_data
        provider, number = cleaned.get("provider"), cleaned.get("number")
        if provider and number:
            try:
                cleaned["number"] = provider.read_number(number)
            except WrongNumber as reason:
                self.add_error("number", ValidationError(f"{reason}. Пример: {provider.account_example}"))
        return cleaned

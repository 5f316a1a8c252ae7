"""The code from a paper, as people type it."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from payments import check_codes

EXAMPLE = "K482-M019-T733-X208"


class DocumentCheckForm(forms.Form):
    """One field; what does not look like a code is said before anything is looked up."""

    code = forms.CharField(
        label="Код проверки",
        help_text=f"Напечатан внизу квитанции или справки. Пример: {EXAMPLE}",
        max_length=60,
        error_messages={"required": "Введите код проверки"},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )

    def clean_code(self) -> Any:
        """The code as it is kept."""
        code = check_codes.read(self.cleaned_data["code"])
        if code is None:
            raise ValidationError(f"Код выглядит иначе: четыре группы из буквы и трёх цифр. Пример: {EXAMPLE}")
        return code

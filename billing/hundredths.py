"""Roubles and per cent on the staff site: typed as people write them, kept as whole hundredths."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from billing.money import Kopecks, NotMoney, parse_roubles, plain_roubles


class HundredthsField(forms.CharField):
    """«1 234,50» for 123450 kopecks or hundredths of a per cent; empty is nought."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=30, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A keyboard with digits."""
        return {**super().widget_attrs(widget), "inputmode": "decimal", "autocomplete": "off"}

    def prepare_value(self, value: Any) -> Any:
        """Stored hundredths as text; what was typed stays as it was typed."""
        return plain_roubles(Kopecks(value)) if isinstance(value, int) else value

    def clean(self, value: Any) -> Any:
        """Hundredths, or the words that tell how to type them."""
        text = super().clean(value)
        try:
            return parse_roubles(text) if text else 0
        except NotMoney:
            raise ValidationError("Введите число, доли после запятой. Пример: 1234,50") from None

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Another way to write the same number changes nothing."""
        try:
            return bool(self.clean(data) != (initial or 0))
        except ValidationError:
            return True

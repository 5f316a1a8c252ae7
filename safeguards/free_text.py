"""The field for whatever people type in their own words: staff will read it, so a card number does not get that far."""

from contextvars import ContextVar
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from safeguards import card_numbers

# Forms know no request: the middleware that says it reads this.
has_hidden_card: ContextVar[bool] = ContextVar("has_hidden_card", default=False)


class FreeTextField(forms.CharField):
    """Words to be kept; a card number among them is masked, and who typed it is told so."""

    def clean(self, value: Any) -> Any:
        """After everything else, so that lines that were joined are seen as one."""
        text = super().clean(value)
        kept = card_numbers.masked(text) if text else text
        if kept != text:
            has_hidden_card.set(True)
        return kept


def not_a_card(text: str) -> None:
    """For words that must be kept as they are or not at all."""
    if card_numbers.are_in(text):
        raise ValidationError("Номер карты здесь писать нельзя. Придумайте другое")

"""The small forms of «Способы оплаты»."""

import re
from collections.abc import Sequence
from typing import Any, cast

from django import forms

from payments.models import SavedCard

NONE = ""
LIKE_A_CODE = re.compile(r"\d(?:[ -]?\d){2,}")


class DefaultForm(forms.Form):
    """«Основной способ оплаты»: one of his cards, or none."""

    card = forms.ChoiceField(
        label="Карта, которую предлагать первой",
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Такой карты нет. Выберите из списка"},
    )

    def __init__(self, *args: Any, cards: Sequence[SavedCard], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.ChoiceField, self.fields["card"])
        field.choices = [*((str(card.uuid), card.name) for card in cards), (NONE, "Не выбран")]
        field.initial = next((str(card.uuid) for card in cards if card.is_default), NONE)


class CardNameForm(forms.Form):
    """A resident's own name of a card."""

    title = forms.CharField(
        label="Название карты",
        help_text="Любое удобное, например «Зарплатная». Номер и код карты здесь писать нельзя",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_title(self) -> str:
        """Words alone: a code or a number typed here by mistake is not kept."""
        title = " ".join(self.cleaned_data["title"].split())
        if LIKE_A_CODE.search(title):
            raise forms.ValidationError(
                "Не пишите сюда данные карты: трёх и больше цифр подряд в названии быть не может"
            )
        return title

"""The form in the place of the card's fields where the bank's page takes the card: it takes none, and one tick."""

from typing import Any

from django import forms

from payments.acquirer.base import Browser
from payments.held_card import HeldCard
from safeguards.secret import Secret

# What a page of the own form would send: it was made before the switch, or its sender does not know better.
CARD_FIELDS = ("number", "term", "holder", "cvv", "cryptogram")
TYPED_HERE = (
    "Данные карты теперь вводят на странице банка. То, что Вы ввели здесь, не сохранено и никуда не ушло, "
    "деньги не списаны. Нажмите «Далее»"
)


class HostedCardForm(forms.Form):
    """No field of a card; a valid form gives a HeldCard of which nothing is known."""

    remember = forms.BooleanField(
        label="Показать мои сохранённые карты или запомнить новую",
        help_text="Без галочки банк не покажет Ваших карт и новую не запомнит",
        required=False,
    )

    def __init__(self, *args: Any, can_remember: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not can_remember:
            del self.fields["remember"]

    def held_card(self, *, ip: str) -> HeldCard:
        """A card that the bank's page will ask for; `ip` is of no use to it."""
        keeps_card = bool(self.cleaned_data.get("remember"))
        return HeldCard(
            cryptogram=Secret(""), brand="", last_four="", browser=Browser(ip=ip), keeps_card=keeps_card, is_hosted=True
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a card that was typed here all the same; nothing of it is read."""
        if any(self.data.get(name) for name in CARD_FIELDS):
            raise forms.ValidationError(TYPED_HERE)
        return super().clean() or {}

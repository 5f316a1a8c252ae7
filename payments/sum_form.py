"""The form of a payment to an account: how much."""

from uuid import uuid4

from django import forms

from billing.forms import RoublesField
from billing.money import Kopecks
from payments import pay_links
from payments.any_payment import Told


class SumForm(forms.Form):
    """The sum; the form's own key and what it told of the bill travel hidden."""

    amount = RoublesField(label="Сумма к оплате, руб.", error_messages={"required": "Введите сумму. Пример: 1234.00"})
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)
    due = forms.IntegerField(required=False, widget=forms.HiddenInput)

    @classmethod
    def of(cls, told: Told | None, *, amount: str) -> "SumForm":
        """An empty form with the sum that was typed before, or with what is due."""
        due = pay_links.typed(told.due) if told else ""
        shown = {"due": told.due, "version": told.version} if told else {}
        return cls(initial={"amount": amount or due, "form_key": uuid4(), **shown})

    @property
    def told(self) -> Told | None:
        """What a clean form told."""
        due, version = self.cleaned_data["due"], self.cleaned_data["version"]
        return Told(Kopecks(due), version) if due and version else None

"""The form under a bill's charges: how much of it to pay."""

from uuid import uuid4

from django import forms

from billing.forms import RoublesField
from billing.models import Bill
from billing.money import Kopecks, plain_roubles


class ChargesForm(forms.Form):
    """The sum; the form's own key and the version of the bill that it was shown with travel hidden."""

    amount = RoublesField(label="Сумма к оплате, руб.", error_messages={"required": "Введите сумму. Пример: 1234.00"})
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput)

    @classmethod
    def of(cls, bill: Bill, *, amount: str = "") -> "ChargesForm":
        """An empty form of this bill with the whole due in it, or the sum that was typed before."""
        due = plain_roubles(Kopecks(bill.due)).replace("\u00a0", "")
        return cls(initial={"amount": amount or due, "form_key": uuid4(), "version": bill.version})

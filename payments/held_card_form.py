"""The hidden fields in which a card rides from the check page to the final confirmation."""

from django import forms


class HeldCardForm(forms.Form):
    """What the bank alone can open, and our signature under it."""

    # Empty where the card is typed on the bank's page.
    cryptogram = forms.CharField(
        widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=400, required=False
    )
    sealed = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=2000)
    # The seal of payments.repeats, once he has gone on past its warning.
    seen = forms.CharField(widget=forms.HiddenInput(attrs={"autocomplete": "off"}), max_length=64, required=False)

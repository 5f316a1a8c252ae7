"""The one-time password of «Мои данные», and the kind of file."""

from django import forms

from accounts.forms import OneTimePasswordForm

KINDS = (("pdf", "PDF – чтобы прочитать или напечатать"), ("json", "JSON – чтобы перенести в другую программу"))


class DownloadForm(OneTimePasswordForm):
    """Which file, and the password for it."""

    kind = forms.ChoiceField(label="Вид файла", choices=KINDS, initial="pdf", widget=forms.RadioSelect)
    field_order = ("code", "kind")

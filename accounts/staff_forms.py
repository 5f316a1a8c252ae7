"""The form of a member of the staff."""

from django import forms

from accounts import phones
from accounts.models import User

MAX_WRITTEN_PHONE = 30


class StaffMemberForm(forms.ModelForm):  # type: ignore[type-arg]
    """Whose phone may be written in any way, and is kept in one."""

    phone = forms.CharField(label="Телефон", max_length=MAX_WRITTEN_PHONE, help_text="По нему входят: +7 900 000-00-00")

    class Meta:
        model = User
        fields = ("phone", "last_name", "first_name", "groups", "is_active")
        labels = {"last_name": "Фамилия", "first_name": "Имя", "groups": "Роли", "is_active": "Работает"}
        help_texts = {
            "groups": "Права даёт только роль.",
            "is_active": "Снимите, когда человек уходит: войти он больше не сможет.",
        }
        widgets = {"groups": forms.CheckboxSelectMultiple}

    def clean_phone(self) -> str:
        """E.164, which nobody else has."""
        try:
            return phones.parse(self.cleaned_data["phone"])
        except phones.NotMobile:
            raise forms.ValidationError("Это не номер российского мобильного телефона") from None

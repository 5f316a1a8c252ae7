"""The form of «Обратная связь»; a visitor who is not logged in also says who he is, and reads a picture."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.core.validators import RegexValidator, validate_email

from accounts import attachments, phones
from accounts.attachments import Attachment
from accounts.captcha import PictureField
from accounts.forms import NameField
from accounts.models import MAX_ACCOUNT_LENGTH, MAX_OPERATION_LENGTH, FeedbackTopic
from safeguards.free_text import FreeTextField

MAX_TEXT_LENGTH = 4000
WRONG_CONTACT = "Введите e-mail или номер мобильного телефона, например +7 916 123-45-67"
OF_VISITORS = ("name", "contact", "captcha")


class AttachmentField(forms.FileField):
    """One file, read and judged by what it holds."""

    def __init__(self) -> None:
        kinds = "image/jpeg,image/png,image/heic,application/pdf"
        super().__init__(
            label="Файл",
            help_text="По желанию: фотография или PDF, не больше 5 МБ",
            required=False,
            widget=forms.FileInput(attrs={"accept": kinds}),
            error_messages={"empty": "Файл пуст", "invalid": "Файл не дошёл. Выберите его ещё раз"},
        )

    def clean(self, data: Any, initial: Any = None) -> Attachment | None:
        """What may be kept, or the rule's own words."""
        file: UploadedFile[bytes] | None = super().clean(data, initial)
        if not file:
            return None
        try:
            # One byte more than allowed tells as much as the rest would.
            return attachments.read(name=file.name or "", content=file.read(attachments.MAX_BYTES + 1))
        except attachments.WrongFile as refusal:
            raise ValidationError(str(refusal)) from None


class FeedbackForm(forms.Form):
    """«Тема», «Сообщение», what it is about, a file; the last three fields are for visitors."""

    topic = forms.ChoiceField(label="Тема", choices=FeedbackTopic.choices, error_messages={"required": "Выберите тему"})
    text = FreeTextField(
        label="Сообщение",
        help_text="Не пишите номер карты, CVV и коды из SMS: они нам не нужны",
        max_length=MAX_TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": "Напишите, что случилось",
            "max_length": f"Сообщение длиннее {MAX_TEXT_LENGTH} знаков",
        },
    )
    operation_number = forms.CharField(
        label="Номер транзакции",
        help_text="По желанию, если вопрос об операции",
        required=False,
        max_length=MAX_OPERATION_LENGTH,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "w10"}),
        validators=[RegexValidator(r"\A[0-9]+\Z", "Номер транзакции состоит из цифр, например 44742441")],
    )
    account_number = forms.CharField(
        label="Номер лицевого счёта",
        help_text="По желанию, если вопрос о начислениях",
        required=False,
        max_length=MAX_ACCOUNT_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "w10"}),
    )
    file = AttachmentField()
    name = NameField(label="Как к Вам обращаться", missing="Введите имя", autocomplete="name")
    contact = forms.CharField(
        label="E-mail или телефон для ответа",
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "email"}),
        error_messages={"required": WRONG_CONTACT},
    )
    captcha = PictureField()

    def __init__(self, *args: Any, is_visitor: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_visitor:
            for name in OF_VISITORS:
                del self.fields[name]

    def clean_contact(self) -> str:
        """An e-mail address, or a mobile number in E.164."""
        contact: str = self.cleaned_data["contact"]
        try:
            if "@" not in contact:
                return phones.parse(contact)
            validate_email(contact)
        except (phones.NotMobile, ValidationError):
            raise ValidationError(WRONG_CONTACT) from None
        return contact

    def clean(self) -> dict[str, Any]:
        """A browser forgets the file when the page comes back: say so rather than lose it silently."""
        if self.errors and self.cleaned_data.get("file"):
            self.add_error("file", "Выберите файл ещё раз: после исправления формы он не сохраняется")
        return self.cleaned_data

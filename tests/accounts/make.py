"""What tests of entry need: forms filled in, pictures read, codes taken out of the SMS."""

import re
from typing import Any

from captcha.models import CaptchaStore
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts import confirmations
from accounts.models import PendingRegistration, Purpose, User
from notifications.models import Message
from tests.people import NOW, PASSWORD

NEW_PHONE = "+79261112233"
REGISTRATION, CONFIRM = reverse("accounts:registration"), reverse("accounts:registration-confirm")
RESEND, CANCEL = reverse("accounts:registration-resend"), reverse("accounts:registration-cancel")
DONE, LOGIN, LOGOUT = reverse("accounts:registration-done"), reverse("accounts:login"), reverse("accounts:logout")
OFTEN = "203.0.113.7"


def picture() -> dict[str, str]:
    """A picture and its code, as a person reads it off."""
    store = CaptchaStore.objects.get(hashkey=CaptchaStore.generate_key())
    return {"captcha_0": store.hashkey, "captcha_1": store.response}


def application(phone: str = NEW_PHONE, **changes: str) -> dict[str, str]:
    """A registration form without a fault; an empty value takes its field out."""
    filled = {
        "phone": phone,
        "first_name": "Иван",
        "last_name": "Иванов",
        "email": "ivanovivan@mail.ru",
        "code_word": "Смиронова",
        "password": PASSWORD,
        "password_again": PASSWORD,
        "agreement": "on",
        "personal_data": "on",
        **picture(),
        **changes,
    }
    return {name: value for name, value in filled.items() if value}


def register(client: Client, phone: str = NEW_PHONE, **changes: str) -> HttpResponse:
    """Send the form of «Регистрация»."""
    return client.post(REGISTRATION, application(phone, **changes))


def sms(phone: str) -> list[str]:
    """The texts written to a phone, oldest first."""
    return [row.secret_text or row.text for row in Message.objects.filter(address=phone).order_by("id")]


def code_sent_to(phone: str, digits: int = 4) -> str:
    """The code of the last SMS that has one."""
    found = [re.findall(rf"(?<!\d)\d{{{digits}}}(?!\d)", text) for text in sms(phone)]
    (code,) = [codes for codes in found if codes][-1]
    return code


def wrong(code: str) -> str:
    """Another code of the same length."""
    return f"{(int(code) + 1) % 10 ** len(code):0{len(code)}}"


def pending_of(client: Client) -> PendingRegistration:
    """The registration that this browser began."""
    return PendingRegistration.objects.get(uuid=client.session["pending_registration"])


def registered(client: Client, phone: str = NEW_PHONE) -> User:
    """A resident who has come the whole way in this browser."""
    register(client, phone)
    client.post(CONFIRM, {"code": code_sent_to(phone)})
    return User.objects.get(phone=phone)


def log_in(client: Client, phone: str, password: str = PASSWORD, **more: str) -> HttpResponse:
    """Send the login form."""
    return client.post(LOGIN, {"phone": phone, "password": password, **more})


def page(response: HttpResponse) -> str:
    """The page's text without what is random in it: tokens and the names of pictures."""
    text = response.content.decode()
    text = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)
    return re.sub(r"[0-9a-f]{40}", "PICTURE", text)


def words(response: HttpResponse) -> str:
    """What can be read on the page, blanks folded."""
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).replace("\u00a0", " ").split())


def code_for(subject: Any, phone: str, *, now: Any = NOW, purpose: Purpose = Purpose.PAYMENT, **changes: Any) -> Any:
    """Ask for a code as a payment does."""
    wanted = {
        "purpose": purpose,
        "subject": subject,
        "digest": "as shown",
        "phone": phone,
        "resident": None,
        "ip": OFTEN,
        "context": {"amount": "12 970,24 ₽", "payee": "Смарт Сервис (ЖКУ)"} if purpose == Purpose.PAYMENT else {},
        "now": now,
    }
    return confirmations.request(**{**wanted, **changes})

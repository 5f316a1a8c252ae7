"""What tests of «Личные данные» do more than once."""

from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from accounts.models import Profile, User
from tests.accounts.make import code_sent_to

PROFILE = reverse("accounts:profile")
INN, SNILS, OMS = "500100732259", "087-654-303 00", "7700008032170335"
FILLED = {
    "passport_series": "4511",
    "passport_number": "123456",
    "passport_issuer": "ОВД «Арбат»",
    "passport_issue_date": "01.02.2012",
    "inn": INN,
    "snils": SNILS,
    "oms": OMS,
    "middle_name": "Петровна",
    "birth_date": "05.07.1990",
    "sex": "Ж",
    "address": "г. Долгопрудный, ул. Центральная, д. 5, кв. 1",
    "postal_address": "141700, до востребования",
    "home_phone": "8 (495) 123-45-67",
}


def document_url(kind: str, action: str = "document") -> str:
    """The address of a document's page, or of what may be done with it."""
    return reverse(f"accounts:profile-{action}", args=[kind])


def typed(resident: User, **changes: str) -> dict[str, str]:
    """The form as the page had it, with what the resident typed."""
    told = {"last_name": resident.last_name, "first_name": resident.first_name, "email": resident.email, "sex": ""}
    return {**told, **changes}


def fill(resident: User, **values: str) -> Profile:
    """Keep these data without the pages."""
    profile, _ = Profile.objects.get_or_create(resident=resident)
    for name, value in values.items():
        setattr(profile, name, value)
    profile.save()
    return profile


def confirm(client: Client, led: Any, resident: User, **more: str) -> HttpResponse:
    """Type the one-time password of the last SMS on the page that the answer led to."""
    return client.post(led["Location"], {"code": code_sent_to(resident.phone or "", digits=6), **more})

"""The demo's staff: passwords and keys are made once, into `VAR_DIR/demo_staff.txt`, for its owner only."""

import base64
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import transaction
from django_otp.oath import TOTP

from accounts import phones, staff_entry
from accounts.models import Authenticator, User
from smartservice import keys
from smartservice.roles import Role

FILE = "demo_staff.txt"
PEOPLE = (
    ("+79000000001", "Смирнова", "Ольга", "smirnova@smart-service.example", Role.OPERATOR),
    ("+79000000002", "Кузнецов", "Пётр", "kuznetsov@smart-service.example", Role.ADMINISTRATOR),
)


@dataclass(frozen=True)
class Login:
    """What one member of the demo's staff comes in with."""

    phone: str
    password: str
    key: str

    @property
    def code_now(self) -> str:
        """What an authenticator with this key would show."""
        totp = TOTP(base64.b32decode(self.key))
        totp.time = time.time()
        return f"{totp.token():06}"


def create() -> None:
    """Create who is missing, with what the file says; those who are there already stay as they are."""
    for login, (phone, last_name, first_name, email, role) in zip(logins(), PEOPLE, strict=True):
        if not User.objects.filter(phone=phone).exists():
            _create(login, phone, role, last_name=last_name, first_name=first_name, email=email)


def logins() -> Iterator[Login]:
    """What the file says; it is made when there is none."""
    for line in text().splitlines():
        phone, found, rest = line.partition(", пароль ")
        if found:
            password, _, key = rest.partition(", ключ аутентификатора ")
            yield Login(phone=phone.split(": ")[1], password=password, key=key)


def text() -> str:
    """The whole file, as it is printed at every start."""
    path = Path(settings.VAR_DIR) / FILE
    if path.exists():
        return path.read_text(encoding="utf-8").strip()
    return keys.kept(path, "\n".join(_lines()))


def _lines() -> Iterator[str]:
    for phone, *_, role in PEOPLE:
        key = base64.b32encode(secrets.token_bytes(20)).decode()
        yield f"{role.label}: {phones.spaced(phone)}, пароль {secrets.token_urlsafe(12)}, ключ аутентификатора {key}"
    yield "Код аутентификатора без телефона: manage.py demo_staff_code"


@transaction.atomic
def _create(login: Login, phone: str, role: Role, **more: str) -> None:
    user = User.objects.create_user(phone=phone, password=login.password, is_staff=True, **more)
    user.groups.add(Group.objects.get(name=role.value))
    Authenticator.objects.create(user=user, name="authenticator", key=base64.b32decode(login.key).hex())
    staff_entry.new_recovery_codes(user)

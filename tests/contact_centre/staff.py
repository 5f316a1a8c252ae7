"""The staff of the tests, and the door they come in by."""

import time
from binascii import unhexlify

import time_machine
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django_otp import DEVICE_ID_SESSION_KEY
from django_otp.oath import TOTP

from accounts.models import Authenticator, User
from smartservice.roles import Role

PASSWORD = "Long-and-plain-7"
LOGIN, SECOND, ENROLMENT = (reverse(f"admin:{name}") for name in ("login", "second-factor", "enrolment"))
INDEX = reverse("admin:index")
OPERATORS_PHONE = "+79000000011"


def make_staff(role: Role | None = Role.OPERATOR, phone: str = OPERATORS_PHONE, **fields: object) -> User:
    """A member of the staff without a second factor yet."""
    user = User.objects.create_user(
        phone=phone, password=PASSWORD, is_staff=True, last_name="Смирнова", first_name="Ольга", **fields
    )
    if role:
        user.groups.add(Group.objects.get(name=role.value))
    return user


def enrolled(user: User) -> Authenticator:
    """His confirmed authenticator."""
    return Authenticator.objects.create(user=user, name="authenticator", confirmed=True)


def code(device: Authenticator, ahead: int = 0) -> str:
    """What the authenticator shows now, or so many steps ahead."""
    totp = TOTP(unhexlify(device.key))
    totp.time = time.time() + 30 * ahead
    return f"{totp.token():06}"


def client_of(user: User) -> Client:
    """The browser of who has come in with the second factor."""
    client = Client()
    client.force_login(user)
    session = client.session
    device = Authenticator.objects.filter(user=user, confirmed=True).first() or enrolled(user)
    session[DEVICE_ID_SESSION_KEY] = device.persistent_id
    session.save()
    return client


def give_password(client: Client, phone: str = OPERATORS_PHONE, password: str = PASSWORD, **more: str) -> HttpResponse:
    return client.post(LOGIN, {"phone": phone, "password": password, **more})


def give_code(client: Client, typed: str) -> HttpResponse:
    return client.post(SECOND, {"code": typed})


def later(seconds: int) -> time_machine.travel:
    """So much later."""
    return time_machine.travel(time.time() + seconds, tick=True)

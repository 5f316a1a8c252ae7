"""Whom a caller may be: by phone in any form, last digits, account, transaction number or surname.

Nothing but people who could be meant is told, and of each only what is needed to ask him for his code word. Every
question has an index of its own: an OR over all of them would read every resident.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models.functions import Right

from accounts import phones
from accounts.folding import folded
from accounts.models import PendingRegistration, User
from billing.models import AddedAccount
from payments.models import FIRST_NUMBER, Payment

AT_MOST = 20
PHONE_END, PHONE_DIGITS = 4, 10
SHORTEST_SURNAME = 2
# PostgreSQL's largest key has nineteen digits: a longer run is no number of ours.
LONGEST_NUMBER = 18
# Who begins a surname so: more are not read to compare first names.
NAMESAKES = 2000


@dataclass(frozen=True)
class Found:
    """Who could be meant; `is_more` when there are more than fit."""

    residents: list[User]
    pending: list[PendingRegistration]
    is_more: bool


def find(*, text: str, now: datetime) -> Found:
    """Everybody whom the words could mean, at most twenty."""
    keys = set(_keys(text))
    people = User.objects.filter(pk__in=keys, is_staff=False, phone__isnull=False).order_by("surname_key", "pk")
    return Found(list(people[:AT_MOST]), _pending(text, now), len(people) > AT_MOST)


def _keys(text: str) -> Iterator[int]:
    phone, digits = _phone(text), _digits(text)
    if phone:
        yield from User.objects.filter(phone=phone).values_list("pk", flat=True)
    elif digits:
        yield from _by_phone_end(digits)
        yield from _by_transaction(digits)
    elif not any(character.isdigit() for character in text):
        yield from _by_name(text.split())
    yield from _by_account("".join(text.split()))


def _by_phone_end(digits: str) -> Iterator[int]:
    """The index knows the last four; the rest is compared among those."""
    if PHONE_END <= len(digits) < PHONE_DIGITS:
        people = User.objects.alias(end=Right("phone", PHONE_END)).filter(end=digits[-PHONE_END:])
        yield from people.filter(is_staff=False, phone__endswith=digits).values_list("pk", flat=True)[: AT_MOST + 1]


def _by_transaction(digits: str) -> Iterator[int]:
    if len(digits) <= LONGEST_NUMBER:
        payments = Payment.objects.submitted().filter(pk=int(digits) - FIRST_NUMBER, resident__isnull=False)
        yield from payments.values_list("resident_id", flat=True)


def _by_account(number: str) -> Iterator[int]:
    added = AddedAccount.objects.filter(account__number=number)
    yield from added.values_list("resident_id", flat=True)[: AT_MOST + 1]


def _by_name(words: list[str]) -> Iterator[int]:
    """«иванов» or «Иванов Ив»: the beginning of the surname, then of the first name."""
    surname, first_name = (*map(folded, words[:2]), "", "")[:2]
    if len(surname) < SHORTEST_SURNAME:
        return
    people = User.objects.filter(surname_key__startswith=surname, is_staff=False, phone__isnull=False)
    if first_name:
        named = people.values_list("pk", "first_name")[:NAMESAKES]
        yield from (key for key, name in named if folded(name).startswith(first_name))
    else:
        yield from people.values_list("pk", flat=True)[: AT_MOST + 1]


def _pending(text: str, now: datetime) -> list[PendingRegistration]:
    phone = _phone(text)
    rows = PendingRegistration.objects.filter(phone=phone, expires_at__gt=now).order_by("-created_at")
    return list(rows[:AT_MOST]) if phone else []


def _phone(text: str) -> str:
    try:
        return phones.parse(text.strip())
    except phones.NotMobile:
        return ""


def _digits(text: str) -> str:
    """The text's digits, when it has nothing else but what people put between them."""
    plain = "".join(character for character in text if not character.isspace() and character not in "-–()+№")
    return plain if plain.isascii() and plain.isdigit() else ""

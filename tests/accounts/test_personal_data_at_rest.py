"""A dump of the database holds none of what people told of themselves, saved or waiting for its password."""

import random

import pytest
from django.db import connection
from django.test import Client

from accounts.models import ProfileChange, User
from safeguards import encrypted
from safeguards.encrypted import Sealed, Unreadable
from tests.accounts.profile_steps import PROFILE, confirm, document_url, fill, typed
from tests.accounts.test_documents import inn_by_book, luhn_by_table, snils_by_book
from tests.people import make_resident

pytestmark = pytest.mark.django_db
PEOPLE = 50


def told_by(number: int) -> dict[str, str]:
    """Documents that no other row of the database can resemble by chance."""
    chance = random.Random(number)
    inn, snils, oms = (
        chance.randrange(10**9, 10**10),
        f"{chance.randrange(10**8, 10**9)}",
        chance.randrange(10**14, 10**15),
    )
    return {
        "passport_series": f"{chance.randrange(1000, 10000)}",
        "passport_number": f"{chance.randrange(100_000, 1_000_000)}",
        "passport_issuer": f"ОВД «Приметный-{number}»",
        "inn": next(f"{inn}{end:02}" for end in range(100) if inn_by_book(f"{inn}{end:02}")),
        "snils": f"{snils[:3]}-{snils[3:6]}-{snils[6:]} {snils_by_book(snils)}",
        "oms": next(f"{oms}{end}" for end in range(10) if luhn_by_table(f"{oms}{end}")),
        "birth_date": f"{1 + number % 28:02}.07.1950",
        "middle_name": f"Приметович{'абвгдежзик'[number % 10]}{'лмнопрстуф'[number // 10]}",
        "address": f"Приметная улица, дом {number}",
    }


def planted(told: dict[str, str], word: str) -> list[str]:
    """What must not be found: the number of a passport with its series, and everything that is long enough alone."""
    apart = [value for name, value in told.items() if name not in {"passport_series", "passport_number"}]
    series, number = told["passport_series"], told["passport_number"]
    return [*apart, f"{series} {number}", f"{series}{number}", f'"{number}"', told["snils"].replace("-", ""), word]


def dump() -> str:
    """Every cell of every table."""
    cells = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            cells += [str(cell) for row in cursor.fetchall() for cell in row]
    # A cell of its own for each, so that a passport's number is found as a whole cell, not inside a longer number.
    return "\n".join(f'"{cell}"' for cell in cells)


def plant() -> list[str]:
    """Fifty people: their data kept, and some of them waiting before the one-time password."""
    found: list[str] = []
    for number in range(PEOPLE):
        word, told = f"Приметное слово {number}", told_by(number)
        resident = make_resident(f"+79160000{number:03}", code_word=word)
        fill(resident, **told)
        found += planted(told, word)
    return found


def test_a_dump_holds_no_document_and_no_code_word():
    values = plant()

    text = dump()

    assert len(values) == PEOPLE * 12
    assert [value for value in values if value in text] == []


def test_a_dump_holds_nothing_of_what_went_through_the_pages(client):
    anna = make_resident("+79161234567", code_word="Приметное слово")
    client.force_login(anna)
    told = told_by(7)
    led = client.post(PROFILE, typed(anna, **told))
    waiting = dump()
    confirm(client, led, anna)
    changing = client.post(document_url("code-word"), {"code_word": "Иное приметное"})
    client.get(changing["Location"])
    reveal = client.post(document_url("inn", "reveal"))
    client.get(reveal["Location"])

    after = dump()

    values = [*planted(told, "Приметное слово"), "Иное приметное"]
    assert [value for value in values if value in waiting + after] == []


def test_saboteur_in_plain_text_every_one_of_them_would_be_found(monkeypatch):
    monkeypatch.setattr(encrypted, "seal", lambda text, associated: Sealed(text))

    values = plant()

    text = dump()
    alone = [value for value in values if "Приметн" in value or "-" in value or len(value) == 16]
    assert len(alone) >= PEOPLE * 5
    assert [value for value in alone if value not in text] == []
    assert f'"{told_by(3)["passport_number"]}"' in text


def test_without_the_key_they_are_gone(settings):
    plant()
    settings.FIELD_KEYS = "other:" + "A" * 43 + "="

    for user in User.objects.select_related("profile"):
        with pytest.raises(Unreadable):
            _ = user.code_word
        with pytest.raises(Unreadable):
            _ = user.profile.inn


def test_what_waits_for_its_password_is_encrypted_as_well(client: Client):
    anna = make_resident("+79161234567")
    client.force_login(anna)

    client.post(PROFILE, typed(anna, address="Приметная улица"))

    assert "Приметная улица" in (ProfileChange.objects.get().values or "")
    assert "Приметная" not in dump()
    assert "\\u041f\\u0440\\u0438" not in dump()

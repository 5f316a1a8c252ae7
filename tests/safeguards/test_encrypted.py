"""Encrypted fields: unreadable in the database, bound to their row, readable with every key that is still kept."""

import base64
import secrets

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from safeguards import encrypted
from safeguards.encrypted import Sealed, Unreadable, seal, unseal
from tests.people import make_resident


def new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def stored(user: User) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT code_word FROM accounts_user WHERE id = %s", [user.pk])
        return cursor.fetchone()[0]


@given(st.text(max_size=300), st.text(max_size=60))
def test_what_is_sealed_can_be_opened_in_its_place(text, place):
    assert unseal(seal(text, place), place) == text


def test_the_same_text_is_sealed_differently_every_time():
    assert seal("Ромашка", "here") != seal("Ромашка", "here")


def test_it_cannot_be_opened_in_another_place():
    with pytest.raises(Unreadable):
        unseal(seal("Ромашка", "here"), "there")


def test_it_cannot_be_opened_when_one_bit_has_changed():
    key_id, _, body = seal("Ромашка", "here").token.partition(":")
    raw = bytearray(base64.b64decode(body))
    raw[-1] ^= 1

    with pytest.raises(Unreadable):
        unseal(Sealed(f"{key_id}:{base64.b64encode(raw).decode()}"), "here")


@pytest.mark.parametrize("body", ["AAA", "AAAA", "Ромашка", "", "A" * 16])
def test_a_broken_token_is_unreadable_like_any_other(body):
    key_id, _, _ = seal("Ромашка", "here").token.partition(":")

    with pytest.raises(Unreadable):
        unseal(Sealed(f"{key_id}:{body}"), "here")


@pytest.mark.django_db
def test_the_database_holds_no_word_of_it(anna):
    assert "Ромашка" not in stored(anna)
    assert User.objects.get(pk=anna.pk).code_word == "Ромашка"


@pytest.mark.django_db
def test_a_text_moved_to_another_row_is_unreadable(anna, boris):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET code_word = %s WHERE id = %s", [stored(anna), boris.pk])

    with pytest.raises(Unreadable):
        _ = User.objects.get(pk=boris.pk).code_word


@pytest.mark.django_db
def test_saving_a_row_whose_text_nobody_touched_keeps_the_text(anna):
    before = stored(anna)
    user = User.objects.get(pk=anna.pk)
    user.first_name = "Анна-Мария"

    user.save()

    assert stored(anna) == before


@pytest.mark.django_db
def test_a_changed_text_is_sealed_anew(anna):
    anna.code_word = "Василёк"

    anna.save(update_fields=["code_word"])

    assert User.objects.get(pk=anna.pk).code_word == "Василёк"
    assert "Василёк" not in stored(anna)


@pytest.mark.django_db
def test_a_text_that_was_not_loaded_is_fetched_when_it_is_read(anna):
    user = User.objects.only("first_name").get(pk=anna.pk)

    assert user.code_word == "Ромашка"


@pytest.mark.django_db
def test_a_deferred_text_survives_a_save(anna):
    user = User.objects.defer("code_word").get(pk=anna.pk)

    user.save()

    assert User.objects.get(pk=anna.pk).code_word == "Ромашка"


@pytest.mark.django_db
def test_an_empty_text_and_none_stay_what_they_are():
    empty, none = make_resident("+79160000001", code_word=""), make_resident("+79160000002", code_word=None)

    assert User.objects.get(pk=empty.pk).code_word == ""
    assert User.objects.get(pk=none.pk).code_word is None
    assert stored(none) is None


@pytest.mark.django_db
def test_it_can_be_neither_updated_nor_searched_in_bulk(anna):
    with pytest.raises(TypeError, match="save"):
        User.objects.update(code_word="открыто")
    with pytest.raises(TypeError, match="save"):
        User.objects.filter(code_word="Ромашка").exists()


@pytest.mark.django_db
def test_rows_created_in_bulk_are_sealed_as_well():
    User.objects.bulk_create([User(phone="+79160000001", code_word="Клевер")])

    user = User.objects.get(phone="+79160000001")
    assert user.code_word == "Клевер"
    assert "Клевер" not in stored(user)


def test_old_keys_still_open_and_the_first_one_seals(settings):
    old, new = new_key("old"), new_key("new")
    settings.FIELD_KEYS = old
    sealed = seal("Ромашка", "here")

    settings.FIELD_KEYS = f"{new},{old}"

    assert unseal(sealed, "here") == "Ромашка"
    assert seal("Ромашка", "here").token.startswith("new:")


def test_a_text_whose_key_is_gone_is_unreadable(settings):
    settings.FIELD_KEYS = new_key("old")
    sealed = seal("Ромашка", "here")
    settings.FIELD_KEYS = new_key("new")

    with pytest.raises(Unreadable, match="old"):
        unseal(sealed, "here")


@pytest.mark.parametrize("configured", ["k1:c2hvcnQ=", ":" + "A" * 43 + "="])
def test_a_key_that_is_none_is_refused(settings, configured):
    settings.FIELD_KEYS = configured

    with pytest.raises(ImproperlyConfigured, match="FIELD_KEYS"):
        seal("text", "here")


@pytest.mark.django_db
def test_saboteur_without_the_row_in_the_seal_a_moved_text_could_be_read(anna, boris, monkeypatch):
    monkeypatch.setattr(encrypted.EncryptedField, "associated", lambda self, instance: "everywhere")
    for user in (anna, boris):
        user.code_word = f"слово {user.first_name}"
        user.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET code_word = %s WHERE id = %s", [stored(anna), boris.pk])

    assert User.objects.get(pk=boris.pk).code_word == "слово Анна"

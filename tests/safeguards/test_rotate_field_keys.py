"""`rotate_field_keys`: afterwards the old key can be thrown away; without it nothing is touched."""

import base64
import secrets
from io import StringIO

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from accounts.models import Profile, User
from notifications import messages, outbox
from notifications.models import Message
from safeguards import encrypted, rotation
from safeguards.encrypted import EncryptedField, Unreadable
from tests.people import make_resident

pytestmark = pytest.mark.django_db


def new_key(key_id: str) -> str:
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


OLD, NEW = new_key("old"), new_key("new")


@pytest.fixture(autouse=True)
def _old_key(settings):
    settings.FIELD_KEYS = OLD


def rotate() -> str:
    out = StringIO()
    call_command("rotate_field_keys", stdout=out)
    return out.getvalue()


def people(count: int) -> list[User]:
    residents = [make_resident(f"+791600000{number:02}", code_word=f"Слово {number}") for number in range(count)]
    for resident in residents:
        Profile.objects.create(resident=resident, inn=f"ИНН {resident.pk}", snils="112-233-445 95")
    return residents


def tokens(table: str = "accounts_user", column: str = "code_word") -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def test_afterwards_the_old_key_is_not_needed(settings):
    residents = people(7)
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    said = rotate()

    settings.FIELD_KEYS = NEW
    assert [user.code_word for user in User.objects.order_by("pk")] == [f"Слово {number}" for number in range(7)]
    assert [one.inn for one in Profile.objects.order_by("pk")] == [f"ИНН {resident.pk}" for resident in residents]
    assert "accounts.User.code_word: перешифровано 7, уже с новым ключом 0" in said
    assert "Готово" in said


def test_without_the_rotation_they_are_gone_with_the_old_key(settings):
    people(1)

    settings.FIELD_KEYS = NEW

    with pytest.raises(Unreadable, match="old"):
        _ = User.objects.get().code_word


def test_every_encrypted_field_of_every_model_is_rotated():
    names = {f"{one.model._meta.label}.{one.name}" for one in rotation.encrypted_fields()}

    declared = {
        f"{model._meta.label}.{one.name}"
        for model in apps.get_models()
        for one in model._meta.get_fields()
        if isinstance(one, EncryptedField)
    }
    assert names == declared
    assert {"accounts.User.code_word", "accounts.Profile.inn", "notifications.Message.secret_text"} <= names


def test_secret_texts_that_wait_in_the_queue_are_rotated_as_well(settings):
    outbox.put(
        messages.PAYMENT_CODE,
        address="+79160000001",
        context={"code": "123456", "payee": "ЖКУ", "amount": "1 ₽"},
        key="k",
        now=timezone.now(),
    )
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    rotate()

    settings.FIELD_KEYS = NEW
    assert "123456" in (Message.objects.get().secret_text or "")


def test_a_second_run_changes_nothing(settings):
    people(3)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    rotate()
    before = tokens()

    said = rotate()

    assert tokens() == before
    assert "accounts.User.code_word: перешифровано 0, уже с новым ключом 3" in said


def test_an_interrupted_run_is_taken_up_again(settings, monkeypatch):
    people(5)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    seal, sealed = encrypted.seal, []

    def dying_seal(text: str, place: str) -> encrypted.Sealed:
        if len(sealed) == 3:
            raise KeyboardInterrupt
        sealed.append(text)
        return seal(text, place)

    with monkeypatch.context() as patch:
        patch.setattr(encrypted, "seal", dying_seal)
        with pytest.raises(KeyboardInterrupt):
            list(rotation.rotate(batch=2))
    halfway = [token.startswith("new:") for token in tokens()]

    rotate()

    assert halfway == [True, True, False, False, False]
    settings.FIELD_KEYS = NEW
    assert [user.code_word for user in User.objects.order_by("pk")] == [f"Слово {number}" for number in range(5)]


def test_it_goes_on_from_batch_to_batch(settings):
    people(7)
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    outcomes = {outcome.name: outcome for outcome in rotation.rotate(batch=2)}

    assert outcomes["accounts.User.code_word"].rotated == 7
    assert all(token.startswith("new:") for token in tokens())


def test_without_a_key_it_refuses_and_says_how_many_rows_it_cannot_read(settings):
    people(3)
    settings.FIELD_KEYS = new_key("other")
    make_resident("+79160000099", code_word="Слово")
    before = tokens()
    settings.FIELD_KEYS = f"{NEW},{settings.FIELD_KEYS}"

    with pytest.raises(CommandError) as refusal:
        rotate()

    assert "Не прочесть строк: 9" in str(refusal.value)
    assert "accounts.User.code_word (ключ old): 3" in str(refusal.value)
    assert "accounts.Profile.snils (ключ old): 3" in str(refusal.value)
    assert refusal.value.returncode == 1
    assert tokens() == before


def test_a_key_whose_name_begins_like_another_is_another(settings):
    people(1)
    settings.FIELD_KEYS = new_key("ol")

    with pytest.raises(CommandError, match="ключ old"):
        rotate()


def test_a_text_that_was_moved_is_named_and_left_alone(settings):
    people(2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE accounts_user SET code_word = %s", [tokens()[0]])
    settings.FIELD_KEYS = f"{NEW},{OLD}"

    with pytest.raises(CommandError) as refusal:
        rotate()

    last = User.objects.order_by("pk").last()
    assert f"accounts.User.code_word, строка {last.pk}" in str(refusal.value)
    assert [token.partition(":")[0] for token in tokens()] == ["new", "old"]


def test_another_key_under_the_newest_name_is_noticed(settings):
    people(1)
    settings.FIELD_KEYS = new_key("old")

    with pytest.raises(CommandError, match="Испорчены"):
        rotate()


def test_what_is_saved_meanwhile_is_not_put_back(settings, monkeypatch):
    (resident,) = people(1)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    seal = encrypted.seal

    def slow_seal(text: str, place: str) -> encrypted.Sealed:
        if text == "Слово 0":
            monkeypatch.setattr(encrypted, "seal", seal)
            resident.code_word = "Новее"
            resident.save()
        return seal(text, place)

    monkeypatch.setattr(encrypted, "seal", slow_seal)

    rotate()

    assert User.objects.get().code_word == "Новее"


def test_saboteur_without_the_comparison_the_newer_text_is_lost(settings, monkeypatch):
    (resident,) = people(1)
    settings.FIELD_KEYS = f"{NEW},{OLD}"
    seal, tokens_of, saved = encrypted.seal, rotation._tokens, []

    def slow_seal(text: str, place: str) -> encrypted.Sealed:
        if text == "Слово 0" and not saved:
            saved.append(True)
            resident.code_word = "Новее"
            resident.save()
        return seal(text, place)

    monkeypatch.setattr(encrypted, "seal", slow_seal)
    monkeypatch.setattr(rotation, "_tokens", lambda one: _Careless(one) if saved else tokens_of(one))

    rotation._rotate(User._meta.get_field("code_word"), 500)

    assert User.objects.get().code_word == "Слово 0"


class _Careless:
    """Rows that forget to ask whether the text is still the one that was read."""

    def __init__(self, one: EncryptedField) -> None:
        self.rows = one.model._base_manager.all()

    def filter(self, *, pk: object, token: str) -> object:
        return self.rows.filter(pk=pk)

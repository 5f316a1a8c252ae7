"""`scan_secrets`: finds what must stand nowhere, wherever it stands, says where and never what."""

import base64
import json
from io import StringIO
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import Profile, User
from notifications.models import Message
from safeguards import rotation
from safeguards.card_numbers import is_luhn
from smartservice import secret_scan
from smartservice.secret_scan import Kind, kinds
from tests.accounts.feedback_steps import sent
from tests.notifications.make import queue

PAN, GROUPED = "4276380012345679", "4276 3800 1234 5679"
CRYPTOGRAM = base64.b64encode(bytes(range(256))).decode()
OTHERS = "0123456789"


def run(*logs: Path) -> str:
    out = StringIO()
    call_command("scan_secrets", *map(str, logs), stdout=out)
    return out.getvalue()


def refused(*logs: Path) -> tuple[str, CommandError]:
    out = StringIO()
    with pytest.raises(CommandError) as refusal:
        call_command("scan_secrets", *map(str, logs), stdout=out)
    return out.getvalue(), refusal.value


def in_log(tmp_path: Path, text: str) -> Path:
    log = tmp_path.parent / f"{tmp_path.name}.log"
    log.write_text(f"2026-11-20 INFO started\n{text}\n", encoding="utf-8")
    return log


@pytest.mark.parametrize(
    "text",
    [
        PAN,
        GROUPED,
        GROUPED.replace(" ", "-"),
        GROUPED.replace(" ", "\u00a0"),
        GROUPED.replace(" ", "+"),
        quote(GROUPED),
        f"PAN={PAN};ExpDate=0938",
        f"<QueryDict: {{'number': ['{GROUPED}']}}>",
        base64.b64encode(f"the card is {PAN}, thanks".encode()).decode(),
        json.dumps({"body": base64.b64encode(json.dumps([[], {"pan": PAN}]).encode()).decode()}),
        "2200 7702 3909 7761",
    ],
)
def test_it_knows_a_card_number_in_every_dress(text: str) -> None:
    assert Kind.CARD in kinds(text)


@pytest.mark.parametrize("text", [CRYPTOGRAM, f'"CardData": "{CRYPTOGRAM}"', quote(CRYPTOGRAM)])
def test_it_knows_a_cryptogram(text: str) -> None:
    assert Kind.CRYPTOGRAM in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "CVV=123",
        "'cvv': ['739']",
        '"cvv": "123"',
        "cvc2: 123",
        "ExpDate=0938;CVV=123",
        '<input name="cvv" value="123">',
    ],
)
def test_it_knows_a_card_code(text: str) -> None:
    assert Kind.CVV in kinds(text)


@pytest.mark.parametrize(
    "text",
    [
        "Код 123456. Оплата 1 ₽",
        "Код 1234 для регистрации в Смарт Сервис.",
        "{'code': ['483920']}",
        "code=4821&next=",
        "пароль: 483920",
    ],
)
def test_it_knows_a_one_time_password(text: str) -> None:
    assert kinds(text) == {Kind.CODE}


@pytest.mark.parametrize(
    "text",
    [
        "427638******5671",
        "МИР (***7761)",
        "4276380012345670",
        "+79161234567",
        "40702810900000012345",
        "0efd8f35-2202-4566-3820-6cbb523f394e",
        "2201382000000013b503bc8541789201",
        "sha256 4276380012345679ab",
        "cvv",
        "код поставщика 0001",
        "ErrorCode=1005",
        "HTTP code: 404",
        "пароль Smart2017",
        "k1:" + "A" * 100,
    ],
)
def test_it_leaves_honest_text_alone(text: str) -> None:
    assert kinds(text) == set()


def ended_as_luhn_says(digits: str) -> str:
    return next(number for last in range(10) if is_luhn(number := f"{digits}{last}"))


@given(st.text(OTHERS, min_size=14, max_size=14).map(lambda digits: ended_as_luhn_says(f"4{digits}")))
def test_any_card_that_the_form_takes_is_found(number: str) -> None:
    grouped = " ".join(number[start : start + 4] for start in range(0, 16, 4))

    assert all(Kind.CARD in kinds(f"card {text}.") for text in (number, grouped))


@given(st.uuids(), st.text("0123456789abcdef", min_size=64, max_size=64))
def test_numbers_of_ours_are_not_taken_for_cards(uuid: Any, digest: str) -> None:
    assert not kinds(f"{uuid} {uuid.hex} {digest}")


@pytest.mark.django_db
def test_a_clean_portal_passes(anna: User, tmp_path: Path) -> None:
    queue(code="4821")

    assert run(in_log(tmp_path, "GET / 200")) == "Ничего не найдено.\n"


@pytest.mark.django_db
def test_it_finds_a_card_in_a_row_and_names_the_row_alone(anna: User) -> None:
    User.objects.filter(pk=anna.pk).update(last_name=PAN)

    out, refusal = refused()

    assert out == f"accounts_user.last_name, строка {anna.pk}: номер карты\n"
    assert (refusal.returncode, PAN in f"{out}{refusal}") == (1, False)


@pytest.mark.django_db
def test_it_reads_what_people_wrote_though_it_is_encrypted(anna: User) -> None:
    sent(anna, text="Оплатил дважды")
    one = sent(anna, text=f"Платил картой {GROUPED}")

    assert refused()[0] == f"accounts_feedback.text, строка {one.pk}: номер карты\n"


@pytest.mark.django_db
def test_a_health_insurance_number_is_no_card(anna: User) -> None:
    Profile.objects.create(resident=anna, oms=PAN)

    assert run() == "Ничего не найдено.\n"


def test_what_is_not_read_is_really_there() -> None:
    names = set(map(rotation.name_of, rotation.encrypted_fields()))

    assert names > secret_scan.NO_WORDS


@pytest.mark.django_db
def test_it_finds_a_code_in_a_message_that_is_not_secret() -> None:
    message = queue(code="4821")
    Message.objects.filter(pk=message.pk).update(text="Код 482193. Оплата")

    assert "notifications_message.text" in refused()[0]


@pytest.mark.django_db
def test_it_reads_sessions_and_does_not_name_their_keys() -> None:
    session = SessionStore()
    session["card"] = {"cryptogram": CRYPTOGRAM}
    session.save()

    out, _ = refused()

    assert out == "django_session, содержимое сеанса: зашифрованные данные карты\n"
    assert str(session.session_key) not in out


@pytest.mark.django_db
def test_it_looks_into_files_but_not_where_messages_belong(settings: Any) -> None:
    for name in ("sms", "mail", "static", "bank"):
        (settings.VAR_DIR / name).mkdir()
        (settings.VAR_DIR / name / "file.txt").write_text(f"ok\nCVV=123 {PAN}\n")

    out, refusal = refused()

    assert out == "bank/file.txt, строка 2: код CVV/CVC\nbank/file.txt, строка 2: номер карты\n"
    assert str(refusal) == "Найдено мест: 2"


@pytest.mark.django_db
def test_it_reads_the_logs_it_is_given(tmp_path: Path) -> None:
    log = in_log(tmp_path, f"INFO <QueryDict: {{'number': ['{PAN}'], 'cvv': ['123'], 'cryptogram': ['{CRYPTOGRAM}']}}>")

    out, _ = refused(log)

    assert [line.rpartition(": ")[2] for line in out.splitlines()] == [
        "зашифрованные данные карты",
        "код CVV/CVC",
        "номер карты",
    ]
    assert PAN not in out


@pytest.mark.django_db
def test_a_log_that_is_not_there_is_no_clean_log(tmp_path: Path) -> None:
    assert refused(tmp_path / "no.log")[1].returncode == 2


def test_it_reads_everything_in_redis(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secret_scan.redis.Redis, "from_url", lambda url: FakeRedis())

    found = {place: kinds(text) for place, text in secret_scan.in_queue("redis://")}

    assert {place for place, finds in found.items() if Kind.CARD in finds} == {
        "Redis, text",
        "Redis, queue",
        "Redis, names",
        "Redis, scores",
        "Redis, fields",
    }
    assert "Redis, stream" not in found


class FakeRedis:
    """One key of each type with the card in it, and one of a type that nobody here uses."""

    TYPES = {"text": "string", "queue": "list", "names": "set", "scores": "zset", "fields": "hash", "stream": "stream"}

    def __enter__(self) -> "FakeRedis":
        return self

    def __exit__(self, *_: object) -> None: ...

    def scan_iter(self) -> list[bytes]:
        return [name.encode() for name in self.TYPES]

    def type(self, key: bytes) -> bytes:
        return self.TYPES[key.decode()].encode()

    def get(self, key: bytes) -> bytes:
        return PAN.encode()

    def lrange(self, key: bytes, first: int, last: int) -> list[bytes]:
        return [b"ok", base64.b64encode(PAN.encode())]

    def sscan_iter(self, key: bytes) -> list[bytes]:
        return [PAN.encode()]

    def zscan_iter(self, key: bytes) -> list[tuple[bytes, float]]:
        return [(PAN.encode(), 1.0)]

    def hscan_iter(self, key: bytes) -> list[tuple[bytes, bytes]]:
        return [(b"pan", PAN.encode())]

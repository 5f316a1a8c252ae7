"""Registers by e-mail: one letter for each, with the very bytes of the register, tried until the mail takes it."""

import email
from datetime import timedelta
from email import policy
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse

from accounts import bounces
from notifications import delivery, outbox
from notifications.channels.base import NotDelivered, Refused
from notifications.channels.email_file import EmailFile
from notifications.channels.email_smtp import EmailSmtp
from notifications.models import Message, State
from payments import register_delivery, register_export
from payments.models import PaymentRegister, RegisterDelivery
from payments.register_export import SBER, SMART
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.billing.make import make_provider
from tests.contact_centre.staff import client_of, make_staff
from tests.payments.make import pay
from tests.payments.steps import url
from tests.people import NOW

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ADDRESS = "reestr@zhku.example"


@pytest.fixture(autouse=True)
def _folders(settings, tmp_path):
    settings.REGISTER_DIR = str(tmp_path / "registers")
    settings.EMAIL_URL = "file:"


def want(name: str = SMART, **changes) -> RegisterDelivery:
    usual = {"provider": make_provider(), "format": name, "since_date": NOW.date(), "address": ADDRESS}
    return RegisterDelivery.objects.create(**{**usual, **changes})


def letters(tmp_path) -> list[email.message.EmailMessage]:
    files = sorted((tmp_path / "mail").glob("*.eml"))
    return [email.message_from_bytes(file.read_bytes(), policy=policy.default) for file in files]


def attached(letter) -> tuple[str, bytes]:
    (file,) = letter.iter_attachments()
    return file.get_filename(), file.get_payload(decode=True)


def test_a_finished_day_is_written_to_the_provider(anna, annas_bill, bank, tmp_path):
    want()
    pay(annas_bill, anna)

    assert register_delivery.deliver_due(now=NOW + DAY) == 1
    delivery.deliver_due(now=NOW + DAY)

    (letter,) = letters(tmp_path)
    register = PaymentRegister.objects.get()
    assert letter["To"] == ADDRESS
    assert letter["Subject"].strip().startswith("Реестр платежей № 1 за 20.11.2026: ")
    assert "Операций: 1" in letter.get_body().get_content()
    assert attached(letter) == ("2026-11-20_1.csv", register.content.encode())
    assert not (tmp_path / "registers").exists()


def test_the_file_is_the_very_one_that_the_command_prints(anna, annas_bill, bank, tmp_path, time_machine):
    want(SBER)
    pay(annas_bill, anna)
    register_delivery.deliver_due(now=NOW + DAY)
    delivery.deliver_due(now=NOW + DAY)

    register = PaymentRegister.objects.get()
    name, content = attached(letters(tmp_path)[0])
    assert name == "EPS__001.y11"
    assert content.decode("cp1251") == register_export.in_format(register=register, name=SBER)


def test_a_register_goes_once_however_often_the_hour_strikes(anna, annas_bill, bank, tmp_path):
    want()

    counts = [register_delivery.deliver_due(now=NOW + DAY + number * HOUR) for number in range(3)]
    delivery.deliver_due(now=NOW + DAY + 3 * HOUR)
    counts += [register_delivery.deliver_due(now=NOW + DAY + number * HOUR) for number in range(4, 6)]
    delivery.deliver_due(now=NOW + DAY + 6 * HOUR)

    assert counts == [1, 0, 0, 0, 0]
    assert len(letters(tmp_path)) == 1


def test_without_its_key_it_would_go_every_hour(anna, annas_bill, bank, tmp_path, monkeypatch):
    """The saboteur: each round under a key of its own."""
    want()
    real = outbox.put
    keys = iter(range(10))
    monkeypatch.setattr(outbox, "put", lambda *a, **fields: real(*a, **{**fields, "key": str(next(keys))}))

    for number in range(3):
        register_delivery.deliver_due(now=NOW + DAY + number * HOUR)
    delivery.deliver_due(now=NOW + DAY + 3 * HOUR)

    assert len(letters(tmp_path)) == 3


def test_it_is_delivered_when_the_letter_has_left(anna_client, anna, annas_bill, bank):
    want()
    payment = pay(annas_bill, anna)
    register_delivery.deliver_due(now=NOW + DAY)
    assert PaymentRegister.objects.get().delivered_at is None

    delivery.deliver_due(now=NOW + DAY)
    register_delivery.deliver_due(now=NOW + DAY + HOUR)

    assert PaymentRegister.objects.get().delivered_at == Message.objects.get(kind="payment_register").sent_at
    page = anna_client.get(url("detail", payment)).content.decode()
    assert "реестр № 1 за 20.11.2026, 21.11.2026 12:00:0" in page


def test_a_silent_mail_server_is_tried_again(anna, annas_bill, bank, tmp_path, monkeypatch):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    with monkeypatch.context() as patch:
        patch.setattr(EmailFile, "send", lambda *_: (_ for _ in ()).throw(NotDelivered("timeout")))
        delivery.deliver_due(now=NOW + DAY)
    assert Message.objects.get().state == State.QUEUED

    delivery.deliver_due(now=NOW + DAY + HOUR)

    assert len(letters(tmp_path)) == 1


def given_up(monkeypatch) -> None:
    register_delivery.deliver_due(now=NOW + DAY)
    with monkeypatch.context() as patch:
        patch.setattr(EmailFile, "send", lambda *_: (_ for _ in ()).throw(Refused("SMTP 550")))
        delivery.deliver_due(now=NOW + DAY)
    assert Message.objects.get().state == State.FAILED


def test_one_that_was_given_up_begins_anew_the_next_day(anna, annas_bill, bank, monkeypatch):
    want(since_date=NOW.date())
    given_up(monkeypatch)

    assert register_delivery.deliver_due(now=NOW + DAY + HOUR) == 0
    register_delivery.deliver_due(now=NOW + 2 * DAY + HOUR)

    first = Message.objects.order_by("pk").first()
    assert (first.state, first.attempts) == (State.QUEUED, 0)
    assert Message.objects.filter(key=first.key).count() == 1


def test_a_mended_address_gets_it_at_once(anna, annas_bill, bank, tmp_path, monkeypatch):
    wanted = want()
    given_up(monkeypatch)
    wanted.address = "buh@zhku.example"
    wanted.save()

    register_delivery.deliver_due(now=NOW + DAY + HOUR)
    delivery.deliver_due(now=NOW + DAY + HOUR)

    (letter,) = letters(tmp_path)
    assert letter["To"] == "buh@zhku.example"


def test_a_damaged_register_is_not_sent(anna, annas_bill, bank, tmp_path):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    PaymentRegister.objects.update(content="подделка")

    assert delivery.deliver_due(now=NOW + DAY) == 0

    assert letters(tmp_path) == []
    assert (Message.objects.get().state, Message.objects.get().error) == (State.QUEUED, "its file cannot be made")


def test_a_letter_without_its_file_does_not_keep_others_waiting(anna, annas_bill, bank, tmp_path):
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    PaymentRegister.objects.update(content="подделка")
    other = want(provider=make_provider(code="other", short_name="Другой"), address="other@zhku.example")
    register_delivery.deliver_due(now=NOW + DAY)

    delivery.deliver_due(now=NOW + DAY)

    assert [letter["To"] for letter in letters(tmp_path)] == [other.address]


def test_a_letter_whose_transaction_fails_was_never_queued(anna, annas_bill, bank):
    want()

    with transaction.atomic():
        register_delivery.deliver_due(now=NOW + DAY)
        transaction.set_rollback(True)

    assert not Message.objects.exists()
    assert register_delivery.deliver_due(now=NOW + DAY) == 1


def test_over_smtp_the_file_travels_byte_by_byte(anna, annas_bill, bank, monkeypatch):
    want(SBER)
    pay(annas_bill, anna)
    register_delivery.deliver_due(now=NOW + DAY)
    sent = []
    backend = type("Backend", (), {"send_messages": lambda _, those: sent.extend(those)})
    monkeypatch.setattr(EmailSmtp, "backend", lambda _: backend())
    monkeypatch.setattr("notifications.channels.choice._built", lambda *_: EmailSmtp("smtp://mail.example:25"))

    delivery.deliver_due(now=NOW + DAY)

    letter = email.message_from_bytes(sent[0].message().as_bytes(linesep="\r\n"), policy=policy.default)
    text = register_export.in_format(register=PaymentRegister.objects.get(), name=SBER)
    assert attached(letter)[1] == text.encode("cp1251")


def test_the_command_counts_letters_too(anna, annas_bill, bank, time_machine):
    want()
    time_machine.move_to(NOW + 2 * DAY)
    said = StringIO()

    call_command("deliver_registers", stdout=said)

    assert said.getvalue() == "Передано реестров: 2\n"


LIST = reverse("admin:payments_registerdelivery_changelist")
ADD = reverse("admin:payments_registerdelivery_add")


def test_finance_says_whose_registers_go_where(db):
    provider = make_provider()
    typed = {"provider": provider.pk, "format": "sber", "since_date": "20.11.2026", "address": ADDRESS}

    client_of(make_staff(Role.FINANCE)).post(ADD, typed)

    wanted = RegisterDelivery.objects.get()
    assert (wanted.provider, wanted.format, wanted.address, wanted.next_address) == (provider, "sber", "", ADDRESS)
    # The journal tells that it was set, and shows no mailbox.
    assert ADDRESS not in str(JournalEntry.objects.get().after)


def test_a_mistyped_address_is_told_at_its_field(db):
    typed = {"provider": make_provider().pk, "format": "sber", "since_date": "20.11.2026", "address": "нет"}

    page = client_of(make_staff(Role.FINANCE)).post(ADD, typed)

    assert "address" in page.context["adminform"].form.errors
    assert not RegisterDelivery.objects.exists()


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.EDITOR])
def test_nobody_else_of_the_staff_sees_it(role):
    assert client_of(make_staff(role)).get(LIST).status_code == 403


@pytest.mark.parametrize("is_swept", [False, True])
def test_a_register_whose_letter_came_back_goes_to_the_mended_address(anna, annas_bill, bank, tmp_path, is_swept):
    wanted = want()
    register_delivery.deliver_due(now=NOW + DAY)
    delivery.deliver_due(now=NOW + DAY)
    if is_swept:
        register_delivery.deliver_due(now=NOW + DAY + HOUR)
    letter = Message.objects.get()
    bounces.note(bounces.Bounce(letter.uuid, letter.pk, letter.address, "5.1.1"), now=NOW + DAY + HOUR)
    RegisterDelivery.objects.filter(pk=wanted.pk).update(address="new@zhku.example")

    register_delivery.deliver_due(now=NOW + DAY + 2 * HOUR)
    came_back = PaymentRegister.objects.get().delivered_at
    delivery.deliver_due(now=NOW + DAY + 2 * HOUR)
    register_delivery.deliver_due(now=NOW + DAY + 3 * HOUR)

    assert came_back is None
    # One number, one file of the folder: the second try has written over the first.
    assert [letter["To"] for letter in letters(tmp_path)] == ["new@zhku.example"]
    assert PaymentRegister.objects.get().delivered_at is not None


def test_no_hand_sends_a_register_a_second_time(anna, annas_bill, bank):
    """Beside the letter that begins anew by itself it would be the same register twice."""
    want()
    register_delivery.deliver_due(now=NOW + DAY)
    Message.objects.update(state=State.FAILED)

    with pytest.raises(outbox.NotRepeatable):
        outbox.send_again(Message.objects.get(), now=NOW + DAY)

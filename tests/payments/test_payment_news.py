"""How it ended is told once: by letter with the receipt, or by SMS to who has left the page and reads no letters."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from accounts.models import User
from notifications import delivery, subscriptions
from notifications.models import Message, State, Topic
from payments import paper, payment_news, receipts, settlement
from payments.acquirer.base import Answer, Word
from payments.models import Payment
from payments.status import Status
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(anna):
    """Anna reads letters."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    anna.refresh_from_db()
    return anna


@pytest.fixture
def payment(submitted):
    """At the bank since a moment."""
    return submitted


def says(payment, word, now=NOW, **more):
    answer = Answer(word=word, raw_status=word.value, order_id=str(payment.uuid), **more)
    settlement.apply(payment=payment, answer=answer, source="sweep", now=now)


def kinds():
    """What was written beside the one-time password."""
    rows = Message.objects.exclude(kind="payment_code").order_by("id")
    return list(rows.values_list("kind", "channel"))


def test_a_payment_that_went_through_is_told_by_letter_with_the_receipt(reader, payment, tmp_path, monkeypatch):
    monkeypatch.setattr(receipts, "pdf", lambda payment: b"%PDF-1.7 receipt")
    says(payment, Word.CONFIRMED)

    delivery.deliver_due(now=NOW)

    (file,) = (tmp_path / "mail").iterdir()
    letter = message_from_bytes(file.read_bytes(), policy=policy.default)
    (attached,) = letter.iter_attachments()
    assert letter["Subject"].strip().startswith("Оплата выполнена: ")
    assert (attached.get_content_type(), attached.get_content()) == ("application/pdf", b"%PDF-1.7 receipt")
    assert attached.get_filename().endswith(".pdf")
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "Оплата выполнена" in letter.get_body().get_content()


def test_the_bank_may_say_it_as_often_as_it_likes(reader, payment):
    for _ in range(3):
        says(payment, Word.CONFIRMED)

    assert kinds() == [("payment_done", "EMAIL")]


def test_a_failure_is_told_without_a_receipt(reader, payment):
    says(payment, Word.DECLINED)

    message = Message.objects.get(channel="EMAIL")
    assert (message.kind, message.attachment) == ("payment_failed", "")


def test_every_refund_is_told_with_its_own_sum(reader, payment):
    says(payment, Word.CONFIRMED)
    says(payment, Word.PARTLY_REFUNDED, refunded=100)
    says(payment, Word.PARTLY_REFUNDED, refunded=250)

    texts = list(Message.objects.filter(kind="payment_refunded").order_by("id").values_list("text", flat=True))
    assert ["Возвращено: 1,00" in texts[0], "Возвращено: 1,50" in texts[1], len(texts)] == [True, True, 2]


def test_who_never_submitted_it_hears_nothing_when_it_expires(reader, annas_payment):
    idle = annas_payment

    settlement.settle_due(now=idle.created_at + timedelta(hours=1))

    idle.refresh_from_db()
    assert idle.status == Status.EXPIRED
    assert kinds() == []


@pytest.mark.parametrize(("after", "told"), [(timedelta(seconds=20), 0), (timedelta(minutes=10), 1)])
def test_without_a_confirmed_address_an_sms_tells_who_has_left_the_page(payment, after, told):
    says(payment, Word.DECLINED, now=NOW + after)

    texts = Message.objects.filter(kind="payment_outcome").values_list("text", flat=True)
    assert list(texts) == ["Смарт Сервис. Оплата не выполнена: 12 970,24 ₽, Смарт Сервис (ЖКУ)"] * told


def test_who_unsubscribed_from_them_gets_no_letters(reader, payment):
    subscriptions.save(resident_uuid=reader.uuid, choice={Topic.PAYMENTS_BY_EMAIL: False}, now=NOW)

    says(payment, Word.CONFIRMED)

    assert kinds() == []


def test_a_payment_of_an_erased_person_is_told_to_nobody(reader, payment):
    Payment.objects.update(resident=None)
    payment.refresh_from_db()

    says(payment, Word.CONFIRMED)

    assert kinds() == []


def test_without_pdf_libraries_the_letter_goes_all_the_same(reader, payment, monkeypatch, tmp_path):
    def missing(payment):
        raise paper.PdfUnavailable

    monkeypatch.setattr(receipts, "pdf", missing)
    says(payment, Word.CONFIRMED)

    delivery.deliver_due(now=NOW)
    assert Message.objects.get(kind="payment_done").state == State.SENT
    assert b"application/pdf" not in next((tmp_path / "mail").iterdir()).read_bytes()


def test_every_end_has_its_words_and_nothing_else_does():
    assert set(payment_news.KINDS) == {
        Status.SUCCEEDED, Status.DECLINED, Status.EXPIRED, Status.REFUNDED, Status.PARTLY_REFUNDED,
    }  # fmt: skip
    assert set(payment_news.BRIEFLY) == set(payment_news.KINDS.values())

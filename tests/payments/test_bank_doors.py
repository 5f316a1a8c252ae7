"""The bank's two doors: no forged word gets in, and every true one is answered exactly «OK»."""

import json

import pytest
from django.test import Client
from django.urls import reverse

from payments import acquirer
from payments.acquirer import token
from payments.acquirer.base import Forged, OldResult
from payments.models import Payment
from payments.status import Status
from tests.payments.make import authorise
from tests.payments.steps import url

NOTIFICATION = reverse("payments:notification")


def notification(settings, payment, **changes):
    """A notification as the bank signs it."""
    fields = {
        "TerminalKey": settings.ACQUIRER_TERMINAL,
        "OrderId": str(payment.uuid),
        "Success": True,
        "Status": "CONFIRMED",
        "PaymentId": 77,
        "ErrorCode": "0",
        "Amount": payment.total,
        "CardId": 1,
        "Pan": "220077******7761",
        "ExpDate": "0935",
        **changes,
    }
    return {**fields, "Token": token.of(fields, password=settings.ACQUIRER_PASSWORD)}


def post(body):
    return Client(enforce_csrf_checks=True).post(NOTIFICATION, json.dumps(body), content_type="application/json")


def test_a_true_notification_moves_the_payment_and_hears_ok(settings, submitted):
    answer = post(notification(settings, submitted))

    submitted.refresh_from_db()
    assert (answer.status_code, answer.content) == (200, b"OK")
    assert submitted.status == Status.SUCCEEDED


def test_the_banks_mask_replaces_the_pages_claim(settings, submitted):
    post(notification(settings, submitted, Pan="430000******0777"))

    submitted.refresh_from_db()
    assert submitted.card == "VISA (***0777)"


@pytest.mark.parametrize("name, value", [("Amount", 1), ("Status", "REFUNDED"), ("OrderId", "x"), ("Token", "0" * 64)])
def test_one_changed_field_makes_it_forged(settings, submitted, name, value):
    answer = post({**notification(settings, submitted), name: value})

    submitted.refresh_from_db()
    assert answer.status_code == 403
    assert submitted.status == Status.SUBMITTED


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'"x"', b"\xff\xfe", b'{"Token": 1}', b"{}"])
def test_nonsense_is_refused_calmly(db, client, body):
    assert client.post(NOTIFICATION, body, content_type="application/json").status_code == 403


def test_without_the_token_check_a_forged_one_would_pass(settings, submitted, monkeypatch):
    """The saboteur: every token is right."""
    monkeypatch.setattr(token, "is_right", lambda fields, password: True)

    post({**notification(settings, submitted), "Token": "0" * 64})

    submitted.refresh_from_db()
    assert submitted.status == Status.SUCCEEDED


def test_a_signed_one_with_another_sum_moves_nothing(settings, submitted):
    answer = post(notification(settings, submitted, Amount=submitted.total - 1))

    submitted.refresh_from_db()
    assert answer.content == b"OK"
    assert submitted.status == Status.SUBMITTED
    assert submitted.attention_at is not None


@pytest.mark.parametrize("order_id", ["00000000-0000-0000-0000-000000000000", "abc"])
def test_an_order_that_is_not_ours_is_answered_and_forgotten(settings, submitted, order_id):
    assert post(notification(settings, submitted, OrderId=order_id)).content == b"OK"


def test_a_notification_cannot_be_asked_for_by_get(db, client):
    assert client.get(NOTIFICATION).status_code == 405


def test_twenty_equal_notifications_book_it_once(settings, submitted):
    for _ in range(20):
        post(notification(settings, submitted))

    submitted.refresh_from_db()
    submitted.bill.refresh_from_db()
    assert submitted.bill.paid == submitted.amount


def test_the_return_needs_no_login_and_no_csrf_token(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)
    address = reverse("payments:challenge-return", args=[submitted.return_token])

    answer = Client(enforce_csrf_checks=True).post(address, {"cres": "whatever"})

    submitted.refresh_from_db()
    assert (answer.status_code, answer.url) == (303, url("detail", submitted))
    assert submitted.status == Status.SUCCEEDED


def test_what_the_browser_says_of_the_outcome_is_not_believed(submitted, bank):
    bank.challenges = True
    authorise(submitted)
    address = reverse("payments:challenge-return", args=[submitted.return_token])

    Client().post(address, {"cres": "eyJ0cmFuc1N0YXR1cyI6IlkifQ"})

    assert not bank.charges
    assert Payment.objects.get(pk=submitted.pk).status == Status.COMPLETING


def test_a_get_of_the_return_writes_nothing(client, submitted, bank):
    bank.challenges = True
    authorise(submitted)

    answer = client.get(reverse("payments:challenge-return", args=[submitted.return_token]))

    submitted.refresh_from_db()
    assert answer.url == url("challenge", submitted)
    assert submitted.status == Status.CHALLENGED


@pytest.mark.parametrize("guess", ["x", "A" * 43])
def test_a_guessed_return_finds_nothing(db, client, guess):
    assert client.post(reverse("payments:challenge-return", args=[guess])).status_code == 404


def test_the_real_adapter_refuses_what_is_not_json(db):
    with pytest.raises(Forged):
        acquirer.current().read_notification(b"<xml/>")


def test_what_the_old_3d_secure_brings_back_goes_to_the_bank(client, submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)

    client.post(reverse("payments:challenge-return", args=[submitted.return_token]), {"MD": "12345", "PaRes": "eJzVW"})

    assert bank.old == OldResult(md="12345", pares="eJzVW")


def test_the_new_one_brings_nothing(client, submitted, bank):
    bank.challenges = True
    authorise(submitted)
    bank.pass_challenge(submitted.uuid)

    client.post(reverse("payments:challenge-return", args=[submitted.return_token]), {"cres": "abc", "MD": "12345"})

    submitted.refresh_from_db()
    assert (bank.old, submitted.status) == (None, Status.SUCCEEDED)


def test_a_notification_of_a_bound_card_hears_ok(db, settings):
    fields = {
        "TerminalKey": settings.ACQUIRER_TERMINAL,
        "CustomerKey": "8a4f5a5e-9a0c-4a53-8a55-1c5c8b7e3f11",
        "RequestKey": "ed989549-d3be-4758-95c7-22647e03f9ec",
        "Success": True,
        "Status": "COMPLETED",
        "ErrorCode": "0",
        "CardId": "77",
    }

    answer = post({**fields, "Token": token.of(fields, password=settings.ACQUIRER_PASSWORD)})

    assert (answer.status_code, answer.content) == (200, b"OK")

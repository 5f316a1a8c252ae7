"""Blocking while everything else happens at once: one event, one SMS, no payment, no session left."""

import time
from contextlib import suppress
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import active_sessions, block_links, blocking, confirmations, new_device, profile, quick_block
from accounts.models import BlockEvent, BlockLink, BlockSource, ProfileAction, ResidentSession, User
from notifications.models import Message
from payments import checkout
from payments.status import Status
from tests.accounts.make import log_in
from tests.billing.make import make_manual_bill
from tests.payments.make import CODE, open_payment, send_code
from tests.people import ANNAS_PHONE, NOW, make_resident
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
CLOSED = reverse("billing:account-list")


def token_for(user):
    return block_links.make(user=user, now=NOW).split("/")[-1]


def use(token):
    try:
        quick_block.block(token=token, ip="203.0.113.7", now=timezone.now())
    except (quick_block.StaleLink, quick_block.AlreadyBlocked):
        return False
    return True


def naive_block(*, user, source, reason, ip, now, who=""):
    """The saboteur: reads, thinks, then writes."""
    fresh = User.objects.get(pk=user.pk)
    time.sleep(0.05)
    if fresh.blocked_at is not None:
        return False
    with transaction.atomic():
        User.objects.filter(pk=user.pk).update(blocked_at=now)
        BlockEvent.objects.create(user=user, action="BLOCKED", source=source, reason=reason, ip=ip, created_at=now)
    return True


def test_of_twenty_presses_at_once_one_blocks():
    token = token_for(make_resident(ANNAS_PHONE))

    assert sum(at_once(20, lambda _: use(token))) == 1

    assert BlockEvent.objects.count() == Message.objects.count() == 1


def test_of_twenty_links_and_commands_at_once_one_blocks():
    anna = make_resident(ANNAS_PHONE)
    tokens = [token_for(anna) for _ in range(10)]

    def one(which):
        if which % 2:
            return use(tokens[which // 2])
        return blocking.block(
            user=anna, source=BlockSource.COMMAND, reason="проверка", ip=None, now=timezone.now(), who="olga"
        )

    assert sum(at_once(20, one)) == 1
    assert BlockEvent.objects.count() == Message.objects.count() == 1
    assert not BlockLink.objects.filter(used_at=None).exists()


def test_saboteur_reading_first_blocks_several_times():
    anna = make_resident(ANNAS_PHONE)
    most = 0
    for _ in range(5):
        User.objects.update(blocked_at=None)
        done = at_once(
            20, lambda _: naive_block(user=anna, source="COMMAND", reason="проверка", ip=None, now=timezone.now())
        )
        most = max(most, sum(done))

    assert most > 1


def test_payments_confirmed_while_it_is_blocked_are_either_before_or_not_at_all():
    anna = make_resident(ANNAS_PHONE)
    payment = open_payment(make_manual_bill(anna), anna)
    confirmation = send_code(payment, anna)

    def one(which):
        if which % 2:
            return blocking.block(user=anna, source=BlockSource.CABINET, reason="проверка", ip=None, now=timezone.now())
        try:
            return checkout.submit(
                payment=type(payment).objects.get(pk=payment.pk),
                resident=anna,
                confirmation=type(confirmation).objects.get(pk=confirmation.pk),
                code=CODE,
                brand="МИР",
                last_four="7761",
                now=NOW,
            )
        except (checkout.ResidentBlocked, confirmations.CodeExpired, confirmations.NoTriesLeft):
            return False

    outcomes = at_once(8, one)

    payment.refresh_from_db()
    assert sum(outcomes[1::2]) == 1
    assert sum(outcomes[0::2]) <= 1
    assert payment.is_submitted == any(outcomes[0::2])
    assert payment.status in {Status.SUBMITTED, Status.CONFIRMING}
    payment.bill.refresh_from_db()
    assert payment.bill.held == (payment.amount if payment.is_submitted else 0)


def log_in_by_code(anna):
    attempt = uuid4()
    new_device.send_code(user=anna, attempt=attempt, device="Firefox", ip="127.0.0.1", now=NOW)
    return lambda: new_device.confirm(user=anna, attempt=attempt, code=CODE, now=NOW)


def change_address_by_code(anna):
    change = profile.propose(resident=anna, action=ProfileAction.SAVE, values={"address": "Мира, 1"}, now=NOW)
    sent = profile.send_code(change=change, ip="127.0.0.1", now=NOW)
    return lambda: profile.confirm(change=change, confirmation=sent, code=CODE, now=NOW)


@pytest.mark.parametrize("begin", [log_in_by_code, change_address_by_code])
def test_nothing_that_is_being_confirmed_stops_the_blocking(monkeypatch, begin):
    """Who locks the person before the code would wait for the blocking, and the blocking for him."""
    anna = make_resident(ANNAS_PHONE)
    monkeypatch.setattr(confirmations, "_new_code", lambda purpose: CODE)
    confirm, consume = begin(anna), confirmations.consume

    def slowly(**arguments):
        time.sleep(0.3)
        return consume(**arguments)

    monkeypatch.setattr(confirmations, "consume", slowly)

    def one(which):
        if which:
            time.sleep(0.1)
            return blocking.block(user=anna, source=BlockSource.COMMAND, reason="звонок", ip=None, now=timezone.now())
        with suppress(confirmations.CodeExpired, confirmations.NoTriesLeft):
            confirm()
        return None

    assert at_once(2, one) == [None, True]

    anna.refresh_from_db()
    assert anna.blocked_at is not None


def test_requests_of_many_sessions_after_it_are_all_refused():
    anna = make_resident(ANNAS_PHONE)
    clients = [Client() for _ in range(8)]
    for client in clients:
        log_in(client, ANNAS_PHONE)
    blocking.block(user=anna, source=BlockSource.COMMAND, reason="проверка", ip=None, now=timezone.now())

    statuses = at_once(8, lambda which: clients[which].get(CLOSED).status_code)

    assert set(statuses) == {403}
    assert not active_sessions.of(user=anna, now=timezone.now()).exists()


def test_a_session_that_is_ended_while_it_is_used_stays_ended():
    anna = make_resident(ANNAS_PHONE)
    rows = [active_sessions.begin(user=anna, device="Firefox", network="", now=NOW) for _ in range(6)]

    def one(which):
        if which % 2:
            active_sessions.see(uuid=rows[which // 2].uuid, now=timezone.now())
        else:
            active_sessions.end(user=anna, uuid=rows[which // 2].uuid, now=timezone.now())

    at_once(12, one)

    assert not ResidentSession.objects.filter(ended_at=None).exists()

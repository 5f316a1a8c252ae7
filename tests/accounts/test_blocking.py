"""The rules of blocking: everything ends at once, it is written down, the owner is told, only staff open it again."""

from datetime import timedelta
from uuid import uuid4

import pytest

from accounts import active_sessions, block_links, blocking, confirmations
from accounts.models import BlockAction, BlockEvent, BlockSource, Confirmation, ResidentSession, User
from notifications.models import Message
from payments import checkout
from payments.status import Status
from tests.accounts.make import code_for, code_sent_to, sms
from tests.payments.make import CODE, send_code
from tests.people import ANNAS_PHONE, BORISS_PHONE, NOW

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)


def block(user, **changes):
    wanted = {"source": BlockSource.COMMAND, "reason": "подозрение", "ip": "203.0.113.7", "now": NOW, "who": "olga"}
    return blocking.block(user=user, **{**wanted, **changes})


def unblock(user, **changes):
    wanted = {"source": BlockSource.COMMAND, "reason": "личность подтверждена", "now": NOW + MINUTE, "who": "olga"}
    return blocking.unblock(user=user, **{**wanted, **changes})


def test_it_is_written_down_who_where_from_when_and_why(anna):
    block(anna)

    anna.refresh_from_db()
    event = BlockEvent.objects.get()
    assert anna.blocked_at == NOW
    assert (event.user, event.action, event.source, event.who) == (anna, BlockAction.BLOCKED, "COMMAND", "olga")
    assert (event.ip, event.reason, event.created_at) == ("203.0.113.7", "подозрение", NOW)


def test_the_record_is_never_changed(anna):
    block(anna)
    event = BlockEvent.objects.get()

    with pytest.raises(TypeError):
        event.save()
    with pytest.raises(TypeError):
        event.delete()


def test_blocking_a_blocked_one_changes_nothing(anna):
    block(anna)

    assert not block(anna, now=NOW + MINUTE)

    anna.refresh_from_db()
    assert anna.blocked_at == NOW
    assert BlockEvent.objects.count() == Message.objects.count() == 1


def test_opening_an_open_one_changes_nothing(anna):
    assert not unblock(anna)

    assert not BlockEvent.objects.exists()
    assert not Message.objects.exists()


def test_the_owner_is_told_and_where_to_call(anna):
    block(anna)

    (text,) = sms(ANNAS_PHONE)
    assert "личный кабинет заблокирован" in text
    assert "8 800 100-39-00" in text


def test_opening_is_told_with_a_link_to_close_it_again(anna, settings):
    block(anna)

    assert unblock(anna)

    anna.refresh_from_db()
    text = sms(ANNAS_PHONE)[-1]
    assert anna.blocked_at is None
    assert "разблокирован" in text
    assert f"Это были не вы? Заблокируйте кабинет: {settings.BASE_URL}/s/" in text
    assert BlockEvent.objects.last().action == BlockAction.UNBLOCKED


def test_the_link_stands_nowhere_in_clear(anna):
    block(anna)
    unblock(anna)

    message = Message.objects.get(kind="cabinet_unblocked")

    assert message.text == ""
    assert "/s/" in message.secret_text


def test_sessions_do_not_come_back_with_the_cabinet(anna):
    session = active_sessions.begin(user=anna, device="Firefox", network="", now=NOW)

    block(anna)
    unblock(anna)

    assert active_sessions.is_ended(uuid=session.uuid, user=anna)


def test_the_neighbour_is_left_alone(anna, boris):
    session = active_sessions.begin(user=boris, device="Firefox", network="", now=NOW)
    link = block_links.make(user=boris, now=NOW)

    block(anna)

    boris.refresh_from_db()
    assert boris.blocked_at is None
    assert not active_sessions.is_ended(uuid=session.uuid, user=boris)
    assert block_links.find(token=link.split("/")[-1], now=NOW).used_at is None
    assert sms(BORISS_PHONE) == []


def test_codes_that_were_sent_before_are_dead(anna):
    code_for(uuid4(), ANNAS_PHONE, resident=anna)

    block(anna)

    assert not Confirmation.objects.live(NOW).exists()


def test_a_payment_that_waits_for_its_code_can_no_longer_be_confirmed(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)

    block(anna)

    with pytest.raises(confirmations.CodeExpired):
        submit(annas_payment, anna, confirmation)
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_nor_after_the_cabinet_was_opened_again(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    block(anna)
    unblock(anna)

    with pytest.raises(confirmations.CodeExpired):
        submit(annas_payment, anna, confirmation)


def test_saboteur_a_code_left_alive_would_still_pay_after_opening(anna, annas_payment):
    confirmation = send_code(annas_payment, anna)
    block(anna)
    unblock(anna)
    Confirmation.objects.update(cancelled_at=None)

    assert submit(annas_payment, anna, confirmation)


def test_a_code_asked_for_by_a_blocked_one_does_not_pay(anna, annas_payment):
    User.objects.update(blocked_at=NOW)
    confirmation = send_code(annas_payment, anna)

    with pytest.raises(checkout.ResidentBlocked):
        submit(annas_payment, anna, confirmation)


def test_the_code_is_for_blocking_alone(anna, annas_payment):
    confirmation = blocking.send_code(resident=anna, ip="127.0.0.1", now=NOW)
    code = code_sent_to(ANNAS_PHONE, 6)

    with pytest.raises(confirmations.DigestChanged):
        submit(annas_payment, anna, confirmation, code=code)


def test_a_code_sent_to_a_former_phone_does_not_block(anna):
    confirmation = blocking.send_code(resident=anna, ip="127.0.0.1", now=NOW)
    code = code_sent_to(ANNAS_PHONE, 6)
    anna.phone = "+79990001122"

    with pytest.raises(confirmations.DigestChanged):
        blocking.block_with_code(resident=anna, confirmation=confirmation, code=code, ip="127.0.0.1", now=NOW)


def test_the_sms_of_the_code_says_what_it_is_for(anna):
    blocking.send_code(resident=anna, ip="127.0.0.1", now=NOW)

    assert "для блокировки кабинета" in sms(ANNAS_PHONE)[0]
    assert len(sms(ANNAS_PHONE)[0]) <= 134


def test_old_sessions_are_forgotten_when_a_new_one_begins(anna):
    active_sessions.begin(user=anna, device="Firefox", network="", now=NOW)

    active_sessions.begin(user=anna, device="Chrome", network="", now=NOW + timedelta(hours=12))

    assert ResidentSession.objects.get().device == "Chrome"


def submit(payment, resident, confirmation, code=CODE):
    return checkout.submit(
        payment=payment,
        resident=resident,
        confirmation=confirmation,
        code=code,
        brand="МИР",
        last_four="7761",
        now=NOW,
    )

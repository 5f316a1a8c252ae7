"""«Карточка жителя»: shut until the caller names the code word, open for fifteen minutes for this operator alone."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts import blocking
from accounts.models import BlockEvent, BlockSource, User
from notifications.models import Message
from payments.models import Payment, SavedCard
from safeguards import journal
from safeguards.models import JournalEntry
from smartservice.contact_centre import identification
from smartservice.roles import Role
from tests.billing.make import make_manual_bill
from tests.clock import NOW
from tests.contact_centre.staff import client_of, later, make_staff
from tests.payments.make import open_payment, pay, submit
from tests.people import ANNAS_PHONE
from tests.races import at_once

pytestmark = pytest.mark.django_db
WORD = "Ромашка"


def address(name, resident):
    return reverse(f"admin:resident-{name}", args=[resident.uuid])


def see(client, resident):
    return client.get(address("card", resident)).content.decode()


def say(client, resident, word=WORD):
    return client.post(address("identify", resident), {"said": word}, follow=True).content.decode()


def actions(resident):
    return list(
        JournalEntry.objects.filter(whose_uuid=resident.uuid).order_by("number").values_list("action", flat=True)
    )


@pytest.fixture
def blocked(anna):
    blocking.block(user=anna, source=BlockSource.COMMAND, reason="потерян телефон", ip=None, now=NOW)
    anna.refresh_from_db()
    return anna


def test_before_identification_it_says_only_who_is_meant(operator_client, anna):
    bill = make_manual_bill(anna)
    payment = open_payment(bill, anna)
    submit(payment, anna)

    page = see(operator_client, anna)

    assert "Соколова Анна" in page
    assert "+7 916 ***-**-67" in page
    for secret in (ANNAS_PHONE, bill.account.number, "12 970,24", str(payment.number), "anna@", "Отопление", WORD):
        assert secret not in page.replace("\u00a0", " "), secret


def test_the_right_word_opens_everything_a_call_needs(operator_client, anna):
    bill = make_manual_bill(anna)
    payment = open_payment(bill, anna)
    submit(payment, anna)

    page = say(operator_client, anna).replace("\u00a0", " ")

    assert "Совпало" in page
    for shown in (bill.account.number, "12 970,24 ₽", "Отопление", str(payment.number), "в обработке", "Подписки"):
        assert shown in page, shown
    assert WORD not in page


@pytest.mark.parametrize("said", ["ромашка", " РОМАШКА ", "ро машка"])
def test_case_and_spaces_do_not_matter(operator_client, anna, said):
    assert "Совпало" in say(operator_client, anna, said)


def test_a_wrong_word_says_so_and_how_many_tries_are_left(operator_client, anna):
    page = say(operator_client, anna, "Лютик")

    assert "Не совпало" in page
    assert "Осталось попыток: 2" in page


def test_three_wrong_words_lock_even_the_right_one(operator_client, anna):
    for _ in range(3):
        say(operator_client, anna, "Лютик")

    page = say(operator_client, anna)

    assert "Попыток больше нет" in page
    assert "Лицевые счета" not in page
    assert actions(anna).count("resident.not-identified") == 3
    assert "resident.identified" not in actions(anna)


def test_half_an_hour_later_the_word_may_be_named_again(operator_client, anna):
    for _ in range(3):
        say(operator_client, anna, "Лютик")

    with later(14 * 60):
        see(operator_client, anna)
    with later(28 * 60):
        see(operator_client, anna)
    with later(31 * 60):
        assert "Совпало" in say(operator_client, anna)


def test_the_next_operator_has_no_tries_of_his_own(operator_client, anna):
    for _ in range(2):
        say(operator_client, anna, "Лютик")
    next_one = client_of(make_staff(phone="+79000000031"))

    assert "Осталось попыток: 1" in see(next_one, anna)
    say(next_one, anna, "Лютик")

    for client in (operator_client, next_one):
        assert "Попыток больше нет, у коллег тоже" in say(client, anna)
        assert re.search(r"у кого бы он ни спросил, можно будет через (29|30)\s", see(client, anna))
    assert actions(anna).count("resident.not-identified") == 3


def test_many_operators_together_have_ten_tries_a_day(anna):
    for number in range(4):
        with later(number * 31 * 60):
            client = client_of(make_staff(phone=f"+7900000003{number}"))
            for _ in range(3):
                say(client, anna, "Лютик")

    with later(4 * 31 * 60):
        last = client_of(make_staff(phone="+79000000039"))

        assert "Попыток больше нет" in say(last, anna)
        assert re.search(r"через 2[12]\sчас", see(last, anna))
    assert actions(anna).count("resident.not-identified") == 10


@pytest.mark.django_db(transaction=True)
def test_three_tries_are_three_however_many_come_at_once(anna):
    actor = journal.Actor(uuid=anna.uuid)

    def guess(which):
        try:
            return identification.is_word(resident=anna, said=f"Лютик {which}", actor=actor, now=timezone.now())
        except identification.NoTriesLeft:
            return None

    assert at_once(12, guess).count(False) == 3


def test_saboteur_without_the_throttle_a_fourth_word_is_compared(operator_client, anna, monkeypatch):
    monkeypatch.setattr(identification.throttle, "take_all", lambda *_: timedelta())
    for _ in range(3):
        say(operator_client, anna, "Лютик")

    assert "Совпало" in say(operator_client, anna)


def test_who_has_no_word_cannot_be_identified(operator_client, anna):
    anna.code_word = None
    anna.save(update_fields=["code_word"])

    assert "Не совпало" in say(operator_client, anna, "None")


def test_it_shuts_after_fifteen_minutes_however_busy_the_operator_is(operator_client, anna):
    say(operator_client, anna)
    with later(10 * 60):
        assert "Лицевые счета" in see(operator_client, anna)
    with later(15 * 60 + 1):
        assert "Лицевые счета" not in see(operator_client, anna)


def test_it_is_open_for_this_operator_alone(operator_client, anna):
    say(operator_client, anna)

    assert "Лицевые счета" not in see(client_of(make_staff(phone="+79000000031")), anna)


def test_it_is_open_for_this_resident_alone(operator_client, anna, boris):
    say(operator_client, anna)

    assert "Лицевые счета" not in see(operator_client, boris)


def test_the_end_of_the_call_shuts_it(operator_client, anna):
    say(operator_client, anna)

    operator_client.post(address("close", anna))

    assert "Лицевые счета" not in see(operator_client, anna)


def test_a_blocked_cabinet_is_opened_again_with_a_reason(operator_client, operator, blocked):
    say(operator_client, blocked)

    page = operator_client.post(address("unblock", blocked), {"reason": "нашёлся телефон"}, follow=True)

    assert "Кабинет разблокирован" in page.content.decode()
    blocked.refresh_from_db()
    assert blocked.blocked_at is None
    event = BlockEvent.objects.latest("pk")
    assert (event.source, event.who, event.reason) == ("STAFF", str(operator.uuid), "нашёлся телефон")
    assert Message.objects.filter(kind="cabinet_unblocked", address=ANNAS_PHONE).exists()
    row = JournalEntry.objects.get(action="resident.unblocked")
    assert (row.who_uuid, row.whose_uuid, row.why) == (operator.uuid, blocked.uuid, "нашёлся телефон")


def test_the_reason_has_the_focus_only_when_the_caller_is_shut_out(operator_client, blocked, boris):
    assert "autofocus" in say(operator_client, blocked)
    assert "autofocus" not in say(operator_client, boris)


def test_it_says_why_a_cabinet_is_blocked(operator_client, blocked):
    assert "потерян телефон" in say(operator_client, blocked)


def test_a_reason_must_be_given(operator_client, blocked):
    say(operator_client, blocked)

    page = operator_client.post(address("unblock", blocked), {"reason": " "}).content.decode()

    assert "Назовите причину" in page
    blocked.refresh_from_db()
    assert blocked.blocked_at is not None


def test_a_cabinet_is_blocked_on_the_phone(operator_client, anna):
    say(operator_client, anna)

    operator_client.post(address("block", anna), {"reason": "украли телефон"})

    anna.refresh_from_db()
    assert anna.blocked_at is not None
    assert "resident.blocked" in actions(anna)


@pytest.mark.parametrize("deed", ["unblock", "block", "reset"])
def test_nothing_is_done_for_who_was_not_identified(operator_client, blocked, deed):
    messages = Message.objects.count()

    assert operator_client.post(address(deed, blocked), {"reason": "очень просит"}).status_code == 403
    assert User.objects.get(pk=blocked.pk).blocked_at is not None
    assert Message.objects.count() == messages


def test_a_new_password_is_between_the_resident_and_his_phone(operator_client, anna):
    say(operator_client, anna)

    page = operator_client.post(address("reset", anna), follow=True).content.decode()

    message = Message.objects.get(kind="password_reset_invitation")
    assert "отправлено SMS" in page
    assert message.address == ANNAS_PHONE
    assert reverse("accounts:password-reset") in message.text
    assert "resident.reset-invited" in actions(anna)


def test_three_invitations_a_day_are_enough(operator_client, anna):
    say(operator_client, anna)
    for _ in range(4):
        page = operator_client.post(address("reset", anna), follow=True).content.decode()

    assert "Снова можно через" in page
    assert Message.objects.filter(kind="password_reset_invitation").count() == 3


def test_every_look_is_a_row_of_the_journal(operator_client, operator, anna):
    see(operator_client, anna)
    say(operator_client, anna)

    rows = JournalEntry.objects.filter(action="resident.looked").order_by("number")
    assert [(row.who_uuid, row.why) for row in rows] == [(operator.uuid, "до опознания"), (operator.uuid, "опознан")]
    assert list(journal.verify()) == []


def test_what_was_done_is_not_hidden_behind_looks(operator_client, anna):
    say(operator_client, anna)
    operator_client.post(address("block", anna), {"reason": "украли телефон"})
    for _ in range(25):
        page = see(operator_client, anna)

    assert "Журнал: что сделано" in page
    assert "украли телефон" in page
    assert "просмотр карточки жителя" not in page


def test_bills_of_an_account_that_waits_for_its_proof_are_not_shown(operator_client, anna):
    bill = make_manual_bill(anna)
    bill.account.provider.account_proof = "BILL_SUM"
    bill.account.provider.save()

    page = say(operator_client, anna)

    assert "ждёт подтверждения" in page
    assert "Отопление" not in page


def test_queries_do_not_grow_with_bills_and_operations(operator_client, anna, django_assert_max_num_queries):
    bill = make_manual_bill(anna)
    payment = open_payment(bill, anna)
    submit(payment, anna)
    say(operator_client, anna)

    assert Payment.objects.count() == 1
    with django_assert_max_num_queries(40):
        see(operator_client, anna)


def test_staff_have_no_card(operator_client, operator):
    assert operator_client.get(address("card", operator)).status_code == 404


@pytest.mark.parametrize("name", ["card", "identify", "close", "unblock", "block", "reset"])
def test_who_may_not_serve_residents_has_no_card(anna, name):
    administrator = client_of(make_staff(Role.ADMINISTRATOR))
    method = administrator.get if name == "card" else administrator.post

    assert method(address(name, anna)).status_code == 403


def test_a_saved_card_is_a_mask_and_a_state(operator_client, anna):
    SavedCard.objects.create(
        resident=anna,
        bank_card_id="8750",
        rebill_id="145919",
        brand="МИР",
        last_four="7761",
        title="Зарплатная",
        is_default=True,
        created_at=NOW,
        moved_at=NOW,
    )

    page = say(operator_client, anna)

    for shown in ("МИР (***7761)", "Активен", "основная", "Зарплатная"):
        assert shown in page, shown
    assert "145919" not in page
    assert "8750" not in page


def confirmed(resident):
    resident.email_confirmed_at = NOW
    resident.save(update_fields=["email_confirmed_at"])


def send_receipt(client, resident, payment):
    where = reverse("admin:resident-receipt", args=[resident.uuid, payment.uuid])
    return client.post(where, follow=True)


@pytest.fixture
def taken(anna, annas_bill, bank):
    return pay(annas_bill, anna)


def test_a_receipt_goes_once_more_to_the_address_that_is_kept(operator_client, anna, taken):
    confirmed(anna)
    say(operator_client, anna)

    page = send_receipt(operator_client, anna, taken).content.decode()

    assert "Квитанция отправлена" in page
    assert Message.objects.filter(kind="receipt", address="anna@example.com").exists()
    row = JournalEntry.objects.get(action="resident.receipt-sent")
    assert (row.whose_uuid, row.target) == (anna.uuid, f"Payment {taken.pk}")


def test_without_a_confirmed_address_it_goes_nowhere(operator_client, anna, taken):
    say(operator_client, anna)

    assert "отправить некуда" in send_receipt(operator_client, anna, taken).content.decode()
    assert "resident.receipt-sent" not in actions(anna)


def test_a_receipt_of_somebody_elses_operation_is_not_found(operator_client, anna, boris, taken):
    say(operator_client, boris)

    assert send_receipt(operator_client, boris, taken).status_code == 404


def test_a_receipt_is_not_sent_for_who_was_not_identified(operator_client, anna, taken):
    confirmed(anna)

    assert send_receipt(operator_client, anna, taken).status_code == 403
    assert not Message.objects.filter(kind="receipt").exists()

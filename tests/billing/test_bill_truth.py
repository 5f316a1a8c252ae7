"""News of bills at the door: what the night has made untrue is not said, the rest goes out as it is."""

import io
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection

from accounts.models import User
from billing import bill_news, bill_truth, dues, personal_accounts, register_import
from billing.models import AddedAccount, Bill, BillMark, Provider
from notifications import delivery, outbox
from notifications.channels import choice
from notifications.models import Message, State
from safeguards.among import choice as choice_of
from tests.billing.make import NUMBER, add_account, make_account, make_bill, make_register
from tests.billing.registers import register_text, row
from tests.notifications.make import Carrier
from tests.people import ANNAS_PHONE

pytestmark = pytest.mark.django_db
MINUTE = timedelta(minutes=1)
# Eleven in the evening of Moscow, and the first minute of the day after.
NIGHT = datetime(2026, 11, 20, 20, tzinfo=UTC)
MORNING = datetime(2026, 11, 21, 6, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _nights(settings):
    settings.QUIET_HOURS = (21, 9)


@pytest.fixture
def carrier(monkeypatch):
    """All news go here."""
    carrier = Carrier()
    monkeypatch.setattr(choice, "carrier", lambda channel: carrier)
    return carrier


def take_in(*rows, now=NIGHT, **register):
    register_import.import_register(file=io.BytesIO(register_text(*rows, **register).encode()), file_name="", now=now)
    bill_news.announce_due(now=now)


@pytest.fixture
def bill(flat):
    """Came in at night, to be told of in the morning by both ways."""
    take_in(row(NUMBER, 100))
    return Bill.objects.get()


def hold(bill, kopecks=10_000):
    operation = uuid4()
    dues.hold(bill_id=bill.pk, version=1, operation=operation, amount=kopecks, now=NIGHT)
    return operation


def pay(bill, kopecks=10_000):
    dues.settle(bill_id=bill.pk, operation=hold(bill, kopecks), now=NIGHT)


def sent():
    return set(Message.objects.filter(state=State.SENT).values_list("channel", flat=True))


def test_what_is_still_so_goes_out_by_both_ways(bill, carrier):
    assert delivery.deliver_due(now=MORNING) == 2


def mark(bill):
    resident = AddedAccount.objects.get().resident
    BillMark.objects.create(resident=resident, bill=bill, version=1, created_at=NIGHT)


CHANGES = {
    "paid": pay,
    "another version of the same sum": lambda bill: Bill.objects.update(version=2),
    "a newer bill": lambda bill: make_bill(bill.account, period=date(2017, 7, 1)),
    "a part of another bill": lambda bill: Bill.objects.update(carried_into=make_bill()),
    "marked as paid elsewhere": mark,
    "taken off": lambda bill: personal_accounts.take_off(added=AddedAccount.objects.get()),
    "to be proven now": lambda bill: Provider.objects.update(account_proof=Provider.AccountProof.BILL_SUM),
    "blocked": lambda bill: User.objects.update(blocked_at=NIGHT),
    "closed": lambda bill: User.objects.update(is_active=False),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_what_is_so_no_more_is_dropped(bill, carrier, change):
    change(bill)

    delivery.deliver_due(now=MORNING)

    assert carrier.texts == []
    assert set(Message.objects.values_list("state", flat=True)) == {State.DROPPED}


def test_paid_in_part_it_says_what_is_left(bill, carrier):
    pay(bill, 4_000)

    assert delivery.deliver_due(now=MORNING) == 2
    assert all("60,00" in text for text in carrier.texts)


def test_a_payment_under_way_may_fail_so_the_bill_is_told_of(bill, carrier):
    hold(bill)

    assert delivery.deliver_due(now=MORNING) == 2


def test_a_correction_made_while_a_payment_was_under_way_is_told_of_when_that_has_failed(bill, carrier):
    delivery.deliver_due(now=MORNING)
    operation = hold(bill, 4_000)
    take_in(row(NUMBER, 90), issued="06.07.2017", now=MORNING + MINUTE)
    dues.release(bill_id=bill.pk, operation=operation, now=MORNING + MINUTE)

    assert delivery.deliver_due(now=MORNING + 2 * MINUTE) == 2


def test_news_that_name_no_version_were_queued_before_they_did(bill, carrier):
    Message.objects.update(edition=None)

    assert delivery.deliver_due(now=MORNING) == 2


@pytest.mark.parametrize("change", [CHANGES["paid"], CHANGES["taken off"]], ids=["paid", "taken off"])
def test_saboteur_that_asks_nobody_tells_of_what_was_so_at_night(bill, carrier, monkeypatch, change):
    monkeypatch.setattr(bill_truth, "untrue", lambda news, now: set())
    change(bill)

    assert delivery.deliver_due(now=MORNING) == 2


def test_a_former_phone_hears_nothing_and_the_letter_goes(bill, carrier):
    User.objects.filter(phone=ANNAS_PHONE).update(phone="+79990001122")

    delivery.deliver_due(now=MORNING)

    assert sent() == {"EMAIL"}


def test_a_former_mailbox_gets_nothing_and_the_sms_goes(bill, carrier):
    User.objects.filter(phone=ANNAS_PHONE).update(email="other@example.com")

    delivery.deliver_due(now=MORNING)

    assert sent() == {"SMS"}


def test_a_bill_corrected_in_the_night_is_told_of_once_and_as_it_is(bill, carrier):
    take_in(row(NUMBER, 50), issued="06.07.2017", now=NIGHT + MINUTE)

    delivery.deliver_due(now=MORNING)

    assert len(carrier.texts) == 2
    assert all("50,00" in text.replace("\u00a0", " ") and "100,00" not in text for text in carrier.texts)


@pytest.mark.parametrize("total", [0, -30])
def test_a_correction_to_nothing_is_told_of(bill, carrier, total):
    delivery.deliver_due(now=MORNING)
    take_in(row(NUMBER, total), issued="06.07.2017", now=MORNING + MINUTE)

    assert delivery.deliver_due(now=MORNING + MINUTE) == 2


def test_a_correction_while_somebody_pays_is_as_true_when_he_has_paid(bill, carrier):
    delivery.deliver_due(now=MORNING)
    operation = hold(bill, 4_000)
    take_in(row(NUMBER, 90), issued="06.07.2017", now=MORNING + MINUTE)
    dues.settle(bill_id=bill.pk, operation=operation, now=MORNING + MINUTE)

    assert delivery.deliver_due(now=MORNING + MINUTE) == 2


def test_a_family_hears_each_by_himself(flat, boris, carrier):
    his = add_account(boris, flat.account)
    take_in(row(NUMBER, 100))
    personal_accounts.take_off(added=his)

    delivery.deliver_due(now=MORNING)

    assert Message.objects.get(state=State.DROPPED).address == boris.phone
    assert sent() == {"SMS", "EMAIL"}


def test_of_two_bills_the_one_that_is_still_owed_is_told_of(anna, flat, carrier):
    add_account(anna, make_account("1234567891"), title="Дача")
    take_in(row(NUMBER, 100), row("1234567891", 30))
    pay(Bill.objects.get(account=flat.account))

    delivery.deliver_due(now=MORNING)

    assert all("Дача" in text and "Центральная" not in text for text in carrier.texts)
    assert len(carrier.texts) == 2


def test_what_staff_send_again_must_be_true_as_well(bill, carrier):
    delivery.deliver_due(now=MORNING)
    pay(bill)
    outbox.send_again(Message.objects.filter(channel="SMS").get(), now=MORNING + MINUTE)

    assert delivery.deliver_due(now=MORNING + MINUTE) == 0


# --- the last day ---------------------------------------------------------------------------------------------------
# Noon and eleven in the evening of the day before the last one, Moscow.
EVE, LATE = datetime(2026, 11, 14, 9, tzinfo=UTC), datetime(2026, 11, 14, 20, tzinfo=UTC)


@pytest.fixture
def october(flat):
    """The bill of October 2026, to be paid by the 15th of November."""
    return make_bill(flat.account, period=date(2026, 10, 1), issued_date=date(2026, 11, 3))


def test_tomorrows_last_day_is_told_of_on_its_eve(october, carrier):
    bill_news.remind(now=EVE)

    assert delivery.deliver_due(now=EVE) == 2


def test_a_reminder_that_would_be_read_on_the_last_day_itself_is_dropped(october, carrier):
    bill_news.remind(now=LATE)

    delivery.deliver_due(now=LATE + timedelta(hours=10, minutes=1))

    assert carrier.texts == []
    assert set(Message.objects.values_list("state", flat=True)) == {State.DROPPED}


def test_saboteur_that_knows_no_calendar_says_tomorrow_on_the_day_itself(october, carrier, monkeypatch):
    monkeypatch.setattr(bill_truth, "_not_tomorrow", lambda news, now: set())
    bill_news.remind(now=LATE)

    delivery.deliver_due(now=LATE + timedelta(hours=10, minutes=1))

    assert any("Завтра" in text for text in carrier.texts)


def test_a_reminder_of_what_he_marked_meanwhile_is_dropped_and_a_neighbours_mark_is_nothing(october, boris, carrier):
    bill_news.remind(now=EVE)
    BillMark.objects.create(resident=boris, bill=october, version=1, created_at=EVE)
    assert bill_truth.untrue(list(Message.objects.all()), EVE) == set()

    BillMark.objects.create(resident=AddedAccount.objects.get().resident, bill=october, version=1, created_at=EVE)

    assert delivery.deliver_due(now=EVE) == 0


def test_it_is_one_query_however_many_they_are(bill, django_assert_num_queries):
    messages = list(Message.objects.all())

    with django_assert_num_queries(1):
        assert bill_truth.untrue(messages * 50, MORNING) == set()


def plan(as_written, news):
    """Of the question, by a planner to whom going from row to row seems dear."""
    among, ids = choice_of([one.pk for one in news], "bigint")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(bill_truth._statement(f"{as_written} EXPLAIN", among), [ids])
        return "\n".join(line for (line,) in cursor.fetchall())


@pytest.mark.postgres
def test_it_goes_from_row_to_row_whatever_the_planner_thinks(bill):
    said = plan(bill_truth.AS_WRITTEN, Message.objects.all())

    assert "Hash Join" not in said
    assert "Merge" not in said


@pytest.mark.postgres
def test_saboteur_that_lets_the_planner_choose_goes_through_whole_tables(bill):
    said = plan("", Message.objects.all())

    assert "Hash Join" in said or "Merge" in said


def test_new_sums_are_one_more_query_however_many_they_are(anna, flat, django_assert_max_num_queries):
    for number in range(5):
        make_bill(add_account(anna, make_account(f"77{number}")).account, register=make_register(announced_at=None))
    bill_news.announce_due(now=NIGHT)
    Bill.objects.update(paid=40_000)

    with django_assert_max_num_queries(4):
        assert bill_truth.untrue(list(Message.objects.all()), MORNING) == set()

    assert set(Message.objects.values_list("amount", flat=True)) == {60_000}


def test_a_sum_that_another_worker_has_named_stays(bill):
    ours = list(Message.objects.all())
    pay(bill, 4_000)
    Message.objects.update(state=State.QUEUED, lease_until=MORNING)

    bill_truth.untrue(ours, MORNING)

    assert set(Message.objects.values_list("amount", flat=True)) == {10_000}

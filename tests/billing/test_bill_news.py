"""News of bills: who hears of what, once, whole and true; and who hears nothing."""

import io
import re
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes, policy

import pytest
from django.test import Client
from django.urls import reverse

from accounts import blocking
from accounts.models import BlockSource, User
from billing import bill_news, dues, register_import
from billing.models import AddedAccount, Bill, BillMark, Provider
from notifications import delivery, subscriptions, texts
from notifications.models import Category, Message, State, Subscription, Topic
from tests.billing.make import NUMBER, add_account, make_account, make_bill
from tests.billing.registers import register_text, row
from tests.people import ANNAS_PHONE, NOW, make_resident

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


def take_in(*rows, now=NOW, **register):
    register_import.import_register(file=io.BytesIO(register_text(*rows, **register).encode()), file_name="", now=now)


def news(address):
    return [texts.of(message).text for message in Message.objects.filter(address=address).order_by("id")]


def told(address, channel="SMS"):
    """Deliver, and read what came."""
    return list(Message.objects.filter(address=address, channel=channel).values_list("kind", flat=True))


def test_a_new_bill_is_told_by_sms_in_one_segment_with_title_sum_date_and_link(flat):
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    (text,) = news(ANNAS_PHONE)
    bill = Bill.objects.get()
    assert text == f"Счёт 12 970,00 ₽ до 10.07, Центральная 5-1 http://127.0.0.1:8000/b/{_base36(bill.pk)}"
    assert texts.segments(text) == 1


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return digits


def test_and_by_letter_with_a_way_to_stop_it(anna, flat):
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    letter = Message.objects.get(address=anna.email)
    words = texts.of(letter)
    assert words.subject == "Новый счёт: Центральная 5-1, 12 970,00 ₽"
    assert "К оплате: 12\u00a0970,00\u00a0₽\nОплатить до: 10.07\nОткрыть счёт: http://127.0.0.1:8000/b/" in words.text


def test_nothing_personal_but_the_title_is_said(anna, flat):
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    for text in news(ANNAS_PHONE) + news(anna.email):
        assert NUMBER not in text
        assert anna.last_name not in text
        assert "Отопление" not in text


def test_the_link_opens_that_bill_after_the_login(anna, flat):
    take_in(row(NUMBER, 12970))
    bill = Bill.objects.get()
    client, link = Client(), reverse("billing:bill-link", args=[_base36(bill.pk)])

    first = client.get(link)
    client.force_login(anna)
    second = client.get(link)

    assert first["Location"] == f"{reverse('accounts:login')}?next={link}"
    assert second["Location"] == reverse("payments:bill-charges", args=[bill.uuid])


def test_a_family_of_two_hears_each_by_himself_and_under_his_own_title(flat, boris):
    add_account(boris, flat.account, title="Мамина квартира")
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert "Мамина квартира" in news(boris.phone)[0]
    assert "Центральная 5-1" in news(ANNAS_PHONE)[0]
    assert len(news(boris.phone)) == 1


def test_two_who_share_a_mailbox_and_a_flat_hear_each(anna, boris, flat):
    add_account(boris, flat.account, title="Мамина квартира")
    User.objects.filter(pk__in=[anna.pk, boris.pk]).update(email="family@example.com", email_confirmed_at=NOW)
    take_in(row(NUMBER, 12970))

    assert bill_news.announce_due(now=NOW) == 4

    assert Message.objects.filter(address="family@example.com").values("created_at").distinct().count() == 2


def test_and_each_has_a_letter_of_her_own_with_her_own_sum_and_way_to_stop_it(anna, boris, flat, tmp_path):
    add_account(boris, flat.account, title="Мамина квартира")
    User.objects.filter(pk__in=[anna.pk, boris.pk]).update(email="family@example.com", email_confirmed_at=NOW)
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)

    delivery.deliver_due(now=NOW)

    letters = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in (tmp_path / "mail").iterdir()]
    assert len(letters) == 2
    assert {re.findall(r"12.970,00", letter["Subject"]) != [] for letter in letters} == {True}
    assert len({letter["List-Unsubscribe"] for letter in letters}) == 2


def test_a_neighbour_without_the_account_hears_nothing(flat, boris):
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert news(boris.phone) == []


@pytest.mark.parametrize("asked", list(Provider.AccountProof))
@pytest.mark.parametrize("proven_at", [None, NOW])
def test_who_has_yet_to_prove_the_account_hears_nothing(flat, asked, proven_at):
    Provider.objects.update(account_proof=asked)
    AddedAccount.objects.update(proven_at=proven_at)
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert bool(news(ANNAS_PHONE)) == AddedAccount.objects.opened().exists()


def test_several_accounts_travel_as_one_message(anna, flat, tmp_path):
    add_account(anna, make_account("1234567891"), title="Дача")
    take_in(row(NUMBER, 12970), row("1234567891", 30))
    bill_news.announce_due(now=NOW)

    sent = delivery.deliver_due(now=NOW)

    (sms,) = [file.read_text(encoding="utf-8") for file in (tmp_path / "sms").iterdir()]
    (mail,) = (tmp_path / "mail").iterdir()
    assert sent == 4
    assert sms == "Новых счетов: 2 на 13 000,00 ₽ http://127.0.0.1:8000/bills/"
    assert b"List-Unsubscribe-Post: List-Unsubscribe=One-Click" in mail.read_bytes()
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}


@pytest.mark.parametrize(
    "change",
    [
        {"blocked_at": NOW},
        {"is_active": False},
        {"phone": None, "email_confirmed_at": None},
    ],
    ids=["blocked", "closed", "erased"],
)
def test_who_has_no_open_cabinet_hears_nothing(flat, change):
    User.objects.update(**change)
    take_in(row(NUMBER, 12970))

    assert bill_news.announce_due(now=NOW) == 0


def test_an_unconfirmed_address_gets_no_letter(anna, flat):
    User.objects.update(email_confirmed_at=None)
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert news(anna.email) == []
    assert len(news(ANNAS_PHONE)) == 1


@pytest.mark.parametrize(
    ("off", "left"), [(Topic.BILLS_BY_SMS, "EMAIL"), (Topic.BILLS_BY_EMAIL, "SMS")], ids=["sms off", "e-mail off"]
)
def test_each_subscription_stops_its_own_channel(anna, flat, off, left):
    subscriptions.save(resident_uuid=anna.uuid, choice={off: False}, now=NOW)
    take_in(row(NUMBER, 12970))

    bill_news.announce_due(now=NOW)

    assert list(Message.objects.values_list("channel", flat=True)) == [left]


def test_what_waits_is_dropped_when_he_unsubscribes_or_blocks(anna, flat):
    take_in(row(NUMBER, 12970))
    bill_news.announce_due(now=NOW)

    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_EMAIL: False}, now=NOW)
    left = list(Message.objects.waiting().values_list("channel", flat=True))
    blocking.block(user=anna, source=BlockSource.CABINET, reason="", ip=None, now=NOW)

    assert left == ["SMS"]
    assert list(Message.objects.waiting().values_list("kind", flat=True)) == ["cabinet_blocked"]


def test_a_correction_is_told_as_one_with_what_is_left_to_pay(flat):
    take_in(row(NUMBER, 100))
    bill_news.announce_due(now=NOW)
    bill = Bill.objects.get()
    dues.hold(bill_id=bill.pk, operation=bill.uuid, version=1, amount=4000, resident=flat.resident, now=NOW)
    dues.settle(bill_id=bill.pk, operation=bill.uuid, now=NOW)
    take_in(row(NUMBER, 90), issued="12.07.2017")

    bill_news.announce_due(now=NOW + SECOND)

    text = news(ANNAS_PHONE)[-1]
    # The title gives way, for a second segment costs as much as the first; not where nothing readable would be left.
    assert re.match("Счёт исправлен: 50,00 ₽ до 10.08, Центральн(…|ая 5-1) http", text), text
    assert texts.segments(text) == (1 if "…" in text else 2)


def test_an_unchanged_bill_of_a_register_sent_anew_is_no_news(flat):
    take_in(row(NUMBER, 100))
    bill_news.announce_due(now=NOW)
    take_in(row(NUMBER, 100), issued="12.07.2017")

    assert bill_news.announce_due(now=NOW + SECOND) == 0


def test_an_older_period_that_comes_late_is_no_news(flat):
    take_in(row(NUMBER, 100), period="06.2017")
    bill_news.announce_due(now=NOW)
    take_in(row(NUMBER, 70), period="05.2017", issued="05.06.2017")

    assert bill_news.announce_due(now=NOW + SECOND) == 0


def test_a_dry_run_tells_nobody(flat):
    data = register_text(row(NUMBER, 100)).encode()
    register_import.import_register(file=io.BytesIO(data), file_name="", now=NOW, dry_run=True)

    assert bill_news.announce_due(now=NOW) == 0


# --- quiet hours ----------------------------------------------------------------------------------------------------
MIDNIGHT = datetime(2026, 11, 20, 21, 30, tzinfo=UTC)


def test_at_night_it_waits_for_the_morning_of_the_residents_zone(anna, flat, settings):
    settings.QUIET_HOURS = (21, 9)
    omsk = make_resident("+79031112255", email="omsk@example.com")
    add_account(omsk, flat.account)
    Subscription.objects.create(resident_uuid=omsk.uuid, time_zone="Asia/Omsk", changed_at=NOW)
    take_in(row(NUMBER, 100), now=MIDNIGHT)

    bill_news.announce_due(now=MIDNIGHT)

    due = dict(Message.objects.filter(channel="SMS").values_list("address", "due_at"))
    assert due[ANNAS_PHONE] == datetime(2026, 11, 21, 6, tzinfo=UTC)
    assert due[omsk.phone] == datetime(2026, 11, 21, 3, tzinfo=UTC)


def test_news_are_patient_and_give_way_to_codes(flat):
    take_in(row(NUMBER, 100))
    bill_news.announce_due(now=NOW)

    assert set(Message.objects.values_list("category", flat=True)) == {Category.BILLS}


# --- the day before -------------------------------------------------------------------------------------------------
EVE = datetime(2026, 11, 14, 9, tzinfo=UTC)


@pytest.fixture
def october(flat):
    """The bill of October 2026, to be paid by the 15th of November."""
    return make_bill(flat.account, period=date(2026, 10, 1), issued_date=date(2026, 11, 3))


def test_on_the_eve_of_the_last_day_an_unpaid_bill_is_reminded_of_once(october):
    counts = [bill_news.remind(now=EVE + timedelta(hours=hours)) for hours in range(3)]

    assert counts == [2, 0, 0]
    assert news(ANNAS_PHONE)[0].startswith("Завтра срок: 1 000,00 ₽, Центральная 5-1 http")


@pytest.mark.parametrize("day", [9, 13, 15, 16])
def test_on_other_days_of_nothing(october, day):
    assert bill_news.remind(now=EVE.replace(day=day)) == 0


def test_bills_of_the_old_law_are_due_on_the_tenth(flat):
    make_bill(flat.account, period=date(2026, 1, 1), issued_date=date(2026, 2, 3))

    assert bill_news.remind(now=datetime(2026, 2, 14, 9, tzinfo=UTC)) == 0
    assert bill_news.remind(now=datetime(2026, 2, 9, 9, tzinfo=UTC)) == 2


def test_a_bill_issued_after_its_day_is_due_a_month_later(flat):
    make_bill(flat.account, period=date(2026, 9, 1), issued_date=date(2026, 10, 20))

    assert bill_news.remind(now=datetime(2026, 10, 14, 9, tzinfo=UTC)) == 0
    assert bill_news.remind(now=EVE) == 2


@pytest.mark.parametrize("due_day", [None, 7, 10, 20, 28])
@pytest.mark.parametrize("issued", [date(2026, 11, 3), date(2026, 11, 12), date(2026, 12, 30)], ids=str)
def test_it_reminds_on_the_eve_of_the_very_day_that_the_page_names(flat, due_day, issued):
    Provider.objects.update(due_day=due_day)
    bill = make_bill(flat.account, period=date(2026, 10, 1), issued_date=issued)
    bill.refresh_from_db()
    days = [datetime(2026, 11, 1, 9, tzinfo=UTC) + timedelta(days=number) for number in range(100)]

    reminded = [day.date() for day in days if bill_news.remind(now=day)]

    assert reminded == [bill.due_date - timedelta(days=1)]


def test_a_paid_bill_is_not_reminded_of(october):
    Bill.objects.update(paid=october.total)

    assert bill_news.remind(now=EVE) == 0


def test_nor_is_one_that_he_marked_as_paid(anna, october):
    BillMark.objects.create(resident=anna, bill=october, version=1, created_at=NOW)

    assert bill_news.remind(now=EVE) == 0


def test_a_reminder_that_nobody_could_send_in_time_is_dropped(october):
    bill_news.remind(now=EVE)

    assert delivery.deliver_due(now=EVE + timedelta(days=2)) == 0
    assert set(Message.objects.values_list("state", flat=True)) == {State.DROPPED}

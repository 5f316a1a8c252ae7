"""«Сообщения»: what was sent to whom, whether it came, for how much; of secret ones not a letter."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from billing import bill_news
from billing.models import AddedAccount, Bill
from notifications import delivery, outbox, titles
from notifications.messages import PAYMENT_CODE, SUBSCRIPTIONS_CHANGED
from notifications.models import BlacklistedAddress, Channel, Message, State
from safeguards.models import JournalEntry
from smartservice.roles import Role
from tests.billing.make import NUMBER, add_account, make_account, make_bill, make_register, make_version
from tests.contact_centre.staff import client_of, make_staff
from tests.notifications.make import queue
from tests.people import ANNAS_PHONE, NOW

pytestmark = pytest.mark.django_db
LIST = reverse("admin:notifications_message_changelist")
BLACKLIST = reverse("admin:notifications_blacklistedaddress_add")


@pytest.fixture
def administrator_client(db):
    return client_of(make_staff(Role.ADMINISTRATOR, phone="+79000000030"))


@pytest.fixture
def news(db):
    """Something that is no secret, and has been sent."""
    message = queue(SUBSCRIPTIONS_CHANGED, address=ANNAS_PHONE, context={"changes": "счета по SMS – нет"})
    delivery.deliver_due(now=NOW)
    message.refresh_from_db()
    return message


@pytest.fixture
def code(db):
    """A code on its way."""
    context = {"code": "482137", "amount": "1,00 ₽", "payee": "ТСЖ"}
    return queue(PAYMENT_CODE, address=ANNAS_PHONE, context=context)


def page_of(client, message):
    return client.get(reverse("admin:notifications_message_change", args=[message.pk])).content.decode()


def test_it_shows_state_words_and_price(administrator_client, news):
    Message.objects.update(cost=235, carrier="smsc", state=State.DELIVERED)

    page = page_of(administrator_client, news)

    assert "Подписки: счета по SMS – нет" in page
    assert "доставлено" in page
    assert "2,35" in page
    assert ANNAS_PHONE not in page


@pytest.mark.parametrize("is_sent", [False, True])
def test_a_code_is_shown_to_nobody_before_and_after(administrator_client, code, is_sent):
    if is_sent:
        delivery.deliver_due(now=NOW)

    pages = page_of(administrator_client, code) + administrator_client.get(LIST).content.decode()

    assert "482137" not in pages
    assert "секретный, не показывается" in pages


def test_a_residents_messages_are_found_by_the_whole_phone_alone(administrator_client, news):
    found = administrator_client.get(LIST, {"q": ANNAS_PHONE}).content.decode()
    guessed = administrator_client.get(LIST, {"q": ANNAS_PHONE[:8]}).content.decode()

    assert "subscriptions_changed" in found
    assert "subscriptions_changed" not in guessed


def test_when_it_went_stands_as_everywhere_in_the_portal(administrator_client, news):
    assert f"{timezone.localtime(news.sent_at):%d.%m.%Y %H:%M}" in administrator_client.get(LIST).content.decode()


@pytest.mark.parametrize("typed", ["8 (916) 123-45-67", "9161234567", " +7 916 123 45 67"])
def test_however_the_phone_is_typed(administrator_client, news, typed):
    assert "subscriptions_changed" in administrator_client.get(LIST, {"q": typed}).content.decode()


@pytest.mark.parametrize("typed", ["Иванова", "916", "@", "+"])
def test_what_is_no_address_finds_nothing(administrator_client, news, typed):
    assert "subscriptions_changed" not in administrator_client.get(LIST, {"q": typed}).content.decode()


def test_what_is_no_address_is_not_looked_for_among_all_who_have_no_mailbox(administrator_client):
    with CaptureQueriesContext(connection) as asked:
        administrator_client.get(LIST, {"q": "Иванова"})

    assert not [query for query in asked if "notifications_message" in query["sql"]]


@pytest.mark.parametrize("typed", ["8 916 123-45-67", "IVANOV@mail.ru "])
def test_the_blacklist_is_searched_by_the_whole_address_however_it_is_typed(administrator_client, typed):
    BlacklistedAddress.objects.create(channel=Channel.SMS, address=ANNAS_PHONE, reason="просил")
    BlacklistedAddress.objects.create(channel=Channel.EMAIL, address="ivanov@mail.ru", reason="нет такого")
    where = reverse("admin:notifications_blacklistedaddress_changelist")

    assert administrator_client.get(where, {"q": typed}).content.decode().count('class="field-channel"') == 1


@pytest.fixture
def bill(anna):
    """Anna's bill, of which she was told by SMS; she paid a part of it before the news left."""
    flat = add_account(anna, make_account(NUMBER))
    bill = make_bill(flat.account, register=make_register(announced_at=None))
    bill_news.announce_due(now=NOW)
    Bill.objects.update(paid=40_000)
    delivery.deliver_due(now=NOW)
    return bill


def told(client):
    return page_of(client, Message.objects.get(kind="bill_issued"))


def test_news_of_a_bill_name_the_sum_that_they_named_whatever_became_of_it(administrator_client, bill):
    assert "Счёт 600,00 ₽ до 10.07, Центральная 5-1" in told(administrator_client)

    Bill.objects.update(paid=100_000, version=2, issued_date=date(2017, 9, 20))
    make_version(bill, total=100_000)

    assert "Счёт 600,00 ₽ до 10.07, Центральная 5-1" in told(administrator_client)


def test_a_title_that_looks_like_html_is_shown_as_it_was_written(administrator_client, bill):
    AddedAccount.objects.update(title="<b>дом</b><img src=x>")
    Message.objects.filter(kind="bill_issued").update(kind="bill_issued_letter", channel="EMAIL")

    page = page_of(administrator_client, Message.objects.get(kind="bill_issued_letter"))

    assert "&lt;b&gt;дом" in page
    assert "<img src=x" not in page


def test_news_of_an_account_that_was_taken_off_name_its_number(administrator_client, bill):
    AddedAccount.objects.all().delete()

    assert f"Счёт 600,00 ₽ до 10.07, {bill.account.shown_number}" in told(administrator_client)


@pytest.mark.parametrize("change", [{}, {"phone": "+79990001122"}], ids=["her phone", "her former phone"])
def test_news_are_found_by_the_phone_that_they_went_to(administrator_client, bill, anna, change):
    queue(SUBSCRIPTIONS_CHANGED, address=ANNAS_PHONE, context={"changes": "нет"}, resident_uuid=anna.uuid)
    User.objects.filter(pk=anna.pk).update(**change)

    found = administrator_client.get(LIST, {"q": ANNAS_PHONE}).content.decode()
    strangers = administrator_client.get(LIST, {"q": "+79161110000"}).content.decode()

    assert "bill_issued" in found
    assert "bill_issued" not in strangers


def test_what_is_no_secret_goes_once_more_and_stands_in_the_journal(administrator_client, news, code):
    data = {"action": "send_again", "_selected_action": [news.pk, code.pk]}
    page = administrator_client.post(LIST, data, follow=True).content.decode()
    administrator_client.post(LIST, data)

    again = Message.objects.exclude(pk__in=[news.pk, code.pk]).get()
    assert (again.text, again.address, again.state) == (news.text, ANNAS_PHONE, State.QUEUED)
    assert "Отправлено ещё раз: 1. Нельзя повторить: 1." in page
    assert JournalEntry.objects.filter(target=f"Message {again.pk}").exists()


def test_its_heading_is_in_the_words_of_the_list(administrator_client, news):
    page = page_of(administrator_client, news)

    assert "<h2>подписки изменены, отправлено</h2>" in page
    assert str(news.uuid) not in page


def test_an_operator_without_the_right_is_kept_out(operator_client, news):
    assert operator_client.get(LIST).status_code == 403


def test_nothing_can_be_changed_by_hand(administrator_client, news):
    change = reverse("admin:notifications_message_change", args=[news.pk])

    assert administrator_client.post(change, {"text": "другое"}).status_code == 403
    assert administrator_client.post(reverse("admin:notifications_message_add"), {}).status_code == 403


@pytest.mark.parametrize("typed", [ANNAS_PHONE, "8 (916) 123-45-67", "9161234567", "+7 916 123–45–67"])
def test_an_address_is_blacklisted_with_its_reason_however_it_is_typed(administrator_client, typed):
    form = {"channel": "SMS", "address": typed, "source": "STAFF", "reason": "просил не писать", "until_0": ""}
    administrator_client.post(BLACKLIST, {**form, "until_1": ""})
    queue(address=ANNAS_PHONE)

    assert BlacklistedAddress.objects.get().reason == "просил не писать"
    assert delivery.deliver_due(now=NOW) == 0


def test_a_phone_that_is_none_would_stop_nothing_and_is_refused(administrator_client):
    form = {"channel": "SMS", "address": "12345", "source": "STAFF", "reason": "просил", "until_0": "", "until_1": ""}

    page = administrator_client.post(BLACKLIST, form).content.decode()

    assert "Введите номер мобильного телефона" in page
    assert not BlacklistedAddress.objects.exists()


def test_a_mailbox_is_blacklisted_in_any_case(administrator_client):
    form = {"channel": "EMAIL", "address": "Anna@Example.com", "source": "STAFF", "reason": "просила", "until_0": ""}
    administrator_client.post(BLACKLIST, {**form, "until_1": ""})
    letter = {"kind": "news", "channel": "EMAIL", "subject": "Новости", "text": "Новости"}
    Message.objects.create(key="1", address="aNNa@example.com", created_at=NOW, due_at=NOW, **letter)

    assert delivery.deliver_due(now=NOW) == 0
    assert Message.objects.get().error == "blacklisted"


def test_the_rule_refuses_what_is_secret_or_under_way(code, news):
    Message.objects.filter(pk=news.pk).update(state=State.QUEUED)
    news.refresh_from_db()

    for message in (code, news):
        with pytest.raises(outbox.NotRepeatable):
            outbox.send_again(message, now=NOW)


def test_the_list_of_one_resident_holds_no_secret_text(anna, code):
    Message.objects.update(resident_uuid=anna.uuid)

    (row,) = Message.objects.all().sent_to(anna.uuid)

    assert "secret_text" in row.get_deferred_fields()


def test_the_list_names_each_kind_in_the_words_of_the_staff(administrator_client, news):
    assert titles.of("of_a_later_version") == "of_a_later_version"

    page = administrator_client.get(LIST).content.decode()

    assert titles.of(news.kind) in page
    assert f">{news.kind}<" not in page

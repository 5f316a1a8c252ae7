"""A cabinet in which somebody has really lived: something of hers in every table that may hold it."""

from datetime import date, timedelta
from uuid import uuid4

from django.test import Client

from accounts import blocking, consents, email_links, password_reset, registration
from accounts.models import BlockSource, Page, ProfileAction, User
from accounts.profile import propose
from accounts.registration import Application
from billing.models import Bill, BillMark
from notifications import delivery, subscriptions
from notifications.models import Topic
from payments import statement_orders
from payments.models import Payment
from tests.accounts.feedback_steps import SCAN, sent
from tests.accounts.make import log_in
from tests.accounts.profile_steps import FILLED, fill
from tests.billing.make import make_bill
from tests.payments.make import pay
from tests.people import ANNAS_PHONE, NOW

# The passport of the other tests begins as the account's number does.
TOLD = {**FILLED, "passport_number": "908173"}
# What of hers must be nowhere afterwards; names that no form has written belong to nobody else in the database.
TRACES = (
    ANNAS_PHONE,
    ANNAS_PHONE.removeprefix("+7"),
    "anna@example.com",
    "Соколова",
    "Ромашка",
    "Центральная",
    "203.0.113.",
    "Обращение Анны",
    "квитанция.pdf",
    "Firefox",
    *(TOLD[name] for name in ("passport_number", "inn", "snils", "oms", "birth_date", "home_phone")),
)
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; rv:127.0) Gecko/20100101 Firefox/127.0"


def live_in(anna: User, bill: Bill) -> tuple[Client, Payment]:
    """Her browser and the payment that the bank confirmed."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=NOW)
    anna.refresh_from_db()
    fill(anna, **TOLD)
    propose(resident=anna, action=ProfileAction.SAVE, values={"address": "Москва"}, now=NOW)
    consents.give(resident=anna, shown={Page.AGREEMENT: 1}, ip="203.0.113.7", now=NOW)
    sent(anna, text="Обращение Анны", attachment=SCAN)
    client = Client(headers={"User-Agent": FIREFOX}, REMOTE_ADDR="203.0.113.7")
    log_in(client, ANNAS_PHONE)
    blocking.send_code(resident=anna, ip="203.0.113.7", now=NOW)
    password_reset.start(phone=ANNAS_PHONE, former=None, now=NOW)
    registration.start(application=application(), ip="203.0.113.7", now=NOW)
    payment = pay(bill, anna, now=NOW + timedelta(minutes=2))
    statement_orders.order(
        resident=anna, start=NOW.date(), end=NOW.date(), address="г. Дубна, ул. Почтовая, 3", now=NOW
    )
    other = make_bill(account=bill.account, period=date(2017, 5, 1), issued_date=date(2017, 6, 5))
    BillMark.objects.create(
        resident=anna, bill=other, version=other.version, reason="заплатила Соколова", created_at=NOW
    )
    subscriptions.save(resident_uuid=anna.uuid, choice={Topic.BILLS_BY_SMS: False}, now=NOW)
    blocking.block(user=anna, source=BlockSource.COMMAND, reason="звонила Соколова", ip="203.0.113.7", now=NOW)
    blocking.unblock(user=anna, source=BlockSource.COMMAND, reason="Соколова просит", now=NOW)
    log_in(client, ANNAS_PHONE)
    delivery.deliver_due(now=NOW)
    return client, payment


def application() -> Application:
    return Application(
        phone=ANNAS_PHONE,
        first_name="Анна",
        last_name="Соколова",
        email="anna@example.com",
        code_word="Ромашка",
        password=str(uuid4()),
        wants_marketing=False,
    )


def unused_link(anna: User) -> None:
    """A letter to her that has not left yet."""
    User.objects.filter(pk=anna.pk).update(email_confirmed_at=None)
    anna.refresh_from_db()
    email_links.send(resident=anna, now=NOW)

"""Every address of the staff site × five roles: who gets in stands in this table, and what is not in it fails.

Behind each open door no byte may be a passport, a code word or a card number of any of the people planted here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import (
    AnswerTemplate,
    Feedback,
    FeedbackFile,
    PageVersion,
    PendingRegistration,
    PhoneChange,
    Profile,
    User,
)
from billing.models import BillRegister, RegisterImport, Term
from notifications.models import BlacklistedAddress, Draft, Message, Spending
from payments import statement_orders
from payments.models import Payment, PaymentRegister, Refund, RegisterDelivery
from safeguards import journal
from safeguards.models import JournalEntry
from smartservice import roles
from smartservice.contact_centre import identification
from smartservice.roles import OVERVIEW, SERVE, Role
from tests.accounts.make import register
from tests.billing.make import make_manual_bill
from tests.clock import NOW
from tests.contact_centre.staff import LOGIN, client_of, make_staff
from tests.payments.make import open_payment, submit
from tests.people import make_resident

pytestmark = pytest.mark.django_db
# Beside the rights: whoever has come in with the second factor, whoever comes at all, and nobody.
STAFF, ANYBODY, NOBODY = "staff", "anybody", "nobody"
PLANTED = 17


def of_model(name: str, view: str, *, add: str = NOBODY, change: str = NOBODY, delete: str = NOBODY) -> dict[str, str]:
    """The five addresses of a model; its history is the journal's matter."""
    history = "safeguards.view_journalentry"
    return {
        f"{name}_changelist": view,
        f"{name}_change": change if change != NOBODY else view,
        f"{name}_add": add,
        f"{name}_delete": delete,
        f"{name}_history": history,
    }


def kept(app: str, model: str) -> dict[str, str]:
    """The five of a model that its keepers also make and throw away."""
    view, add, change, delete = (f"{app}.{deed}_{model}" for deed in ("view", "add", "change", "delete"))
    return of_model(f"{app}_{model}", view, add=add, change=change, delete=delete)


DOORS: dict[str, str] = {
    "index": STAFF,
    "login": ANYBODY,
    "second-factor": ANYBODY,
    "enrolment": ANYBODY,
    "logout": STAFF,
    "password_change": STAFF,
    "password_change_done": STAFF,
    "autocomplete": NOBODY,
    "jsi18n": STAFF,
    "view_on_site": NOBODY,
    "app_list": STAFF,
    "resident-search": SERVE,
    "resident-card": SERVE,
    "resident-identify": SERVE,
    "resident-close": SERVE,
    "resident-unblock": SERVE,
    "resident-block": SERVE,
    "resident-reset": SERVE,
    "resident-receipt": SERVE,
    "registration-code": SERVE,
    "phone-change": SERVE,
    "phone-change-confirm": SERVE,
    "feedback-list": SERVE,
    "feedback-detail": SERVE,
    "feedback-file": SERVE,
    "feedback-take": SERVE,
    "feedback-answer": SERVE,
    "feedback-close": SERVE,
    "overview": OVERVIEW,
    "statement-list": SERVE,
    "statement-detail": SERVE,
    "statement-file": SERVE,
    "money-queues": "payments.decide_money",
    "refund-request": "payments.decide_money",
    "refund-decide": "payments.decide_money",
    "case-decide": "payments.decide_money",
    "address-decide": "payments.decide_money",
    "page-edit": "accounts.add_pageversion",
    **of_model("safeguards_journalentry", "safeguards.view_journalentry"),
    **of_model("accounts_user", "accounts.view_user", add="accounts.add_user", change="accounts.change_user"),
    **of_model("accounts_pageversion", "accounts.view_pageversion"),
    **kept("accounts", "answertemplate"),
    **of_model("billing_provider", "billing.view_provider", add="billing.add_provider", change="billing.view_provider"),
    **of_model(
        "billing_providercategory",
        "billing.view_providercategory",
        add="billing.add_providercategory",
        change="billing.change_providercategory",
    ),
    **kept("billing", "term"),
    **of_model("billing_billregister", "billing.view_billregister"),
    **of_model("billing_registerimport", "billing.view_registerimport"),
    **of_model("payments_payment", "payments.view_payment"),
    **of_model("notifications_message", "notifications.view_message"),
    **of_model("notifications_spending", "notifications.view_spending"),
    **kept("notifications", "blacklistedaddress"),
    **kept("notifications", "draft"),
    **of_model("payments_refund", "payments.view_refund"),
    **of_model("payments_paymentregister", "payments.view_paymentregister"),
    **of_model(
        "payments_registerdelivery",
        "payments.view_registerdelivery",
        add="payments.add_registerdelivery",
        change="payments.change_registerdelivery",
        delete="payments.delete_registerdelivery",
    ),
}
# Beginnings of what is planted: a search page repeats what was typed.
SEARCHES = ("Иванов", "4567", "Подснеж", "4510 65", "22007702")
INLINE = re.compile(r"<style|\sstyle=|<script(?![^>]*\ssrc=)|\son[a-z]+=\"")


@dataclass(frozen=True)
class Door:
    """One address of the staff site, its variables filled with rows that exist."""

    name: str
    url: str


def patterns(found: list[URLPattern | URLResolver]) -> Iterator[URLPattern]:
    for pattern in found:
        if isinstance(pattern, URLResolver):
            yield from patterns(pattern.url_patterns)
        else:
            yield pattern


def staff_patterns() -> list[URLPattern]:
    (site,) = [entry for entry in get_resolver().url_patterns if getattr(entry, "namespace", "") == "admin"]
    return [pattern for pattern in patterns(site.url_patterns) if pattern.name]


@pytest.fixture
def rows(client, anna):
    """A row of everything, and seventeen people with a passport, a word and a card each."""
    for number in range(PLANTED):
        resident = make_resident(f"+791600001{number:02}", code_word=word(number), last_name=f"Иванов{number}")
        Profile.objects.create(
            resident=resident, passport_series=passport(number)[:4], passport_number=passport(number)[4:]
        )
    bill = make_manual_bill(anna)
    payment = open_payment(bill, anna)
    submit(payment, anna)
    Payment.objects.filter(pk=payment.pk).update(status="SUCCEEDED", attention_at=NOW)
    payment.refresh_from_db()
    payment.challenge = " ".join(card(number) for number in range(PLANTED))
    payment.save(update_fields=["challenge"])
    register(client)
    user = make_staff(phone="+79000000050")
    asked = Feedback.objects.create(resident=anna, topic="OTHER", text="Где счёт?", created_at=NOW)
    FeedbackFile.objects.create(feedback=asked, name="a.pdf", content_type="application/pdf", content=b"%PDF")
    order = statement_orders.order(resident=anna, start=NOW.date(), end=NOW.date(), address="Центральная, 5", now=NOW)
    refund = Refund.objects.create(payment=payment, amount=1, origin="BANK", created_at=NOW, done_at=NOW)
    change = PhoneChange.objects.create(
        resident=anna, phone="+79265550011", created_at=NOW, expires_at=NOW + timedelta(minutes=10)
    )
    return {
        "phone": anna.uuid,
        "change": change.uuid,
        "statement": order.uuid,
        "refund": refund.uuid,
        "case": payment.uuid,
        "resident": anna.uuid,
        "payment": payment.uuid,
        "pending": PendingRegistration.objects.get().uuid,
        "feedback": asked.uuid,
        "safeguards_journalentry": journal.record(
            actor=journal.Actor(name="root"), action=journal.Action.LOOKED, now=NOW
        ).pk,
        "accounts_user": user.pk,
        "accounts_pageversion": PageVersion.objects.latest("pk").pk,
        "accounts_answertemplate": AnswerTemplate.objects.create(title="Скоро", text="Скоро ответим.").pk,
        "billing_provider": bill.account.provider_id,
        "billing_providercategory": bill.account.provider.category_id,
        "billing_term": Term.objects.create(word="ЖБО", meaning="вывоз стоков", spellings="ЖБО").pk,
        "billing_billregister": BillRegister.objects.latest("pk").pk,
        "billing_registerimport": RegisterImport.objects.create(started_at=NOW, result="REFUSED").pk,
        "payments_payment": payment.pk,
        "notifications_message": Message.objects.latest("pk").pk,
        "notifications_spending": Spending.objects.create(day=NOW.date()).pk,
        "notifications_blacklistedaddress": BlacklistedAddress.objects.create(channel="SMS", address="+79990000000").pk,
        "notifications_draft": Draft.objects.create(topic="letters_by_email", text="Новости").pk,
        "payments_refund": Refund.objects.create(
            payment=payment, amount=1, origin="BANK", created_at=NOW, done_at=NOW
        ).pk,
        "payments_paymentregister": PaymentRegister.objects.create(
            provider=bill.account.provider, date=NOW.date(), number=1, content="", digest="", exported_at=NOW
        ).pk,
        "payments_registerdelivery": RegisterDelivery.objects.create(
            provider=bill.account.provider, since_date=NOW.date(), address="reestr@zhku.example"
        ).pk,
    }


def passport(number: int) -> str:
    return f"4510{654_300 + number}"


def word(number: int) -> str:
    return f"Подснежник{number:02}"


def card(number: int) -> str:
    return f"22007702390977{number:02}"


def planted() -> list[bytes]:
    values = [make(number) for number in range(PLANTED) for make in (passport, word, card)]
    return [value.encode() for value in [*values, *(passport(number)[4:] for number in range(PLANTED)), "Ромашка"]]


def door(pattern: URLPattern, rows: dict[str, object]) -> Door:
    name = pattern.name or ""
    keys = getattr(pattern.pattern, "converters", {})
    kind = name.partition("-")[0] if "-" in name else name.rpartition("_")[0]
    values: dict[str, object] = {"object_id": rows.get(kind, 7), "content_type_id": 1, "name": "about"}
    values |= {"uuid": rows.get({"registration": "pending"}.get(kind, kind)), "payment_uuid": rows["payment"]}
    values |= {"change_uuid": rows["change"], "pk": rows["payments_registerdelivery"]}
    values |= {"app_label": "billing"}
    named = keys or re.compile(str(pattern.pattern)).groupindex
    return Door(name, reverse(f"admin:{name}", kwargs={key: values[key] for key in named}))


def doors(rows: dict[str, object]) -> list[Door]:
    return [door(pattern, rows) for pattern in staff_patterns()]


def may(role: Role, right: str) -> bool:
    return right in {STAFF, ANYBODY} or right in roles.RIGHTS[role]


def test_every_address_stands_in_the_table():
    names = {pattern.name for pattern in staff_patterns()}

    assert names - set(DOORS) == set(), "not in the table"
    assert set(DOORS) - names == set(), "gone"


def test_every_right_of_the_table_is_one_that_a_role_has():
    rights = {right for names in roles.RIGHTS.values() for right in names}

    assert set(DOORS.values()) - rights - {STAFF, ANYBODY, NOBODY} == set()


@dataclass(frozen=True)
class Seen:
    """What one role was shown: where, with which statuses, and every byte of it."""

    name: str
    statuses: frozenset[int]
    content: bytes


def walk(role: Role, rows: dict[str, object], anna: User) -> list[Seen]:
    """Every address by GET and POST, with Anna identified; then searches, and the open cards of three people."""
    client = client_of(make_staff(role, phone="+79000000060"))
    identify(client, anna)
    seen = []
    for one in doors(rows):
        if one.name not in {"logout", "login", "second-factor", "enrolment", "resident-close"}:
            answers = [client.get(one.url), client.post(one.url)]
            statuses = frozenset(answer.status_code for answer in answers)
            seen.append(Seen(one.name, statuses, b"".join(answer.content for answer in answers)))
            if one.name.endswith("_changelist"):
                seen += [
                    Seen(f"{one.name} {text}", statuses, client.get(one.url, {"q": text}).content) for text in SEARCHES
                ]
    if roles.SERVE in roles.RIGHTS[role]:
        where = reverse("admin:resident-search")
        seen += [Seen("search", frozenset(), client.post(where, {"text": text}).content) for text in SEARCHES]
        for resident in User.objects.filter(surname_key__startswith="иванов")[:3]:
            identify(client, resident)
            card_page = client.get(reverse("admin:resident-card", args=[resident.uuid]))
            seen.append(Seen("card", frozenset(), card_page.content))
    return seen


def identify(client: Client, resident: User) -> None:
    session = client.session
    identification.open_card(session=session, resident=resident, now=NOW)
    session.save()


def gets_in(one: Seen) -> bool:
    return bool(one.statuses & {200, 302}) or (DOORS[one.name] == STAFF and one.statuses <= {403, 404, 405, 200})


def leaks(seen: list[Seen]) -> list[str]:
    return [f"{one.name}: {secret.decode()}" for one in seen for secret in planted() if secret in one.content]


@pytest.mark.parametrize("role", Role)
def test_each_role_gets_in_where_the_table_says_and_is_shown_no_secret(role, rows, anna):
    seen = walk(role, rows, anna)

    wrong = [
        f"{one.name}: {sorted(one.statuses)}"
        for one in seen
        # The history of a row is a way to the journal, which lets in whom it lets in.
        if one.name in DOORS and not one.name.endswith("_history") and gets_in(one) != may(role, DOORS[one.name])
    ]
    loose = [one.name for one in seen if one.name != "jsi18n" and INLINE.search(one.content.decode(errors="replace"))]
    assert not wrong, "\n".join(wrong)
    assert leaks(seen) == []
    assert loose == []


def test_staff_without_the_second_factor_reach_nothing(rows):
    client = Client()
    client.force_login(make_staff(Role.ADMINISTRATOR, phone="+79000000060"))
    reached = []

    for one in doors(rows):
        if DOORS[one.name] != ANYBODY:
            answers = [client.get(one.url), client.post(one.url)]
            if any(answer.status_code != 302 for answer in answers):
                reached.append(one.name)

    assert reached == []


@pytest.mark.parametrize("who", ["stranger", "resident"])
def test_strangers_and_residents_are_led_to_the_door_of_the_staff(client, anna, rows, who):
    visitor = Client()
    if who == "resident":
        visitor.force_login(anna)
    reached = []

    for one in doors(rows):
        if DOORS[one.name] != ANYBODY:
            for answer in (visitor.get(one.url), visitor.post(one.url)):
                if answer.status_code != 302 or not answer["Location"].startswith((LOGIN, reverse("admin:index"))):
                    reached.append(f"{one.name}: {answer.status_code}")

    assert reached == []


def test_saboteur_a_code_word_on_a_page_is_found(rows, anna, monkeypatch):
    monkeypatch.setattr(User, "full_name", property(lambda person: person.code_word or ""))

    assert leaks(walk(Role.OPERATOR, rows, anna))


def test_operators_see_no_overview_and_no_journal():
    assert OVERVIEW not in roles.RIGHTS[Role.OPERATOR]
    assert "safeguards.view_journalentry" not in roles.RIGHTS[Role.OPERATOR]


def test_what_was_looked_at_stands_in_the_journal(rows, anna):
    client = client_of(make_staff(Role.OPERATOR, phone="+79000000060"))
    before = JournalEntry.objects.count()

    client.get(reverse("admin:resident-card", args=[anna.uuid]))
    client.get(reverse("admin:feedback-detail", args=[rows["feedback"]]))

    assert JournalEntry.objects.count() == before + 2
    assert settings.JOURNAL_KEY
    assert list(journal.verify()) == []

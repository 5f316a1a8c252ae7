"""Operations and registers on the staff site: looked at by key, counted never, touched never."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

from payments.admin import SOURCES, STEPS
from payments.models import FIRST_NUMBER, Payment, PaymentEvent, Refund
from payments.moves import note
from payments.settlement import UNKNOWN
from payments.status import Status
from smartservice.roles import Role
from tests.billing.make import make_account, make_manual_bill
from tests.clock import NOW
from tests.contact_centre.staff import client_of, make_staff

pytestmark = pytest.mark.django_db
LIST = reverse("admin:payments_payment_changelist")
SOURCE = re.compile(r'source="(\w+)"')


@pytest.fixture
def finance_client(db):
    return client_of(make_staff(Role.FINANCE))


def make_payments(count, **fields):
    account = make_account()
    usual = {
        "provider": account.provider,
        "account": account,
        "amount": 100,
        "channel": "портал",
        "status": "SUCCEEDED",
    }
    return Payment.objects.bulk_create(
        Payment(**{**usual, "created_at": NOW, "submitted_at": NOW, "moved_at": NOW, **fields}) for _ in range(count)
    )


def numbers(page):
    return [payment.number for payment in page.context["cl"].result_list]


def test_the_newest_fifty_and_a_link_to_the_older_ones(finance_client):
    made = make_payments(120)

    first = finance_client.get(LIST)
    second = finance_client.get(LIST + first.context["cl"].older_link)
    third = finance_client.get(LIST + second.context["cl"].older_link)

    shown = numbers(first) + numbers(second) + numbers(third)
    assert shown == [payment.number for payment in reversed(made)]
    assert third.context["cl"].older_link == ""


def test_no_question_of_the_list_counts_or_skips(finance_client, django_assert_max_num_queries):
    make_payments(60)
    with django_assert_max_num_queries(12) as asked:
        finance_client.get(LIST, {"before": FIRST_NUMBER})

    about = [query["sql"] for query in asked.captured_queries if "payments_payment" in query["sql"]]
    assert about
    assert not [sql for sql in about if "COUNT(" in sql or "OFFSET" in sql]


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "١٢", ""])
def test_a_beginning_that_is_none_is_the_first_page(finance_client, before):
    made = make_payments(3)

    assert numbers(finance_client.get(LIST, {"before": before})) == [payment.number for payment in reversed(made)]


def test_the_two_queues(finance_client):
    (done,), (waits,), (surprises,) = (
        make_payments(1),
        make_payments(1, status=Status.AUTHORISING),
        make_payments(1, status=Status.EXPIRED, attention_at=NOW),
    )

    assert done.number in numbers(finance_client.get(LIST))
    assert numbers(finance_client.get(LIST, {"queue": "unknown"})) == [waits.number]
    assert numbers(finance_client.get(LIST, {"queue": "attention"})) == [surprises.number]


def test_an_operation_is_found_by_both_of_its_numbers(finance_client):
    _, wanted = make_payments(2)
    Payment.objects.filter(pk=wanted.pk).update(bank_id="13660")

    for text in (str(wanted.number), f"№ {wanted.number}", "13660"):
        assert numbers(finance_client.get(LIST, {"q": text})) == [wanted.number]
    assert numbers(finance_client.get(LIST, {"q": "9" * 30})) == []


def test_a_resident_is_not_named(finance_client, anna):
    bill = make_manual_bill(anna)
    (payment,) = make_payments(1, resident=anna, bill=bill)

    pages = [finance_client.get(LIST), finance_client.get(reverse("admin:payments_payment_change", args=[payment.pk]))]

    for page in pages:
        assert "Соколова" not in page.content.decode()
        assert str(anna.uuid) not in page.content.decode()


def test_money_is_never_touched(finance_client):
    (payment,) = make_payments(1)
    change = reverse("admin:payments_payment_change", args=[payment.pk])

    assert finance_client.post(change, {"amount": 1}).status_code == 403
    assert finance_client.get(reverse("admin:payments_payment_add")).status_code == 403
    assert finance_client.post(reverse("admin:payments_payment_delete", args=[payment.pk])).status_code == 403
    assert finance_client.post(LIST, {"action": "delete_selected", "_selected_action": payment.pk}).status_code in {
        302,
        403,
        200,
    }
    assert Payment.objects.get().amount == 100


def test_the_history_is_in_words_and_roubles(finance_client):
    payment = make_payments(1)[0]
    note(payment, kind=PaymentEvent.Kind.MOVE, now=NOW, source="request", status=Status.AUTHORISING, kopecks=1234)

    page = finance_client.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()

    for words in ("отправлена в банк", "запрос в банк", "12,34", "деньги приняты"):
        assert words in page
    assert ">AUTHORISING<" not in page


@pytest.mark.parametrize("status", [Status.CREATED, Status.CONFIRMING])
def test_what_was_only_opened_is_not_in_the_works(finance_client, status):
    (payment,) = make_payments(1, status=status, submitted_at=None)
    change = reverse("admin:payments_payment_change", args=[payment.pk])

    for page in (finance_client.get(LIST), finance_client.get(change)):
        assert "не подтверждена" in page.content.decode()
        assert "в обработке" not in page.content.decode()


def test_an_operation_names_account_bill_and_card(finance_client, anna):
    bill = make_manual_bill(anna)
    typed, paid = (
        make_payments(1)[0],
        make_payments(1, bill=bill, bill_version=1, account=bill.account, card_brand="VISA", card_last_four="0551")[0],
    )

    def words(payment):
        return finance_client.get(reverse("admin:payments_payment_change", args=[payment.pk])).content.decode()

    for shown in (bill.account.number, "счёт за июнь 2017, версия 1", "VISA (***0551)"):
        assert shown in words(paid)
    assert "без счёта" in words(typed)


def test_every_step_and_every_source_has_its_word():
    assert set(STEPS) == set(Status)
    told = {match for path in Path("payments").rglob("*.py") for match in SOURCE.findall(path.read_text("utf-8"))}
    assert told
    assert told | {UNKNOWN} <= set(SOURCES)


def test_a_refund_names_both_pairs_of_eyes(finance_client, anna):
    payment = make_payments(1)[0]
    first = make_staff(Role.FINANCE, phone="+79000000031")
    refund = Refund.objects.create(
        payment=payment,
        amount=100,
        origin="STAFF",
        state="REQUESTED",
        reason="переплата",
        requested_by=first,
        created_at=NOW,
    )

    page = finance_client.get(reverse("admin:payments_refund_change", args=[refund.pk])).content.decode()

    for words in ("переплата", first.full_name, "ждёт второго сотрудника", f"№ {payment.number}"):
        assert words in page

"""Pages of what was paid are only looked at: a GET writes no row but the last visit, whoever looks."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from payments import payment_templates, statement_orders, statements
from payments.models import Payment, PaymentTemplate
from payments.status import Status
from tests.payments.make import save_card
from tests.payments.operations import make_operation
from tests.people import NOW

# The stamp of the visit is a conditional UPDATE of the resident; the session keeps the hour.
OF_THE_VISIT = ("accounts_user", "django_session", "accounts_residentsession")
DAY = NOW.date()


def written(client, address, **asked):
    """Statements that changed rows while the page was made."""
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = client.get(address, asked)
    assert answer.status_code in {200, 302, 303, 404}
    changed = [one["sql"] for one in queries if one["sql"].split()[0] in {"INSERT", "UPDATE", "DELETE"}]
    return [sql for sql in changed if not any(f'"{table}"' in sql for table in OF_THE_VISIT)]


@pytest.fixture
def addresses(anna, annas_bill, bank):
    """Every page of this subject that Anna can open, with something on it."""
    done = make_operation(anna, annas_bill.account, bill=annas_bill, period=annas_bill.period)
    failed = make_operation(anna, annas_bill.account, status=Status.DECLINED)
    statement = statements.make(resident=anna, start=DAY, end=DAY, now=NOW)
    statement_orders.order(resident=anna, start=DAY, end=DAY, address="121552, Москва", now=NOW)
    payment_templates.save(resident=anna, account=annas_bill.account, title="Дача", amount=None, now=NOW)
    template, card = PaymentTemplate.objects.get(), save_card(anna)
    of_payments = ("detail", "receipt", "receipt-pdf", "repeat", "template-save")
    return [
        reverse("payments:history"),
        f"{reverse('payments:history')}?card={card.uuid}",
        *(reverse(f"payments:{name}", args=[payment.uuid]) for name in of_payments for payment in (done, failed)),
        reverse("payments:statement"),
        *(reverse("payments:statement-file", args=[statement.uuid, kind]) for kind in ("pdf", "csv", "xlsx")),
        reverse("payments:statement-order"),
        reverse("payments:document-check"),
        reverse("payments:template-list"),
        reverse("payments:template-new"),
        *(reverse(f"payments:template-{name}", args=[template.uuid]) for name in ("edit", "delete", "pay")),
    ]


def test_its_owner_looks_and_nothing_changes(anna_client, addresses):
    assert {address: sql for address in addresses if (sql := written(anna_client, address))} == {}


def test_a_neighbour_looks_and_nothing_changes(boris_client, addresses):
    assert {address: sql for address in addresses if (sql := written(boris_client, address))} == {}


def test_a_page_that_wrote_would_be_seen(anna_client, addresses, monkeypatch):
    """The saboteur: a list that remembers who looked."""

    def remembering(*, resident, today):
        Payment.objects.filter(resident=resident).update(asked=1)
        return []

    monkeypatch.setattr(payment_templates, "rows", remembering)

    assert written(anna_client, reverse("payments:template-list"))

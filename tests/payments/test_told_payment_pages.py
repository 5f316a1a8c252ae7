"""One who paid what he was told is due on another's account reads nothing more of that account on any page.

Whatever the payer may open is opened here: the steps of paying, the result, papers, history, templates, repeating.
"""

import re
from io import BytesIO

import pytest
from django.urls import reverse
from pypdf import PdfReader

from billing.foreign_accounts import Found
from payments import any_payment, pay_links
from payments.any_payment import Told
from payments.models import Payment
from tests.billing.make import MANUAL_CHARGES, make_manual_bill
from tests.payments.make import authorise, submit
from tests.payments.steps import ask_code, confirm, post_card, url
from tests.people import NOW, make_resident

pytestmark = pytest.mark.django_db

# What stands on the bill and what its owner calls it; the due itself is what was told.
SECRETS = (*(name for name, _ in MANUAL_CHARGES), "3 720,42", "июн", "06.2017", "05.07.2017", "Квартира на Центральной")
OWNERS = ("Соколова", "Анна", "anna@example.com", "916 123", "+79161234567")
STEPS = ("card", "challenge", "detail", "receipt", "template-save")


@pytest.fixture
def bill(anna):
    """Anna's; her provider lets the due be told, and she has a name of her own for the account."""
    bill = make_manual_bill(anna)
    bill.account.added.update(title="Квартира на Центральной")
    bill.account.provider.shows_due = True
    bill.account.provider.save()
    return bill


@pytest.fixture
def payment(boris, bill) -> Payment:
    return any_payment.open_payment(
        resident=boris,
        provider=bill.account.provider,
        found=Found(bill.account.number, shows_due=True),
        amount=bill.due,
        told=Told(bill.due, bill.version),
        form_key=None,
        now=NOW,
    )


@pytest.fixture
def paid(boris, payment, bank) -> Payment:
    submit(payment, boris)
    authorise(payment)
    return payment


def secrets_in(text: str) -> list[str]:
    """In the source and in what is read: words that are explained stand between tags."""
    forms = [" ".join(one.replace("\u00a0", " ").split()) for one in (text, re.sub(r"<[^>]+>", "", text))]
    return [secret for secret in (*SECRETS, *OWNERS) if any(secret in one for one in forms)]


def seen(client, address: str) -> list[str]:
    return secrets_in(client.get(address, follow=True).content.decode())


def test_the_page_with_the_sum(boris, boris_client, bill):
    found = Found(bill.account.number, shows_due=True)
    address = pay_links.sum_url(resident=boris, provider=bill.account.provider, found=found)

    assert seen(boris_client, address) == []


def test_every_step_of_paying(boris_client, payment, bank, bank_key):
    check = post_card(boris_client, payment)
    password = ask_code(boris_client, payment, check)
    result = confirm(boris_client, payment, password)

    pages = [check, password, boris_client.get(result.url)]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert [secrets_in(page.content.decode()) for page in pages] == [[], [], []]


@pytest.mark.parametrize("name", STEPS)
@pytest.mark.parametrize("state", ["payment", "paid"])
def test_whatever_has_its_address(request, boris_client, bank_key, state, name):
    one = request.getfixturevalue(state)

    assert seen(boris_client, url(name, one)) == []


@pytest.mark.parametrize("name", ["history", "template-list", "statement", "saved-card-list"])
def test_whatever_lists_his_operations(boris_client, paid, name):
    assert seen(boris_client, reverse(f"payments:{name}")) == []


def test_the_paper(boris_client, paid):
    answer = boris_client.get(url("receipt-pdf", paid))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)

    assert "12 970,24" in text.replace("\u00a0", " ")
    assert secrets_in(text) == []


def test_repeating_it(boris_client, paid):
    assert seen(boris_client, url("repeat", paid)) == []


def test_the_home_page_and_the_bills(boris_client, paid):
    assert seen(boris_client, "/") == []
    assert seen(boris_client, reverse("billing:bill-list")) == []


def test_the_owner_reads_nothing_of_the_payer(anna_client, paid, bill):
    pages = [reverse("billing:bill-list"), reverse("payments:bill-charges", args=[bill.uuid]), "/"]

    for page in pages:
        text = anna_client.get(page).content.decode()
        assert "Чужой" not in text
        assert str(paid.uuid) not in text


def test_a_third_one_reads_nothing_of_either(client, paid, bill):
    client.force_login(make_resident("+79057778899", first_name="Вера", last_name="Третья"))

    for name in (*STEPS, "repeat", "receipt-pdf"):
        assert client.get(url(name, paid)).status_code == 404


def test_the_secrets_are_there_to_be_found(anna_client, bill):
    """The saboteur of this file: on the owner's own page the search does find them."""
    found = seen(anna_client, reverse("payments:bill-charges", args=[bill.uuid]))

    assert set(SECRETS[: len(MANUAL_CHARGES)]) <= set(found)
    assert "05.07.2017" in found

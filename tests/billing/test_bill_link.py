"""The short address of a bill: its owner is led there, a neighbour finds nothing."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.http import int_to_base36

from tests.billing.make import make_manual_bill

pytestmark = pytest.mark.django_db


@pytest.fixture
def bill(anna):
    return make_manual_bill(anna)


def link(bill):
    return reverse("billing:bill-link", args=[int_to_base36(bill.pk)])


def test_it_leads_to_the_charges(anna_client, bill):
    response = anna_client.get(link(bill), follow=True)

    assert response.redirect_chain == [(reverse("payments:bill-charges", args=[bill.uuid]), 302)]
    assert response.status_code == 200


def test_a_neighbours_and_nobodys_are_the_same(boris_client, bill):
    assert boris_client.get(link(bill)).status_code == 404
    assert boris_client.get(reverse("billing:bill-link", args=["zzz"])).status_code == 404


@pytest.mark.parametrize("code", ["-1", "ж", "z" * 14, "a b"])
def test_what_is_no_number_is_not_found(anna_client, code):
    assert anna_client.get(reverse("billing:bill-link", args=[code])).status_code == 404


def test_a_visitor_logs_in_first_and_nothing_is_written(bill):
    assert Client().get(link(bill))["Location"].startswith(reverse("accounts:login"))
    assert Client().post(link(bill)).status_code in {302, 405}

"""A template remembers the kept card that paid, and says plainly when that card is gone."""

import re
from datetime import date

import pytest
from django.urls import reverse

from payments.models import PaymentTemplate, SavedCard
from tests.payments.make import save_card
from tests.payments.operations import make_operation
from tests.payments.steps import url
from tests.payments.test_template_list import text

pytestmark = pytest.mark.usefixtures("bank_key")
State = SavedCard.State
LIST = reverse("payments:template-list")


@pytest.fixture
def card(anna):
    return save_card(anna, is_default=True, title="Зарплатная")


@pytest.fixture
def template(anna_client, anna, annas_bill, card):
    payment = make_operation(anna, annas_bill.account, saved_card=card)
    anna_client.post(url("template-save", payment), {"title": "Дача"})
    return PaymentTemplate.objects.get()


def test_the_card_of_the_operation_is_remembered_and_named(anna_client, template, card):
    assert template.saved_card == card
    assert "Карта МИР (***7761) «Зарплатная»" in text(anna_client.get(LIST))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"state": State.REMOVING}, "карта удалена"),
        ({"state": State.REMOVED}, "карта удалена"),
        ({"state": State.UNAVAILABLE}, "карта недоступна"),
        ({"expires_on": date(2017, 1, 31)}, "срок карты истёк"),
    ],
)
def test_a_card_that_is_gone_is_said_and_there_is_another_way(anna_client, template, changes, said):
    SavedCard.objects.update(is_default=False, **changes)

    page = text(anna_client.get(LIST))

    assert f"Карта МИР (***7761): {said}. Заплатить можно другой картой или новой" in page
    pay = reverse("payments:template-pay", args=[template.uuid])
    assert f'href="{pay}"' in page
    assert anna_client.get(pay).status_code == 303


def test_an_operation_with_a_typed_card_leaves_no_card_behind(anna_client, anna, annas_bill):
    payment = make_operation(anna, annas_bill.account)
    anna_client.post(url("template-save", payment), {"title": "Дача"})

    assert PaymentTemplate.objects.get().saved_card is None
    assert "Карта МИР" not in text(anna_client.get(LIST))


def test_strangers_see_neither_template_nor_card(boris_client, template):
    page = text(boris_client.get(LIST))

    assert "Дача" not in page
    assert "7761" not in page
    assert boris_client.get(reverse("payments:template-pay", args=[template.uuid])).status_code == 404


def chosen_card(page):
    return re.findall(r'<input type="radio" name="method" value="([^"]+)"[^>]* checked', page)


@pytest.mark.parametrize("has_usual", [False, True])
def test_it_opens_with_its_card_chosen(anna_client, anna, template, card, has_usual):
    SavedCard.objects.update(is_default=False)
    if has_usual:
        save_card(anna, is_default=True, last_four="0013")

    page = anna_client.get(reverse("payments:template-pay", args=[template.uuid]), follow=True).content.decode()

    assert chosen_card(page) == [str(card.uuid)]
    assert "CVV/CVC код" in page


def test_a_card_that_may_not_pay_is_not_chosen(anna_client, anna, template, card):
    SavedCard.objects.update(is_default=False, state=State.UNAVAILABLE)

    page = anna_client.get(reverse("payments:template-pay", args=[template.uuid]), follow=True).content.decode()

    assert "CVV/CVC код" not in page


def test_the_card_of_somebody_else_is_never_chosen(anna_client, boris, annas_bill):
    foreign = save_card(boris, last_four="0013")
    address = reverse("payments:bill-charges", args=[annas_bill.uuid])

    page = anna_client.get(address, {"card": str(foreign.uuid)}).content.decode()

    assert "0013" not in page
    assert "CVV/CVC код" not in page


def test_where_the_banks_page_takes_the_card_none_is_chosen_here(anna_client, template, settings):
    settings.CARD_ENTRY = "hosted"

    page = anna_client.get(reverse("payments:template-pay", args=[template.uuid]), follow=True).content.decode()

    assert "CVV/CVC код" not in page

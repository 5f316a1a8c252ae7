"""Paying with a card that the bank keeps: the code alone is typed, and nobody pays with another's."""

import base64
import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from django.core import signing
from django.urls import reverse

from accounts.models import Confirmation
from billing.models import FeeRule
from payments import checkout, held_card, saved_cards
from payments.acquirer.base import Initiator, Word
from payments.models import BankCustomer, Payment, SavedCard
from payments.status import Status
from safeguards.secret import Secret
from tests.payments.make import BROWSER, CODE, pay, save_card, send_code, submit
from tests.payments.steps import CARD, ask_code, confirm, hidden_fields, post_card, url
from tests.people import NOW

pytestmark = pytest.mark.usefixtures("bank_key")


@pytest.fixture
def card(anna):
    return save_card(anna, is_default=True, title="Зарплатная")


def pay_url(bill):
    return reverse("payments:bill-charges", args=[bill.uuid])


def charges(client, bill, **typed):
    """The charges page, filled in as a browser does, and posted."""
    page = client.get(pay_url(bill)).content.decode()
    amount = re.search(r'name="amount" value="([^"]+)"', page)[1]
    chosen = re.search(r'name="method" value="([^"]+)"[^>]*checked', page)
    method = {"method": chosen[1]} if chosen else {}
    return client.post(pay_url(bill), {**hidden_fields(page), "amount": amount, **method, **typed})


def opened(bank_key, page):
    sealed = base64.b64decode(hidden_fields(page.content.decode())["cryptogram"])
    return bank_key.decrypt(sealed, PKCS1v15()).decode()


def test_a_bill_is_paid_in_three_presses_a_code_and_a_password_on_four_pages(anna_client, annas_bill, card, bank):
    """From «Оплатить» in the list: charges, check, password, result. «Далее», «Оплатить», «Подтвердить»."""
    check = charges(anna_client, annas_bill, cvv="123")
    assert "Проверьте и оплатите" in check.content.decode()
    payment = Payment.objects.get()

    done = confirm(anna_client, payment, ask_code(anna_client, payment, check))

    payment.refresh_from_db()
    assert (done.status_code, payment.status, payment.saved_card) == (303, Status.SUCCEEDED, card)
    assert payment.card == "МИР (***7761)"
    assert bank.charges == {str(payment.uuid): 1}


def test_only_the_code_is_locked_for_the_bank(anna_client, annas_bill, card, bank_key):
    check = charges(anna_client, annas_bill, cvv="123")

    assert opened(bank_key, check) == f"CardId={card.bank_card_id};CVV=123"
    assert "CVV=123" not in check.content.decode()


def test_the_customer_is_named_only_when_a_saved_card_pays_or_a_new_one_is_kept(anna, annas_bill, card, bank):
    def order(**changes):
        pay(annas_bill, anna, amount=100, **changes)
        return list(bank.orders.values())[-1].order

    new, saved, kept = order(), order(saved_card=card), order(keeps_card=True)

    assert [new.customer_key, saved.customer_key, kept.customer_key] == ["", str(anna.uuid), str(anna.uuid)]
    assert [new.initiator, saved.initiator, kept.initiator] == [
        Initiator.PAYER,
        Initiator.PAYER,
        Initiator.PAYER_KEEPS_CARD,
    ]


def test_a_card_that_is_to_be_remembered_is_saved_when_the_money_is_there(anna, annas_bill, bank):
    payment = pay(annas_bill, anna, keeps_card=True)

    card = SavedCard.objects.get()
    assert (card.resident, card.mask, card.is_default) == (anna, "МИР (***7761)", True)
    assert payment.saved_card == card
    assert BankCustomer.objects.get().list_at == NOW


@pytest.mark.parametrize("keeps_card", [True, False])
def test_of_a_declined_card_nothing_is_saved(anna, annas_bill, bank, keeps_card):
    bank.outcome = Word.DECLINED

    pay(annas_bill, anna, keeps_card=keeps_card)

    assert not SavedCard.objects.exists()


def test_a_card_is_saved_only_if_the_box_is_ticked(anna_client, annas_payment, bank):
    confirm(anna_client, annas_payment, ask_code(anna_client, annas_payment))
    assert not SavedCard.objects.exists()


def test_a_ticked_box_saves_it(anna_client, annas_payment, bank):
    check = post_card(anna_client, annas_payment, remember="on")
    assert "Карта запомнится" in check.content.decode()

    confirm(anna_client, annas_payment, ask_code(anna_client, annas_payment, check))

    assert SavedCard.objects.get().last_four == "7761"


def test_the_card_page_offers_his_cards_and_a_new_one(anna_client, annas_payment, card):
    page = anna_client.get(url("card", annas_payment)).content.decode()

    assert "МИР (***7761) «Зарплатная»" in page
    assert "Новая карта" in page
    assert "Запомнить карту" in page
    assert f'data-bank-card="{card.bank_card_id}"' in page
    assert re.search(rf'value="{card.uuid}"[^>]*checked', page)


def test_without_cards_the_page_says_so(anna_client, annas_payment):
    page = anna_client.get(url("card", annas_payment)).content.decode()

    assert "У Вас нет привязанных карт." in page
    assert "Выберите пункт" not in page
    assert 'name="method"' not in page


def test_without_a_usual_card_the_charges_page_asks_for_the_sum_alone(anna_client, anna, annas_bill):
    save_card(anna)

    assert 'name="cvv"' not in anna_client.get(pay_url(annas_bill)).content.decode()


def test_a_new_card_may_be_typed_on_the_charges_page_too(anna_client, annas_bill, card):
    check = charges(anna_client, annas_bill, **{**CARD, "number": "2201382000000013", "method": "new"})

    assert "МИР (***0013)" in check.content.decode()


@pytest.mark.parametrize(
    ("cvv", "said"), [("", "Введите CVV/CVC код"), ("12", "3 цифры на обороте"), ("абв", "3 цифры")]
)
def test_a_bad_code_is_said_and_nothing_is_opened(anna_client, annas_bill, card, cvv, said):
    page = charges(anna_client, annas_bill, cvv=cvv).content.decode()

    assert "Проверьте форму: исправьте 1\u00a0поле" in page
    assert said in page
    assert not Payment.objects.exists()


def test_a_bad_sum_keeps_the_code_off_the_page(anna_client, annas_bill, card):
    page = charges(anna_client, annas_bill, cvv="739", amount="-5").content.decode()

    assert "Ошибка: " in page
    assert 'value="739"' not in page
    assert not Payment.objects.exists()


def test_a_foreign_card_is_refused_and_nothing_charged(anna_client, boris, annas_payment, bank):
    save_card(annas_payment.resident)
    foreign = save_card(boris, last_four="0551")

    page = post_card(anna_client, annas_payment, method=str(foreign.uuid)).content.decode()

    assert "Выберите карту из списка" in page
    assert "0551" not in page
    assert bank.calls == {}


@pytest.mark.parametrize("method", ["nonsense", "00000000-0000-0000-0000-000000000000", ""])
def test_a_card_that_is_none_is_refused(anna_client, annas_payment, card, method):
    assert "Выберите карту из списка" in post_card(anna_client, annas_payment, method=method).content.decode()


def test_a_card_deleted_meanwhile_pays_nothing(anna_client, annas_payment, card, bank):
    page = ask_code(anna_client, annas_payment, post_card(anna_client, annas_payment, method=str(card.uuid)))
    SavedCard.objects.update(state=SavedCard.State.REMOVING, is_default=False)

    answer = confirm(anna_client, annas_payment, page)

    assert answer.url == url("card", annas_payment)
    assert bank.calls == {}
    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING


def test_a_card_frozen_meanwhile_pays_nothing(anna, annas_payment, card, bank):
    confirmation = send_code(annas_payment, anna)
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    with pytest.raises(saved_cards.CardGone):
        submit(annas_payment, anna, confirmation, saved_card=card)

    annas_payment.refresh_from_db()
    assert annas_payment.status == Status.CONFIRMING
    assert Confirmation.objects.get().used_at is None


def test_without_that_last_look_a_frozen_card_would_pay(anna, annas_payment, card, bank, monkeypatch):
    """The saboteur: nobody looks at the card again in the transaction that submits."""
    confirmation = send_code(annas_payment, anna)
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)
    monkeypatch.setattr(checkout.saved_cards, "find", lambda **arguments: card)

    assert submit(annas_payment, anna, confirmation, saved_card=card)


def test_frozen_cards_are_not_offered_and_the_page_says_until_when(anna_client, anna, annas_payment, card):
    saved_cards.freeze(resident=anna, until=NOW + timedelta(hours=24), now=NOW)

    page = anna_client.get(url("card", annas_payment)).content.decode()

    assert "Номер телефона недавно изменён" in page
    assert "Зарплатная" not in page


def test_a_password_sent_for_one_card_pays_with_no_other(anna_client, anna, annas_payment, card, bank):
    """The code is bound to the mask that was shown: another card needs another code."""
    other = save_card(anna, last_four="0013")
    ask_code(anna_client, annas_payment, post_card(anna_client, annas_payment, method=str(card.uuid)))
    second = post_card(anna_client, annas_payment, method=str(other.uuid))

    typed = {**hidden_fields(second.content.decode()), "code": CODE}
    answer = anna_client.post(url("confirm", annas_payment), typed)

    assert "Пароль больше не действует" in answer.content.decode()
    assert bank.calls == {}


@pytest.mark.parametrize("field", ["saved_card", "keeps_card"])
def test_what_is_sealed_cannot_be_changed(annas_payment, card, field):
    """The blob is signed whole: another card or another wish needs another signature."""
    held = held_card.HeldCard(
        cryptogram=Secret("A" * 344), brand="МИР", last_four="7761", browser=BROWSER, saved_card=str(card.uuid)
    )
    blob = held_card.seal(payment=annas_payment, card=held)
    values = signing.loads(blob, salt=held_card.SALT)
    forged = signing.dumps({**values, field: "x"}, salt=held_card.SALT, key="another key", compress=True)

    with pytest.raises(held_card.StaleCard):
        held_card.unseal(blob=forged, cryptogram=held.cryptogram, payment=annas_payment)


@pytest.mark.parametrize(
    "has_own_rule, told",
    [
        (False, "1 %, не меньше 10,00 ₽; за 12 970,24 ₽ – 129,70 ₽"),
        (True, "0,5 %, не больше 40,00 ₽; за 12 970,24 ₽ – 40,00 ₽"),
    ],
    ids=["usual", "of cards"],
)
def test_the_fee_is_told_before_the_code_of_the_card_is_typed(anna_client, annas_bill, card, has_own_rule, told):
    provider = annas_bill.account.provider
    provider.fee_basis_points, provider.fee_minimum = 100, 10_00
    provider.save()
    if has_own_rule:
        FeeRule.objects.create(provider=provider, method=FeeRule.Method.CARD, basis_points=50, maximum=40_00)

    page = anna_client.get(pay_url(annas_bill)).content.decode().replace("\u00a0", " ")

    assert f"комиссия за проведение операции – {told})" in page


def test_the_page_of_charges_asks_five_questions_with_a_usual_card(
    anna_client, annas_bill, card, django_assert_max_num_queries
):
    """Session, user and visit aside: the bill (and whether there is a usual card), two neighbours, words, cards."""
    anna_client.get(pay_url(annas_bill))

    with django_assert_max_num_queries(7):
        anna_client.get(pay_url(annas_bill))


def test_a_deleted_card_that_is_remembered_anew_can_pay_again(anna, annas_bill, bank):
    pay(annas_bill, anna, amount=100, keeps_card=True)
    SavedCard.objects.update(state=SavedCard.State.REMOVED, is_default=False)

    pay(annas_bill, anna, amount=200, keeps_card=True)

    card = SavedCard.objects.get()
    assert (card.state, card.is_default) == (SavedCard.State.ACTIVE, True)


def test_who_chose_no_usual_card_is_not_given_one_by_a_payment(anna, annas_bill, bank):
    pay(annas_bill, anna, amount=100, keeps_card=True)
    saved_cards.choose_default(resident=anna, card=None)

    pay(annas_bill, anna, amount=200, keeps_card=True)

    assert not SavedCard.objects.get().is_default

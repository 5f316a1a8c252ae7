"""The bank's own page with a card form: `PaymentURL` of Init and of AddCard."""

import re
from urllib.parse import urlsplit

import pytest

from tests.sandbox.merchant import CHALLENGED, DECLINED, STRANGER, WITHOUT_3DS, Clock, Merchant

SHOP = {"SuccessURL": "http://127.0.0.1:8000/paid/", "FailURL": "http://127.0.0.1:8000/failed/"}
CARD = {"number": WITHOUT_3DS, "term": "12/39", "cvv": "123"}


def path(answer: dict) -> str:
    return urlsplit(answer["PaymentURL"]).path


def opened(merchant: Merchant, **fields) -> tuple[str, str]:
    """The bank's number of a new order, and where its page is."""
    answer = merchant.init(**(SHOP | fields))
    return answer["PaymentId"], path(answer)


def pay(merchant: Merchant, page: str, **typed: str) -> str:
    return merchant.post_form(page, **(CARD | typed))[1]


def answer_password(merchant: Merchant, asked: str, password: str, action: str = "confirm") -> str:
    found = re.search(r'name="challenge" value="([^"]+)"', asked)
    assert found, asked
    return merchant.post_form("/acs/password", challenge=found[1], password=password, action=action)[1]


def test_an_order_leads_to_a_page_of_another_site_that_names_it(merchant: Merchant) -> None:
    answer = merchant.init(Description="Счёт <b>1</b>", **SHOP)

    status, page = merchant.get(path(answer))

    assert answer["PaymentURL"].startswith("http://localhost:")
    assert status == 200
    assert "Счёт &lt;b&gt;1&lt;/b&gt;" in page
    assert "12\N{NO-BREAK SPACE}970,24\N{NO-BREAK SPACE}₽" in page
    assert merchant.state(answer["PaymentId"]) == "FORM_SHOWED"


def test_nobody_guesses_the_address(merchant: Merchant) -> None:
    payment_id, _ = opened(merchant)

    for stranger in ("/pay/", f"/pay/{payment_id}", "/bind/", "/bind/x"):
        assert merchant.get(stranger)[0] == 404
        assert merchant.post_form(stranger, **CARD)[0] == 404
    assert merchant.state(payment_id) == "NEW"


def test_a_card_typed_there_pays_and_the_way_back_is_a_link(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)

    shown = pay(merchant, page)

    assert "Оплата прошла" in shown
    assert 'href="http://127.0.0.1:8000/paid/"' in shown
    assert merchant.state(payment_id) == "CONFIRMED"


def test_pressing_again_charges_nothing_more(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)

    for _ in range(3):
        assert "Оплата прошла" in pay(merchant, page)

    assert [line["status"] for line in merchant.journal() if line["payment_id"] == payment_id].count("CONFIRMED") == 1


def test_a_declined_card_leads_to_the_other_way_back(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)

    shown = pay(merchant, page, number=DECLINED)

    assert "Банк отказал" in shown
    assert 'href="http://127.0.0.1:8000/failed/"' in shown
    assert merchant.state(payment_id) == "REJECTED"


@pytest.mark.parametrize(
    "typed, says",
    [
        ({"number": "2200770239097762"}, "введён с ошибкой"),
        ({"number": "abc"}, "должен состоять из цифр"),
        ({"term": "13/39"}, "Срок действия карты указан неверно"),
        ({"cvv": "12"}, "Неверная длина CVV"),
        ({"card": "1"}, "такой карты у покупателя нет"),
    ],
)
def test_a_mistake_keeps_the_page_and_repeats_nothing(merchant: Merchant, typed: dict[str, str], says: str) -> None:
    payment_id, page = opened(merchant)

    shown = pay(merchant, page, **typed)

    assert says in shown
    assert (CARD | typed)["number"] not in shown
    assert merchant.state(payment_id) == "FORM_SHOWED"


def test_3d_secure_is_asked_there_and_the_bank_charges_by_itself(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)

    asked = pay(merchant, page, number=CHALLENGED)
    assert merchant.state(payment_id) == "3DS_CHECKING"
    assert "Неверный пароль" in answer_password(merchant, asked, "0000")
    shown = answer_password(merchant, asked, "1234")

    assert "Оплата прошла" in shown
    assert 'href="http://127.0.0.1:8000/paid/"' in shown
    assert merchant.state(payment_id) == "CONFIRMED"


def test_a_refused_3d_secure_declines(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)

    shown = answer_password(merchant, pay(merchant, page, number=CHALLENGED), "", action="cancel")

    assert "Банк отказал" in shown
    assert merchant.state(payment_id) == "REJECTED"


@pytest.mark.parametrize("number", ["", CHALLENGED])
def test_an_abandoned_page_ends_with_the_term_of_the_order(merchant: Merchant, clock: Clock, number: str) -> None:
    payment_id, page = opened(merchant)
    asked = pay(merchant, page, number=number) if number else merchant.get(page)[1]

    clock.advance(hours=25)

    assert merchant.state(payment_id) == "DEADLINE_EXPIRED"
    assert "Время на оплату истекло" in pay(merchant, page)
    if number:
        answer_password(merchant, asked, "1234")
    assert merchant.state(payment_id) == "DEADLINE_EXPIRED"


def test_an_order_that_the_shop_has_cancelled_takes_no_card(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)
    merchant.call("Cancel", PaymentId=payment_id)

    assert "Магазин отменил" in pay(merchant, page)
    assert merchant.state(payment_id) == "CANCELED"


def test_a_card_seen_by_the_form_is_not_taken_from_the_shop_any_more(merchant: Merchant) -> None:
    payment_id, page = opened(merchant)
    merchant.get(page)

    assert merchant.finish(payment_id, merchant.seal(WITHOUT_3DS))["ErrorCode"] == "8"
    assert merchant.call("Cancel", PaymentId=payment_id)["ErrorCode"] == "8"


def test_a_customer_finds_his_kept_cards_there_and_nobody_elses(merchant: Merchant) -> None:
    card_id = merchant.keep_card(customer="anna")
    payment_id, page = opened(merchant, CustomerKey="anna")
    _, other_page = opened(merchant, CustomerKey="boris")

    assert "220077******7761" in merchant.get(page)[1]
    assert "220077******7761" not in merchant.get(other_page)[1]
    assert "такой карты у покупателя нет" in pay(merchant, other_page, card=card_id)
    assert "Оплата прошла" in merchant.post_form(page, card=card_id, cvv="123")[1]
    assert merchant.state(payment_id) == "CONFIRMED"


def test_a_card_is_bound_there(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    answer = merchant.call("AddCard", CustomerKey="anna", CheckType="3DSHOLD")
    page = path(answer)

    assert "деньги не списываются" in merchant.get(page)[1]
    asked = pay(merchant, page, number=CHALLENGED)
    assert "Карта привязана" in answer_password(merchant, asked, "1234")

    assert merchant.call("GetAddCardState", RequestKey=answer["RequestKey"])["Status"] == "COMPLETED"
    assert [card["Pan"] for card in merchant.cards()] == ["220138******0047"]
    assert "Карта привязана" in pay(merchant, page, number=STRANGER)
    assert len(merchant.cards()) == 1


def test_a_binding_ends_with_its_two_days(merchant: Merchant, clock: Clock) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    page = path(merchant.call("AddCard", CustomerKey="anna"))

    clock.advance(hours=49)

    assert "Банк отказал" in pay(merchant, page)
    assert merchant.cards() == []


def test_nothing_that_was_typed_there_is_kept(merchant: Merchant) -> None:
    _, page = opened(merchant)
    pay(merchant, page, number=STRANGER)

    kept = b"".join(file.read_bytes() for file in merchant.bank_dir.rglob("*") if file.is_file())
    assert STRANGER.encode() not in kept

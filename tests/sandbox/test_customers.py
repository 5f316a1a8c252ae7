"""AddCustomer, GetCustomer, RemoveCustomer: whom the bank knows, and what goes with him."""

import pytest

from tests.sandbox.merchant import Merchant


def test_a_customer_is_known_with_what_was_told_of_him(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna", Email="anna@example.com", Phone="+79160000001")

    answer = merchant.call("GetCustomer", CustomerKey="anna")

    assert (answer["CustomerKey"], answer["Email"], answer["Phone"]) == ("anna", "anna@example.com", "+79160000001")


def test_nothing_need_be_told_of_him(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")

    answer = merchant.call("GetCustomer", CustomerKey="anna")

    assert answer["Success"]
    assert "Email" not in answer
    assert "Phone" not in answer


def test_adding_him_again_changes_what_is_known(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna", Email="old@example.com")

    merchant.call("AddCustomer", CustomerKey="anna", Email="new@example.com")

    assert merchant.call("GetCustomer", CustomerKey="anna")["Email"] == "new@example.com"


def test_a_removed_customer_is_gone_with_his_cards(merchant: Merchant) -> None:
    merchant.call("AddCustomer", CustomerKey="anna")
    card_id = merchant.keep_card()

    merchant.call("RemoveCustomer", CustomerKey="anna")

    assert merchant.call("GetCustomer", CustomerKey="anna")["ErrorCode"] == "7"
    assert [(card["CardId"], card["Status"]) for card in merchant.cards()] == [(card_id, "D")]


@pytest.mark.parametrize("method", ["GetCustomer", "RemoveCustomer"])
def test_a_stranger_is_not_known(merchant: Merchant, method: str) -> None:
    answer = merchant.call(method, CustomerKey="boris")

    assert (answer["Success"], answer["ErrorCode"]) == (False, "7")


@pytest.mark.parametrize("key, code", [("", "2"), ("k" * 37, "9999"), (5, "9999")])
def test_a_key_that_is_none_is_refused(merchant: Merchant, key: object, code: str) -> None:
    assert merchant.call("AddCustomer", CustomerKey=key)["ErrorCode"] == code

"""The reader of the bank's description: it must bite, or the other tests prove nothing."""

import pytest

from smartservice.sandbox.faults import METHODS as FAULT_METHODS
from tests.sandbox.schema import METHODS, answer_defects, defects

GOOD = {
    "TerminalKey": "T",
    "Amount": 5,
    "OrderId": "one",
    "Success": True,
    "Status": "NEW",
    "PaymentId": "1",
    "ErrorCode": "0",
}


def test_a_good_answer_has_no_defects() -> None:
    assert answer_defects("Init", GOOD) == []


@pytest.mark.parametrize(
    "change",
    [
        {"PaymentId": 1},
        {"Amount": "5"},
        {"Amount": True},
        {"Success": "true"},
        {"ErrorCode": 0},
        {"Status": "N" * 21},
        {"Extra": 1},
        {"Message": "м" * 256},
    ],
)
def test_a_bad_one_has(change: dict[str, object]) -> None:
    assert len(answer_defects("Init", GOOD | change)) == 1


def test_a_missing_field_is_a_defect_of_a_success_only() -> None:
    without = {name: value for name, value in GOOD.items() if name != "PaymentId"}
    refused = {"Success": False, "ErrorCode": "20", "Message": "m"}

    assert answer_defects("Init", without) == ["$: no PaymentId"]
    assert answer_defects("Init", refused) == []


def test_lists_and_nested_objects_are_read() -> None:
    answer = {"TerminalKey": "T", "OrderId": "o", "Success": True, "ErrorCode": "0"}
    entry = {"PaymentId": "1", "Status": "NEW", "Success": "true", "ErrorCode": 0}

    assert answer_defects("CheckOrder", answer | {"Payments": [entry]}) == []
    assert answer_defects("CheckOrder", answer | {"Payments": [entry | {"Success": True}]}) != []


def test_words_outside_a_list_are_defects() -> None:
    assert defects({"PayType": "X"}, METHODS["Init"]["request"] | {"required": []}) != []


def test_every_method_of_the_sandbox_is_described() -> None:
    assert set(FAULT_METHODS) <= set(METHODS)

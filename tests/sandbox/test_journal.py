"""The journal: a line per event with the agreed keys, complete after a kill."""

import json
from datetime import datetime

from smartservice.sandbox.journal import Journal
from smartservice.sandbox.server import Server
from tests.sandbox.merchant import CHALLENGED, DECLINED, Merchant

KEYS = ["at", "method", "order_id", "payment_id", "status", "amount", "pan"]


def test_a_line_has_the_agreed_keys(merchant: Merchant) -> None:
    paid = merchant.pay(OrderId="one", Amount=500)

    lines = merchant.journal()

    assert [list(line) for line in lines] == [KEYS, KEYS]
    last = lines[-1]
    assert datetime.fromisoformat(last.pop("at")).tzinfo is not None
    assert last == {
        "method": "FinishAuthorize",
        "order_id": "one",
        "payment_id": paid["PaymentId"],
        "status": "CONFIRMED",
        "amount": 500,
        "pan": "220077******7761",
    }


def test_a_payment_with_a_challenge_leaves_its_whole_way(merchant: Merchant) -> None:
    payment_id = merchant.init()["PaymentId"]
    merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=merchant.seal(CHALLENGED))
    challenged = merchant.finish(payment_id, merchant.seal(CHALLENGED))
    merchant.post_form("/acs/password", challenge=challenged["AcsTransId"], password="1234")
    merchant.submit(payment_id)
    merchant.call("Cancel", PaymentId=payment_id)

    assert [(line["method"], line["status"]) for line in merchant.journal()] == [
        ("Init", "NEW"),
        ("Check3dsVersion", "NEW"),
        ("FinishAuthorize", "3DS_CHECKING"),
        ("ACS", "3DS_CHECKED"),
        ("Submit3DSAuthorizationV2", "CONFIRMED"),
        ("Cancel", "REFUNDED"),
    ]


def test_refused_calls_are_not_events_but_are_noted(merchant: Merchant) -> None:
    payment_id = merchant.pay(DECLINED)["PaymentId"]
    before = len(merchant.journal())

    merchant.finish(payment_id, merchant.seal(CHALLENGED))
    merchant.order_fault("error-500")
    merchant.send("/v2/GetState", json.dumps(merchant.signed(PaymentId=payment_id)))

    assert len(merchant.journal()) == before
    calls = [json.loads(line) for line in (merchant.bank_dir / "calls.jsonl").read_text().splitlines()]
    assert [(call["method"], call["error_code"], call["fault"]) for call in calls] == [
        ("Init", "0", ""),
        ("FinishAuthorize", "1005", ""),
        ("FinishAuthorize", "8", ""),
        ("GetState", "", "error-500"),
    ]
    assert {call["payment_id"] for call in calls} == {payment_id}


def test_lines_that_a_kill_kept_back_come_at_the_next_start(server: Server, merchant: Merchant) -> None:
    merchant.pay()
    path = merchant.bank_dir / "journal.jsonl"
    whole = path.read_bytes()
    path.write_bytes(whole[: whole.index(b"\n") + 10])

    Journal(merchant.bank_dir, server.bank.store)

    assert path.read_bytes() == whole


def test_a_lost_file_is_written_anew(server: Server, merchant: Merchant) -> None:
    merchant.pay()
    path = merchant.bank_dir / "journal.jsonl"
    whole = path.read_bytes()
    path.unlink()

    Journal(merchant.bank_dir, server.bank.store)

    assert path.read_bytes() == whole


def test_the_journal_of_a_thrown_away_bank_is_thrown_away(server: Server, merchant: Merchant) -> None:
    path = merchant.bank_dir / "journal.jsonl"
    path.write_text('{"at": "long ago"}\n' * 7)

    Journal(merchant.bank_dir, server.bank.store)

    assert path.read_text() == ""

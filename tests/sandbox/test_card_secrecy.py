"""No card number and no code in any file under VAR_DIR, however it is written; with the saboteur that proves it."""

import base64
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from smartservice.sandbox import life
from smartservice.sandbox.server import Server
from smartservice.sandbox.step import Step
from smartservice.sandbox.store import Payment
from smartservice.sandbox.vault import Card, Vault
from tests.sandbox.merchant import CHALLENGED, DECLINED, STRANGER, Clock, Listener, Merchant, running_bank

CVV = "739"


def written_ways(pan: str) -> Iterator[bytes]:
    yield pan.encode()
    for separator in (" ", "-"):
        yield separator.join(pan[start : start + 4] for start in range(0, 16, 4)).encode()
    yield base64.b64encode(pan.encode())
    yield pan.encode("utf-16-le")


def traces(var_dir: Path, needles: list[bytes]) -> list[str]:
    """Every file that has one of these in it."""
    return [
        f"{path.relative_to(var_dir)}: {needle!r}"
        for path in sorted(var_dir.rglob("*"))
        if path.is_file()
        for needle in needles
        if needle in path.read_bytes()
    ]


def pay_every_way(merchant: Merchant) -> list[bytes]:
    """Payments that succeed, fail, are challenged, refused, dropped; what must not be found afterwards."""
    sealed = []
    for pan in (STRANGER, DECLINED, CHALLENGED):
        payment_id = merchant.init(CustomerKey="anna")["PaymentId"]
        card_data = merchant.seal(pan, cvv=CVV)
        sealed.append(card_data.encode())
        merchant.call("Check3dsVersion", PaymentId=payment_id, CardData=card_data)
        challenged = merchant.finish(payment_id, card_data)
        merchant.finish(payment_id, card_data)
        if "AcsTransId" in challenged:
            merchant.post_form("/acs/password", challenge=challenged["AcsTransId"], password="1234")
            merchant.submit(payment_id)
    merchant.finish("1", merchant.seal("4111111111111112", cvv=CVV))
    numbers = [way for pan in (STRANGER, DECLINED, CHALLENGED, "4111111111111112") for way in written_ways(pan)]
    codes = [f"CVV={CVV}".encode(), f'"cvv": "{CVV}"'.encode(), f"cvv='{CVV}'".encode()]
    return [*numbers, *codes, *sealed]


def test_nothing_of_a_card_but_its_mask_is_written(
    server: Server, heard_merchant: Merchant, listener: Listener
) -> None:
    needles = pay_every_way(heard_merchant)
    server.bank.tick()

    assert traces(server.bank.config.var_dir, needles) == []
    assert traces(server.bank.config.var_dir, [b"411111******1111"]) != []
    assert not any(needle.decode("utf-8", "ignore") in json.dumps(listener.heard) for needle in needles)


def test_the_search_finds_a_bank_that_keeps_numbers(
    server: Server, heard_merchant: Merchant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The saboteur: a mask that hides nothing."""
    monkeypatch.setattr(Card, "mask", property(lambda card: card.pan))

    needles = pay_every_way(heard_merchant)

    assert len(traces(server.bank.config.var_dir, needles)) >= 2


def test_the_search_finds_a_bank_that_keeps_codes(var_dir: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """The saboteur: the decrypted text slips into a column."""
    opened: list[str] = []
    decrypted, move = Vault._decrypted, life.move

    def leak(vault: Vault, card_data: str) -> str:
        opened.append(decrypted(vault, card_data))
        return opened[-1]

    def slip(step: Step, payment: Payment, status: str, *, method: str, error: str = "0") -> Payment:
        return move(step, replace(payment, description=opened[-1]), status, method=method, error=error)

    monkeypatch.setattr(Vault, "_decrypted", leak)
    monkeypatch.setattr(life, "move", slip)
    with running_bank(var_dir, clock) as server:
        needles = pay_every_way(Merchant(server.server_port, var_dir))

        assert any("CVV" in trace for trace in traces(var_dir, needles))


def test_the_same_number_has_one_fingerprint_and_another_bank_another(key_pair: Path, server: Server) -> None:
    vault = server.bank._vault
    card = Card(pan=STRANGER, expiry="1239", cvv="123")

    assert vault.fingerprint(card) == vault.fingerprint(replace(card, expiry="0130", cvv="999"))
    assert STRANGER not in vault.fingerprint(card)
    assert vault.fingerprint(card) != vault.fingerprint(replace(card, pan=CHALLENGED))

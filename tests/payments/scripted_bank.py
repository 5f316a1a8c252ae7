"""A bank in memory for rule tests: it counts charges, and each of its answers can be lost before or after the deed."""

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Literal

import pytest

from payments.acquirer.base import Answer, Browser, Challenge, Initiator, NoAnswer, OldResult, Order, ThreeDS, Word
from safeguards.secret import Secret
from tests.payments.scripted_cards import ScriptedCards

Lost = Literal["before", "after"]
# Where the bank's own word is another than ours.
RAW = {Word.PARTLY_REFUNDED: "PARTIAL_REFUNDED", Word.EXPIRED: "CANCELED", Word.DECLINED: "REJECTED"}
REFUSAL = Answer(word=Word.PENDING, refused=True, error_code="9")


@dataclass
class Held:
    """One order as this bank keeps it."""

    bank_id: str
    order: Order
    word: Word = Word.NEW
    returned: dict[str, int] = field(default_factory=dict)
    card_id: str = ""


@dataclass
class ScriptedBank(ScriptedCards):
    """Set `outcome` for cards, `lose["method"] = "after"` for a lost answer, `refuse` for refusals."""

    outcome: Word = Word.CONFIRMED
    challenges: bool = False
    orders: dict[str, Held] = field(default_factory=dict)
    lose: dict[str, Lost] = field(default_factory=dict)
    refuse: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    charges: Counter[str] = field(default_factory=Counter)
    error_code: str = "0"
    old: OldResult | None = None
    has_pages: bool = True

    def start(self, order: Order) -> Answer:
        return self._do("start", lambda: self._start(order))

    def check_card(self, *, bank_id: str, cryptogram: Secret) -> Answer:
        return self._do("check_card", lambda: Answer(word=Word.PENDING, three_ds=ThreeDS(version="2.1.0")))

    def authorise(
        self, *, bank_id: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Answer:
        return self._do("authorise", lambda: self._authorise(bank_id))

    def finish_challenge(self, *, bank_id: str, old: OldResult | None = None) -> Answer:
        self.old = old
        if any(binding.bank_id == bank_id for binding in self.bindings.values()):
            # The answer about a binding names no order of ours.
            self.calls["finish_challenge"] += 1
            raise NoAnswer
        return self._do("finish_challenge", lambda: self._finish(bank_id))

    def charge(self, *, bank_id: str, rebill_id: str) -> Answer:
        return self._do("charge", lambda: self._charge(bank_id))

    def query(self, *, bank_id: str) -> Answer:
        return self._do("query", lambda: self._answer(bank_id))

    def find(self, *, order_id: str) -> list[Answer]:
        self._lost("find", "before")
        self.calls["find"] += 1
        return [self._answer(held.bank_id) for held in self.orders.values() if held.order.order_id == order_id]

    def cancel(self, *, bank_id: str) -> Answer:
        return self._do("cancel", lambda: self._cancel(bank_id))

    def refund(self, *, bank_id: str, amount: int, request_id: str) -> Answer:
        if "refund" in self.refuse:
            self.calls["refund"] += 1
            return replace(REFUSAL, bank_id=bank_id, error_code="330")
        return self._do("refund", lambda: self._give_back(bank_id, amount, request_id))

    def read_notification(self, body: bytes) -> Answer:
        raise NotImplementedError

    def pass_challenge(self, payment_uuid: object) -> None:
        """The resident typed the right password on the bank's page."""
        self._of(payment_uuid).word = Word.CHECKED_3DS

    def open_page(self, payment_uuid: object) -> None:
        """The resident follows the link to this bank's own page."""
        held = self._of(payment_uuid)
        if held.word is Word.NEW:
            held.word = Word.FORM_SHOWED

    def pay_there(self, payment_uuid: object) -> None:
        """He types his card on that page; where the issuer asks for more, the bank waits for the second time."""
        self.open_page(payment_uuid)
        held = self._of(payment_uuid)
        if held.word is Word.FORM_SHOWED and self.challenges:
            held.word = Word.CHECKING_3DS
        elif held.word in {Word.FORM_SHOWED, Word.CHECKING_3DS}:
            self._decide(held)

    def settle_late(self, payment_uuid: object, word: Word) -> None:
        """The bank decides by itself, later."""
        held = self._of(payment_uuid)
        if word is Word.CONFIRMED and held.word is not Word.CONFIRMED:
            self.charges[held.order.order_id] += 1
        held.word = word

    def return_by_itself(self, payment_uuid: object, in_all: int) -> None:
        """The bank gives money back that nobody asked for, up to so much in all."""
        held = self._of(payment_uuid)
        held.returned[f"own {len(held.returned)}"] = in_all - sum(held.returned.values())

    def word_of_returned(self, payment_uuid: object) -> Word:
        """What it says of an order of which it has given back so much."""
        held = self._of(payment_uuid)
        return Word.REFUNDED if sum(held.returned.values()) == held.order.amount else Word.PARTLY_REFUNDED

    def answer_about(self, payment_uuid: object, **changes: object) -> Answer:
        """What a notification of this bank would say now: of a part that went back, what is left."""
        held = self._of(payment_uuid)
        answer = self._answer(held.bank_id)
        if answer.word is Word.PARTLY_REFUNDED:
            answer = replace(answer, amount=held.order.amount - sum(held.returned.values()))
        return replace(answer, **changes)  # type: ignore[arg-type]

    def _of(self, payment_uuid: object) -> Held:
        return next(held for held in self.orders.values() if held.order.order_id == str(payment_uuid))

    def _do(self, method: str, deed):  # type: ignore[no-untyped-def]
        self.calls[method] += 1
        self._lost(method, "before")
        if method in self.refuse and method in {"start", "check_card"}:
            return REFUSAL
        if method in self.refuse:
            raise NoAnswer
        answer = deed()
        self._lost(method, "after")
        return answer

    def _lost(self, method: str, when: Lost) -> None:
        if self.lose.get(method) == when:
            raise NoAnswer

    def _start(self, order: Order) -> Answer:
        bank_id = str(1000 + len(self.orders))
        self.orders[bank_id] = Held(bank_id, order)
        page = f"http://bank.example/pay/{bank_id}" if self.has_pages else ""
        return replace(self._answer(bank_id), page_url=page)

    def _authorise(self, bank_id: str) -> Answer:
        held = self.orders[bank_id]
        if held.word is not Word.NEW:
            raise NoAnswer
        if self.challenges:
            held.word = Word.CHECKING_3DS
            return replace(
                self._answer(bank_id), challenge=Challenge(url="http://bank.example/acs", fields={"creq": "abc"})
            )
        self._decide(held)
        return self._answer(bank_id)

    def _charge(self, bank_id: str) -> Answer:
        held = self.orders[bank_id]
        assert held.order.initiator is Initiator.MERCHANT
        if held.word is not Word.NEW:
            raise NoAnswer
        self._decide(held)
        return self._answer(bank_id)

    def _finish(self, bank_id: str) -> Answer:
        held = self.orders[bank_id]
        if held.word is Word.CHECKED_3DS:
            self._decide(held)
            return self._answer(bank_id)
        raise NoAnswer

    def _decide(self, held: Held) -> None:
        held.word = self.outcome
        if self.outcome is Word.CONFIRMED:
            self.charges[held.order.order_id] += 1
            if held.order.initiator is Initiator.PAYER_KEEPS_CARD:
                held.card_id = self.keep(held.order.customer_key)

    def _cancel(self, bank_id: str) -> Answer:
        held = self.orders[bank_id]
        if held.word in {Word.FORM_SHOWED, Word.CHECKING_3DS}:
            # An order that is being paid is not taken back.
            raise NoAnswer
        held.word = {Word.NEW: Word.EXPIRED, Word.CONFIRMED: Word.REFUNDED}.get(held.word, held.word)
        return self._answer(bank_id)

    def _give_back(self, bank_id: str, amount: int, request_id: str) -> Answer:
        held = self.orders[bank_id]
        if request_id not in held.returned and sum(held.returned.values()) + amount > held.order.amount:
            return replace(REFUSAL, bank_id=bank_id, error_code="330")
        held.returned.setdefault(request_id, amount)
        left = held.order.amount - sum(held.returned.values())
        held.word = Word.PARTLY_REFUNDED if left else Word.REFUNDED
        return replace(self._answer(bank_id), left=left)

    def _answer(self, bank_id: str) -> Answer:
        held = self.orders[bank_id]
        return Answer(
            word=held.word,
            bank_id=bank_id,
            order_id=held.order.order_id,
            amount=held.order.amount,
            card_id=held.card_id,
            raw_status=RAW.get(held.word, held.word.value),
            error_code=self.error_code if held.word is Word.DECLINED else "0",
        )


@pytest.fixture
def bank(monkeypatch: pytest.MonkeyPatch) -> ScriptedBank:
    """The scripted bank in the place of the real one."""
    scripted = ScriptedBank()
    monkeypatch.setattr("payments.acquirer.current", lambda: scripted)
    return scripted

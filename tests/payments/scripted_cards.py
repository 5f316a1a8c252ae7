"""The scripted bank's other half: customers, cards that it keeps, cards being bound."""

from dataclasses import dataclass, field, replace

from payments.acquirer.base import Binding, BindingWord, Browser, Challenge, KeptCard, ThreeDS
from safeguards.secret import Secret

MASK, EXPIRY = "220077******7761", "1235"


@dataclass
class ScriptedCards:
    """Set `binding_challenges` or `binding_error` for what a bound card does."""

    kept: dict[str, dict[str, KeptCard]] = field(default_factory=dict)
    bindings: dict[str, Binding] = field(default_factory=dict)
    owners: dict[str, str] = field(default_factory=dict)
    binding_challenges: bool = False
    binding_error: str = "0"

    def add_customer(self, *, customer_key: str) -> None:
        self._do("add_customer", lambda: self.kept.setdefault(customer_key, {}))

    def list_cards(self, *, customer_key: str) -> list[KeptCard]:
        return self._do("list_cards", lambda: list(self.kept.get(customer_key, {}).values()))

    def remove_card(self, *, customer_key: str, card_id: str) -> None:
        self._do("remove_card", lambda: self.drop(customer_key, card_id))

    def remove_customer(self, *, customer_key: str) -> None:
        self._do("remove_customer", lambda: self.kept.pop(customer_key, None))

    def start_binding(self, *, customer_key: str, ip: str) -> Binding:
        return self._do("start_binding", lambda: self._open(customer_key))

    def bind_card(
        self, *, request_key: str, cryptogram: Secret, three_ds: ThreeDS, browser: Browser, return_url: str
    ) -> Binding:
        return self._do("bind_card", lambda: self._bind(request_key))

    def query_binding(self, *, request_key: str) -> Binding:
        return self._do("query_binding", lambda: self.bindings[request_key])

    def keep(self, customer_key: str, *, mask: str = MASK, expiry: str = EXPIRY) -> str:
        """The bank keeps a card; its number there."""
        own = self.kept.setdefault(customer_key, {})
        card_id = next(
            (known for known, card in own.items() if card.mask == mask), str(500 + sum(map(len, self.kept.values())))
        )
        own[card_id] = KeptCard(card_id=card_id, mask=mask, expiry=expiry, is_active=True, rebill_id=f"9{card_id}")
        return card_id

    def drop(self, customer_key: str, card_id: str) -> None:
        """The bank forgets it."""
        own = self.kept.setdefault(customer_key, {})
        if card_id in own:
            own[card_id] = replace(own[card_id], is_active=False, rebill_id="")

    def pass_binding(self, request_key: str) -> None:
        """The resident typed the right password on his bank's page, and we passed it on."""
        self._end(request_key)

    def _open(self, customer_key: str) -> Binding:
        request_key = f"key-{len(self.bindings)}"
        self.owners[request_key] = customer_key
        opened = Binding(
            word=BindingWord.PENDING,
            request_key=request_key,
            bank_id=str(7000 + len(self.bindings)),
            page_url=f"http://bank.example/bind/{request_key}",
        )
        self.bindings[request_key] = opened
        return opened

    def _bind(self, request_key: str) -> Binding:
        if self.binding_challenges:
            page = Challenge(url="http://bank.example/acs", fields={"MD": "1", "PaReq": "2", "TermUrl": "3"})
            waiting = replace(self.bindings[request_key], word=BindingWord.CHALLENGED)
            self.bindings[request_key] = waiting
            return replace(waiting, challenge=page)
        return self._end(request_key)

    def _end(self, request_key: str) -> Binding:
        binding = self.bindings[request_key]
        if self.binding_error != "0":
            ended = replace(binding, word=BindingWord.REJECTED, error_code=self.binding_error)
        else:
            ended = replace(binding, word=BindingWord.COMPLETED, card_id=self.keep(self.owners[request_key]))
        self.bindings[request_key] = ended
        return ended

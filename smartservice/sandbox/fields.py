"""The fields of a request, taken one by one and checked as the bank's description says."""

from collections.abc import Mapping

from smartservice.sandbox.refusals import Refusal

PAIRS_LIMIT, NAME_LIMIT, VALUE_LIMIT = 20, 20, 100
# The bank's own field breaks the bank's own bound.
LONG_NAME = "OperationInitiatorType"
AMOUNT_LIMIT = 10**10


class Fields:
    """A request's values; every reader raises Refusal when the value is missing or of another shape."""

    def __init__(self, values: Mapping[str, object]) -> None:
        self._values = values

    def text(self, name: str, *, limit: int = 0, default: str | None = None) -> str:
        """A string; without a default it must be there."""
        value = self._values.get(name)
        if value is None or value == "":
            if default is None:
                raise Refusal("2", f"Нет поля {name}")
            return default
        if not isinstance(value, str):
            raise Refusal("9999", f"{name} должно быть строкой")
        if limit and len(value) > limit:
            raise Refusal("9999", f"{name} длиннее {limit}")
        return value

    def payment_id(self) -> str:
        """The bank's number; it comes as a string or, in the bank's own examples, as a number."""
        value = self._values.get("PaymentId")
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return self.text("PaymentId", limit=20)

    def amount(self, *, default: int | None = None) -> int:
        """Whole kopecks, more than none, at most ten digits."""
        value = self._values.get("Amount")
        if value is None:
            if default is None:
                raise Refusal("2", "Нет поля Amount")
            return default
        if not isinstance(value, int) or isinstance(value, bool):
            raise Refusal("9999", "Amount должно быть целым числом копеек")
        if not 0 < value < AMOUNT_LIMIT:
            raise Refusal("251", "Сумма от 1 копейки, не больше 10 цифр")
        return value

    def choice(self, name: str, allowed: tuple[str, ...]) -> str:
        """One of the words; the first is the default."""
        value = self.text(name, default=allowed[0])
        if value not in allowed:
            raise Refusal("9999", f"{name}: не {value}")
        return value

    def pairs(self, name: str = "DATA") -> "Fields":
        """The nested object of strings, empty where it is absent."""
        value = self._values.get(name)
        if value is None:
            return Fields({})
        if not isinstance(value, dict) or not all(isinstance(text, str) for text in value.values()):
            raise Refusal("9999", f"{name} должно быть объектом из строк")
        return Fields(value)

    def check_extra_data(self) -> None:
        """The bounds of Init's DATA: pairs, names, values."""
        value = self._values.get("DATA") or {}
        self.pairs()
        if not isinstance(value, dict) or len(value) > PAIRS_LIMIT:
            raise Refusal("9999", f"В DATA больше {PAIRS_LIMIT} пар")
        if any(len(key) > NAME_LIMIT and key != LONG_NAME for key in value):
            raise Refusal("208")
        if any(len(text) > VALUE_LIMIT for text in value.values()):
            raise Refusal("209")

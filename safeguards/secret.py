"""A value that must never be printed, logged, pickled or serialised: card numbers, CVVs, cryptograms."""

from typing import Any, NoReturn


class SecretLeak(TypeError):
    """Somebody tried to turn a secret into text or bytes without saying `reveal()`."""


class Secret:
    """Wraps a text; only `reveal()` gives it away."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """The text itself: call it where it leaves the process, nowhere else."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __len__(self) -> int:
        return len(self._value)

    def __repr__(self) -> str:
        # Error reports and debuggers call repr: it must not raise there, only keep silent.
        return "Secret(***)"

    def __str__(self) -> NoReturn:
        raise SecretLeak("a secret has no text form")

    def __format__(self, spec: str) -> NoReturn:
        raise SecretLeak("a secret has no text form")

    def __reduce_ex__(self, protocol: Any) -> NoReturn:
        raise SecretLeak("a secret cannot be pickled or copied")

    def __eq__(self, other: object) -> bool:
        return NotImplemented

    __hash__ = None  # type: ignore[assignment]

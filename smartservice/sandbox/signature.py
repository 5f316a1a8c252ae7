"""The Token that signs requests and notifications: SHA-256 over the sorted values and the terminal's password."""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal

TOKEN = "Token"  # noqa: S105 - the name of the field


def token(values: Mapping[str, object], password: str) -> str:
    """Sign the scalars of the top level; nested objects, lists, nulls and the Token itself are left out."""
    pairs = {name: _text(value) for name, value in values.items() if name != TOKEN}
    pairs["Password"] = password
    joined = "".join(text for _, text in sorted(pairs.items()) if text is not None)
    return hashlib.sha256(joined.encode()).hexdigest()


def is_signed(values: Mapping[str, object], password: str) -> bool:
    """Whether the Token fits the rest; compared in constant time."""
    given = values.get(TOKEN)
    return isinstance(given, str) and hmac.compare_digest(given.encode(), token(values, password).encode())


def _text(value: object) -> str | None:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return f"{value:f}"
    if isinstance(value, str | int):
        return str(value)
    return None

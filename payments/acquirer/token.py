"""The signature of T-Bank's requests and notifications (facts of the bank's API, chapter «Токен»)."""

import hashlib
import hmac
from collections.abc import Mapping
from decimal import Decimal
from typing import Any


def of(fields: Mapping[str, Any], *, password: str) -> str:
    """SHA-256 over the values of the root-level scalars and the password, in the order of their names."""
    signed = {name: _text(value) for name, value in fields.items() if name != "Token" and _is_scalar(value)}
    signed["Password"] = password
    return hashlib.sha256("".join(signed[name] for name in sorted(signed)).encode()).hexdigest()


def is_right(fields: Mapping[str, Any], *, password: str) -> bool:
    """Whether the fields carry the token that belongs to them; compared in constant time."""
    claimed = fields.get("Token")
    if not isinstance(claimed, str):
        return False
    return hmac.compare_digest(claimed.lower().encode(), of(fields, password=password).encode())


def _is_scalar(value: object) -> bool:
    return isinstance(value, str | bool | int | Decimal)


def _text(value: str | bool | int | Decimal) -> str:
    # Booleans first: to Python they are numbers too.
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)

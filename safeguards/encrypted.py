"""Fields whose text is encrypted in the database: AES-GCM, bound to the model, the field and the row's UUID."""

import base64
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

# Only the type checker knows Django's fields as generic.
if TYPE_CHECKING:
    _NullableText = models.TextField[str | None, str | None]
else:
    _NullableText = models.TextField

NONCE_BYTES = 12


class Unreadable(Exception):
    """The text cannot be decrypted: its key is gone, it was altered, or moved here from another row or field."""


@dataclass(frozen=True)
class Sealed:
    """The stored form: `key id:base64(nonce + cipher text)`."""

    token: str


@lru_cache
def _keys(configured: str) -> dict[str, AESGCM]:
    keys = {}
    for item in configured.split(","):
        key_id, _, encoded = item.strip().partition(":")
        key = base64.b64decode(encoded)
        if not key_id or len(key) != 32:
            raise ImproperlyConfigured("FIELD_KEYS must be id:base64 of 32 bytes, comma-separated")
        keys[key_id] = AESGCM(key)
    return keys


def key_ids() -> list[str]:
    """The names of the keys that are given, newest first."""
    return list(_keys(settings.FIELD_KEYS))


def seal(text: str, associated: str) -> Sealed:
    """Encrypt with the newest key; `associated` must be given again to open it."""
    key_id, key = next(iter(_keys(settings.FIELD_KEYS).items()))
    nonce = os.urandom(NONCE_BYTES)
    body = key.encrypt(nonce, text.encode(), associated.encode())
    return Sealed(f"{key_id}:{base64.b64encode(nonce + body).decode()}")


def unseal(sealed: Sealed, associated: str) -> str:
    """Decrypt with the key that the token names; raises Unreadable."""
    key_id, _, encoded = sealed.token.partition(":")
    key = _keys(settings.FIELD_KEYS).get(key_id)
    if key is None:
        raise Unreadable(f"no key {key_id}")
    try:
        body = base64.b64decode(encoded)
        return key.decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], associated.encode()).decode()
    except (InvalidTag, ValueError):
        # An altered token may be no Base64 at all, or too short for its nonce.
        raise Unreadable("the text does not belong here") from None


class _Opened:
    """The attribute of an instance: decrypts only when somebody reads it."""

    def __init__(self, field: "EncryptedField") -> None:
        self.field = field

    def __get__(self, instance: models.Model | None, owner: type[models.Model]) -> Any:
        if instance is None:
            return self
        if self.field.attname not in instance.__dict__:
            instance.refresh_from_db(fields=[self.field.attname])
        value = instance.__dict__[self.field.attname]
        return unseal(value, self.field.associated(instance)) if isinstance(value, Sealed) else value

    def __set__(self, instance: models.Model, value: Any) -> None:
        instance.__dict__[self.field.attname] = value


class EncryptedField(_NullableText):
    """Text in Python, ciphertext in the database; the model needs a `uuid` that exists before the insert.

    Written by save() and create() only: update() does not know the row that the text is bound to.
    """

    def contribute_to_class(self, cls: type[models.Model], name: str, private_only: bool = False) -> None:
        """Put the decrypting attribute on the model."""
        super().contribute_to_class(cls, name, private_only)
        setattr(cls, name, _Opened(self))

    def associated(self, instance: models.Model) -> str:
        """What the ciphertext is bound to."""
        return f"{instance._meta.label}.{self.name}:{instance.uuid}"  # type: ignore[attr-defined]

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Sealed | None:
        """Leave it sealed: most rows are read without anybody asking for the text."""
        return None if value is None else Sealed(value)

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        """Seal a new text; one that nobody touched goes back as it came."""
        value = model_instance.__dict__.get(self.attname)
        return seal(value, self.associated(model_instance)) if isinstance(value, str) else value

    def get_prep_value(self, value: Any) -> str | None:
        """Only sealed texts may reach the database."""
        if value is None:
            return None
        if not isinstance(value, Sealed):
            raise TypeError("an encrypted field is written by save() only, and is never searched")
        return value.token

"""Whether the field keys that are given open what the database holds: a restore may bring back the wrong ones."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Model

from safeguards.encrypted import EncryptedField, Unreadable
from safeguards.rotation import encrypted_fields, name_of

# Enough to find a text of most fields, and by the key at any size.
LOOKED_AT = 20


def unreadable() -> list[str]:
    """The fields, as `app.Model.field`, of which none of the newest or none of the oldest texts can be opened.

    One text that cannot was altered or moved: that is no matter of keys.
    """
    found: list[str] = []
    for model, fields in groupby(encrypted_fields(), key=lambda field: field.model):
        found += _unreadable_of(model, list(fields))
    return found


def _unreadable_of(model: type[Model], fields: list[EncryptedField]) -> Iterator[str]:
    rows = model._base_manager.only("pk", "uuid", *(field.attname for field in fields))  # noqa: SLF001 - public in Django
    ends = [list(rows.order_by(order)[:LOOKED_AT]) for order in ("-pk", "pk")]
    for field in fields:
        opened = [[_opens(row, field) for row in end if row.__dict__[field.attname] is not None] for end in ends]
        if any(one and not any(one) for one in opened):
            yield name_of(field)


def _opens(row: Model, field: EncryptedField) -> bool:
    try:
        getattr(row, field.attname)
    except Unreadable:
        return False
    return True

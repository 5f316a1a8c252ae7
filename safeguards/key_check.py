"""Whether the field keys that are given open what the database holds: a restore may bring back the wrong ones."""

from collections.abc import Iterator
from itertools import groupby

from django.db.models import Model

from safeguards.encrypted import EncryptedField, Unreadable
from safeguards.rotation import encrypted_fields, name_of

# Enough to find a text of most fields, and by the key at any size.
LOOKED_AT = 20
# Fewer may have been altered or moved: that is no matter of keys.
TELLING = 2


def unreadable() -> list[str]:
    """The fields, as `app.Model.field`, of which none of the newest or none of the oldest texts can be opened.

    A text alone tells of keys only when nothing of any field can be opened.
    """
    tried = list(_tried())
    is_any_opened = any(any(end) for _, ends in tried for end in ends)
    enough = TELLING if is_any_opened else 1
    return [name for name, ends in tried if any(len(end) >= enough and not any(end) for end in ends)]


def opens_nothing() -> bool:
    """Whether there are texts and none of those looked at can be opened; stops at the first that can."""
    opened = (one for _, ends in _tried() for end in ends for one in end)
    return not next(opened, True) and not any(opened)


def _tried() -> Iterator[tuple[str, list[list[bool]]]]:
    """Each field, and which of its newest and which of its oldest texts can be opened."""
    for model, fields in groupby(encrypted_fields(), key=lambda field: field.model):
        yield from _tried_of(model, list(fields))


def _tried_of(model: type[Model], fields: list[EncryptedField]) -> Iterator[tuple[str, list[list[bool]]]]:
    rows = model._base_manager.only("pk", "uuid", *(field.attname for field in fields))  # noqa: SLF001 - public in Django
    ends = [list(rows.order_by(order)[:LOOKED_AT]) for order in ("-pk", "pk")]
    for field in fields:
        yield (
            name_of(field),
            [[_opens(row, field) for row in end if row.__dict__[field.attname] is not None] for end in ends],
        )


def _opens(row: Model, field: EncryptedField) -> bool:
    try:
        getattr(row, field.attname)
    except Unreadable:
        return False
    return True

"""Change of the field keys: every encrypted text of every model is sealed anew with the newest key."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.apps import apps
from django.db import models, transaction
from django.db.models import F, Q
from django.db.models.functions import Cast

from safeguards import encrypted
from safeguards.encrypted import EncryptedField, Sealed, Unreadable

BATCH = 500


class KeysMissing(Exception):
    """Some texts were sealed with keys that are not given; `rows` are their counts by «model.field (key id)»."""

    def __init__(self, rows: dict[str, int]) -> None:
        super().__init__("keys are missing")
        self.rows = rows


@dataclass(kw_only=True)
class Outcome:
    """What became of one field; `unreadable` are the primary keys of texts that do not belong to their rows."""

    name: str
    rotated: int = 0
    fresh: int = 0
    unreadable: list[object] = field(default_factory=list)


def encrypted_fields() -> Iterator[EncryptedField]:
    """Every encrypted field of every model that has a table of its own."""
    for model in apps.get_models(include_auto_created=True):
        meta = model._meta
        if meta.managed and not meta.proxy:
            yield from (one for one in meta.local_concrete_fields if isinstance(one, EncryptedField))


def name_of(one: EncryptedField) -> str:
    """`app.Model.field`."""
    return f"{one.model._meta.label}.{one.name}"


def rows_with(one: EncryptedField) -> "models.QuerySet[models.Model]":
    """The rows that hold a text in this field, with as little beside it as can be."""
    rows: models.QuerySet[models.Model] = one.model._base_manager.filter(**{f"{one.attname}__isnull": False})
    return rows.only("pk", "uuid", one.attname)


def rotate(*, batch: int = BATCH) -> Iterator[Outcome]:
    """Seal anew what is not sealed with the newest key; raises KeysMissing before anything has changed.

    Each batch is a short transaction of its own: whatever stops it, the next run goes on from there.
    """
    fields = list(encrypted_fields())
    missing = _missing(fields)
    if missing:
        raise KeysMissing(missing)
    for one in fields:
        yield _rotate(one, batch)


def _missing(fields: list[EncryptedField]) -> dict[str, int]:
    known = Q()
    for key_id in encrypted.key_ids():
        known |= Q(token__startswith=f"{key_id}:")
    counts: dict[str, int] = {}
    for one in fields:
        for token in _tokens(one).exclude(known).values_list("token", flat=True).iterator():
            name = f"{name_of(one)} (ключ {token.partition(':')[0]})"
            counts[name] = counts.get(name, 0) + 1
    return counts


def _rotate(one: EncryptedField, batch: int) -> Outcome:
    outcome = Outcome(name=name_of(one))
    rows = _tokens(one).order_by("pk")
    last: list[tuple[models.Model, str]] = []
    while True:
        after = rows.filter(pk__gt=last[-1][0].pk) if last else rows
        last = [(row, row.token) for row in after.only("pk", "uuid")[:batch]]  # type: ignore[attr-defined]
        if not last:
            return outcome
        _rotate_batch(one, last, outcome)


def _rotate_batch(one: EncryptedField, rows: list[tuple[models.Model, str]], outcome: Outcome) -> None:
    newest = f"{encrypted.key_ids()[0]}:"
    sealed: list[tuple[object, str, Sealed]] = []
    for row, token in rows:
        place = one.associated(row)
        try:
            text = encrypted.unseal(Sealed(token), place)
        except Unreadable:
            outcome.unreadable.append(row.pk)
            continue
        if token.startswith(newest):
            outcome.fresh += 1
        else:
            sealed.append((row.pk, token, encrypted.seal(text, place)))
    with transaction.atomic():
        for key, token, anew in sealed:
            # A text that was saved meanwhile is sealed with the newest key already: it must not be put back.
            outcome.rotated += _tokens(one).filter(pk=key, token=token).update(**{one.attname: anew})


def _tokens(one: EncryptedField) -> "models.QuerySet[models.Model]":
    """The rows that hold a text, with it as it is stored: the field itself cannot be searched."""
    rows: models.QuerySet[models.Model] = rows_with(one).annotate(token=Cast(F(one.attname), models.TextField()))
    return rows

"""Whose data a leak touched: from the journal for a member of the staff, from the tables for a stolen copy."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db.models import QuerySet

from accounts.models import User
from safeguards.journal import Action
from safeguards.models import JournalEntry
from smartservice.my_data.holdings import HOLDINGS, Holding

BATCH = 500
SHOWN = [one for one in HOLDINGS if one.title]
# Deeds after which somebody has seen a person's data.
SEEN = (
    Action.LOOKED,
    Action.IDENTIFIED,
    Action.FEEDBACK_READ,
    Action.STATEMENT_READ,
    Action.EXPORTED,
    Action.VIEWED,
)


@dataclass(frozen=True)
class Touched:
    """A person whom the operator must tell; `data` is what was there to be seen."""

    phone: str
    email: str
    name: str
    data: tuple[str, ...]


def by_journal(*, since: datetime, until: datetime, staff: UUID | None) -> Iterator[Touched]:
    """Those whose data were looked at in this time, by one member of the staff or by any."""
    rows = JournalEntry.objects.filter(at__gte=since, at__lt=until, action__in=SEEN, whose_uuid__isnull=False)
    if staff:
        rows = rows.filter(who_uuid=staff)
    yield from _touched({uuid for uuid in rows.values_list("whose_uuid", flat=True) if uuid})


def everybody() -> Iterator[Touched]:
    """All residents: a copy of the whole database was taken."""
    yield from _touched(None)


def _touched(uuids: set[UUID] | None) -> Iterator[Touched]:
    people = User.objects.filter(erased_at=None).order_by("pk")
    if uuids is not None:
        people = people.filter(uuid__in=uuids)
    for batch in _batched(people.iterator(chunk_size=BATCH), BATCH):
        owners = {one.title: _owners(one, batch) for one in SHOWN}
        for person in batch:
            titles = tuple(one.title for one in SHOWN if one.key_of(person) in owners[one.title])
            yield Touched(person.phone or "", person.email, person.full_name, titles)


def _owners(one: Holding, people: Sequence[User]) -> set[object]:
    """Which of these people have rows there: one question for all of them."""
    keys = [one.key_of(person) for person in people]
    return set(QuerySet(one.model).filter(**{f"{one.whose}__in": keys}).values_list(one.whose, flat=True).distinct())


def _batched(people: Iterator[User], size: int) -> Iterator[list[User]]:
    """So many at a time, until there are none."""
    while batch := list(islice(people, size)):
        yield batch

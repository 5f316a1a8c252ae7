"""A payment's life as data: one table of allowed moves, and the public word of each status."""

from django.db import models


class Outcome(models.TextChoices):
    """The word that residents read, as the database, filters and addresses know it."""

    PROCESSING = "PROCESSING", "в обработке"
    SUCCEEDED = "SUCCEEDED", "выполнена"
    FAILED = "FAILED", "не выполнена"
    REFUNDED = "REFUNDED", "возвращена"
    PARTLY_REFUNDED = "PARTLY_REFUNDED", "возвращена частично"


class Status(models.TextChoices):
    """Where a payment stands; the label is the word that residents read."""

    CREATED = "CREATED", "в обработке"
    CONFIRMING = "CONFIRMING", "в обработке"
    SUBMITTED = "SUBMITTED", "в обработке"
    AUTHORISING = "AUTHORISING", "в обработке"
    CHALLENGED = "CHALLENGED", "в обработке"
    COMPLETING = "COMPLETING", "в обработке"
    SUCCEEDED = "SUCCEEDED", "выполнена"
    DECLINED = "DECLINED", "не выполнена"
    EXPIRED = "EXPIRED", "не выполнена"
    PARTLY_REFUNDED = "PARTLY_REFUNDED", "возвращена частично"
    REFUNDED = "REFUNDED", "возвращена"


NEXT: dict[Status, frozenset[Status]] = {
    Status.CREATED: frozenset({Status.CONFIRMING, Status.EXPIRED}),
    Status.CONFIRMING: frozenset({Status.SUBMITTED, Status.EXPIRED}),
    Status.SUBMITTED: frozenset({Status.AUTHORISING, Status.SUCCEEDED, Status.DECLINED, Status.EXPIRED}),
    Status.AUTHORISING: frozenset({Status.CHALLENGED, Status.SUCCEEDED, Status.DECLINED, Status.EXPIRED}),
    Status.CHALLENGED: frozenset({Status.COMPLETING, Status.SUCCEEDED, Status.DECLINED, Status.EXPIRED}),
    Status.COMPLETING: frozenset({Status.SUCCEEDED, Status.DECLINED, Status.EXPIRED}),
    Status.SUCCEEDED: frozenset({Status.PARTLY_REFUNDED, Status.REFUNDED}),
    Status.PARTLY_REFUNDED: frozenset({Status.PARTLY_REFUNDED, Status.REFUNDED}),
    Status.DECLINED: frozenset(),
    Status.EXPIRED: frozenset(),
    Status.REFUNDED: frozenset(),
}

# What the bank's word may not do by itself: it said «paid» of a payment that was given up, and staff decide.
BY_STAFF: dict[Status, frozenset[Status]] = {
    Status.DECLINED: frozenset({Status.SUCCEEDED, Status.REFUNDED}),
    Status.EXPIRED: frozenset({Status.SUCCEEDED, Status.REFUNDED}),
}

# Nobody types a password for an autopay: it was allowed before, and the day before its sum was told.
BY_AUTOPAY: dict[Status, frozenset[Status]] = {Status.CREATED: frozenset({Status.SUBMITTED})}

# The resident may still change his mind: nothing is held, the bank knows nothing.
UNSUBMITTED = frozenset({Status.CREATED, Status.CONFIRMING})
# The bank may have been asked for money: the sum is held, only the bank's word or the sweeper ends it.
LIVE = frozenset({Status.SUBMITTED, Status.AUTHORISING, Status.CHALLENGED, Status.COMPLETING})
# The bank took the money, whatever came after.
TAKEN = frozenset({Status.SUCCEEDED, Status.PARTLY_REFUNDED, Status.REFUNDED})
FINAL = frozenset(Status) - UNSUBMITTED - LIVE
# Given up: no money was taken, unless the bank says otherwise later.
FAILED = frozenset(BY_STAFF)


def sources(to: Status, table: dict[Status, frozenset[Status]] = NEXT) -> frozenset[Status]:
    """The statuses from which the table allows a move to this one."""
    return frozenset(status for status, targets in table.items() if to in targets)

"""Empties the outbox: claims messages in batches, sends them outside any transaction, writes down what came of it."""

import logging
import time
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Barrier

from django.db import connection
from django.db.models import F

from notifications import attachments, budget, claims, last_look, reports, texts
from notifications.channels import choice
from notifications.channels.base import Carrier, NotDelivered, NotNow, Receipt, Refused
from notifications.models import Category, Channel, Message, State

logger = logging.getLogger(__name__)

BATCH = 4000
# Paid messages that are paid for at once.
HANDFUL = 50
# Seconds between two records of what was sent: a killed worker's messages of that time are sent again.
RECORDED_EVERY = 0.25
# Seconds: no sending begins later than that after the claim; with the slowest one it ends before the lease.
BATCH_TAKES = 8
PAUSES = (
    timedelta(seconds=5),
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=3),
)
ATTEMPTS = len(PAUSES) + 1
# A message that kills its worker every time must end some day; those that were in its hands with it must not.
DEATHS = 50
OVER_BUDGET = timedelta(hours=1)
REASON_LENGTH = 200


@dataclass(slots=True)
class Outcome:
    """What came of the messages that travelled as one; neither receipt nor error when nobody tried."""

    messages: list[Message]
    receipt: Receipt | None = None
    error: str | None = None
    is_final: bool = False


def deliver_due(
    *,
    now: datetime,
    limit: int = 4000,
    categories: Collection[Category] = tuple(Category),
    is_stopping: Callable[[], bool] = lambda: False,
) -> int:
    """Send up to `limit` messages whose time has come, the urgent ones first; answers how many left the house."""
    sent = looked = 0
    clock = _clock(now)
    while looked < limit and not is_stopping():
        ends = time.monotonic() + BATCH_TAKES
        batch = claims.claim(now=clock(), limit=min(BATCH, limit - looked), categories=categories)
        if not batch:
            break
        looked += len(batch)
        sent += _deliver(batch, clock, is_stopping, ends)
        claims.close(batch, clock())
    return sent


def _clock(now: datetime) -> Callable[[], datetime]:
    """The caller's time, going on: leases and expiries of a long run must not be reckoned from its start."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _deliver(batch: list[Message], clock: Callable[[], datetime], is_stopping: Callable[[], bool], ends: float) -> int:
    batch = _sifted(batch, clock())
    parcels = {channel: _together([message for message in batch if message.channel == channel]) for channel in Channel}
    waiting = [channel for channel in Channel if parcels[channel]]
    sent = 0
    for place, channel in enumerate(waiting):
        # A slow channel must not keep the next from its turn.
        share = (ends - time.monotonic()) / (len(waiting) - place)
        sent += _send_all(parcels[channel], channel, clock, _over_at(time.monotonic() + share, is_stopping))
    return sent


def _over_at(ends: float, is_stopping: Callable[[], bool]) -> Callable[[], bool]:
    return lambda: is_stopping() or time.monotonic() > ends


def _send_all(
    parcels: list[list[Message]], channel: Channel, clock: Callable[[], datetime], is_over: Callable[[], bool]
) -> int:
    """Paid ones are paid for a handful at a time: what there is no time for costs nothing, a kill loses a handful."""
    sent, carrier = 0, choice.carrier(channel)
    handful = HANDFUL if carrier.is_paid else len(parcels)
    for first in range(0, len(parcels), handful):
        if is_over():
            claims.give_back([message for parcel in parcels[first:] for message in parcel], clock())
            break
        some = [parcel for parcel in parcels[first : first + handful] if _gather(parcel, clock)]
        outcomes = _sent(_paid_for(some, clock()) if carrier.is_paid else some, carrier, clock, is_over)
        sent += sum(_write(some, carrier, clock()) for some in _from_time_to_time(outcomes))
    return sent


def _from_time_to_time(outcomes: Iterator[Outcome]) -> Iterator[list[Outcome]]:
    """What has come in since the last record; all at once where sending takes no time."""
    some: list[Outcome] = []
    last = time.monotonic()
    for outcome in outcomes:
        some.append(outcome)
        if time.monotonic() - last >= RECORDED_EVERY:
            yield some
            some, last = [], time.monotonic()
    yield some


def _sifted(batch: list[Message], now: datetime) -> list[Message]:
    """Without those that must not be sent any more."""
    batch = _without([message for message in batch if _is_expired(message, now)], batch, State.DROPPED)
    batch = _without([message for message in batch if message.claims > DEATHS], batch, State.FAILED)
    never = budget.never(batch, now)
    for reason in sorted(set(never.values())):
        those = [message for message in batch if never.get(message.id) == reason]
        batch = _without(those, batch, State.FAILED, error=reason)
    return last_look.passed(batch, now)


def _without(those: list[Message], batch: list[Message], state: State, **fields: str) -> list[Message]:
    """The others of a batch; those are through."""
    claims.finish(those, state, **fields)
    gone = {message.id for message in those}
    return [message for message in batch if message.id not in gone] if gone else batch


def _together(batch: list[Message]) -> list[list[Message]]:
    """News of one kind to one resident travel as one message; what has words of its own travels alone.

    A family may share a mailbox: each of them has letters of his own. A phone is one resident's.
    """
    parcels: dict[object, list[Message]] = {}
    for message in batch:
        destination = message.id if message.about is None else (message.resident_uuid, message.address, message.kind)
        parcels.setdefault(destination, []).append(message)
    return list(parcels.values())


def _paid_for(parcels: list[list[Message]], now: datetime) -> list[list[Message]]:
    """Those that the budget still bears; the others wait for an hour, or for their end."""
    paid = []
    for parcel in parcels:
        if budget.take(parcel[0], now):
            paid.append(parcel)
        else:
            claims.postpone(parcel, due_at=now + OVER_BUDGET, error="over the budget or the phone's cap")
    return paid


def _gather(parcel: list[Message], clock: Callable[[], datetime]) -> bool:
    """Before threads have it: they must not touch the database. False where it has to wait for its file."""
    first = parcel[0]
    if len(parcel) > 1:
        first.together = [message.values for message in parcel if message.values is not None]
    if not first.attachment:
        return True
    try:
        first.files = attachments.files_of(first)
    except attachments.NoFile:
        _postpone(parcel, "its file cannot be made", clock())
        return False
    return True


def _sent(
    parcels: list[list[Message]], carrier: Carrier, clock: Callable[[], datetime], is_over: Callable[[], bool]
) -> Iterator[Outcome]:
    """What came of each; carriers that wait for somebody's server are given several at once."""

    def one(parcel: list[Message]) -> Outcome:
        for message in parcel:
            if message.expires_at and _is_expired(message, clock()):
                return Outcome(parcel)
        return Outcome(parcel) if is_over() else _try(parcel, carrier)

    threads = min(carrier.threads, len(parcels)) if parcels else 0
    if threads <= 1:
        yield from map(one, parcels)
        return
    with ThreadPoolExecutor(threads) as pool:
        try:
            yield from pool.map(one, parcels)
        finally:
            _hang_up(pool, threads)


def _hang_up(pool: ThreadPoolExecutor, threads: int) -> None:
    """End each thread's own connection, by which a carrier has learnt its turn."""
    everybody = Barrier(threads)

    def one(_number: int) -> None:
        # Nobody goes on before all have come: so each thread is here once.
        everybody.wait()
        connection.close()

    list(pool.map(one, range(threads)))


def _try(parcel: list[Message], carrier: Carrier) -> Outcome:
    try:
        return Outcome(parcel, receipt=choice.send(carrier, parcel[0]))
    except NotNow:
        return Outcome(parcel)
    except Refused as error:
        return Outcome(parcel, error=str(error)[:REASON_LENGTH], is_final=True)
    except NotDelivered as error:
        return Outcome(parcel, error=str(error)[:REASON_LENGTH])


def _write(outcomes: list[Outcome], carrier: Carrier, now: datetime) -> int:
    """What was sent goes first: the more time all the rest takes, the later somebody else would send it again."""
    sent = [message for outcome in outcomes if _is_free(outcome) for message in outcome.messages]
    claims.finish(sent, State.SENT, sent_at=now, error="", attempts=F("attempts") + 1)
    untried: list[Message] = []
    refused: dict[str, list[Message]] = {}
    failed: dict[tuple[str, int], list[Message]] = {}
    paid = 0
    for outcome in outcomes:
        if outcome.receipt is not None:
            paid += 0 if _is_free(outcome) else _write_paid(outcome.receipt, outcome.messages, now)
            continue
        if carrier.is_paid:
            budget.give_back(outcome.messages[0], now)
        if outcome.error is None:
            untried += outcome.messages
        elif outcome.is_final:
            budget.bounced(outcome.messages[0], reason=outcome.error, now=now)
            refused.setdefault(outcome.error, []).extend(outcome.messages)
        else:
            for message in outcome.messages:
                failed.setdefault((outcome.error, message.attempts), []).append(message)
    for reason, those in refused.items():
        claims.finish(those, State.FAILED, error=reason, attempts=F("attempts") + 1)
    for (reason, _attempts), those in failed.items():
        _postpone(those, reason, now)
    claims.give_back(untried, now)
    return paid + len(sent)


def _is_free(outcome: Outcome) -> bool:
    """Sent by a carrier that takes no money: nothing more is written of it."""
    return outcome.receipt is not None and not outcome.receipt.carrier


def _write_paid(receipt: Receipt, messages: list[Message], now: datetime) -> int:
    """A receipt is of one SMS; what travelled with it in that one cost nothing more. How many they are."""
    first, *rest = messages
    claims.finish(
        [first],
        State.SENT,
        sent_at=now,
        error="",
        carrier=receipt.carrier,
        carrier_number=receipt.number,
        segments=texts.segments(texts.of(first).text),
        cost=budget.price(first) if receipt.cost is None else receipt.cost,
        ask_at=now + reports.FIRST,
        attempts=F("attempts") + 1,
    )
    claims.finish(rest, State.SENT, sent_at=now, error="", carrier=receipt.carrier, cost=0, attempts=F("attempts") + 1)
    return len(messages)


def _is_expired(message: Message, now: datetime) -> bool:
    return message.expires_at is not None and message.expires_at <= now


def _postpone(those: list[Message], reason: str, now: datetime) -> None:
    """Try them again later, or give up after the last pause; all have been tried as often."""
    attempts = those[0].attempts + 1
    for message in those:
        logger.warning("message %s not delivered, attempt %d: %s", message.id, attempts, reason)
    if attempts >= ATTEMPTS:
        claims.finish(those, State.FAILED, error=reason, attempts=attempts)
    else:
        claims.postpone(those, due_at=now + PAUSES[attempts - 1], error=reason, attempts=attempts)

"""Whether the caller is who he says: by the code word that he tells, and that the operator never sees.

Three tries in half an hour and ten a day for one resident, however many operators he calls; a match opens his card for
fifteen minutes, for this operator in this session alone.
"""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.contrib.sessions.backends.base import SessionBase

from accounts import code_word
from accounts.models import User
from safeguards import journal, throttle
from safeguards.journal import Action, Actor
from safeguards.throttle import Limit

OPEN_FOR = timedelta(minutes=15)
CALL = Limit("identification.call", 3, timedelta(minutes=30))
DAY = Limit("identification.day", 10, timedelta(days=1))
OPENED = "identified"
SHUT = "Карточка закрыта: прошло 15 минут или звонок закончен. Найдите жителя и опознайте звонящего заново."


class NoTriesLeft(Exception):
    """The word is not compared any more; `retry_after` says until when."""

    def __init__(self, retry_after: timedelta) -> None:
        super().__init__("no tries left")
        self.retry_after = retry_after


def is_word(*, resident: User, said: str, actor: Actor, now: datetime) -> bool:
    """«Совпало» or «не совпало»; raises NoTriesLeft. A try is counted before the word is looked at."""
    places = _places(resident)
    wait = throttle.take_all(places, now)
    if wait:
        raise NoTriesLeft(wait)
    is_right = code_word.is_right(resident=resident, said=said)
    if is_right:
        for limit, key in places:
            throttle.give_back(limit, key, now)
    action = Action.IDENTIFIED if is_right else Action.NOT_IDENTIFIED
    journal.record(actor=actor, action=action, whose=resident.uuid, now=now)
    return is_right


def tries_left(*, resident: User, now: datetime) -> int:
    """How often the word may still be compared, whoever asks."""
    return max(0, min(limit.times - throttle.used(limit, key, now) for limit, key in _places(resident)))


def retry_after(*, resident: User, now: datetime) -> timedelta:
    """How long until it may be compared again; zero when it may be."""
    return max(throttle.retry_after(limit, key, now) for limit, key in _places(resident))


def open_card(*, session: SessionBase, resident: User, now: datetime) -> None:
    """From now on this session sees the whole card, for fifteen minutes."""
    still_open = {uuid: until for uuid, until in session.get(OPENED, {}).items() if until > now.timestamp()}
    session[OPENED] = {**still_open, str(resident.uuid): (now + OPEN_FOR).timestamp()}


def close_card(*, session: SessionBase, uuid: UUID) -> None:
    """The call is over."""
    session[OPENED] = {kept: until for kept, until in session.get(OPENED, {}).items() if kept != str(uuid)}


def open_until(*, session: SessionBase, resident: User, now: datetime) -> datetime | None:
    """Until when this session sees the whole card; None when it does not."""
    until = session.get(OPENED, {}).get(str(resident.uuid), 0)
    return datetime.fromtimestamp(until, tz=UTC) if until > now.timestamp() else None


def _places(resident: User) -> list[tuple[Limit, str]]:
    # Not by operator: whoever guesses would call the next one.
    return [(limit, str(resident.uuid)) for limit in (CALL, DAY)]

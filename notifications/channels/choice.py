"""Picks the carrier that SMS_URL or EMAIL_URL names; which there are, CARRIERS of the settings says."""

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from typing import TypeVar
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from notifications.channels.base import Answering, Carrier, NotDelivered, Receipt, Report, Reporting
from notifications.channels.relay import Relay
from notifications.models import Channel, Message

Asked = TypeVar("Asked")
Said = TypeVar("Said")


def carrier(channel: Channel) -> Carrier:
    """The carrier of the channel as configured; ImproperlyConfigured for a URL that no carrier knows."""
    carriers = list(_carriers(channel))
    return carriers[0] if len(carriers) == 1 else _relay(tuple(carriers))


def reporting() -> dict[str, Reporting]:
    """The carriers of SMS that can be asked what became of a message, by their names."""
    return {carrier.name: carrier for carrier in _carriers(Channel.SMS) if isinstance(carrier, Reporting)}


def answering() -> dict[str, Answering]:
    """The carriers of SMS that bring what was written back, by their names."""
    carriers = (carrier for carrier in _carriers(Channel.SMS) if isinstance(carrier, Answering))
    return {carrier.name: carrier for carrier in carriers if carrier.takes_answers}


def takes_answers() -> bool:
    """Whether an SMS can be answered, whichever of the carriers takes it."""
    return len(answering()) == len(settings.SMS_URL.split())


def send(by: Carrier, message: Message) -> Receipt:
    """Send by this carrier; whatever goes wrong there is NotDelivered, so that the queue goes on."""
    return _outside(by.send, message)


def reports(provider: Reporting, messages: Sequence[Message]) -> dict[int, Report]:
    """What became of them; an answer that nobody can read is NotDelivered, so that the worker goes on."""
    return _outside(provider.reports, messages)


def _outside(ask: Callable[[Asked], Said], what: Asked) -> Said:
    try:
        return ask(what)
    except NotDelivered:
        raise
    except Exception as error:  # noqa: BLE001 — what nobody can send or read must not stop all the others
        raise NotDelivered(type(error).__name__) from None


def _carriers(channel: Channel) -> Iterator[Carrier]:
    name, urls = ("SMS_URL", settings.SMS_URL) if channel is Channel.SMS else ("EMAIL_URL", settings.EMAIL_URL)
    known = settings.CARRIERS[channel]
    # Spaces stand between several: the second takes what the first does not.
    for url in urls.split() or [""]:
        scheme = urlsplit(url).scheme
        if scheme not in known:
            ways = ", ".join(f"{scheme}:" for scheme in known)
            raise ImproperlyConfigured(f"{name}: так отправлять не умеем, бывает {ways}. Пример: {name}=file:")
        yield _built(known[scheme], url, str(settings.VAR_DIR))


@lru_cache(maxsize=16)
def _built(path: str, url: str, var_dir: str) -> Carrier:
    """One of each in a process: connections are kept, and so is the pace."""
    built: Carrier = import_string(path)(url)
    return built


@lru_cache(maxsize=4)
def _relay(carriers: tuple[Carrier, ...]) -> Relay:
    return Relay(carriers)

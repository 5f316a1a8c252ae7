"""What SMS may cost in a day, how many one phone may get, and whom nothing is sent to at all."""

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, QuerySet
from django.utils import timezone

from notifications import texts
from notifications.addresses import RUSSIAN_MOBILE
from notifications.models import BlacklistedAddress, BlacklistSource, Category, Channel, Message, Spending
from safeguards import throttle
from safeguards.among import Among
from safeguards.encrypted import Unreadable
from safeguards.throttle import Limit

logger = logging.getLogger(__name__)

# Codes have caps of their own (accounts.confirmations), and what happened to a cabinet must be told.
UNCAPPED = frozenset({Category.CODE, Category.SECURITY})
PER_PHONE = (Limit("sms.phone.hour", 5, timedelta(hours=1)), Limit("sms.phone.day", 15, timedelta(days=1)))
ALARM = Limit("sms.budget.alarm", 1, timedelta(hours=1))
BOUNCE_HOLDS = timedelta(days=30)


def never(batch: Sequence[Message], now: datetime) -> dict[int, str]:
    """Why some of these must not be sent, by their row: no Russian mobile number, or an address of the blacklist."""
    why = {message.id: "not a Russian mobile number" for message in batch if _is_foreign(message)}
    named = {message.address for message in batch}
    # One question however many are listed: a batch that spends its time here is given back unsent, again and again.
    listed = BlacklistedAddress.objects.filter(Among(F("address"), named | {address.lower() for address in named}))
    rows = [row for row in listed if row.until is None or row.until > now]
    by_staff = {(row.channel, row.address) for row in rows if row.source == BlacklistSource.STAFF}
    by_anybody = {(row.channel, row.address) for row in rows}
    if rows:
        for message in batch:
            stopping = by_staff if message.category == Category.CODE else by_anybody
            if any((message.channel, address) in stopping for address in _spellings(message)):
                why[message.id] = "blacklisted"
    return why


def take(message: Message, now: datetime) -> bool:
    """Pay for an SMS out of the day's budget, and out of what its phone may get; False when one is used up."""
    limits = () if message.category in UNCAPPED else PER_PHONE
    taken: list[Limit] = []
    for limit in limits:
        if not throttle.take(limit, message.address, now):
            break
        taken.append(limit)
    if len(taken) == len(limits) and _pay(price(message), message.category, now):
        return True
    for limit in taken:
        throttle.give_back(limit, message.address, now)
    return False


def give_back(message: Message, now: datetime) -> None:
    """It was not sent."""
    for limit in () if message.category in UNCAPPED else PER_PHONE:
        throttle.give_back(limit, message.address, now)
    row = Spending.objects.filter(day=timezone.localdate(now), kopecks__gte=price(message))
    row.update(kopecks=F("kopecks") - price(message))


def price(message: Message) -> int:
    """What it costs as far as we know before it is sent; one that nobody can read fails when it is sent."""
    try:
        text = texts.of(message).text
    except (Unreadable, texts.TooLong):
        text = ""
    return price_of(text)


def price_of(text: str) -> int:
    """Kopecks for one SMS with this text, by our own list."""
    return texts.segments(text) * settings.SMS_PRICE


def ceiling(category: int) -> int:
    """Kopecks that a day has for messages of this category: what is kept for codes is nobody else's."""
    reserve = 0 if category in UNCAPPED else settings.SMS_CODE_RESERVE
    return int(settings.SMS_DAY_BUDGET - reserve) * 100


def spent(now: datetime) -> int:
    """Kopecks of this Moscow day."""
    row = Spending.objects.filter(day=timezone.localdate(now)).first()
    return row.kopecks if row else 0


def bounced(message: Message, *, reason: str, now: datetime) -> None:
    """Remember an address that does not exist; staff's own word about it stands."""
    BlacklistedAddress.objects.get_or_create(
        channel=message.channel,
        address=message.address,
        defaults={"source": BlacklistSource.BOUNCE, "reason": reason, "until": now + BOUNCE_HOLDS},
    )


def is_bouncing(address: str, channel: Channel, now: datetime) -> bool:
    """Whether this address was lately said not to exist."""
    return _bounces(address, channel).filter(until__gt=now).exists()


def forget_bounce(address: str, channel: Channel) -> None:
    """Its owner says that it does exist; what staff forbade stays forbidden."""
    _bounces(address, channel).delete()


def _bounces(address: str, channel: Channel) -> QuerySet[BlacklistedAddress]:
    return BlacklistedAddress.objects.filter(channel=channel, address=address, source=BlacklistSource.BOUNCE)


def _pay(kopecks: int, category: int, now: datetime) -> bool:
    day, most = timezone.localdate(now), ceiling(category)
    rows = Spending.objects.filter(day=day)
    if not rows.exists():
        Spending.objects.bulk_create([Spending(day=day)], ignore_conflicts=True)
    if rows.filter(kopecks__lte=most - kopecks).update(kopecks=F("kopecks") + kopecks):
        return True
    if throttle.take(ALARM, str(most), now):
        logger.error("the day's SMS budget of %d roubles is used up", most // 100)
    return False


def _spellings(message: Message) -> set[str]:
    """A mailbox is the same in any case: staff's word about it is kept in small letters."""
    return {message.address, message.address.lower()}


def _is_foreign(message: Message) -> bool:
    return message.channel == Channel.SMS and not RUSSIAN_MOBILE.fullmatch(message.address)

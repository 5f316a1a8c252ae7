"""Whether news of bills still say what is so: from their filling to their morning bills are paid and corrected."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, Greatest
from django.utils import timezone

from accounts import readers
from billing.models import AddedAccount, Bill, BillMark
from notifications.messages import BILL_DUE_TOMORROW, BILL_DUE_TOMORROW_LETTER
from notifications.models import Message

REMINDERS = (BILL_DUE_TOMORROW.name, BILL_DUE_TOMORROW_LETTER.name)


def untrue(news: Sequence[Message], now: datetime) -> set[int]:
    """Those that no longer say what is so; the others say what is owed by now. One query for all.

    Of another document nothing is said: a correction has its own news.
    """
    said = {name: Cast(KT(f"values__{name}"), BigIntegerField()) for name in ("bill", "version")}
    rows = Message.objects.filter(pk__in=[message.pk for message in news]).annotate(**said)
    owed = dict(rows.annotate(owed=Subquery(_so())).values_list("pk", "owed"))
    wrong = {message.pk for message in news if not _says(message, owed.get(message.pk))}
    return wrong | _not_tomorrow(news, now)


def _says(message: Message, owed: int | None) -> bool:
    """Let it say what is owed; False when that is nothing by now, or its bill is not what it was."""
    values = message.values or {}
    if owed is None or (owed == 0 and values.get("kopecks")):
        return False
    message.values = {**values, "kopecks": owed}
    return True


def _so() -> QuerySet[Any, Any]:
    """What is owed where a message is true: its reader has opened the account, whose newest bill is that document."""
    newer = Bill.objects.filter(account=OuterRef("account"), period__gt=OuterRef("account__bills__period"))
    marks = BillMark.objects.filter(
        resident=OuterRef("resident"), bill=OuterRef("account__bills"), version=OuterRef("account__bills__version")
    )
    # A payment that is under way may yet fail, and nobody would be told then.
    owed = F("account__bills__total") - F("account__bills__paid")
    rows = AddedAccount.objects.opened().filter(
        readers.reads("resident__"),
        ~Exists(newer),
        ~Exists(marks),
        account__bills=OuterRef("bill"),
        account__bills__version=Coalesce(OuterRef("version"), F("account__bills__version")),
        account__bills__carried_into=None,
    )
    return rows.annotate(owed=Greatest(owed, 0)).values("owed")[:1]


def _not_tomorrow(news: Sequence[Message], now: datetime) -> set[int]:
    tomorrow = f"{timezone.localdate(now) + timedelta(days=1):%d.%m}"
    reminders = [message for message in news if message.kind in REMINDERS]
    return {message.pk for message in reminders if (message.values or {}).get("due") != tomorrow}

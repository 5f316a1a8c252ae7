"""Whether news of bills still say what is so: from their filling to their morning bills are paid and corrected."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import BigIntegerField, Exists, F, OuterRef, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Greatest
from django.utils import timezone

from accounts import readers
from billing.models import AddedAccount, Bill, BillMark
from notifications.messages import BILL_DUE_TOMORROW, BILL_DUE_TOMORROW_LETTER
from notifications.models import Message

REMINDERS = (BILL_DUE_TOMORROW.name, BILL_DUE_TOMORROW_LETTER.name)


def untrue(news: Sequence[Message], now: datetime) -> set[int]:
    """Those that no longer say what is so; one query for all. They are not mended: a correction has its own news."""
    said = {name: Cast(KT(f"values__{name}"), BigIntegerField()) for name in ("bill", "version", "kopecks")}
    rows = Message.objects.filter(pk__in=[message.pk for message in news]).annotate(**said).filter(~Exists(_so()))
    return set(rows.values_list("pk", flat=True)) | _not_tomorrow(news, now)


def _so() -> QuerySet[AddedAccount]:
    """What makes a message true: its reader's account, open to him, whose newest bill he owes in that very document."""
    newer = Bill.objects.filter(account=OuterRef("account"), period__gt=OuterRef("account__bills__period"))
    marks = BillMark.objects.filter(
        resident=OuterRef("resident"), bill=OuterRef("account__bills"), version=OuterRef("account__bills__version")
    )
    owed = F("account__bills__total") - F("account__bills__paid") - F("account__bills__held")
    rows = AddedAccount.objects.opened().filter(
        readers.reads("resident__"),
        ~Exists(newer),
        ~Exists(marks),
        account__bills=OuterRef("bill"),
        account__bills__version=OuterRef("version"),
        account__bills__carried_into=None,
    )
    return rows.annotate(owed=Greatest(owed, 0)).filter(owed=OuterRef("kopecks"))


def _not_tomorrow(news: Sequence[Message], now: datetime) -> set[int]:
    tomorrow = f"{timezone.localdate(now) + timedelta(days=1):%d.%m}"
    reminders = [message for message in news if message.kind in REMINDERS]
    return {message.pk for message in reminders if (message.values or {}).get("due") != tomorrow}

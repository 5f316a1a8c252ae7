"""SMS.ru: `smsru://API_ID@sms.ru/?sender=NAME`; answers and codes as sms.ru/api/send and /api/status say, json=1."""

from collections.abc import Sequence
from typing import Any

from notifications import texts
from notifications.channels.base import NotDelivered, Receipt, Refused, Report
from notifications.channels.sms_http import SmsApi, digits, kopecks
from notifications.models import URGENT, Message

OK = 100
# A wrong number, no way to it, on the stop list, abroad.
NO_SUCH_PHONE = frozenset({202, 207, 209, 214})
ARRIVED, LOST = frozenset({103, 110}), frozenset({104, 105, 106, 107, 108, 150})


class SmsSmsru(SmsApi):
    """The provider itself refuses the same text to the same phone within a minute."""

    name = "smsru"
    is_paid = True

    def send(self, message: Message) -> Receipt:
        """Send one SMS; what it costs the provider tells with the report."""
        phone = digits(message.address)
        sender = {"from": self.sender} if self.sender else {}
        is_urgent = message.category in URGENT
        answer = self._ask("/sms/send", is_urgent=is_urgent, to=phone, msg=texts.of(message).text, **sender)
        mine = _told(answer, phone)
        _raise_for(mine.get("status_code"))
        return Receipt(self.name, str(mine.get("sms_id", "")), kopecks(mine.get("cost")))

    def reports(self, messages: Sequence[Message]) -> dict[int, Report]:
        """One question for all of them; the provider takes up to a hundred."""
        answer = self._ask("/sms/status", is_urgent=False, sms_id=",".join(one.carrier_number for one in messages))
        return {message.pk: _report(_told(answer, message.carrier_number)) for message in messages}

    def _ask(self, path: str, *, is_urgent: bool, **values: str) -> dict[str, Any]:
        who = {"api_id": self.user or self.password}
        answer = self.ask(path, {**who, **values, "json": "1"}, is_urgent=is_urgent)
        if not isinstance(answer, dict):
            raise NotDelivered("smsru: unexpected answer")
        if answer.get("status_code") != OK:
            raise NotDelivered(f"smsru: error {answer.get('status_code')}")
        return answer


def _told(answer: dict[str, Any], what: str) -> dict[str, Any]:
    """What the answer says of this phone or number; nothing where it is not of the form that is documented."""
    all_told = answer.get("sms")
    told = all_told.get(what) if isinstance(all_told, dict) else None
    return told if isinstance(told, dict) else {}


def _raise_for(code: object) -> None:
    if code in NO_SUCH_PHONE:
        raise Refused(f"smsru: error {code}")
    if code != OK:
        raise NotDelivered(f"smsru: error {code}")


def _report(told: dict[str, Any]) -> Report:
    code = told.get("status_code")
    return Report(True if code in ARRIVED else False if code in LOST else None, kopecks(told.get("cost")))

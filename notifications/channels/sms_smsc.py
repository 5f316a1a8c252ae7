"""SMSC.ru: `smsc://login:password@smsc.ru/?sender=NAME`; an API key goes in place of the password with no login.

Answers and codes: send.php, status.php and get.php with fmt=3, as smsc.ru/api/http says. Only a sender that is a number
can be answered: `answers=1` says that ours is one.
"""

from collections.abc import Sequence
from typing import Any

from notifications import texts
from notifications.channels.base import Answer, NotDelivered, Receipt, Refused, Report
from notifications.channels.sms_http import SmsApi, digits, kopecks
from notifications.models import URGENT, Message, State

# Of send.php: 7 is a wrong number, 8 one that cannot be reached.
NO_SUCH_PHONE = frozenset({7, 8})
# Of status.php.
ARRIVED, LOST, UNKNOWN = frozenset({1, 2, 4}), frozenset({3, 20, 22, 23, 24, 25}), -3
NOT_FOUND = 3
# Of get.php: nobody has written. It looks back for so many hours, and tells so many answers, at most.
NO_ANSWERS, HOURS, AT_ONCE = 3, 168, 10_000
# The provider takes numbers up to this.
NUMBERS = 2**31 - 1
# What our column holds of an answer's number: a larger one would stop the reading of all.
LARGEST = 2**63
UNEXPECTED = "smsc: unexpected answer"


class SmsSmsc(SmsApi):
    """We give each message its number, so a second try asks first whether the first has come through."""

    name = "smsc"
    is_paid = True

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.takes_answers = self.options.get("answers") == "1"

    def send(self, message: Message) -> Receipt:
        """Send once: a row that was tried before may be with the provider already."""
        number = str(message.pk % NUMBERS)
        if (message.attempts or message.claims > 1) and self._is_known(message):
            return Receipt(self.name, number)
        answer = self._ask(
            "/sys/send.php",
            phones=digits(message.address),
            mes=texts.of(message).text,
            id=number,
            cost="3",
            is_urgent=message.category in URGENT,
            **({"sender": self.sender} if self.sender else {}),
        )
        _raise_for(answer)
        return Receipt(self.name, number, kopecks(answer.get("cost")))

    def reports(self, messages: Sequence[Message]) -> dict[int, Report]:
        """One question a message: the provider's answer to several depends on how many there are.

        What was told before it fell silent stands; raises NotDelivered when nothing was.
        """
        told: dict[int, Report] = {}
        for message in messages:
            try:
                told[message.pk] = _report(self._status(message))
            except NotDelivered:
                if not told:
                    raise
                break
        return told

    def answers(self, after: int | None) -> list[Answer]:
        """What residents wrote back; the provider keeps it for a week."""
        since = {"hour": str(HOURS)} if after is None else {"after_id": str(after)}
        told = self._told("/sys/get.php", is_urgent=False, get_answers="1", cnt=str(AT_ONCE), **since)
        if isinstance(told, dict) and told.get("error_code") == NO_ANSWERS:
            return []
        if not isinstance(told, list):
            raise NotDelivered(f"smsc: error {told.get('error_code')}" if isinstance(told, dict) else UNEXPECTED)
        return [answer for one in told if (answer := _answer(one))]

    def _is_known(self, message: Message) -> bool:
        """Only «not found» says that it is not there: asked too often, the provider says nothing of the message."""
        answer = self._status(message)
        code = answer.get("error_code")
        if "status" not in answer and code != NOT_FOUND:
            raise NotDelivered(f"smsc: error {code}")
        return bool(answer.get("status", UNKNOWN) != UNKNOWN)

    def _status(self, message: Message) -> dict[str, Any]:
        number = message.carrier_number or str(message.pk % NUMBERS)
        is_urgent = message.category in URGENT and message.state == State.QUEUED
        return self._ask("/sys/status.php", phone=digits(message.address), id=number, is_urgent=is_urgent)

    def _ask(self, path: str, *, is_urgent: bool, **values: str) -> dict[str, Any]:
        answer = self._told(path, is_urgent=is_urgent, **values)
        if not isinstance(answer, dict):
            raise NotDelivered(UNEXPECTED)
        return answer

    def _told(self, path: str, *, is_urgent: bool, **values: str) -> Any:
        who = {"login": self.user, "psw": self.password} if self.user else {"apikey": self.password}
        return self.ask(path, {**who, **values, "fmt": "3", "charset": "utf-8"}, is_urgent=is_urgent)


def _raise_for(answer: dict[str, Any]) -> None:
    code = answer.get("error_code")
    if code in NO_SUCH_PHONE:
        raise Refused(f"smsc: error {code}")
    if code is not None or "id" not in answer:
        raise NotDelivered(f"smsc: error {code}")


def _report(answer: dict[str, Any]) -> Report:
    status = answer.get("status")
    return Report(True if status in ARRIVED else False if status in LOST else None, kopecks(answer.get("cost")))


def _answer(one: Any) -> Answer | None:
    """One of them; None where it is not told as documented, so that it does not stop the others."""
    try:
        number = int(one["id"])
        return Answer(number, f"+{digits(one['phone'])}", str(one["message"])) if 0 < number < LARGEST else None
    except (KeyError, TypeError, ValueError):
        return None

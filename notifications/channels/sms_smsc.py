"""SMSC.ru: `smsc://login:password@smsc.ru/?sender=NAME`; an API key goes in place of the password with no login.

Answers and codes: send.php and status.php with fmt=3, as smsc.ru/api/http says.
"""

from collections.abc import Sequence
from typing import Any

from notifications import texts
from notifications.channels.base import NotDelivered, Receipt, Refused, Report
from notifications.channels.sms_http import SmsApi, digits, kopecks
from notifications.models import Message

# Of send.php: 7 is a wrong number, 8 one that cannot be reached.
NO_SUCH_PHONE = frozenset({7, 8})
# Of status.php.
ARRIVED, LOST, UNKNOWN = frozenset({1, 2, 4}), frozenset({3, 20, 22, 23, 24, 25}), -3
# The provider takes numbers up to this.
NUMBERS = 2**31 - 1


class SmsSmsc(SmsApi):
    """We give each message its number, so a second try asks first whether the first has come through."""

    name = "smsc"
    is_paid = True

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
            **({"sender": self.sender} if self.sender else {}),
        )
        _raise_for(answer)
        return Receipt(self.name, number, kopecks(answer.get("cost")))

    def reports(self, messages: Sequence[Message]) -> dict[int, Report]:
        """One question a message: the provider's answer to several depends on how many there are."""
        return {message.pk: _report(self._status(message)) for message in messages}

    def _is_known(self, message: Message) -> bool:
        return int(self._status(message).get("status", UNKNOWN)) != UNKNOWN

    def _status(self, message: Message) -> dict[str, Any]:
        number = message.carrier_number or str(message.pk % NUMBERS)
        return self._ask("/sys/status.php", phone=digits(message.address), id=number)

    def _ask(self, path: str, **values: str) -> dict[str, Any]:
        who = {"login": self.user, "psw": self.password} if self.user else {"apikey": self.password}
        answer = self.ask(path, {**who, **values, "fmt": "3", "charset": "utf-8"})
        if not isinstance(answer, dict):
            raise NotDelivered("smsc: unexpected answer")
        return answer


def _raise_for(answer: dict[str, Any]) -> None:
    code = answer.get("error_code")
    if code in NO_SUCH_PHONE:
        raise Refused(f"smsc: error {code}")
    if code is not None or "id" not in answer:
        raise NotDelivered(f"smsc: error {code}")


def _report(answer: dict[str, Any]) -> Report:
    status = answer.get("status")
    return Report(True if status in ARRIVED else False if status in LOST else None, kopecks(answer.get("cost")))

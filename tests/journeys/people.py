"""The people of the journeys: each has a phone, an account and bills that no other journey touches."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """One of the many called «Мария Ветрова»; the account is the housing company's, with the manual's seven bills."""

    phone: str
    account: str

    first_name = "Мария"
    last_name = "Ветрова"
    password = "Vetrova2026"
    code_word = "Смородина"
    account_title = "Центральная 5-1"

    @property
    def typed_phone(self) -> str:
        """The phone as people write it."""
        return f"8 ({self.phone[2:5]}) {self.phone[5:8]}-{self.phone[8:10]}-{self.phone[10:]}"

    @property
    def masked_phone(self) -> str:
        return f"+7 {self.phone[2:5]} ***-**-{self.phone[10:]}"

    @property
    def email(self) -> str:
        return f"maria{self.phone[1:]}@example.com"

    @property
    def address(self) -> str:
        """Where they come from: caps for each address must not add up over journeys."""
        return f"198.51.100.{int(self.phone[10:]) + 1}"


EVERYBODY = [Person(phone=f"+79265554{number:03}", account=f"1000000{number:03}") for number in range(100)]
# The residents have registered and added their account; the strangers have yet to come.
RESIDENTS, STRANGERS = EVERYBODY[:60], EVERYBODY[60:]

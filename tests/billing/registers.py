"""Texts of bill registers for the tests."""

import io
from dataclasses import replace
from datetime import date

from billing.money import Kopecks
from billing.register_contents import Register, Sender
from billing.register_formats import smart

HEADER = "Лицевой счёт;Услуга;Ед. изм.;Объём;Тариф;Начислено;Перерасчёт;К оплате"
TODAY = date(2026, 11, 20)
SENDERS = (Sender("smart-zhku", "[0-9]{10}", inn="7700001450", settlement_account="40702810938000000001"),)

# The sample of the format's description.
SAMPLE = f"""\
#REGISTER;bills;1
#PROVIDER;smart-zhku
#PERIOD;06.2017
#ISSUED;05.07.2017
{HEADER}
1234567890;Отопление;;;;3720,42;;3720,42
1234567890;Горячее водоснабжение на ИП;;;;66,06;;66,06
#TOTAL;1;2;3786,48
"""


def register_text(
    *rows: str,
    provider: str = "smart-zhku",
    period: str = "06.2017",
    issued: str = "05.07.2017",
    total: str = "",
) -> str:
    """A register with these rows; the total is worked out from whole roubles in the last column unless given."""
    numbers = dict.fromkeys(row.partition(";")[0] for row in rows)
    total = total or f"{len(numbers)};{len(rows)};{sum(int(row.rpartition(';')[2]) for row in rows)}"
    lines = ["#REGISTER;bills;1", f"#PROVIDER;{provider}", f"#PERIOD;{period}", f"#ISSUED;{issued}", HEADER, *rows]
    return "\n".join([*lines, f"#TOTAL;{total}", ""])


def row(number: str, amount: int, service: str = "Отопление") -> str:
    """One charge of so many whole roubles."""
    return f"{number};{service};;;;{amount};;{amount}"


def read_smart(data: bytes, **options: int) -> Register:
    """The whole register in the bytes, sent today by the provider of the manual."""
    return whole(smart.read(io.BytesIO(data), file_name="bills.csv", senders=SENDERS, today=TODAY, **options))


def whole(register: Register) -> Register:
    """The same with all its bills read."""
    return replace(register, bills=list(register.bills))


def rows_of(register: Register) -> int:
    """How many charges it has."""
    return sum(len(bill.lines) for bill in register.bills)


def total_of(register: Register) -> Kopecks:
    """The sum of all its bills."""
    return Kopecks(sum(bill.total for bill in register.bills))

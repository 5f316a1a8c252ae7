"""The bank's statement in the format of 1C: read back as it was written, or refused with the place that is wrong."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from billing.money import Kopecks
from billing.register_text import Malformed, Mistake
from payments import bank_statement
from payments.bank_statement import Document
from tests.billing.generated import examples

OURS = "7702726396"
INN = "7707083893"
PLAIN = st.text(st.sampled_from("абвгдеёАБВ №0123456789,.-"), max_size=60).map(str.strip)
DOCUMENTS = st.builds(
    Document,
    line=st.just(0),
    number=st.integers(1, 10**6).map(str),
    date=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    amount=st.integers(1, 10**13).map(Kopecks),
    payer_inn=st.sampled_from([OURS, "7744000912"]),
    recipient_inn=st.just(INN),
    purpose=PLAIN,
)


def order(amount: int, *, number: str = "15", purpose: str = "Перечисление платежей", **changes: str) -> str:
    fields = {
        "Номер": number,
        "Дата": "23.11.2026",
        "Сумма": f"{amount // 100}.{amount % 100:02d}",
        "ПлательщикИНН": OURS,
        "ПолучательИНН": INN,
        "НазначениеПлатежа": purpose,
        **changes,
    }
    lines = ["СекцияДокумент=Платежное поручение", *(f"{name}={value}" for name, value in fields.items())]
    return "\r\n".join([*lines, "КонецДокумента", ""])


def statement(*orders: str) -> bytes:
    head = "1CClientBankExchange\r\nВерсияФормата=1.03\r\nКодировка=Windows\r\nСекцияРасчСчет\r\nКонецРасчСчет\r\n"
    return f"{head}{''.join(orders)}КонецФайла\r\n".encode("cp1251")


def of(document: Document) -> str:
    return order(
        document.amount,
        number=document.number,
        purpose=document.purpose,
        Дата=f"{document.date:%d.%m.%Y}",
        ПлательщикИНН=document.payer_inn,
    )


def mistakes_in(data: bytes) -> list[Mistake]:
    try:
        bank_statement.read(data)
    except Malformed as refused:
        return refused.mistakes
    return []


@pytest.mark.parametrize(
    "data, line",
    [
        (b"", 1),
        (b"1CClientBankExchang\r\n", 1),
        (statement(order(1).replace("Сумма=0.01", "Сумма=рубль")), 9),
        (statement(order(1).replace("Сумма=0.01", "Сумма=-0.01")), 9),
        (statement(order(1).replace("Дата=23.11.2026", "Дата=31.02.2026")), 8),
        (statement(order(1).replace("Сумма=0.01\r\n", "")), 6),
        (statement(order(1).replace("КонецДокумента", "")), 6),
        (statement() + b"\x98", 7),
    ],
)
def test_a_broken_statement_is_refused_with_its_place(data, line):
    with pytest.raises(Malformed) as refusal:
        bank_statement.read(data)

    assert refusal.value.mistakes[0].line == line


def test_a_statement_may_come_from_dos():
    data = statement(order(100, purpose="Реестр № 7")).decode("cp1251").replace("=Windows", "=DOS").encode("cp866")

    (document,) = bank_statement.read(data)

    assert (document.purpose, document.registers) == ("Реестр № 7", frozenset({7}))


@pytest.mark.parametrize(
    "purpose, numbers",
    [
        ("По реестру № 12", {12}),
        ("реестры №12, 13 и 14 от 05.07.2017", {12, 13, 14}),
        ("Реестр 5 за 17.07.2017", {5}),
        ("Оплата по договору № 9", set()),
    ],
)
def test_numbers_of_registers_are_read_from_the_purpose(purpose, numbers):
    (document,) = bank_statement.read(statement(order(1, purpose=purpose)))

    assert document.registers == numbers


@given(st.lists(DOCUMENTS, max_size=10))
@examples(50)
def test_what_is_written_is_read_back_equal(documents):
    found = bank_statement.read(statement(*map(of, documents)))

    # Eight lines are an order, and five stand before the first.
    lines = [6 + 8 * number for number in range(len(documents))]
    assert found == [Document(**{**vars(one), "line": line}) for one, line in zip(documents, lines, strict=True)]


@given(st.binary(max_size=200))
@examples(1000)
def test_any_bytes_are_read_or_refused_with_a_place(noise):
    for head in (b"", b"1CClientBankExchange\r\n"):
        assert all(mistake.line >= 1 and mistake.column >= 1 and mistake.text for mistake in mistakes_in(head + noise))


@given(st.data())
@examples(1000)
def test_a_damaged_statement_is_refused_with_a_place_or_still_read(data):
    content = bytearray(statement(order(100_000), order(250, number="16")))
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))

    mistakes = mistakes_in(bytes(content))

    assert all(1 <= mistake.line <= len(content) and mistake.column >= 1 and mistake.text for mistake in mistakes)
    # What is taken has a sum that somebody has written: no sum is guessed.
    if not mistakes:
        assert all(document.amount >= 0 for document in bank_statement.read(bytes(content)))

"""Every format by one door; the manual's bills come through each of them and look the same."""

import io
from datetime import date
from pathlib import Path

import pytest

from billing import register_formats, register_import
from billing.models import Bill
from billing.money import roubles
from smartservice.demo import catalogue
from tests.billing.make import add_account
from tests.people import NOW

DEMO = sorted(Path(catalogue.FILE).parent.glob("smart-zhku_*.csv"))
ACCOUNT = "1234567890"
SUMS = (1355608, 1373715, 1210199, 1227066, 1206561, 1172275, 1297024)


def as_sber(path: Path, encoding: str) -> tuple[str, bytes]:
    """The same register as Sber would get it, with a column for the service."""
    rows = [line.split(";") for line in path.read_text(encoding="utf-8-sig").splitlines()[5:-1]]
    month = path.stem[-2:] + path.stem[-5:-3]
    lines = [f"{row[0]};Иванов Иван;Москва, Центральная, 5, 1;{month};{row[1]};{row[7]};" for row in rows]
    return f"7700001450_40702810938000000001_001_{month}.txt", "\r\n".join(lines).encode(encoding)


def as_smart(path: Path, encoding: str) -> tuple[str, bytes]:
    return path.name, path.read_text(encoding="utf-8-sig").encode(encoding)


@pytest.mark.django_db
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "koi8-r", "cp866"])
@pytest.mark.parametrize("written", [as_smart, as_sber])
def test_the_manuals_seven_bills_and_fourteen_charges_come_through(anna, anna_client, written, encoding):
    catalogue.create()
    for path in DEMO:
        name, data = written(path, encoding)
        register_import.import_register(file=io.BytesIO(data), file_name=name, now=NOW)

    bills = list(Bill.objects.filter(account__number=ACCOUNT).order_by("period"))
    add_account(anna, bills[0].account)
    page = anna_client.get("/bills/?tab=all").content.decode()
    charges = anna_client.get(f"/bills/{bills[-1].uuid}/pay/").content.decode()

    assert tuple(bill.total for bill in bills) == SUMS
    assert (bills[0].period, bills[-1].period) == (date(2016, 12, 1), date(2017, 6, 1))
    assert len(bills[-1].charges) == 14
    for total in SUMS:
        assert roubles(total) in page
    assert "Тех.обсл. и содержание жилого дома и прилег.терр., руб." in charges
    assert "5\u00a0582,96" in charges


def test_what_is_of_no_format_is_said():
    with pytest.raises(register_formats.UnknownFormat):
        register_formats.find(io.BytesIO(b"a,b,c"), file_name="bills.csv")


def test_a_format_can_be_named():
    assert register_formats.find(io.BytesIO(b"a,b,c"), file_name="x", name="sber").NAME == "sber"
    assert register_formats.find(io.BytesIO(b"#REGISTER;bills;1"), file_name="x", name="sber").NAME == "sber"


def test_each_is_told_by_what_it_is():
    sber = "7700001450_40702810938000000001_001_0617.txt"

    assert register_formats.find(io.BytesIO(b"\xef\xbb\xbf#REGISTER;bills;1\n"), file_name=sber).NAME == "smart"
    assert register_formats.find(io.BytesIO(b"1;2;3"), file_name=sber).NAME == "sber"

"""Every format by one door; the manual's bills come through each of them and look the same."""

import io
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest

from billing import dues, register_formats, register_import
from billing.models import Bill, BillEntry
from billing.money import Kopecks, roubles
from billing.register_contents import AccountBill, Line, Register
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


def take_in(name: str, data: bytes) -> register_import.Outcome:
    return register_import.import_register(file=io.BytesIO(data), file_name=name, now=NOW)


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


def corrected(data: bytes, encoding: str) -> bytes:
    """The register of June sent anew: heating is 100 roubles less; a smart one says so in its date and its totals."""
    text = data.decode(encoding)
    for old, new in (("3720,42", "3620,42"), ("#ISSUED;05.07.2017", "#ISSUED;12.07.2017")):
        text = text.replace(old, new)
    head, mark, total = text.rpartition("#TOTAL;")
    if mark:
        bills, rows, sum_ = total.strip().split(";")
        whole, part = sum_.split(",")
        text = f"{head}{mark}{bills};{rows};{int(whole) - 100},{part}\n"
    return text.encode(encoding)


@pytest.mark.django_db
@pytest.mark.parametrize("written", [as_smart, as_sber])
def test_a_correction_shows_what_was_and_is_and_keeps_the_payment_and_its_entries(anna, anna_client, written):
    catalogue.create()
    name, data = written(DEMO[-1], "cp1251")
    take_in(name, data)
    bill = Bill.objects.get(account__number=ACCOUNT)
    add_account(anna, bill.account)
    operation = uuid4()
    dues.hold(bill_id=bill.pk, version=1, operation=operation, amount=Kopecks(500), resident=anna, now=NOW)
    dues.settle(bill_id=bill.pk, operation=operation, now=NOW)

    outcome = take_in(name.replace("_001_", "_002_"), corrected(data, "cp1251"))

    page = anna_client.get(f"/bills/{bill.uuid}/pay/").content.decode()
    bill.refresh_from_db()
    assert outcome.changed == 1
    assert (bill.version, bill.total, bill.paid) == (2, SUMS[-1] - 10_000, 500)
    assert list(BillEntry.objects.values_list("bill", "kopecks").distinct()) == [(bill.pk, 500)]
    assert "Отопление: было 3\u00a0720,42\u00a0₽, стало <strong>3\u00a0620,42\u00a0₽</strong>" in page
    assert f"Сумма счёта: было {roubles(SUMS[-1])}, стало <strong>{roubles(bill.total)}</strong>" in page


@pytest.mark.django_db
@pytest.mark.parametrize("written", [as_smart, as_sber])
def test_the_register_before_a_correction_changes_nothing_when_it_comes_again(written):
    catalogue.create()
    name, data = written(DEMO[-1], "koi8-r")
    take_in(name, data)
    take_in(name.replace("_001_", "_003_"), corrected(data, "koi8-r"))

    assert take_in(name, data).is_repeated
    with pytest.raises(register_import.OlderThanAccepted):
        take_in(name.replace("_001_", "_002_"), data + b"\r\n")

    assert Bill.objects.get(account__number=ACCOUNT).total == SUMS[-1] - 10_000


class Tabbed:
    """A third format, all that it costs: the account, the sum in kopecks, a tab between them."""

    NAME = "tabbed"
    TOLD_BY_NAME = False

    def is_mine(self, beginning, file_name):
        return beginning.startswith(b"TABBED\t")

    def read(self, file, *, file_name, senders, today, most=20):
        file.seek(0)
        head, *rows = (line.split("\t") for line in file.read().decode().splitlines())
        lines = [(number, Line("Всё вместе", "", "", "", None, None, Kopecks(int(sum_)))) for number, sum_ in rows]
        bills = [AccountBill(number, place, [line]) for place, (number, line) in enumerate(lines, start=2)]
        return Register(head[1], date(2017, 6, 1), today, bills)


@pytest.mark.django_db
def test_a_third_format_costs_a_module_and_its_place_in_the_list(monkeypatch):
    catalogue.create()
    monkeypatch.setattr(register_formats, "FORMATS", (*register_formats.FORMATS, Tabbed()))

    outcome = take_in("bills.tsv", b"TABBED\tsmart-zhku\n1234567890\t500\n2234567890\t700\n")

    assert (outcome.new, outcome.total) == (2, 1200)
    assert [charge.name for charge in Bill.objects.first().charges] == ["Всё вместе"]
    assert take_in("again.tsv", b"TABBED\tsmart-zhku\n1234567890\t500\n2234567890\t700\n").is_repeated

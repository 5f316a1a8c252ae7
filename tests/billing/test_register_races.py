"""The same register from four sides at once is one import; a saboteur shows that the file's digest sees to it."""

import io
from uuid import uuid4

import pytest

from billing import dues, register_import
from billing.models import Bill, BillRegister, BillVersion
from billing.money import Kopecks
from tests.billing.make import make_provider
from tests.billing.racing import at_once
from tests.billing.registers import register_text, row
from tests.people import NOW

pytestmark = pytest.mark.django_db(transaction=True)

ROWS = [row(str(number), 5) for number in range(1_000_000_000, 1_000_000_050)]


def take_in(text: str) -> register_import.Outcome:
    return register_import.import_register(file=io.BytesIO(text.encode()), file_name="june.csv", now=NOW)


def test_one_file_four_times_at_once_is_one_import():
    make_provider()
    text = register_text(*ROWS)

    outcomes = at_once(4, lambda _: take_in(text))

    assert sorted(outcome.is_repeated for outcome in outcomes) == [False, True, True, True]
    assert (BillRegister.objects.count(), Bill.objects.count()) == (1, 50)


def test_without_the_digest_the_file_would_be_taken_four_times(monkeypatch):
    """The saboteur: every reading of the file looks like another file."""
    make_provider()
    text = register_text(*ROWS)
    monkeypatch.setattr(register_import, "digest_of", lambda file, file_name="": uuid4().hex)

    at_once(4, lambda _: take_in(text))

    assert BillRegister.objects.count() == 4


def test_two_corrections_at_once_are_two_versions():
    make_provider()
    take_in(register_text(*ROWS))

    outcomes = at_once(2, lambda which: take_in(register_text(*[line.replace(";5", f";{which + 6}") for line in ROWS])))

    assert [outcome.changed for outcome in outcomes] == [50, 50]
    assert set(Bill.objects.values_list("version", flat=True)) == {3}
    assert BillVersion.objects.count() == 100


def test_a_correction_among_holds_loses_neither():
    make_provider()
    take_in(register_text(*ROWS))
    ids = list(Bill.objects.values_list("pk", flat=True))

    def deed(which):
        if which == 0:
            return take_in(register_text(*[line.replace(";5", ";6") for line in ROWS]))
        held = 0
        for pk in ids:
            try:
                dues.hold(bill_id=pk, version=1, operation=uuid4(), amount=Kopecks(100), now=NOW)
                held += 1
            except dues.BillChanged:
                continue
        return held

    outcomes = at_once(3, deed)

    assert outcomes[0].changed == 50
    assert sum(Bill.objects.values_list("held", flat=True)) == 100 * (outcomes[1] + outcomes[2])

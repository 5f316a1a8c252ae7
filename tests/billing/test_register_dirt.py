"""What no column holds and what a database would choke on is a mistake of the file, or is kept sign for sign."""

import io

import pytest

from billing import register_import
from billing.models import Bill, BillRegister
from billing.register_text import Malformed
from tests.billing.make import make_provider
from tests.billing.registers import SAMPLE, register_text, row
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider():
    return make_provider()


def take_in(text: str | bytes) -> register_import.Outcome:
    data = text.encode() if isinstance(text, str) else text
    return register_import.import_register(file=io.BytesIO(data), file_name="june.csv", now=NOW)


@pytest.mark.parametrize("number", ["1" * 100, "я" * 41, "a\\b", "1;2"])
def test_a_number_that_no_column_holds_is_a_mistake_of_the_file(number):
    with pytest.raises(Malformed):
        take_in(register_text(row("1234567890", 5), row(number, 6)))
    with pytest.raises(Malformed):
        take_in(register_text(row(number, 6), row(number, 6)))

    assert not BillRegister.objects.exists()


@pytest.mark.parametrize("junk", [b"\x00", b"\x98", b"\t", b"\x1b"])
def test_bytes_that_a_database_would_choke_on_never_reach_it(junk):
    sample = SAMPLE.encode("cp1251")
    for place in (sample.index(b"1234567890;"), sample.rindex(b"1234567890;") + 11, sample.rindex(b";66,06")):
        with pytest.raises(Malformed):
            take_in(sample[:place] + junk + sample[place:])

    assert not BillRegister.objects.exists()


def test_signs_that_mean_something_to_copy_are_kept_as_they_are():
    take_in(register_text(row("1234567890", 5, "\\N"), row("1234567890", 6, "\\.")))

    assert [charge.name for charge in Bill.objects.get().charges] == ["\\N", "\\."]

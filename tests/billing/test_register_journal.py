"""The journal of imports: every try, also a refused one, with who, what and why."""

import io

import pytest

from billing import register_import
from billing.models import RegisterImport
from billing.register_text import Malformed
from tests.billing.make import make_provider
from tests.billing.registers import SAMPLE, register_text, row
from tests.people import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def provider():
    return make_provider()


def take_in(text: str, **options: object) -> register_import.Outcome:
    return register_import.import_register(file=io.BytesIO(text.encode()), file_name="june.csv", now=NOW, **options)


def journal() -> list[tuple[object, ...]]:
    return list(RegisterImport.objects.order_by("pk").values_list("result", "format", "by", "new", "unchanged"))


def test_every_try_stands_in_the_journal():
    take_in(SAMPLE, by="ops")
    take_in(SAMPLE, by="ops")

    assert journal() == [("ACCEPTED", "smart", "ops", 1, 0), ("REPEATED", "smart", "ops", 0, 1)]
    first = RegisterImport.objects.earliest("pk")
    assert (first.register.digest, first.file_name, first.started_at) == (first.digest, "june.csv", NOW)


@pytest.mark.parametrize(
    "text, reason",
    [
        (SAMPLE.replace("3786,48", "1,00"), "строка 8, столбец 4"),
        (SAMPLE.replace("05.07.2017", "04.07.2017"), "уже загружен реестр от 05.07.2017"),
        ("чепуха", "ожидалось #REGISTER;bills;1"),
    ],
)
def test_a_refused_file_stands_in_the_journal_with_its_reason(text, reason):
    take_in(SAMPLE)

    with pytest.raises(register_import.REFUSALS):
        take_in(text, by="ops")

    refused = RegisterImport.objects.latest("pk")
    assert (refused.result, refused.register, refused.by, len(refused.digest)) == ("REFUSED", None, "ops", 64)
    assert reason in refused.reason


def test_the_journal_repeats_no_cell_of_a_shifted_file():
    with pytest.raises(Malformed, match="Иванов"):
        take_in(SAMPLE.replace("66,06;;66,06", "66,06;;Иванов"))

    refused = RegisterImport.objects.get()
    assert refused.reason == "строка 7, столбец 8 («К оплате»): «…» – не сумма в рублях"


def test_a_dry_run_is_no_try():
    take_in(SAMPLE, dry_run=True)
    with pytest.raises(Malformed):
        take_in(SAMPLE.replace("3786,48", "1,00"), dry_run=True)

    assert journal() == []


def test_the_counts_of_a_correction_stand_in_it():
    take_in(register_text(row("1234567890", 5), row("2234567890", 6)))

    take_in(register_text(row("1234567890", 7), row("2234567890", 6), row("3234567890", 8), issued="12.07.2017"))

    latest = RegisterImport.objects.latest("pk")
    assert (latest.new, latest.changed, latest.unchanged) == (1, 1, 1)


def test_a_merge_that_broke_is_not_said_to_be_accepted(monkeypatch):
    def broken(**_):
        raise OSError("the disk is full")

    monkeypatch.setattr(register_import.register_merge, "merge", broken)

    with pytest.raises(OSError, match="disk"):
        take_in(SAMPLE)

    assert journal() == []

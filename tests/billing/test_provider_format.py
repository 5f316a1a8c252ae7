"""The catalogue's format by generated files: what is written is read back, what is damaged has its place told."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from billing.provider_format import READERS, REQUIRED, read
from billing.register_text import Malformed

WORDS = st.text('абвгдеёжзАБВ abc«»;"-().', min_size=1, max_size=20).map(str.strip).filter(bool)
FLAG = st.sampled_from(["yes", "no"])


@st.composite
def provider(draw, code: str) -> dict[str, str]:
    return {
        "code": code,
        "category": draw(st.sampled_from(["utilities", "mobile"])),
        "short_name": draw(WORDS),
        "full_name": draw(WORDS),
        "account_example": "1234567890",
        "account_pattern": "[0-9]{10}",
        "notice": draw(st.just("") | WORDS),
        "is_active": draw(FLAG),
        "fee_percent": f"{draw(st.integers(0, 99))},{draw(st.integers(0, 99)):02d}",
        "payment_limit": f"{draw(st.integers(0, 10**6))}.{draw(st.integers(0, 99)):02d}",
    }


@st.composite
def catalogues(draw) -> list[dict[str, str]]:
    return [draw(provider(f"p{number}")) for number in range(draw(st.integers(1, 5)))]


def written(rows: list[dict[str, str]]) -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, rows[0].keys(), delimiter=";", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode()


@given(catalogues())
def test_what_a_spreadsheet_writes_is_read_back(rows):
    found = read(written(rows))

    assert [one.code for one in found] == [row["code"] for row in rows]
    for one, row in zip(found, rows, strict=True):
        assert one.category == row["category"]
        assert [one.values[name] for name in ("short_name", "notice")] == [row["short_name"], row["notice"]]
        assert one.values["is_active"] is (row["is_active"] == "yes")
        assert one.values["fee_basis_points"] == int(row["fee_percent"].replace(",", ""))
        assert one.values["payment_limit"] == int(row["payment_limit"].replace(".", ""))


@given(catalogues(), st.data())
def test_a_damaged_file_is_rows_or_places_within_it(rows, data):
    whole = written(rows)
    place = data.draw(st.integers(0, len(whole) - 1))
    damaged = whole[:place] + data.draw(st.binary(max_size=3)) + whole[place + data.draw(st.integers(0, 3)) :]
    try:
        found = read(damaged)
    except Malformed as refusal:
        outside = [one for one in refusal.mistakes if not 1 <= one.line <= damaged.count(b"\n") + 1 or one.column < 1]
    else:
        outside = [one for one in found if not set(one.columns) >= {"code", "category"}]

    assert outside == []


@given(st.permutations(REQUIRED))
def test_the_order_of_columns_does_not_matter(names):
    cells = dict(zip(REQUIRED, ("water", "utilities", "Вода", "Водоканал", "123", "[0-9]{3}"), strict=True))
    text = f"{';'.join(names)}\n{';'.join(cells[name] for name in names)}\n"

    row = read(text.encode())[0]

    assert (row.code, row.category, row.values["short_name"]) == ("water", "utilities", "Вода")
    assert row.columns["code"] == names.index("code") + 1


def test_blank_lines_between_providers_are_nothing():
    line = "water;utilities;Вода;Водоканал;123;[0-9]{3}"

    assert len(read(f"{';'.join(REQUIRED)}\n\n{line}\n\n".encode())) == 1


def test_every_column_has_its_reader():
    assert set(REQUIRED) <= set(READERS)

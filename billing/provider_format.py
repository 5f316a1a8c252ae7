"""The catalogue as CSV: bytes in; rows out, or the places of their mistakes. Knows no database."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from billing.money import NotMoney, parse_roubles
from billing.register_text import BadCell, BadLine, Malformed, Mistake, cells, count_cell, numbered_lines

FIRST_MISTAKES = 20
REQUIRED = ("code", "category", "short_name", "full_name", "account_example", "account_pattern")
BASIS_POINTS = 100


@dataclass(frozen=True)
class ProviderRow:
    """One provider of the file; `values` are ready for the columns of the model, `columns` say where each stood."""

    line: int
    code: str
    category: str
    values: Mapping[str, object]
    columns: Mapping[str, int]


def read(data: bytes) -> list[ProviderRow]:
    """The rows of the file; columns are told by the names in its first line. Raises Malformed."""
    lines = numbered_lines(_decoded(data))
    header = _header(*next(lines, (1, "")))
    mistakes: list[Mistake] = []
    rows = [row for number, line in lines if line.strip() for row in _row(number, line, header, mistakes)]
    _refuse_twins(rows, mistakes)
    if mistakes:
        raise Malformed(sorted(mistakes, key=lambda mistake: (mistake.line, mistake.column))[:FIRST_MISTAKES])
    return rows


def _decoded(data: bytes) -> str:
    """UTF-8 with or without BOM, else Windows-1251 as spreadsheets write it."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1251", "replace")


def _header(number: int, line: str) -> list[str]:
    try:
        names = cells(line)
    except BadLine as error:
        raise Malformed([Mistake(number, error.column, "", str(error))]) from None
    wrong = [
        Mistake(number, column, name, "такого столбца нет" if name not in READERS else "столбец повторяется")
        for column, name in enumerate(names, start=1)
        if name not in READERS or name in names[: column - 1]
    ]
    wrong += [Mistake(number, len(names), name, "нет такого столбца") for name in REQUIRED if name not in names]
    if wrong:
        raise Malformed(wrong[:FIRST_MISTAKES])
    return names


def _row(number: int, line: str, header: list[str], mistakes: list[Mistake]) -> Iterator[ProviderRow]:
    try:
        found = cells(line)
    except BadLine as error:
        mistakes.append(Mistake(number, error.column, "", str(error)))
        return
    if len(found) != len(header):
        text = f"полей {len(found)}, а столбцов {len(header)}"
        mistakes.append(Mistake(number, min(len(found), len(header)), "", text))
        return
    values: dict[str, object] = {}
    for column, (name, cell) in enumerate(zip(header, found, strict=True), start=1):
        try:
            values[MODEL_NAMES.get(name, name)] = READERS[name](cell)
        except BadCell as error:
            mistakes.append(Mistake(number, column, name, str(error)))
    if len(values) == len(header):
        columns = {MODEL_NAMES.get(name, name): column for column, name in enumerate(header, start=1)}
        yield ProviderRow(number, str(values.pop("code")), str(values.pop("category")), values, columns)


def _refuse_twins(rows: list[ProviderRow], mistakes: list[Mistake]) -> None:
    first: dict[str, int] = {}
    for row in rows:
        if first.setdefault(row.code, row.line) != row.line:
            mistakes.append(Mistake(row.line, row.columns["code"], "code", f"уже был в строке {first[row.code]}"))


def _text(cell: str) -> str:
    return cell


def _flag(cell: str) -> bool:
    if cell not in {"yes", "no"}:
        raise BadCell(f"«{cell[:30]}» – не yes и не no")
    return cell == "yes"


def _day(cell: str) -> int | None:
    return count_cell(cell) if cell else None


def _roubles(cell: str) -> int:
    try:
        return parse_roubles(cell) if cell else 0
    except NotMoney:
        raise BadCell(f"«{cell[:30]}» – не сумма в рублях") from None


def _percent(cell: str) -> int:
    """Hundredths of a percent: a percent has two decimals, as roubles have."""
    try:
        points = parse_roubles(cell) if cell else 0
    except NotMoney:
        raise BadCell(f"«{cell[:30]}» – не процент вида 1,5") from None
    if points > 100 * BASIS_POINTS:
        raise BadCell("больше 100 %")
    return points


TEXTS = (
    *("code", "category", "short_name", "full_name", "former_name", "notice"),
    *("account_label", "account_kind", "account_example", "account_pattern", "account_check"),
    "account_proof",
    *("recipient_name", "inn", "kpp", "bank_name", "bic", "settlement_account", "correspondent_account"),
)
FLAGS = ("issues_bills", "older_bills_payable", "shows_due", "is_active", "is_featured")
SUMS = ("fee_minimum", "fee_maximum", "payment_minimum", "payment_limit")
READERS: dict[str, Callable[[str], object]] = {
    **dict.fromkeys(TEXTS, _text),
    **dict.fromkeys(FLAGS, _flag),
    **dict.fromkeys(SUMS, _roubles),
    "fee_percent": _percent,
    "position": count_cell,
    "due_day": _day,
}
MODEL_NAMES = {"fee_percent": "fee_basis_points"}

"""What the reading of every format has in common: where it stands, the mistakes so far, rows gathered into bills."""

from collections.abc import Callable, Iterator
from typing import BinaryIO, NoReturn, TypeVar

from billing import account_numbers
from billing.money import Kopecks
from billing.register_contents import LARGEST_CHARGE, MOST_CHARGES, AccountBill, Line, RegisterBill, Sender
from billing.register_pieces import Piece, pieces_of
from billing.register_text import (
    BadCell,
    BadLine,
    Malformed,
    Mistake,
    cells,
    encoding_of,
    money_cell,
    numbered_lines,
)
from billing.usual_bills import UsualBill

FIRST_MISTAKES = 20

Value = TypeVar("Value")


class Reading:
    """Where the reading stands, and what was wrong so far; it goes on until there are `most` mistakes."""

    def __init__(self, file: BinaryIO, *, most: int, known_word: str = "") -> None:
        self.mistakes: list[Mistake] = []
        self.most = most
        self.line = 0
        self.columns: tuple[str, ...] = ()
        self.encoding = encoding_of(file, known_word=known_word)
        self._pieces = pieces_of(file)
        self._lines: Iterator[str] = iter(())
        self.passed = 0

    def next_piece(self) -> Piece | None:
        """The next lines as they stand in the file; None when it is over."""
        return next(self._pieces, None)

    def lines_of(self, piece: Piece) -> Iterator[str]:
        """Its lines that are not blank; bytes of no sense come as surrogates, which `cells` refuses."""
        text = piece.lines.decode(self.encoding, errors="surrogateescape")
        first = self.passed + 1
        self.passed += text.count("\n")
        for self.line, line in numbered_lines(text, first=first):
            yield line

    def pass_by(self, lines: int) -> None:
        """Stand behind so many lines that were read in another way."""
        self.passed += lines
        self.line = self.passed

    def next_line(self) -> str | None:
        """The next line that is not blank, as it stands; None when the file is over."""
        while (line := next(self._lines, None)) is None:
            piece = self.next_piece()
            if piece is None:
                self.line += 1
                return None
            self._lines = self.lines_of(piece)
        return line

    def next_cells(self) -> list[str] | None:
        """The cells of the next line that can be split; None when the file is over."""
        while (line := self.next_line()) is not None:
            if (row := self.cells_of(line)) is not None:
                return row
        return None

    def cells_of(self, line: str) -> list[str] | None:
        """The cells of this line, or None with its mistake noted."""
        try:
            return cells(line, encoding=self.encoding)
        except BadLine as error:
            self.wrong(error.column, str(error))
            return None

    def wrong(self, column: int, text: str) -> None:
        """Note a mistake in this line and go on, unless there are enough."""
        name = self.columns[column - 1] if column <= len(self.columns) else ""
        self.mistakes.append(Mistake(self.line, column, name, text))
        if len(self.mistakes) >= self.most:
            self.refuse_mistakes()

    def stop(self, column: int, text: str) -> NoReturn:
        """Refuse at once: what follows cannot be understood."""
        self.wrong(column, text)
        raise Malformed(self.mistakes)

    def refuse_mistakes(self) -> None:
        """Raise Malformed when anything was wrong."""
        if self.mistakes:
            raise Malformed(self.mistakes)

    def cell(self, row: list[str], column: int, parse: Callable[[str], Value]) -> Value | None:
        """A parsed cell, or None with its mistake noted."""
        try:
            return parse(row[column - 1])
        except BadCell as error:
            self.wrong(column, str(error))
            return None

    def charge(self, row: list[str], column: int) -> Kopecks | None:
        """A sum that one charge may have, or None with its mistake noted."""
        kopecks = self.cell(row, column, money_cell)
        if kopecks is not None and abs(kopecks) > LARGEST_CHARGE:
            self.wrong(column, "слишком большая сумма")
            return None
        return kopecks

    def gather(self, found: Iterator[UsualBill | tuple[str, Line | None]], sender: Sender) -> Iterator[RegisterBill]:
        """Bills of rows (account number, charge), and those that were read whole: the file may be of any size.

        After the first mistake none: the file is refused, and what is wrong in it must reach no table.
        """
        bill, written = None, ""
        for row in found:
            if isinstance(row, UsualBill):
                yield from self._right(bill)
                bill = None
                if not self.mistakes:
                    yield row
                continue
            number, line = row
            if bill is None or number != written:
                account, written = self._account(number, sender), number
                if bill is None or account != bill.number:
                    yield from self._right(bill)
                    bill = AccountBill(account, self.line)
            if line is not None:
                bill.lines.append(line)
            if len(bill.lines) > MOST_CHARGES:
                self.stop(1, f"больше {MOST_CHARGES} строк у одного счёта")
        yield from self._right(bill)

    def _right(self, bill: RegisterBill | None) -> tuple[RegisterBill, ...]:
        """The bill, if there is one and nothing was wrong."""
        return () if bill is None or self.mistakes else (bill,)

    def _account(self, number: str, sender: Sender) -> str:
        try:
            return account_numbers.read(number, kind=sender.account_kind, pattern=sender.account_pattern)
        except account_numbers.WrongNumber:
            self.wrong(1, f"номер «{number[:40]}» не похож на лицевой счёт этого поставщика")
            return number


def trimmed(row: list[str] | None, *, to: int = 0) -> list[str]:
    """Without the empty cells that spreadsheets and habits add at the end, down to so many."""
    row = list(row or [])
    while len(row) > to and not row[-1]:
        row.pop()
    return row

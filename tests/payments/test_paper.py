"""PDFs: laid out once for the same words, by any number at once, and kept whole."""

import io

import pytest
from pypdf import PdfReader

from payments import paper
from payments.statements import Line, Statement, totals
from tests.people import NOW
from tests.races import at_once


@pytest.fixture
def words(monkeypatch):
    """What the template says in this test."""
    said = ["<p>Квитанция № 1, ёлка, 12 970,24 ₽</p>"]
    monkeypatch.setattr(paper, "render_to_string", lambda template, context: said[0])
    return said


def make() -> bytes:
    return paper.pdf(template="any", context={}, style="receipt.css")


def test_russian_letters_and_the_rouble_are_text(words):
    text = PdfReader(io.BytesIO(make())).pages[0].extract_text()

    assert "Квитанция № 1, ёлка, 12 970,24 ₽" in text.replace("\u00a0", " ")


def test_other_words_are_another_paper(words):
    first = make()
    words[0] = words[0].replace("№ 1", "№ 2")

    assert make() != first
    assert "№ 2" in PdfReader(io.BytesIO(make())).pages[0].extract_text()


def test_many_at_once_get_the_same_bytes(words, settings):
    papers = at_once(4, lambda _: make())

    assert len(set(papers)) == 1
    assert [path.suffix for path in (settings.VAR_DIR / "papers").iterdir()] == [".pdf"]


def test_no_two_are_laid_out_at_the_same_time(words, monkeypatch):
    """The layout's library keeps its fonts for the whole process."""
    inside, most = [], []
    prepared = paper._prepared

    def watched(css):
        inside.append(1)
        most.append(len(inside))
        try:
            return prepared(css)
        finally:
            inside.pop()

    monkeypatch.setattr(paper, "_prepared", watched)

    at_once(4, lambda number: paper.laid_out(html=f"<p>{number}</p>", css="p { color: #000 }"))

    assert max(most) == 1


def test_half_a_file_is_never_taken_for_a_paper(words, settings, monkeypatch):
    """What a killed process leaves behind has another name."""
    folder = settings.VAR_DIR / "papers"
    make()
    (kept,) = folder.iterdir()
    kept.rename(folder / f".{kept.name}.1.1")

    assert make().startswith(b"%PDF")
    assert kept.exists()


def test_totals_of_a_statement_lose_no_kopeck():
    line = Line("20.11.2026 12:00:00", 1, "А", "1", "МИР", 10, 1, "выполнена", True, 0)
    lines = [list(vars(line).values()) for _ in range(999)]
    statement = Statement(start=NOW.date(), end=NOW.date(), made_at=NOW, lines=lines, digest="")

    found = totals(statement)

    assert (found.amount, found.fee, found.total, found.returned) == (9_990, 999, 10_989, 0)

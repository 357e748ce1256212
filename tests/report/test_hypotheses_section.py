"""The section of competing hypotheses: what it says, marks, and never says."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.entered import read_entered
from wayside.assessment.hypotheses import compete, standing_ids
from wayside.model.hypotheses import Entered
from wayside.report.contents.hypotheses import hypotheses_section
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Definitions,
    Fold,
    Line,
    Paragraph,
    Section,
    Span,
    SpanKind,
    Table,
)

HOSTILE = "<script>alert(1)</script>\u202e"
FILE = """
[analyst]
name = "N. Fictional"
on = 2023-10-06
[standing]
use = true
[[hypothesis]]
id = "arms-transfer"
standing = true
obligations = ["unsc-1718-8b", "unsc-1874-9", "own"]
[[hypothesis]]
id = "exercise"
statement = "<script>alert(1)</script>\\u202e"
short = "<script>alert(1)</script>\\u202e"
[[obligation]]
id = "own"
title = "<script>alert(1)</script>\\u202e"
text = "Parties notify transfers."
url = "https://example.org/treaty"
[[evidence]]
id = "notice"
text = "<script>alert(1)</script>\\u202e"
source = "A gazette"
url = "https://example.org/notice"
[ratings.notice]
works = "CC"
[ratings.measured-surge]
works = { rating = "II", note = "<script>alert(1)</script>\\u202e" }
"""


@pytest.fixture(scope="module")
def made() -> Assessment:
    """The made-up site of tests/assessment, assessed."""
    path = Path(__file__).parents[1] / "assessment" / "case.py"
    spec = importlib.util.spec_from_file_location("wayside_hypotheses_case", path)
    assert spec is not None
    assert spec.loader is not None
    case: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(case)
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


def section_of(made: Assessment, entered: Entered, language: str = "en") -> Section:
    competing = compete(entered, made, language)
    found = hypotheses_section(replace(made, hypotheses=competing, language=language))
    assert found is not None
    return found


def blocks_of(blocks: tuple[Block, ...]) -> Iterator[Block]:
    for block in blocks:
        yield block
        if isinstance(block, Fold):
            yield from blocks_of(block.blocks)


def lines_of(section: Section) -> Iterator[Line]:
    for block in blocks_of(section.blocks):
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, Bullets):
            yield from block.items
        elif isinstance(block, Definitions):
            for item in block.items:
                yield from (item.term, *item.text)
        elif isinstance(block, Table):
            yield block.caption
            yield from (column.name for column in block.columns)
            for row in block.rows:
                for cell in row.cells:
                    yield from (cell.text, *cell.under)


def spans_of(section: Section) -> Iterator[Span]:
    for one in lines_of(section):
        yield from one


def text_of(section: Section) -> str:
    return "\n".join("".join(span.text for span in one) for one in lines_of(section))


def table_of(section: Section, name: str) -> Table:
    return next(block for block in blocks_of(section.blocks) if isinstance(block, Table) and block.id == name)


def said(cell: Cell) -> str:
    return "".join(span.text for span in cell.text)


def test_nothing_is_said_where_nobody_set_any_up(made: Assessment) -> None:
    assert hypotheses_section(replace(made, hypotheses=None)) is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_matrix_has_letters_beside_colours(made: Assessment, language: str) -> None:
    section = section_of(made, Entered(standing=standing_ids()), language)
    matrix = table_of(section, "table-hypotheses")
    assert len(matrix.columns) == 1 + 6 + 2
    marks = {"CC": "good", "C": "good", "N": "neutral", "I": "bad", "II": "very-bad"}
    for row in matrix.rows[:-1]:
        for cell in row.cells[1:-2]:
            assert cell.mark == marks[said(cell)]


def test_the_score_row_and_the_list_of_explanations_agree(made: Assessment) -> None:
    section = section_of(made, read_entered(FILE))
    scores = [said(cell) for cell in table_of(section, "table-hypotheses").rows[-1].cells[1:-2]]
    listed = [said(row.cells[2]) for row in table_of(section, "table-explanations").rows]
    assert scores == listed
    assert scores == sorted(scores, key=float)


def test_an_analysts_rating_is_marked_with_the_proposal_beside_it(made: Assessment) -> None:
    section = section_of(made, read_entered(FILE))
    cells = [said(cell) for row in table_of(section, "table-hypotheses").rows for cell in row.cells]
    assert "II† (C)" in cells
    assert "CC†" in cells
    assert "–" in cells
    assert "rated by the analyst" in text_of(section)
    assert "Not rated against every piece" in text_of(section)
    assert "wayside proposed C" in text_of(section)


@pytest.mark.parametrize("language", ["en", "ru"])
def test_unconfirmed_citations_are_flagged_and_cargo_is_not_claimed(made: Assessment, language: str) -> None:
    section = section_of(made, read_entered(FILE), language)
    (definitions,) = [block for block in blocks_of(section.blocks) if isinstance(block, Definitions)]
    flagged = [
        "".join(s.text for s in d.term) for d in definitions.items if any(s.kind is SpanKind.FLAG for s in d.term)
    ]
    assert len(definitions.items) == 3
    assert len(flagged) == 1
    assert "1874 (2009), 9" in flagged[0]
    links = [span.href for item in definitions.items for span in item.term if span.href]
    assert links[0] == "https://undocs.org/S/RES/1718(2006)"
    cargo = {"en": "A count of railcars is not evidence of cargo.", "ru": "Число вагонов не свидетельствует о грузе."}
    assert cargo[language] in text_of(section)


def test_no_explanation_is_called_true(made: Assessment) -> None:
    text = text_of(section_of(made, read_entered(FILE))).lower()
    assert "that is not to say that it is true" in text
    for word in ("confirmed by", "proves", "most likely", "is the explanation"):
        assert word not in text


def test_hostile_words_stand_alone_as_foreign_or_the_analysts(made: Assessment) -> None:
    section = section_of(made, read_entered(FILE))
    holding = [span for span in spans_of(section) if "script" in span.text]
    assert holding
    for span in holding:
        assert span.kind in {SpanKind.FOREIGN, SpanKind.ANALYST}
    assert not any("\ue000" <= c <= "\ue0ff" for span in spans_of(section) for c in span.text)


def test_what_cannot_be_evidence_is_listed(made: Assessment) -> None:
    text = text_of(section_of(made, Entered(standing=standing_ids())))
    assert "In which direction standing trains are bound" in text
    assert "What lies under covers or in closed cars" in text


def test_a_section_without_evidence_stands(made: Assessment) -> None:
    section = section_of(made, Entered(standing=standing_ids(), measured=False))
    assert "stays the same" in text_of(section)

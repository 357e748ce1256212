"""A Word file as it is laid out: widths, heads that stand again, headings, keys, the first page, the language."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import strategies as st

from wayside.report.document import (
    Cell,
    Column,
    Document,
    Figure,
    Finding,
    Findings,
    Glance,
    Key,
    Panel,
    Row,
    Section,
    Table,
    plain,
)
from wayside.report.drawings import Graphic
from wayside.report.figures.svg import Svg
from wayside.report.formats.docx import docx_of
from wayside.report.formats.docx_tables import column_widths
from wayside.report.house import HouseStyle

examples: Any = sys.modules["wayside_test_formats_examples"]
reading: Any = sys.modules["wayside_test_formats_reading"]
HOUSE = HouseStyle()
TEXT_MM = 174.0
SENTENCE = "The newest image comes from the same sensor as earlier ones, at about the same pixel size, in all tracks."


def table(*rows: tuple[str, ...], heads: tuple[str, ...]) -> Table:
    cells = tuple(Row(tuple(Cell(plain(text)) for text in row)) for row in rows)
    return Table("t", "Table 1.", plain("Caption"), tuple(Column(plain(head)) for head in heads), cells)


def document(*blocks: Any, language: str = "en", summary: tuple[Any, ...] = ()) -> Document:
    sections = (Section("one", "One", tuple(blocks), short="One"), Section("two", "Two", (), short="Two"))
    return replace(examples.small(), language=language, summary=Section("summary", "", summary), sections=sections)


def opened(found: Document, house: HouseStyle = HOUSE) -> Any:
    return docx.Document(BytesIO(docx_of(found, house)))


def test_a_column_of_sentences_is_wider_than_one_of_letters() -> None:
    widths = column_widths(table((SENTENCE, "N", "N", "1.41"), heads=("Evidence", "A", "B", "Weight")), TEXT_MM)
    assert sum(widths) == pytest.approx(TEXT_MM)
    assert widths[0] > 8 * widths[1]
    # "Weight" stands on one line in 8.5 pt: about 6 letters of 1.6 mm and the blank at both sides.
    assert widths[3] >= 6 * 1.6 + 3.8


@given(
    st.lists(st.lists(st.text(max_size=300), min_size=5, max_size=5).map(tuple), max_size=4).map(tuple),
    st.floats(60, 300),
)
def test_widths_fill_the_page_whatever_the_cells_hold(rows: tuple[tuple[str, ...], ...], whole: float) -> None:
    widths = column_widths(table(*rows, heads=("a", "b", "c", "d", "e")), whole)
    assert sum(widths) == pytest.approx(whole)
    assert min(widths) > 0


def test_tables_have_fixed_widths_within_the_margins_and_heads_that_stand_again() -> None:
    made = opened(document(table((SENTENCE, "N", SENTENCE), ("b", "c", "d"), heads=("First", "Second", "Third"))))
    one = made.tables[-1]
    assert [cell.text for cell in one.rows[0].cells] == ["First", "Second", "Third"]
    assert one._tbl.tblPr.find(qn("w:tblLayout")).get(qn("w:type")) == "fixed"
    grid = [column.width for column in one.columns]
    page = made.sections[0]
    assert sum(grid) <= page.page_width - page.left_margin - page.right_margin + 12_700
    for row in one.rows:
        assert [cell.width for cell in row.cells] == grid
    assert [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in one.rows] == [True, False, False]
    assert [row._tr.trPr.find(qn("w:cantSplit")) is not None for row in one.rows] == [True, True, True]


def test_a_row_longer_than_a_page_may_be_broken() -> None:
    made = opened(document(table((SENTENCE * 60, "N"), heads=("First", "Second"))))
    assert made.tables[-1].rows[1]._tr.trPr.find(qn("w:cantSplit")) is None


def test_headings_are_words_own_and_none_is_skipped() -> None:
    made = opened(examples.rich())
    levels = [int(p.style.name[8:]) for p in made.paragraphs if p.style.name.startswith("Heading ")]
    assert levels[0] == 1
    assert all(later <= earlier + 1 for earlier, later in pairwise(levels))


def test_the_first_page_holds_the_summary_and_leads_to_every_section() -> None:
    glance = Glance("At a glance", "76", (plain("cars"),), ())
    made = opened(document(summary=(Findings((Finding(plain("A finding."), plain("Sure.")),)), glance)))
    first = made.tables[0]
    assert "A finding." in first.rows[0].cells[0].text
    assert "76" in first.rows[0].cells[1].text
    headings = [p for p in made.paragraphs if p.style.name == "Heading 1"]
    assert [p.paragraph_format.page_break_before for p in headings] == [True, None]
    anchors = {link.get(qn("w:anchor")) for link in made.element.body.iter(qn("w:hyperlink"))}
    places = {mark.get(qn("w:name")) for mark in made.element.body.iter(qn("w:bookmarkStart"))}
    assert len(anchors) == 2
    assert anchors <= places


def test_more_findings_are_set_smaller_so_that_they_stay_on_the_first_page() -> None:
    def size(count: int) -> float:
        made = opened(document(summary=(Findings((Finding(plain(SENTENCE)),) * count), Glance("G", "1", (), ()))))
        return float(made.tables[0].rows[0].cells[0].paragraphs[0].runs[0].font.size.pt)

    assert size(3) > size(9) > size(14) >= 8.5


def drawing(alt: str) -> Graphic:
    return replace(Svg(20, 10, alt).graphic(), alt=alt)


def test_an_entry_of_a_key_stands_behind_its_mark_in_its_colour() -> None:
    keys = (Key("gondola", "#1170aa"), Key("probability below one half", "#1c2530", style="dashed"),
            Key("counted", mark=drawing("")))  # fmt: skip
    figure = Figure("f", "Figure 1.", plain("C"), (Panel(plain("P"), (drawing("A picture"),)),), keys=keys)
    data = docx_of(document(figure), HOUSE)
    made = docx.Document(BytesIO(data))
    key = next(p for p in made.paragraphs if "gondola" in p.text)
    swatch = key.runs[0]
    assert swatch.text == "■"
    assert str(swatch.font.color.rgb) == "1170AA"
    assert "■" not in key.text.split("gondola")[1]
    assert reading.docx_alternatives(data) == ["A picture"]
    assert reading.docx_ornaments(data) == [""]


def test_two_panels_may_stand_beside_each_other() -> None:
    panels = tuple(Panel(plain(name), (drawing(name),)) for name in ("Left", "Right"))
    figure = Figure("f", "Figure 1.", plain("C"), panels, side_by_side=True)
    made = opened(document(figure))
    cells = made.tables[-1].rows[0].cells
    assert [cell.paragraphs[0].text for cell in cells] == ["Left", "Right"]
    widths = [int(one.get("cx")) for one in made.element.body.iter(qn("wp:extent"))]
    assert all(width < cell.width for width, cell in zip(widths, cells, strict=True))


@pytest.mark.parametrize("language", ["en", "ru"])
def test_the_text_is_marked_with_its_language(language: str) -> None:
    made = opened(document(language=language))
    tag = made.styles["Normal"].element.rPr.find(qn("w:lang"))
    assert tag.get(qn("w:val")) == language


def test_pages_are_numbered() -> None:
    foot = opened(document()).sections[0].footer._element
    assert [code.text for code in foot.iter(qn("w:instrText"))] == ["PAGE", "NUMPAGES"]


def test_the_line_under_the_title_is_the_houses() -> None:
    title = opened(document(), replace(HOUSE, primary="#0b4f4a")).styles["Title"].element
    (line,) = title.iter(qn("w:bottom"))
    assert (line.get(qn("w:color")), line.get(qn("w:themeColor"))) == ("0B4F4A", None)

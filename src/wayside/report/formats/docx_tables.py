"""Tables of a Word file: how wide each column is, and rows with grounds, heads that stand again and fixed widths."""

from __future__ import annotations

import math
from collections.abc import Sequence

from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tc
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph as WordParagraph

from wayside.report.document import Cell, Line, Row, Span, SpanKind, Table
from wayside.report.formats.docx_parts import Writing, borders, element
from wayside.report.formats.text import is_note

__all__ = ["Cells", "WordCell", "add_table", "column_widths", "is_short", "made_row"]

WordCell = tuple[CT_Tc, int, str]
"""A cell, the number of columns that it spans, and "rrggbb" of its ground, empty for none."""

_LETTER_MM = 1.62
"""Width of a letter of a table, about, half of them capitals or bold."""
_PADDING = 2.9
"""Letters that the blank at both sides of a cell is as wide as."""
_LONGEST_WORD = 16
_RULE = "CFD5DB"
_LONG_ROW = 1500
_GROUNDS = {"good": "DCEFE3", "bad": "F8DFD0", "very-bad": "EFBFAE", "neutral": "F4F6F8", "machine": "E2EAF3"}
_MARKED = "FBF3E2"


def column_widths(table: Table, whole_mm: float) -> list[float]:
    """Return the width of each column in mm; together they are ``whole_mm`` wide.

    A column whose lines are short keeps them on one line. What is left is shared among those of sentences by the root
    of the length of their texts, and none is narrower than its longest word (to 16 letters) as long as there is room.

    Args:
        table: it.
        whole_mm: width of the text on the page.
    """
    columns = range(len(table.columns))
    wanted = [max(_longest(line) for line in _lines(table, k)) + _PADDING for k in columns]
    least = [min(max(_word(line) for line in _lines(table, k)), _LONGEST_WORD) + _PADDING for k in columns]
    room = whole_mm / _LETTER_MM
    if sum(wanted) <= room:
        return [whole_mm * one / sum(wanted) for one in wanted]
    if sum(least) >= room:
        return [whole_mm * one / sum(least) for one in least]
    return [whole_mm * one / room for one in _filled(wanted, least, [_weight(table, k) for k in columns], room)]


def _filled(wanted: Sequence[float], least: Sequence[float], weights: Sequence[float], room: float) -> list[float]:
    """Share ``room`` out by weight, no part less than ``least``, and none more than ``wanted``."""
    found, open_ = list(least), [k for k in range(len(least)) if wanted[k] > least[k]]
    while open_ and room - sum(found) > 1e-6:
        left, total = room - sum(found), sum(weights[k] for k in open_)
        for k in open_:
            found[k] = min(wanted[k], found[k] + left * weights[k] / total)
        open_ = [k for k in open_ if wanted[k] - found[k] > 1e-6]
    return found


def _cells(table: Table, column: int) -> list[Cell]:
    return [row.cells[column] for row in table.rows if len(row.cells) == len(table.columns)]


def _lines(table: Table, column: int) -> list[Line]:
    cells = _cells(table, column)
    folded = [line for cell in cells for one in cell.folded for line in one.lines]
    return [
        table.columns[column].name,
        *(cell.text for cell in cells),
        *(line for cell in cells for line in cell.under),
        *folded,
    ]


def _text(line: Line) -> str:
    return "".join(span.text for span in line)


def _longest(line: Line) -> int:
    return len(_text(line))


def _word(line: Line) -> int:
    return max((len(word) for word in _text(line).split()), default=0)


def _weight(table: Table, column: int) -> float:
    """Return the root of the number of letters that a cell of the column usually holds."""
    cells = _cells(table, column)
    letters = sum(len(_text(line)) for cell in cells for line in (cell.text, *cell.under))
    return math.sqrt(max(letters / len(cells), 1.0)) if cells else 1.0


def made_row(cells: Sequence[WordCell], *, header: bool = False, whole: bool = True) -> CT_Row:
    """Return a row of a table.

    Args:
        cells: each with the number of columns that it spans and its ground.
        header: whether it stands again at the top of every page.
        whole: whether it is kept on one page.
    """
    row = OxmlElement("w:tr")
    properties = element("w:trPr")
    if whole:
        properties.append(element("w:cantSplit"))
    if header:
        properties.append(element("w:tblHeader"))
    row.append(properties)
    for cell, span, ground in cells:
        dress = cell.get_or_add_tcPr()
        if span > 1:
            dress.append(element("w:gridSpan", val=str(span)))
        if ground:
            dress.append(element("w:shd", val="clear", color="auto", fill=ground))
        row.append(cell)
    return row


def add_table(
    word: Word, rows: Sequence[CT_Row], widths_mm: Sequence[float], *, lines: Sequence[str] = ("top", "bottom")
) -> None:
    """Put a table of fixed widths at the end of a document.

    Args:
        word: the document.
        rows: made by ``made_row``.
        widths_mm: of its columns.
        lines: where thin lines are drawn ("top", "bottom", "insideH").
    """
    made = word.add_table(rows=0, cols=len(widths_mm))
    made.autofit = False
    for column, width in zip(made.columns, widths_mm, strict=True):
        column.width = Mm(width)
    # The order of a table's properties is fixed: borders stand before its layout and look.
    made._tblPr.insert_element_before(borders(lines, _RULE), "w:tblLayout", "w:tblLook")  # noqa: SLF001
    for row in rows:
        _set_widths(row, widths_mm)
        made._tbl.append(row)  # noqa: SLF001


def _set_widths(row: CT_Row, widths_mm: Sequence[float]) -> None:
    first = 0
    for cell in row.tc_lst:
        span = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
        count = 1 if span is None else int(span.get(qn("w:val"), "1"))
        cell.width = Mm(sum(widths_mm[first : first + count]))
        first += count


def is_short(cells: Sequence[WordCell]) -> bool:
    """Tell whether a row is short enough to be kept on one page."""
    return max(len("".join(cell.itertext())) for cell, _, _ in cells) <= _LONG_ROW


class Cells:
    """Writes cells and rows of tables.

    Args:
        word: the document, for its styles.
        write: writes lines.
    """

    def __init__(self, word: Word, write: Writing) -> None:
        self._word = word
        self._write = write

    def cell(
        self, cell: Cell, *, bold: bool = False, size: float = 8.5, right: bool = False, muted: bool = False
    ) -> CT_Tc:
        """Return a cell: its text in points of ``size``, and what stands under it, smaller."""
        made = OxmlElement("w:tc")
        lines = [(cell.text, False), *((line, True) for line in cell.under)]
        for one in cell.folded:
            lines += [((Span(one.summary, SpanKind.STRONG),), True), *((line, True) for line in one.lines)]
        for line, under in lines:
            paragraph = WordParagraph(made.add_p(), self._word._body)  # noqa: SLF001  a parent is needed for styles
            paragraph.style = self._word.styles["No Spacing"]
            paragraph.paragraph_format.space_after = Pt(1)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._write.line(
                paragraph,
                line,
                bold=bold and not under,
                size=min(size - 1, 10) if under else size,
                muted=under or muted,
            )
        return made

    def row(
        self,
        cells: Sequence[tuple[Cell, int]],
        *,
        grounds: Sequence[str] = (),
        right: Sequence[bool] = (),
        bold: bool = False,
        size: float = 8.5,
        header: bool = False,
    ) -> CT_Row:
        """Return a row of cells, each with the number of columns that it spans, on its ground."""
        made = []
        for number, (cell, span) in enumerate(cells):
            ground = grounds[number] if grounds else ""
            body = self.cell(cell, bold=bold, size=size, right=bool(right) and right[number])
            made.append((body, span, ground))
        return made_row(made, header=header, whole=is_short(made))

    def table_row(self, row: Row, table: Table, right: Sequence[bool]) -> CT_Row:
        """Return a row of a report's table; ``right`` tells which of its columns hold numbers."""
        if len(row.cells) < len(table.columns):
            size = 7.5 if is_note(row, table) else 8.5
            return self.row([(row.cells[0], len(table.columns))], bold=row.heading, size=size)
        grounds = [_GROUNDS.get(cell.mark, _MARKED if row.emphasised else "") for cell in row.cells]
        return self.row([(cell, 1) for cell in row.cells], grounds=grounds, right=right, bold=row.emphasised)

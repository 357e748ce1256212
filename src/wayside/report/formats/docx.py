"""From a document to a Word file: real headings, repeated table heads, described pictures; equal bytes every time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from io import BytesIO

import docx
from docx.document import Document as Word
from docx.enum.text import WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.table import CT_Tc
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from wayside.report.colours import is_colour
from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Definition,
    Definitions,
    Document,
    Figure,
    Finding,
    Findings,
    Fold,
    Folded,
    Glance,
    Graphic,
    Judged,
    Layout,
    Line,
    Panel,
    Paragraph,
    Section,
    Sheets,
    Span,
    SpanKind,
    Table,
    Tone,
    plain,
)
from wayside.report.formats.docx_frame import set_up
from wayside.report.formats.docx_parts import Writing, framed, ornament, place, rezipped
from wayside.report.formats.docx_tables import Cells, add_table, column_widths, is_short, made_row
from wayside.report.formats.pdf_data import places_of
from wayside.report.formats.svg_pictures import pngs_of
from wayside.report.formats.text import blocks_of, on_paper, said, shown
from wayside.report.house import HouseStyle

__all__ = ["docx_of"]

_WIDTH_PX = 1600
_TEXT_MM = 174.0
_TALLEST_MM = 215.0
_WASH = "F4F6F8"
_RULE = "CFD5DB"
_ALONGSIDE = {
    "glance": (112.0, 62.0),
    "judged": (98.0, 76.0),
    "pair": (87.0, 87.0),
    "terms": (46.0, 128.0),
    "sheet": (38.0, 136.0),
}
"""Widths in mm of what stands beside each other."""
_INSET_MM = 4.0
_FINDINGS = ((700, 11.5), (1050, 10.5), (1350, 9.5), (2400, 8.5))
"""Letters of all findings, and the size in points at which so many of them fit on the first page."""
_SWATCHES = {"open": "□", "dashed": "┅", "hatched": "▨"}
_MARK_PX = 64


def docx_of(document: Document, house: HouseStyle) -> bytes:
    """Return a document as a Word file (Office Open XML).

    Args:
        document: the report.
        house: fonts, colours, logo and paper.

    Raises:
        OutsideError: a drawing cannot be read.
    """
    word = docx.Document()
    set_up(word, document, house)
    writer = _Writer(word, document, house)
    writer.head(document, house)
    writer.summary(document)
    for section in document.sections:
        writer.section(section)
    writer.foot(document, house)
    made = BytesIO()
    word.save(made)
    return rezipped(made.getvalue())


def _marks(document: Document) -> list[Graphic]:
    """Return the marks of the figures' keys that are drawn, in the order in which they are written."""
    blocks = [block for section in (document.summary, *document.sections) for block in blocks_of(section)]
    return [key.mark for block in blocks if isinstance(block, Figure) for key in block.keys if key.mark is not None]


def _graphics(document: Document) -> list[Graphic]:
    """Return the pictures of the figures, in the order in which they are written."""
    blocks = [block for section in (document.summary, *document.sections) for block in blocks_of(section)]
    figures = [block for block in blocks if isinstance(block, Figure)]
    return [graphic for figure in figures for panel in figure.panels for graphic in on_paper(panel)]


# ---------------------------------------------------------------------------- blocks
class _Writer:
    """Writes blocks at the end of a Word document."""

    def __init__(self, word: Word, document: Document, house: HouseStyle) -> None:
        self._word = word
        self._house = house
        self._places = {name: where.replace("-", "_") for name, where in places_of(document).items()}
        self._used: set[str] = set()
        self._write = Writing(word, house, self._places)
        self._cells = Cells(word, self._write)
        self._pictures = iter(pngs_of(_graphics(document), house, width_px=_WIDTH_PX))
        self._marks = iter(pngs_of(_marks(document), house, width_px=_MARK_PX))
        self._accent = house.accent[1:]
        self._annexed = self._begun = False
        self._finding_pt = _FINDINGS[0][1]
        self._within: CT_Tc | None = None

    def _new(self, style: str = "Normal") -> WordParagraph:
        """Begin a paragraph at the end of the document, or of the cell that is being filled."""
        if self._within is None:
            return self._word.add_paragraph(style=style)
        made = WordParagraph(self._within.add_p(), self._word._body)  # noqa: SLF001  a parent is needed for styles
        made.style = self._word.styles[style]
        return made

    def _alongside(self, parts: Sequence[Callable[[], object]], kind: str, *, grounds: Sequence[str] = ()) -> None:
        """Write parts beside each other, in a table of one row that is there for its layout alone."""
        widths, cells = _ALONGSIDE[kind], []
        for number, part in enumerate(parts):
            self._within = OxmlElement("w:tc")
            part()
            if not self._within.p_lst:
                self._within.add_p()
            cells.append((self._within, 1, grounds[number] if grounds else ""))
            self._within = None
        add_table(self._word, [made_row(cells, whole=is_short(cells))], widths, lines=() if grounds else ("top",))
        self._gap(2)

    def _gap(self, points: float) -> None:
        """Keep a table apart from one that follows, which Word would take for the same."""
        gap = self._word.add_paragraph()
        gap.paragraph_format.space_after = Pt(0)
        gap.paragraph_format.line_spacing = Pt(points)

    def _p(
        self, line: Line = (), style: str = "Normal", *, bold: bool = False, size: float = 0.0, muted: bool = False
    ) -> WordParagraph:
        made = self._new(style)
        self._write.line(made, line, bold=bold, size=size, muted=muted)
        return made

    def _place(self, paragraph: WordParagraph, name: str) -> None:
        if name in self._places and name not in self._used:
            self._used.add(name)
            place(paragraph, self._places[name], len(self._used))

    def head(self, document: Document, house: HouseStyle) -> None:
        """Write what stands before the summary."""
        if house.logo is not None:
            self._logo(house, house.logo)
        if house.name:
            self._p(plain(house.name), bold=True)
        made = f"  ·  {document.made}" if document.made else ""
        self._p((Span(document.kicker, SpanKind.STRONG), Span(made)), size=9, muted=True)
        self._p(plain(document.title), "Title")
        self._p(document.dek, "Subtitle")
        for notice in document.notices:
            self._paragraph(notice, 1)

    def _logo(self, house: HouseStyle, logo: bytes) -> None:
        if house.logo_type == "image/png":
            inline = self._word.add_paragraph().add_run().add_picture(BytesIO(logo), height=Mm(11))
            inline._inline.docPr.set("descr", shown(house.name))  # noqa: SLF001

    def foot(self, document: Document, house: HouseStyle) -> None:
        """Write the last lines."""
        self._p(document.footer, size=8.5, muted=True)
        if house.address:
            self._p(plain(house.address), size=8.5, muted=True)

    def section(self, section: Section) -> None:
        """Write a section; the first one that has a heading begins a page, as does the annex."""
        if section.heading:
            head = self._p(plain(section.heading), "Heading 1")
            if not self._begun or (section.annex and not self._annexed):
                head.paragraph_format.page_break_before = True
            self._begun, self._annexed = True, self._annexed or section.annex
        else:
            head = self._word.paragraphs[-1] if self._word.paragraphs else self._p()
        self._place(head, section.id)
        self._blocks(section.blocks, 2)

    def summary(self, document: Document) -> None:
        """Write the first page: the findings, the box of numbers beside them, and what the report holds."""
        section = document.summary
        boxes = [block for block in section.blocks if isinstance(block, Glance)]
        rest = tuple(block for block in section.blocks if not isinstance(block, Glance))
        if len(boxes) != 1 or not all(isinstance(block, Findings | Paragraph | Bullets) for block in rest):
            self.section(section)
        else:
            self._place(self._word.paragraphs[-1], section.id)
            parts = (lambda: self._blocks(rest, 2), lambda: self._glance_lines(boxes[0]))
            self._alongside(parts, "glance", grounds=("", _WASH))
        self._contents(document)

    def _contents(self, document: Document) -> None:
        """Write the names of the sections in one paragraph, each a link."""
        listed = [Span(one.short, href=f"#{one.id}") for one in document.sections if one.short]
        spans = [span for one in listed for span in (one, Span("   "))]
        if spans:
            self._p(tuple(spans[:-1]), size=8.5)

    def _blocks(self, blocks: Iterable[Block], depth: int) -> None:
        for block in blocks:
            self._block(block, depth)

    def _block(self, block: Block, depth: int) -> None:  # noqa: C901, PLR0912  one case for each kind of block
        match block:
            case Paragraph():
                self._paragraph(block, depth)
            case Bullets():
                self._bullets(block.items)
            case Findings():
                letters = sum(len(said(line)) for one in block.items for line in (one.finding, one.confidence))
                self._finding_pt = next((size for most, size in _FINDINGS if letters <= most), _FINDINGS[-1][1])
                for one in block.items:
                    self._finding(one)
            case Glance():
                self._glance_lines(block)
            case Definitions(layout=Layout.BESIDE):
                self._terms(block.items, "terms", 9.0)
            case Definitions():
                self._definitions(block.items, small=block.layout is Layout.ENTRY)
            case Sheets():
                self._place(self._caption(block.label, block.caption), block.id)
                for sheet in block.sheets:
                    self._p(plain(sheet.heading), f"Heading {min(depth, 4)}")
                    self._terms(sheet.items, "sheet", 8.5)
            case Judged():
                self._judged(block)
            case Table():
                self._table(block)
            case Figure():
                self._figure(block)
            case Fold():
                self._p(plain(block.summary), f"Heading {min(depth, 4)}")
                self._blocks(block.blocks, depth + 1)

    def _paragraph(self, block: Paragraph, depth: int) -> None:
        if block.tone is Tone.HEADING:
            self._p(block.text, f"Heading {min(depth, 4)}")
        elif block.tone is Tone.WARNING:
            made = self._p(block.text, bold=True, size=9.5)
            framed(made, ground="FBE9E7", colour=self._accent, sides=("top", "left", "bottom", "right"))
            made.paragraph_format.left_indent = made.paragraph_format.right_indent = Mm(2)
        elif block.tone is Tone.NOTE:
            self._p(block.text, size=8.5, muted=True)
        else:
            self._p(block.text)

    def _bullets(self, items: Iterable[Line]) -> None:
        for item in items:
            self._p(item, "List Bullet", size=9 if self._within is not None else 0).paragraph_format.space_after = Pt(2)

    def _folded(self, folded: Iterable[Folded]) -> None:
        for one in folded:
            self._p(plain(one.summary), bold=True, size=9)
            self._bullets(one.lines)

    def _finding(self, one: Finding) -> None:
        made = self._p(one.finding, size=self._finding_pt)
        if one.confidence:
            made.paragraph_format.space_after = Pt(1)
            self._p(one.confidence, size=8, muted=True).paragraph_format.space_after = Pt(self._finding_pt - 4)

    def _definitions(self, items: Iterable[Definition], *, small: bool = False) -> None:
        for item in items:
            term = self._p(item.term, bold=not small, size=9 if small else 0)
            term.paragraph_format.keep_with_next = True
            term.paragraph_format.space_after = Pt(2)
            for line in item.text:
                self._p(line, size=8 if small else 0, muted=small)
            self._folded(item.folded)

    def _terms(self, items: Iterable[Definition], kind: str, size: float) -> None:
        """Write terms with their texts beside them."""
        rows = []
        for item in items:
            first, *more = item.text or ((),)
            term = self._cells.cell(Cell((*item.term,)), size=size, muted=True)
            text = self._cells.cell(Cell(first, under=tuple(more), folded=item.folded), size=size)
            cells = [(term, 1, ""), (text, 1, "")]
            rows.append(made_row(cells, whole=is_short(cells)))
        if rows:
            add_table(self._word, rows, _ALONGSIDE[kind], lines=("top", "bottom", "insideH"))
            self._gap(6)

    def _points(self, heading: Line, items: Sequence[Line]) -> None:
        if heading:
            self._p(heading, bold=True, size=9).paragraph_format.keep_with_next = bool(items)
        self._bullets(items)

    def _judged(self, block: Judged) -> None:
        told = (*block.origin, *((Span(" "), *block.evidence) if block.evidence else ()))

        def left() -> None:
            self._place(self._p(block.sentence, size=11.5), block.id)
            self._p(told, size=8.5, muted=True)
            self._points(plain(block.assumes_heading) if block.assumes else (), block.assumes)

        def right() -> None:
            self._points(block.confidence, block.reasons)
            self._points(plain(block.change_heading) if block.change else (), block.change)

        self._alongside((left, right), "judged")

    def _caption(self, label: str, caption: Line) -> WordParagraph:
        made = self._p((Span(label, SpanKind.STRONG), Span(" "), *caption), "Caption")
        made.paragraph_format.keep_with_next = True
        return made

    # ------------------------------------------------------------------------ tables
    def _table(self, table: Table) -> None:
        self._place(self._caption(table.label, table.caption), table.id)
        right = [column.numeric for column in table.columns]
        names = [(Cell(column.name), 1) for column in table.columns]
        rows = [self._cells.row(names, right=right, bold=True, size=8, header=True)]
        rows += [self._cells.table_row(row, table, right) for row in table.rows]
        add_table(self._word, rows, column_widths(table, _TEXT_MM), lines=("top", "bottom", "insideH"))
        self._gap(8)

    def _glance_lines(self, block: Glance) -> None:
        """Write the box of numbers: the large one, its unit, and the facts, each with its value at the right."""
        self._p(plain(block.heading), bold=True, size=8.5, muted=True).paragraph_format.space_after = Pt(0)
        number = self._new()
        number.paragraph_format.space_after = Pt(0)
        run = number.add_run(shown(block.number))
        run.font.size, run.font.color.rgb = Pt(34), RGBColor.from_string(self._accent)
        for line in block.unit:
            self._p(line, size=9.5).paragraph_format.space_after = Pt(1)
        stop = Mm(_ALONGSIDE["glance"][1] - _INSET_MM)
        for fact in block.facts:
            made = self._p((Span(fact.name), Span("  ")), size=8.5)
            made.paragraph_format.tab_stops.add_tab_stop(stop, WD_TAB_ALIGNMENT.RIGHT)
            made.add_run().add_tab()
            self._write.line(made, fact.value, bold=True, size=9)
            framed(made, colour=_RULE, sides=("top",))
            made.paragraph_format.space_before, made.paragraph_format.space_after = Pt(4), Pt(1)
            if fact.note:
                self._p(fact.note, size=7.5, muted=True).paragraph_format.space_after = Pt(1)

    # ------------------------------------------------------------------------ figures
    def _figure(self, figure: Figure) -> None:
        places: list[WordParagraph] = []
        if figure.side_by_side and len(figure.panels) == 2:
            one, other = figure.panels
            width = _ALONGSIDE["pair"][0] - _INSET_MM
            parts = (lambda: places.append(self._panel(one, width)), lambda: places.append(self._panel(other, width)))
            self._alongside(parts, "pair")
        else:
            group = ""
            for panel in figure.panels:
                if panel.group and panel.group != group:
                    self._p(plain(panel.group), bold=True).paragraph_format.keep_with_next = True
                group = panel.group
                places.append(self._panel(panel, _TEXT_MM, last=panel is figure.panels[-1]))
        self._keys(figure)
        caption = self._caption(figure.label, figure.caption)
        caption.paragraph_format.keep_with_next = bool(figure.credit)
        self._place(places[0], figure.id)
        if figure.credit:
            self._p(figure.credit, "Caption", size=7.5, muted=True)

    def _keys(self, figure: Figure) -> None:
        """Write the key: each entry behind its mark, in the mark's colour."""
        if not figure.keys:
            return
        made = self._p()
        made.paragraph_format.keep_with_next = True
        for number, key in enumerate(figure.keys):
            if number:
                made.add_run("    ").font.size = Pt(8.5)
            if key.mark is not None:
                inline = made.add_run().add_picture(BytesIO(next(self._marks)), height=Mm(2.6))
                ornament(inline._inline)  # noqa: SLF001
            else:
                swatch = made.add_run(_SWATCHES.get(key.style, "■"))
                swatch.font.size = Pt(9)
                if is_colour(key.colour):
                    swatch.font.color.rgb = RGBColor.from_string(key.colour[1:])
            self._write.line(made, plain(f" {key.text}"), size=8.5)

    def _panel(self, panel: Panel, width_mm: float, *, last: bool = True) -> WordParagraph:
        """Write a panel and return the paragraph of its first picture; its own parts are kept on one page."""
        made = []
        if panel.heading:
            made.append(self._p(panel.heading, bold=True, size=9.5))
        pictures = [self._picture(graphic, width_mm) for graphic in on_paper(panel)]
        self._place(pictures[0], panel.id)
        made += [*pictures, *(self._p(line, size=8.5) for line in (*panel.under, panel.credit) if line)]
        for paragraph in made:
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = last or paragraph is not made[-1]
        return pictures[0]

    def _picture(self, graphic: Graphic, width_mm: float) -> WordParagraph:
        width = min(width_mm, _TALLEST_MM * graphic.width / graphic.height)
        paragraph = self._new()
        inline = paragraph.add_run().add_picture(BytesIO(next(self._pictures)), width=Mm(width))
        inline._inline.docPr.set("descr", shown(graphic.alt))  # noqa: SLF001  python-docx has no call for it
        return paragraph

"""From a document to a Word file: real headings, repeated table heads, described pictures; equal bytes every time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from io import BytesIO

import docx
from docx.document import Document as Word
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.table import CT_Row, CT_Tc
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from wayside.report.document import (
    Block,
    Bullets,
    Cell,
    Definition,
    Definitions,
    Document,
    Figure,
    Findings,
    Fold,
    Folded,
    Glance,
    Graphic,
    Judged,
    Line,
    Panel,
    Paragraph,
    Row,
    Section,
    Sheets,
    Span,
    SpanKind,
    Table,
    Tone,
    plain,
)
from wayside.report.formats.docx_parts import Writing, borders, element, made_row, place, rezipped, set_language
from wayside.report.formats.pdf_data import places_of
from wayside.report.formats.svg_pictures import pngs_of
from wayside.report.formats.text import blocks_of, is_note, on_paper, shown
from wayside.report.house import HouseStyle

__all__ = ["docx_of"]

_WIDTH_PX = 1600
_TEXT_MM = 174.0
_TALLEST_MM = 215.0
_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)
_GROUNDS = {"good": "DCEFE3", "bad": "F8DFD0", "very-bad": "EFBFAE", "neutral": "F4F6F8", "machine": "E2EAF3"}
_MARKED = "FBF3E2"
_WASH = "F4F6F8"
_RULE = "CFD5DB"


def docx_of(document: Document, house: HouseStyle) -> bytes:
    """Return a document as a Word file (Office Open XML).

    Args:
        document: the report.
        house: fonts, colours, logo and paper.

    Raises:
        OutsideError: a drawing cannot be read.
    """
    word = docx.Document()
    _set_up(word, document, house)
    writer = _Writer(word, document, house)
    writer.head(document, house)
    for section in (document.summary, *document.sections):
        writer.section(section)
    writer.foot(document, house)
    made = BytesIO()
    word.save(made)
    return rezipped(made.getvalue())


# ---------------------------------------------------------------------------- the frame
def _set_up(word: Word, document: Document, house: HouseStyle) -> None:
    page = word.sections[0]
    page.page_width, page.page_height = (Mm(215.9), Mm(279.4)) if house.page == "us-letter" else (Mm(210), Mm(297))
    page.left_margin = page.right_margin = Mm(18)
    page.top_margin, page.bottom_margin = Mm(18), Mm(20)
    _set_styles(word, house)
    set_language(word, document.language)
    about, moment = word.core_properties, document.generated or _NO_DATE
    about.title, about.subject = _short(document.window_title), _short(document.kicker)
    about.author = about.last_modified_by = _short(house.name) or "wayside"
    about.language, about.comments, about.keywords = document.language, "", ""
    about.created = about.modified = moment.astimezone(UTC).replace(tzinfo=None)
    about.revision = 1
    _footer(page.footer.paragraphs[0], document)


def _short(text: str) -> str:
    """Return a text for the properties of a file, which hold 255 letters."""
    return shown(text)[:255]


def _set_styles(word: Word, house: HouseStyle) -> None:
    serif = house.serif[0] if house.serif else "Georgia"
    sans = house.sans[0] if house.sans else "Arial"
    ink, primary = RGBColor.from_string(house.ink[1:]), RGBColor.from_string(house.primary[1:])
    looks = {
        "Normal": (serif, 10.5, ink),
        "Title": (serif, 26, ink),
        "Subtitle": (serif, 13, ink),
        "Caption": (sans, 8.5, ink),
        "Heading 1": (serif, 17, primary),
        "Heading 2": (sans, 11, ink),
        "Heading 3": (sans, 10, ink),
        "Heading 4": (sans, 9.5, ink),
        "List Bullet": (serif, 10, ink),
        "Footer": (sans, 8, ink),
    }
    for name, (font, size, colour) in looks.items():
        style = word.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = font, Pt(size), colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for kind in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{kind}"), None)
        for kind in ("eastAsia", "cs"):
            fonts.set(qn(f"w:{kind}"), font)
    word.styles["Caption"].font.bold = False
    word.styles["Normal"].paragraph_format.space_after = Pt(6)


def _footer(paragraph: WordParagraph, document: Document) -> None:
    paragraph.add_run(f"{shown(document.title)[:120]}  ·  ")
    for number, field in enumerate(("PAGE", "NUMPAGES")):
        if number:
            paragraph.add_run(" / ")
        for part in (element("w:fldChar", fldCharType="begin"), field, element("w:fldChar", fldCharType="end")):
            run = paragraph.add_run()
            if isinstance(part, str):
                code = OxmlElement("w:instrText")
                code.text = part
                run._r.append(code)  # noqa: SLF001  python-docx has no call for fields
            else:
                run._r.append(part)  # noqa: SLF001


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
        self._pictures = iter(pngs_of(_graphics(document), house, width_px=_WIDTH_PX))
        self._annexed = False

    def _p(
        self, line: Line = (), style: str = "Normal", *, bold: bool = False, size: float = 0.0, muted: bool = False
    ) -> WordParagraph:
        made = self._word.add_paragraph(style=style)
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
        """Write a section."""
        if section.heading:
            head = self._p(plain(section.heading), "Heading 1")
            if section.annex and not self._annexed:
                head.paragraph_format.page_break_before = self._annexed = True
        else:
            head = self._word.paragraphs[-1] if self._word.paragraphs else self._p()
        self._place(head, section.id)
        self._blocks(section.blocks, 2)

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
                for one in block.items:
                    self._p(one.finding, size=12)
                    if one.confidence:
                        self._p(one.confidence, size=9, muted=True)
            case Glance():
                self._glance(block)
            case Definitions():
                self._definitions(block.items)
            case Sheets():
                self._place(self._caption(block.label, block.caption), block.id)
                for sheet in block.sheets:
                    self._p(plain(sheet.heading), f"Heading {min(depth, 4)}")
                    self._definitions(sheet.items)
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
            self._table_of([self._row([(Cell(block.text), 1)], grounds=["FBE9E7"], bold=True, size=9.5)], 1)
        elif block.tone is Tone.NOTE:
            self._p(block.text, size=8.5, muted=True)
        else:
            self._p(block.text)

    def _bullets(self, items: Iterable[Line]) -> None:
        for item in items:
            self._p(item, "List Bullet").paragraph_format.space_after = Pt(2)

    def _folded(self, folded: Iterable[Folded]) -> None:
        for one in folded:
            self._p(plain(one.summary), bold=True, size=9)
            self._bullets(one.lines)

    def _definitions(self, items: Iterable[Definition]) -> None:
        for item in items:
            self._p(item.term, bold=True).paragraph_format.keep_with_next = True
            for line in item.text:
                self._p(line)
            self._folded(item.folded)

    def _points(self, heading: Line, items: Sequence[Line]) -> None:
        if heading:
            self._p(heading, bold=True, size=9).paragraph_format.keep_with_next = bool(items)
        self._bullets(items)

    def _judged(self, block: Judged) -> None:
        self._place(self._p(block.sentence, size=12), block.id)
        told = (*block.origin, *((Span(" "), *block.evidence) if block.evidence else ()))
        self._p(told, size=9, muted=True)
        self._points(plain(block.assumes_heading) if block.assumes else (), block.assumes)
        self._points(block.confidence, block.reasons)
        self._points(plain(block.change_heading) if block.change else (), block.change)

    def _caption(self, label: str, caption: Line) -> WordParagraph:
        made = self._p((Span(label, SpanKind.STRONG), Span(" "), *caption), "Caption")
        made.paragraph_format.keep_with_next = True
        return made

    # ------------------------------------------------------------------------ tables
    def _cell(self, cell: Cell, *, bold: bool = False, size: float = 8.5, right: bool = False) -> CT_Tc:
        made = OxmlElement("w:tc")
        lines = [(cell.text, False), *((line, True) for line in cell.under)]
        for one in cell.folded:
            lines += [((Span(one.summary, SpanKind.STRONG),), True), *((line, True) for line in one.lines)]
        for line, under in lines:
            paragraph = WordParagraph(made.add_p(), self._word._body)  # noqa: SLF001  a parent is needed for styles
            paragraph.paragraph_format.space_after = Pt(1)
            if right:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            self._write.line(
                paragraph, line, bold=bold and not under, size=min(size - 1, 10) if under else size, muted=under
            )
        return made

    def _row(
        self,
        cells: Sequence[tuple[Cell, int]],
        *,
        grounds: Sequence[str] = (),
        right: Sequence[bool] = (),
        bold: bool = False,
        size: float = 8.5,
        header: bool = False,
    ) -> CT_Row:
        made = []
        for number, (cell, span) in enumerate(cells):
            ground = grounds[number] if grounds else ""
            body = self._cell(cell, bold=bold, size=size, right=bool(right) and right[number])
            made.append((body, span, ground))
        return made_row(made, header=header)

    def _table_of(self, rows: Iterable[CT_Row], columns: int) -> None:
        made = self._word.add_table(rows=0, cols=columns)
        # The order of a table's properties is fixed: borders stand before its layout and look.
        lines = borders(("top", "bottom", "insideH"), _RULE)
        made._tblPr.insert_element_before(lines, "w:tblLayout", "w:tblLook")  # noqa: SLF001
        for row in rows:
            made._tbl.append(row)  # noqa: SLF001
        self._word.add_paragraph().paragraph_format.space_after = Pt(4)

    def _table(self, table: Table) -> None:
        self._place(self._caption(table.label, table.caption), table.id)
        right = [column.numeric for column in table.columns]
        names = [(Cell(column.name), 1) for column in table.columns]
        rows = [self._row(names, right=right, bold=True, size=8, header=True)]
        rows += [self._table_row(row, table, right) for row in table.rows]
        self._table_of(rows, len(table.columns))

    def _table_row(self, row: Row, table: Table, right: Sequence[bool]) -> CT_Row:
        if len(row.cells) < len(table.columns):
            size = 7.5 if is_note(row, table) else 8.5
            return self._row([(row.cells[0], len(table.columns))], bold=row.heading, size=size)
        grounds = [_GROUNDS.get(cell.mark, _MARKED if row.emphasised else "") for cell in row.cells]
        return self._row([(cell, 1) for cell in row.cells], grounds=grounds, right=right, bold=row.emphasised)

    def _glance(self, block: Glance) -> None:
        number = Cell(plain(block.number), under=block.unit)
        rows = [
            self._row([(Cell(plain(block.heading)), 2)], grounds=[_WASH], bold=True, size=8.5),
            self._row([(number, 2)], grounds=[_WASH], size=24),
        ]
        for fact in block.facts:
            name = Cell(plain(fact.name), under=(fact.note,) if fact.note else ())
            rows.append(
                self._row([(name, 1), (Cell(fact.value), 1)], grounds=[_WASH, _WASH], right=[False, True], size=9.5)
            )
        self._table_of(rows, 2)

    # ------------------------------------------------------------------------ figures
    def _figure(self, figure: Figure) -> None:
        group = ""
        first: WordParagraph | None = None
        for panel in figure.panels:
            if panel.group and panel.group != group:
                self._p(plain(panel.group), bold=True)
            group = panel.group
            shown_first = self._panel(panel)
            first = first or shown_first
        if figure.keys:
            self._p(plain(" · ".join(key.text for key in figure.keys)), size=8.5)
        caption = self._caption(figure.label, figure.caption)
        caption.paragraph_format.keep_with_next = bool(figure.credit)
        self._place(first or caption, figure.id)
        if figure.credit:
            self._p(figure.credit, "Caption", size=8, muted=True)

    def _panel(self, panel: Panel) -> WordParagraph | None:
        if panel.heading:
            self._p(panel.heading, bold=True, size=9.5).paragraph_format.keep_with_next = True
        first = None
        for graphic in on_paper(panel):
            paragraph = self._picture(graphic)
            first = first or paragraph
        if first is not None:
            self._place(first, panel.id)
        for line in (*panel.under, panel.credit):
            if line:
                self._p(line, size=9).paragraph_format.keep_with_next = True
        return first

    def _picture(self, graphic: Graphic) -> WordParagraph:
        width = min(_TEXT_MM, _TALLEST_MM * graphic.width / graphic.height)
        paragraph = self._word.add_paragraph()
        paragraph.paragraph_format.keep_with_next = True
        inline = paragraph.add_run().add_picture(BytesIO(next(self._pictures)), width=Mm(width))
        inline._inline.docPr.set("descr", shown(graphic.alt))  # noqa: SLF001  python-docx has no call for it
        return paragraph

"""The parts of a Word document that python-docx has no call for: links, fields, places, frames, languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from docx.document import Document as Word
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Pt, RGBColor
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from wayside.report.document import Line, Span, SpanKind
from wayside.report.formats.text import shown
from wayside.report.house import HouseStyle

__all__ = ["Writing", "borders", "element", "framed", "ornament", "place", "rezipped", "set_language"]

_RIGHT_TO_LEFT = {"R", "AL"}
_STRONG = {"L", *_RIGHT_TO_LEFT}
_EPOCH = (1980, 1, 1, 0, 0, 0)
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_MUTED = RGBColor(0x55, 0x60, 0x6C)
_BODY, _SMALL = 10.5, 0.86
"""Size of the text in points, and of what is small beside it."""


def element(tag: str, **attributes: str) -> BaseOxmlElement:
    """Return an element of WordprocessingML ("w:shd") with attributes of the same namespace."""
    made = OxmlElement(tag)
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), value)
    return made


def set_language(word: Word, language: str) -> None:
    """Set the language of a document's text, so that its words are spelt and read aloud in it."""
    properties = word.styles["Normal"].element.get_or_add_rPr()
    properties.append(element("w:lang", val=language, eastAsia=language, bidi=language))


def rezipped(data: bytes) -> bytes:
    """Return a zip file with the same members, each with one fixed time, so that equal documents have equal bytes."""
    made = BytesIO()
    with ZipFile(BytesIO(data)) as read, ZipFile(made, "w", ZIP_DEFLATED) as written:
        for info in read.infolist():
            fixed = ZipInfo(info.filename, _EPOCH)
            fixed.compress_type = ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            written.writestr(fixed, read.read(info))
    return made.getvalue()


def place(paragraph: Paragraph, name: str, number: int) -> None:
    """Give a paragraph a name that links can lead to."""
    start = element("w:bookmarkStart", id=str(number), name=name)
    properties = paragraph._p.pPr  # noqa: SLF001  python-docx has no call for it
    paragraph._p.insert(0 if properties is None else 1, start)  # noqa: SLF001
    paragraph._p.append(element("w:bookmarkEnd", id=str(number)))  # noqa: SLF001


def _runs_from_right(text: str) -> bool:
    """Tell whether the first letter of a text is one that runs from right to left."""
    kinds = (unicodedata.bidirectional(letter) for letter in text)
    return next((kind for kind in kinds if kind in _STRONG), "L") in _RIGHT_TO_LEFT


class Writing:
    """Writes lines into paragraphs.

    Args:
        word: the document, which keeps the addresses of links.
        house: colours and fonts.
        places: names of bookmarks by the ids of blocks.
    """

    def __init__(self, word: Word, house: HouseStyle, places: dict[str, str]) -> None:
        self._word = word
        self._places = places
        self._primary = RGBColor.from_string(house.primary[1:])
        self._accent = RGBColor.from_string(house.accent[1:])
        self._mono = house.mono[0] if house.mono else "Consolas"

    def line(
        self, paragraph: Paragraph, line: Line, *, bold: bool = False, size: float = 0.0, muted: bool = False
    ) -> None:
        """Write a line at the end of a paragraph.

        Args:
            paragraph: it.
            line: spans.
            bold: in bold.
            size: of the letters in points; 0 for the paragraph's own.
            muted: in grey.
        """
        for span in line:
            if span.text:
                self._span(paragraph, span, bold=bold, size=size, muted=muted)

    def _span(self, paragraph: Paragraph, span: Span, *, bold: bool, size: float, muted: bool) -> None:
        run = paragraph.add_run(shown(span.text))
        small = span.kind is SpanKind.SMALL
        self._dress(run, span)
        if bold and not small:
            run.font.bold = True
        if size or small:
            run.font.size = Pt((size or _BODY) * (_SMALL if small else 1))
        if muted and run.font.color.rgb is None:
            run.font.color.rgb = _MUTED
        self._link(paragraph, run, span.href)

    def _dress(self, run: Run, span: Span) -> None:
        if span.kind in {SpanKind.STRONG, SpanKind.FLAG, SpanKind.DRAWN}:
            run.font.bold = True
        if span.kind in {SpanKind.FLAG, SpanKind.DRAWN}:
            run.font.color.rgb = self._accent
        if span.kind is SpanKind.CODE:
            run.font.name = self._mono
            run.font.size = Pt(8)
        if span.kind is SpanKind.SMALL:
            run.font.color.rgb = _MUTED
        if span.kind is SpanKind.ANALYST:
            run.font.italic = True
        if span.kind is SpanKind.FOREIGN and _runs_from_right(span.text):
            run.font.rtl = True
        if _LANGUAGE.fullmatch(span.language):
            run._r.get_or_add_rPr().append(element("w:lang", val=span.language))  # noqa: SLF001

    def _link(self, paragraph: Paragraph, run: Run, href: str) -> None:
        """Put a run into a link; one to a place that the document does not have is none."""
        if href.startswith("#"):
            if href[1:] not in self._places:
                return
            link = element("w:hyperlink", anchor=self._places[href[1:]])
        elif href:
            key = self._word.part.relate_to(shown(href), RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), key)
        else:
            return
        if run.font.color.rgb is None:
            run.font.color.rgb = self._primary
        run.font.underline = True
        paragraph._p.append(link)  # noqa: SLF001
        link.append(run._r)  # noqa: SLF001


def borders(kinds: Iterable[str], colour: str) -> BaseOxmlElement:
    """Return thin lines for a table ("top", "bottom", "insideH")."""
    made = element("w:tblBorders")
    for kind in kinds:
        made.append(element(f"w:{kind}", val="single", sz="4", space="0", color=colour))
    return made


def framed(paragraph: Paragraph, *, ground: str = "", colour: str = "", sides: Iterable[str] = ()) -> None:
    """Put a paragraph on a ground and thin lines around it.

    Args:
        paragraph: it.
        ground: "rrggbb"; empty for none.
        colour: "rrggbb" of the lines.
        sides: where they are, in the order "top", "left", "bottom", "right".
    """
    properties = paragraph._p.get_or_add_pPr()  # noqa: SLF001  python-docx has no call for it
    after = ("w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")
    lines = OxmlElement("w:pBdr")
    for side in sides:
        lines.append(element(f"w:{side}", val="single", sz="6", space="4", color=colour))
    if len(lines):
        properties.insert_element_before(lines, "w:shd", *after)
    if ground:
        properties.insert_element_before(element("w:shd", val="clear", color="auto", fill=ground), *after)


def ornament(inline: BaseOxmlElement) -> None:
    """Mark a picture as one that says nothing: readers who do not see it are not told of it."""
    properties = inline.find(qn("wp:docPr"))
    if properties is not None:
        properties.append(parse_xml(_ORNAMENT))


_ORNAMENT = (
    '<a:extLst xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:ext uri="{C183D7F6-B498-43B3-948B-1728B52AA6E4}"><adec:decorative '
    'xmlns:adec="http://schemas.microsoft.com/office/drawing/2017/decorative" val="1"/></a:ext></a:extLst>'
)

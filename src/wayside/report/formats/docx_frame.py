"""The frame of a Word file: paper, styles, language, what the file says of itself, and the foot of its pages."""

from __future__ import annotations

from datetime import UTC, datetime

from docx.document import Document as Word
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from wayside.report.document import Document
from wayside.report.formats.docx_parts import element, set_language
from wayside.report.formats.text import shown
from wayside.report.house import HouseStyle

__all__ = ["set_up"]

_NO_DATE = datetime(1980, 1, 1, tzinfo=UTC)


def set_up(word: Word, document: Document, house: HouseStyle) -> None:
    """Set the paper, the styles, the language, what the file says of itself, and the foot of its pages."""
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
        "Title": (serif, 23, ink),
        "Subtitle": (serif, 12, ink),
        "Caption": (sans, 8, ink),
        "Heading 1": (serif, 17, primary),
        "Heading 2": (sans, 11, ink),
        "Heading 3": (sans, 10, ink),
        "Heading 4": (sans, 9.5, ink),
        "List Bullet": (serif, 10, ink),
        "No Spacing": (sans, 8.5, ink),
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
    word.styles["Subtitle"].font.italic = False
    for spacing in word.styles["Subtitle"].element.iter(qn("w:spacing")):
        spacing.attrib.pop(qn("w:val"), None)
    for line in word.styles["Title"].element.iter(qn("w:bottom")):
        line.attrib.pop(qn("w:themeColor"), None)
        line.set(qn("w:color"), house.primary[1:].upper())
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

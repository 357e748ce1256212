"""One document in the formats that are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum

from wayside.report.document import Document
from wayside.report.formats.docx import docx_of
from wayside.report.formats.html import html_of
from wayside.report.formats.markdown import markdown_of
from wayside.report.formats.pdf import pdf_of
from wayside.report.house import HouseStyle

__all__ = ["ReportFormat", "rendered"]


class ReportFormat(StrEnum):
    """A format that a document is written in; the assessment's JSON is not made from a document."""

    HTML = "html"
    PDF = "pdf"
    MARKDOWN = "md"
    DOCX = "docx"


def rendered(document: Document, house: HouseStyle, wanted: Sequence[ReportFormat]) -> Mapping[str, bytes]:
    """Return the files of a report: their names, relative to its folder, with their bytes.

    They are "report.html", "report.pdf", "report.docx" and "report.md"; the last has its pictures in "figures/".

    Args:
        document: the report.
        house: its look.
        wanted: formats; one that is named twice is written once.

    Raises:
        OutsideError: a drawing, or the logo, cannot be read by the typesetter.
    """
    files: dict[str, bytes] = {}
    for one in dict.fromkeys(wanted):
        files.update(_files(document, house, one))
    return files


def _files(document: Document, house: HouseStyle, wanted: ReportFormat) -> Mapping[str, bytes]:
    if wanted is ReportFormat.HTML:
        return {"report.html": html_of(document, house).encode()}
    if wanted is ReportFormat.PDF:
        return {"report.pdf": pdf_of(document, house)}
    if wanted is ReportFormat.DOCX:
        return {"report.docx": docx_of(document, house)}
    made = markdown_of(document, house)
    return {"report.md": made.text.encode(), **made.files}

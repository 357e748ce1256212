"""From a document to a PDF: tagged (PDF/UA-1), archival (PDF/A-2a), and the same bytes every time."""

from __future__ import annotations

import json
from typing import Any, Final

import typst

from wayside.errors import OutsideError
from wayside.report.document import Document
from wayside.report.formats.pdf_data import as_data, printable
from wayside.report.formats.svg_pictures import with_fonts
from wayside.report.formats.text import alternative_texts, plain_text, shown
from wayside.report.formats.typesetting import font_lists, fonts_for, needs_machine, template
from wayside.report.house import HouseStyle

__all__ = ["pdf_of"]

# For readers who do not see the page, and for archives; an archive's file must say when it was made.
_STANDARDS: Final = ("ua-1", "a-2a")
_PROGRAM = "wayside"


def pdf_of(document: Document, house: HouseStyle) -> bytes:
    """Return a document as a PDF for print and screen.

    The texts reach the typesetter as data and are set as text; nothing in them is read as markup. The bytes depend on
    the document and the house alone, and on the machine's fonts only where the house names fonts or a text has letters
    that the program's own fonts lack (``typesetting.needs_machine``). The date is the document's; without one the
    file is PDF/UA-1 but not PDF/A, which needs a date.

    Args:
        document: the report.
        house: fonts, colours, logo and paper.

    Raises:
        OutsideError: the typesetter refuses: a drawing or the logo cannot be read.
    """
    system = needs_machine((*plain_text(document), *alternative_texts(document)), house)
    tree = as_data(document, lambda svg: with_fonts(svg, house, system=system))
    data = {
        "document": tree,
        "title": printable(document.title),
        "house": _house(house),
        "look": _look(document, house, system=system),
    }
    try:
        made = typst.compile(
            template("report.typ"),
            format="pdf",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False, allow_nan=False)},
            font_paths=fonts_for(system=system),
            pdf_standards=list(_STANDARDS if document.generated else _STANDARDS[:1]),
            timestamp=document.generated.replace(microsecond=0) if document.generated else 0,
        )
    except typst.TypstError as fault:
        raise OutsideError(
            f"the PDF cannot be typeset ({str(fault)[:300]})", where=shown(document.title)[:80]
        ) from fault
    return made


def _house(house: HouseStyle) -> dict[str, str]:
    colours = {"primary": house.primary, "accent": house.accent, "ink": house.ink, "paper": house.paper}
    return {"name": printable(house.name), "address": printable(house.address), "page": house.page, **colours}


def _look(document: Document, house: HouseStyle, *, system: bool) -> dict[str, Any]:
    made = document.generated
    return {
        "fonts": font_lists(house, system=system),
        "author": printable(house.name) or _PROGRAM,
        "date": None if made is None else [made.year, made.month, made.day],
        "day": printable(document.day) or ("" if made is None else made.date().isoformat()),
        "logo": None if house.logo is None else list(house.logo),
    }

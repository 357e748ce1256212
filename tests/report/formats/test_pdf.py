"""The PDF: tagged, archival, dated, linked, its tables' heads repeated, its first page one page."""

from __future__ import annotations

import sys
from dataclasses import replace
from io import BytesIO
from typing import Any

import pypdf
import pytest
from PIL import Image

from wayside.errors import OutsideError
from wayside.report.document import Finding, Findings, Graphic, Panel, plain
from wayside.report.formats.pdf import pdf_of
from wayside.report.formats.pdf_data import as_data, breakable, isolated
from wayside.report.formats.svg_pictures import png_of, pngs_of, with_fonts
from wayside.report.formats.text import on_paper
from wayside.report.formats.typesetting import font_lists, needs_machine
from wayside.report.house import HouseStyle

examples: Any = sys.modules["wayside_test_formats_examples"]
reading: Any = sys.modules["wayside_test_formats_reading"]
HOUSE = HouseStyle()


@pytest.fixture(scope="module")
def read() -> pypdf.PdfReader:
    return pypdf.PdfReader(BytesIO(pdf_of(examples.rich(), HOUSE)))


def test_it_says_what_it_is(read: pypdf.PdfReader) -> None:
    about, root = read.metadata, read.trailer["/Root"]
    assert about is not None
    assert (about.title, about.author) == ("Kestrel Junction: cars", "wayside")
    assert about.creation_date is not None
    assert about.creation_date.date() == examples.MADE.date()
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"]
    kept = root["/Metadata"].get_object().get_data().decode()
    assert "<pdfuaid:part>1</pdfuaid:part>" in kept
    assert "<pdfaid:part>2</pdfaid:part>" in kept


def test_tags() -> None:
    data = pdf_of(examples.rich(4), HOUSE)
    kinds = set(reading.pdf_tags(data, "/S"))
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/L", "/LI", "/Link"} <= kinds


def test_bookmarks_name_the_sections(read: pypdf.PdfReader) -> None:
    names = [one.title for one in read.outline if not isinstance(one, list)]
    assert names == ["Pictures", "Judgements", "Sources", "Annex: all scenes"]


def test_heads_of_a_long_table_stand_on_every_page(read: pypdf.PdfReader) -> None:
    pages = [page.extract_text() for page in read.pages]
    long = [text for text in pages if "day 0" in text]
    assert len(long) >= 3
    assert all("Read from" in text for text in long)


def test_every_page_has_its_number(read: pypdf.PdfReader) -> None:
    count = len(read.pages)
    for number, page in enumerate(read.pages, start=1):
        assert f"{number} / {count}" in page.extract_text()


@pytest.mark.parametrize("findings", [1, 4, 9])
def test_the_summary_is_one_page(findings: int) -> None:
    document = examples.rich(2)
    said = Findings(
        tuple(Finding(plain("What was found is said here in words. " * 4), plain("Why.")) for _ in range(findings))
    )
    summary = replace(document.summary, blocks=(said, *document.summary.blocks[1:]))
    pages = pypdf.PdfReader(BytesIO(pdf_of(replace(document, summary=summary), HOUSE))).pages
    assert "At a glance".casefold() in pages[0].extract_text().casefold()
    assert pages[0].extract_text().count("Why.") == findings
    assert "A pair." in pages[1].extract_text()


def test_letter_paper() -> None:
    pages = pypdf.PdfReader(BytesIO(pdf_of(examples.small(), HouseStyle(page="us-letter")))).pages
    assert [float(side) for side in pages[0].mediabox[2:]] == [612.0, 792.0]


def test_without_a_date_it_is_no_archive_file() -> None:
    data = pdf_of(replace(examples.rich(1), generated=None), HOUSE)
    kept = pypdf.PdfReader(BytesIO(data)).trailer["/Root"]["/Metadata"].get_object().get_data().decode()
    assert "pdfuaid" in kept
    assert "pdfaid:part" not in kept


def test_a_logo() -> None:
    kept = BytesIO()
    Image.new("RGB", (40, 20), (10, 200, 30)).save(kept, "PNG")
    with_logo = HouseStyle(name="An Institute", logo=kept.getvalue(), logo_type="image/png")
    data = pdf_of(examples.small(), with_logo)
    assert "An Institute" in reading.pdf_tags(data, "/Alt")


def test_a_broken_drawing_is_refused() -> None:
    document = examples.small(
        replace(examples.rich(1).sections[0].blocks[0], panels=(Panel((), (Graphic("<svg", 3, 2),)),))
    )
    with pytest.raises(OutsideError, match="typeset"):
        pdf_of(document, HOUSE)
    with pytest.raises(OutsideError, match="drawing"):
        png_of(Graphic("<svg", 3, 2), HOUSE, width_px=32)


# ---------------------------------------------------------------------------- pictures
def test_pixels_inside_a_drawing_are_shown() -> None:
    with Image.open(BytesIO(png_of(examples.raster_svg(400, 300, red=201), HOUSE, width_px=800))) as image:
        assert image.size == (800, 600)
        middle, corner = image.convert("RGB").getpixel((400, 300)), image.convert("RGB").getpixel((790, 590))
    assert middle == (201, 20, 30)
    assert corner == (238, 238, 238)


def test_several_pictures_in_one_go_are_those_of_each() -> None:
    graphics = [examples.raster_svg(200, 100, red=40), examples.raster_svg(100, 200, red=90)]
    assert pngs_of(graphics, HOUSE, width_px=64) == [png_of(one, HOUSE, width_px=64) for one in graphics]
    assert pngs_of([], HOUSE, width_px=64) == []


def test_a_very_tall_picture_keeps_to_the_limit() -> None:
    with Image.open(
        BytesIO(png_of(Graphic(examples.raster_svg(10, 10, red=1).svg, 1, 100), HOUSE, width_px=400))
    ) as image:
        assert image.size == (120, 12_000)


def test_fonts_of_drawings_are_named() -> None:
    made = with_fonts(
        '<svg font-family="sans-serif"><text font-family="sans-serif">a</text></svg>', HOUSE, system=False
    )
    assert made.count('font-family="DejaVu Sans"') == 2
    assert "sans-serif" not in made
    assert with_fonts("no drawing", HOUSE, system=False) == "no drawing"


# ---------------------------------------------------------------------------- data
def test_the_machines_fonts_are_asked_only_where_needed() -> None:
    assert not needs_machine(("Freight – «поезд» رחק",), HOUSE)
    assert needs_machine(("두만강",), HOUSE)
    assert needs_machine((), HouseStyle(serif=("Georgia",)))
    assert font_lists(HouseStyle(serif=("No Such Font",)), system=False)["serif"][:2] == [
        "Libertinus Serif",
        "DejaVu Sans",
    ]


def test_links_lead_to_places_that_exist() -> None:
    data = as_data(examples.rich(1))
    note = data["summary"]["blocks"][1]["text"]
    judgements = data["sections"][1]
    assert note[1]["to"] == judgements["place"] != ""
    assert data["sections"][0]["blocks"][1]["panels"][0]["graphics"][0]["alt"] == "Alternative words, red 202."


def test_paper_takes_the_middle_of_three_widths() -> None:
    three = tuple(examples.raster_svg(100 * n, 50, red=n) for n in (3, 2, 1))
    assert on_paper(Panel((), three, alternatives=True)) == three[1:2]
    assert on_paper(Panel((), three[:2], alternatives=True)) == three[:1]
    assert on_paper(Panel((), three)) == three


def test_long_words_may_be_broken_and_nothing_else_is_changed() -> None:
    address = "https://example.org/a/very/long/address?with=many&parts=of_it"
    assert "\u200b" in breakable(address)
    assert breakable(address).replace("\u200b", "") == address
    assert breakable("short words stay as they are") == "short words stay as they are"


def test_only_what_runs_from_the_right_is_isolated() -> None:
    assert isolated("Kestrel 12") == "Kestrel 12"
    assert isolated("רכבת") == "\u2068רכבת\u2069"

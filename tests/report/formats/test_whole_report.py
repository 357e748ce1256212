"""A report with every section, in every format: each holds every text, also where those from outside are hostile."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from lxml import html

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.assessment.entered import read_entered
from wayside.coverage.analysis import analyse
from wayside.coverage.texts.reading import read_documents
from wayside.model.agreement import MeasuredCount
from wayside.model.cars import CarType
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch, Shuffle
from wayside.model.counts import CountDistribution
from wayside.model.places import MapPoint
from wayside.model.zones import AreaInterval, ZoneChange, ZoneFinding, ZoneLook
from wayside.report.contents.report import build_report
from wayside.report.document import Document
from wayside.report.figures.pictures import ReportPictures, ScenePicture, ZoneLine
from wayside.report.formats.docx import docx_of
from wayside.report.formats.html import html_of
from wayside.report.formats.markdown import markdown_of
from wayside.report.formats.pdf import pdf_of
from wayside.report.formats.text import alternative_texts, plain_text
from wayside.report.house import HouseStyle

reading: Any = sys.modules["wayside_test_formats_reading"]
HOSTILE = (
    '<script>alert(1)</script> "><img src=x onerror=alert(2)> [a](javascript:alert(3)) #eval(1) \u202egnp.exe\u2066 '
    "../../etc/passwd C:\\x {{7*7}} nul\x00bell\x07 "
)
LONG = HOSTILE + "word " * 2000 + "end"
pytestmark = pytest.mark.slow
_SECTIONS = {
    "pictures", "series", "strips", "zones", "consists", "counts", "judgements", "hypotheses", "coverage", "limits",
    "scenes", "methods", "versions", "annex",
}  # fmt: skip
_UNSEEN = {"\u202e", "\u2066", "\x00", "\x07"}


def zone_finding(rows: tuple[CountedScene, ...], zone: str) -> ZoneFinding:
    ring = tuple(MapPoint(x, y) for x, y in ((10, 10), (20, 10), (20, 16), (10, 10)))
    looks = tuple(
        ZoneLook(
            zone_id=zone, scene_id=row.id, acquired=datetime(row.day.year, row.day.month, row.day.day, 3, tzinfo=UTC),
            gsd_m=0.5, area_m2=1200.0, unit_m2=5.0, visible_fraction=1.0, shown_fraction=1.0,
            occupied=CountDistribution.from_interval(units, max(0, units - 4), units + 6),
            outlines=(ring,) if units else (), method="zones-1", reference="r",
        )
        for row, units in ((row, 48 if row is rows[-1] else k % 7) for k, row in enumerate(rows))
    )  # fmt: skip
    change = ZoneChange(looks[0].day, looks[-5].day, 40, AreaInterval(16, 14, 19), AreaInterval(224, 201, 252))
    return ZoneFinding(
        zone_id=zone, looks=looks, area_m2=1200.0, unit_m2=5.0, newest=looks[-1], now_m2=looks[-1].occupied_m2,
        busiest=looks[6], change=change, p_exceeds_observed=0.998, p_exceeds_all_days=0.93, onset=None,
        notes=("usual",),
    )  # fmt: skip


def train_match(rows: tuple[CountedScene, ...], track: str) -> ConsistMatch:
    kinds = (CarType.GONDOLA, CarType.BOX, CarType.TANK)
    cars = tuple(ConsistCar(20.0 + 15 * k, 34.0 + 15 * k, (0.1, -0.2, 0.3), kinds[k % 3], 0.8) for k in range(8))
    first, second = (
        Consist(name, track, row.id, row.day, track, 0.5, cars) for name, row in zip("ab", rows[-2:], strict=True)
    )
    pairs = tuple((k, 7 - k) for k in range(8))
    return ConsistMatch(first, second, Alignment(pairs, True), 20.0, 5.3, 2e-6, 4e-4, 1234, 1999, Shuffle.OWN, True)


def toml_text(text: str) -> str:
    return '"' + "".join(c if c.isalnum() else f"\\u{ord(c):04x}" for c in text) + '"'


def analyst_file(text: str) -> str:
    """Return an analyst's file with a text in each place, as long as the reader takes it there; it takes no NUL."""
    text = text.replace("\x00", "")
    long, name, short = (toml_text(text[:most]) for most in (4000, 200, 60))
    return f"""
[analyst]
name = {name}
on = 2023-10-06
[standing]
use = true
[[hypothesis]]
id = "arms-transfer"
standing = true
obligations = ["own"]
[[hypothesis]]
id = "exercise"
statement = {long}
short = {short}
[[obligation]]
id = "own"
title = {name}
text = {long}
url = "https://example.org/treaty"
[[evidence]]
id = "notice"
text = {long}
source = {name}
url = "https://example.org/notice"
[ratings.notice]
exercise = {{ rating = "II", note = {long} }}
"""


def articles(text: str) -> Any:
    found = []
    for k, outlet in enumerate(("Kite Institute", "Meridian Press")):
        body = f"{text}\n\n{outlet}. Satellite imagery shows at least {58 + k} freight cars at Dorvik terminal."
        opened = read_documents(
            body.encode("utf-8", "replace"), f"{k}.txt", published=date(2023, 10, 6 + k), outlet=text[:200], url=None
        )
        found += opened.documents
    return analyse(tuple(found), MeasuredCount(56, (0.2, 0.3, 0.3, 0.2), counted="freight car"))


def whole(case: ModuleType, text: str) -> Assessment:
    """Return an assessment from which every section is made; all that comes from outside is one text."""
    rows = case.rows()
    name, bare = text[:200], re.sub(r"[/\\\\]", "", text[:200])
    renamed = tuple(
        replace(row, scene=replace(row.scene, id=f"{bare}{k}", provider=name, platform=name))
        for k, row in enumerate(rows)
    )
    return assess(
        case.site(name=name, note=text), renamed, case.series(renamed), generated=case.GENERATED,
        versions={"wayside": name}, failures=(text,), zones=(zone_finding(renamed, name),),
        matches=(train_match(renamed, name),), coverage=articles(text),
        entered=read_entered(analyst_file(text)),
    )  # fmt: skip


def document_of(found: Assessment, pictured: Callable[[Assessment], ReportPictures], house: HouseStyle) -> Document:
    ring = ((20.0, 12.0), (130.0, 14.0), (128.0, 48.0), (20.0, 46.0), (20.0, 12.0))
    rgb = np.random.default_rng(3).integers(100, 150, (60, 150, 3), dtype=np.uint8)
    zone = found.zones[0]
    shown = tuple(
        ScenePicture(look.scene_id, rgb, 0.5, zones=(ZoneLine(zone.zone_id, ring, ()),))
        for look in (zone.newest, zone.busiest)
        if look is not None
    )
    return build_report(found, replace(pictured(found), zones=shown), house=house)


@pytest.fixture(scope="module", params=["plain", "hostile"])
def made(
    request: pytest.FixtureRequest,
    case: ModuleType,
    pictured: Callable[[Assessment], ReportPictures],
) -> tuple[Document, HouseStyle]:
    text = "A plain text" if request.param == "plain" else LONG
    house = HouseStyle(name=text[:120].replace("\x00", ""), address=text[:120].replace("\x00", ""))
    return document_of(whole(case, text), pictured, house), house


def missing(document: Document, text: str, *, longest: int = 100_000) -> list[str]:
    """Return the texts that are not there; of a text beyond ``longest`` letters both ends are looked for."""
    held, lost = reading.bare(text), []
    for one in plain_text(document):
        wanted = reading.bare(one)
        ends = [wanted] if len(wanted) <= longest else [wanted[:80], wanted[-80:]]
        lost += [one[:300] for end in ends if end not in held]
    return lost


def test_every_section_is_there(made: tuple[Document, HouseStyle]) -> None:
    assert {section.id for section in made[0].sections} == _SECTIONS


def test_html_of_the_whole(made: tuple[Document, HouseStyle]) -> None:
    page = html_of(*made)
    assert missing(made[0], reading.html_text(page)) == []
    assert set(alternative_texts(made[0])) <= set(reading.html_alternatives(page))
    tree = html.fromstring(page)
    assert tree.xpath("//script") == []
    assert tree.xpath("//img[@onerror]") == []
    assert tree.xpath("//@*[starts-with(name(), 'on')]") == []
    assert [link for link in tree.xpath("//@href") if not re.match(r"#|https?://|data:image/", link)] == []
    assert not _UNSEEN & set(page)


def test_pdf_of_the_whole(made: tuple[Document, HouseStyle]) -> None:
    data = pdf_of(*made)
    text = reading.pdf_text(data)
    # A text over two pages has the foot of the first in it, and in a table the heads of its columns.
    assert missing(made[0], text, longest=300) == []
    assert set(alternative_texts(made[0])) <= set(reading.pdf_tags(data, "/Alt"))
    assert not {"/JavaScript", "/Launch"} & set(reading.pdf_tags(data, "/S"))
    assert b"/JavaScript" not in data
    assert b"/Launch" not in data
    assert not _UNSEEN & set(text)


def test_markdown_of_the_whole(made: tuple[Document, HouseStyle]) -> None:
    found = markdown_of(*made)
    assert missing(made[0], reading.markdown_text(found.text)) == []
    images = reading.markdown_images(found.text)
    assert [alt for _, alt in images] == alternative_texts(made[0])
    assert [source for source, _ in images] == list(found.files)
    kinds = reading.markdown_kinds(found.text)
    assert not {"html_block", "html_inline", "fence", "code_block"} & kinds
    links = [
        str(child.attrs["href"])
        for token in reading.parsed(found.text)
        for child in token.children or ()
        if child.type == "link_open"
    ]
    assert [link for link in links if not re.match(r"#|https?://", link)] == []
    assert not _UNSEEN & set(found.text)


def test_docx_of_the_whole(made: tuple[Document, HouseStyle]) -> None:
    data = docx_of(*made)
    assert missing(made[0], reading.docx_text(data)) == []
    assert reading.docx_alternatives(data) == alternative_texts(made[0])
    parts = reading.docx_parts(data)
    assert not _UNSEEN & set("".join(text for part in parts.values() for text in part.itertext()))
    targets = [
        one.get("Target") for name, part in parts.items() if name.endswith(".rels") for one in part
        if one.get("TargetMode") == "External"
    ]  # fmt: skip
    assert [target for target in targets if not re.match(r"https?://", target)] == []

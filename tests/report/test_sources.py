"""Where images come from, how they were fitted and what was hidden in them: what a reader of the page is told."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError
from wayside.model.observations import CountStatus, Registration
from wayside.model.provenance import Provenance, SceneFiles, SourceAsset, SourceItem, StoredFile
from wayside.model.strips import Strip
from wayside.model.visibility import Hidden, Obstruction, code_of
from wayside.report.contents.scene_rows import scene_rows
from wayside.report.contents.sources import image_groups
from wayside.report.document import Graphic
from wayside.report.figures.chart import Panel, series_panel
from wayside.report.figures.marks import Shape, legend, mark_of
from wayside.report.figures.palette import OBSTRUCTION_COLOURS
from wayside.report.figures.pictures import (
    HiddenLine,
    HiddenStretch,
    ReportPictures,
    ScenePicture,
    StripPicture,
    TrackLine,
)
from wayside.report.figures.scenes import scene_figure
from wayside.report.figures.strips import strip_figures
from wayside.report.figures.svg import hatch
from wayside.report.formats.html import render_html
from wayside.wiring.report_pictures import hidden_stretches

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "\"><script>alert(1)</script><b onload=alert(2) x='&\u202eevil\u0000"
SIGNED = "https://data.example.org/a.tif?sig=S3cr3tS1gnature"
ITEM = "https://stac.example.org/v1/collections/scenes/items/ITEM_1"
TERMS = "https://terms.example.org/open"
MASKED = SceneFiles(mask=StoredFile("a.mask.tif", "1220" + "b" * 64), mask_kind="scl")


class Page(HTMLParser):
    """A page's elements, its links, the text of each element with an id, and whether all is closed in order."""

    VOID = frozenset({"meta", "br", "input", "hr"})

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.faults: list[str] = []
        self.text = ""
        self.within: dict[str, str] = {}
        self._open: list[tuple[str, str | None]] = []
        self.feed(html)
        self.close()
        assert not self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self._open.append((tag, dict(attrs).get("id")))

    def handle_endtag(self, tag: str) -> None:
        if self._open.pop()[0] != tag:
            self.faults.append(tag)

    def handle_data(self, data: str) -> None:
        if any(tag == "style" for tag, _ in self._open):
            return
        self.text += data
        for _, name in self._open:
            if name:
                self.within[name] = self.within.get(name, "") + data

    def section(self, name: str) -> str:
        return re.sub(r"\s+", " ", self.within[name])

    def links(self) -> list[dict[str, str | None]]:
        return [a for tag, a in self.elements if tag == "a" and not str(a["href"]).startswith("#")]


def provenance(**changes: object) -> Provenance:
    item = SourceItem(
        "open-catalogue", "https://stac.example.org/v1", "ITEM_1", "scenes", ITEM,
        (SourceAsset("visual", SIGNED),), "05.10", datetime(2023, 10, 6, tzinfo=UTC),
    )  # fmt: skip
    return Provenance((replace(item, **changes),), datetime(2023, 10, 7, tzinfo=UTC), software="wayside 0.1.0")


Changed = Callable[..., Assessment]


@pytest.fixture
def changed(case: ModuleType) -> Changed:
    """The case with another newest scene: ``scene`` and ``result`` are changes of it."""

    def change(scene: dict[str, object] | None = None, result: dict[str, object] | None = None) -> Assessment:
        rows = case.rows(drawn=False)
        newest = replace(rows[-1], scene=replace(rows[-1].scene, **(scene or {})))
        newest = replace(newest, result=replace(newest.result, **(result or {})))
        rows = (*rows[:-1], newest)
        return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)

    return change


def cloudy(found: Assessment, share: float = 0.25) -> dict[str, object]:
    tracks = found.newest.result.tracks
    hidden = {Obstruction.CLOUD: share}
    return {"tracks": tuple(replace(t, visible_fraction=1 - share, hidden=hidden) for t in tracks)}


def parse(graphic: Graphic) -> ET.Element:
    return ET.fromstring(graphic.svg)  # noqa: S314  our own output


# ---------------------------------------------------------------------------- the page
def test_the_sheet_of_the_newest_scene_tells_all_of_it(changed: Changed) -> None:
    found = changed(
        {
            "provenance": replace(provenance(), others=(SourceItem("second", "", "OTHER_1"),)), "off_nadir_deg": 12.4,
            "sun_elevation_deg": 41.2, "cloud_cover_pct": 8.0, "files": MASKED,
        },
        cloudy(changed()) | {"reasons": ("25 % of the track length is under cloud (provider's mask).",)},
    )  # fmt: skip
    page = Page(render_html(found, ReportPictures()))
    sheet = page.section("scenes").split("Busiest earlier scene")[0].replace("\u00a0", " ")
    for words in (
        "A provider, Satellite-1", "0.30 m per pixel; 12° off nadir, sun 41° high; 8 % cloud in the whole scene",
        "open-catalogue: scenes / ITEM_1", "catalogue https://stac.example.org/v1; file visual",
        "processing 05.10, processed 2023-10-06", "retrieved 2023-10-07 with wayside 0.1.0", "Also in: second: OTHER_1",
        "moved 1.4 m", "1.2 m east, 0.7 m south; quality 0.98 of 1; standard error 0.1 m", "75 %", "hidden: 25 % cloud",
        "judged from the provider’s mask and the image", "under cloud (provider's mask).", "CC0-1.0 may be shown",
        found.newest.scene.checksum[4:],
    ):  # fmt: skip
        assert words in sheet, words
    assert page.faults == []


def test_links_lead_to_public_addresses_and_tell_nobody_whence(changed: Changed) -> None:
    licence = replace(changed().newest.scene.licence, url=TERMS)
    page = Page(render_html(changed({"provenance": provenance(), "licence": licence}), ReportPictures()))
    assert {a["href"] for a in page.links()} == {ITEM, TERMS}
    for attrs in page.links():
        assert {"noopener", "noreferrer"} <= set(str(attrs["rel"]).split())
        assert attrs["referrerpolicy"] == "no-referrer"


@pytest.mark.parametrize(
    "href", [f"{ITEM}?sig=S3cr3tS1gnature", "http://127.0.0.1/x", "javascript:alert(1)", "https://u:p@e.org/x", HOSTILE]
)
def test_other_addresses_are_no_links_and_no_secret_is_printed(changed: Changed, href: str) -> None:
    licence = replace(changed().newest.scene.licence, url=href)
    source = replace(provenance(href=href, catalogue=href), notes=(f"Read from {SIGNED}.",))
    html = render_html(changed({"provenance": source, "licence": licence}), ReportPictures())
    page = Page(html)
    assert page.links() == []
    assert page.faults == []
    assert "S3cr3tS1gnature" not in html
    assert "127.0.0.1" not in html
    assert "ITEM_1" in page.text
    assert "Read from https://data.example.org/a.tif" in page.text


def test_what_providers_say_stays_text(changed: Changed) -> None:
    source = provenance(
        source=HOSTILE, item=HOSTILE, collection=HOSTILE, version=HOSTILE, assets=(SourceAsset(HOSTILE, "x"),)
    )
    source = replace(source, others=(SourceItem(HOSTILE, HOSTILE, HOSTILE),) * 4, software=HOSTILE, notes=(HOSTILE,))
    licence = replace(changed().newest.scene.licence, id=HOSTILE, attribution=HOSTILE, why=HOSTILE, url=HOSTILE)
    found = changed(
        {"provenance": source, "licence": licence, "provider": HOSTILE, "platform": HOSTILE},
        {"reasons": (HOSTILE,), "registration": Registration(True, 1.0, 0.0, 0.5, HOSTILE)},
    )
    html = render_html(found, ReportPictures())
    page = Page(html)
    assert page.faults == []
    assert not {"script", "b", "img"} & {tag for tag, _ in page.elements}
    assert not any(name.startswith("on") for _, attrs in page.elements for name in attrs)
    assert not re.search("[\u202a-\u202e\x00]", html)
    assert page.text.count("<script>alert(1)</script>") > 10


def test_an_unregistered_newest_scene_is_said_where_it_is_looked_for(changed: Changed) -> None:
    found = changed(result={"registration": Registration(registered=False)})
    picture = ScenePicture(found.newest.scene.id, np.zeros((40, 200, 3), np.uint8), 1.0)
    page = Page(render_html(found, ReportPictures(picture)))
    assert "Unregistered: the tracks lie where" in page.section("pictures")
    assert "unregistered" in page.section("counts")
    assert "unregistered" in page.section("scenes").split("Busiest")[0]
    assert "could not be fitted" in page.section("limits")
    flags = [a for tag, a in page.elements if tag == "span" and a.get("class") == "flag"]
    assert len(flags) >= 3


def test_many_items_are_folded_away_and_each_is_there(changed: Changed) -> None:
    items = tuple(replace(provenance().items[0], item=f"TILE_{k:02}") for k in range(12))
    source = Provenance(items, datetime(2023, 10, 7, tzinfo=UTC), others=items)
    html = render_html(changed({"provenance": source}), ReportPictures())
    page = Page(html)
    assert "9 more items" in page.text
    assert "Also in 12 other items" in page.text
    for item in items:
        assert page.text.count(item.item) >= 4
    opened = [a for tag, a in page.elements if tag == "details"]
    assert opened
    assert not any("open" in attrs for attrs in opened)


def test_images_are_listed_by_provider_and_licence(case: ModuleType) -> None:
    rows = list(case.rows(drawn=False))
    free = replace(rows[0].scene.licence, attribution="© Another 2018")
    rows[0] = replace(rows[0], scene=replace(rows[0].scene, provider="Another", licence=free, provenance=provenance()))
    groups = image_groups(rows)
    assert [group.provider for group in groups] == ["A provider", "Another"]
    assert groups[0].scenes == f"{len(rows) - 1} scenes"
    assert groups[1].origin == "1 from open-catalogue, retrieved 7 Oct 2023"
    assert f"{len(rows) - 1} brought as files" in groups[0].origin
    assert groups[1].credits == ("© Another 2018",)
    found = assess(case.site(), rows, case.series(tuple(rows)), generated=case.GENERATED)
    text = Page(render_html(found, ReportPictures())).section("scenes")
    assert "© Another 2018" in text
    assert "A provider" in text


def test_every_scene_is_in_each_table_of_the_annex_once(changed: Changed) -> None:
    found = changed({"provenance": provenance()})
    page = Page(render_html(found, ReportPictures()))
    annex = page.section("annex")
    for row in scene_rows(found):
        assert annex.count(row.when) == 2
        assert annex.count(row.sha256) == 1


# ---------------------------------------------------------------------------- marks
def test_marks_differ_and_the_legend_names_those_alone_that_are_there(changed: Changed) -> None:
    plain = changed().newest
    hidden = replace(plain, result=replace(plain.result, **cloudy(changed(), 0.7)))
    loose = replace(plain, result=replace(plain.result, registration=Registration(registered=False)))
    coarse = replace(plain, result=replace(plain.result, status=CountStatus.OCCUPIED_LENGTH))
    blind = replace(plain, result=replace(plain.result, status=CountStatus.NOT_COUNTABLE))
    marks = [mark_of(row) for row in (plain, hidden, loose, coarse, blind)]
    assert len(set(marks)) == 5
    assert [m.shape for m in marks] == [Shape.DOT, Shape.TRIANGLE, Shape.DIAMOND, Shape.DOT, Shape.CROSS]
    assert legend([plain]) == ()
    for row, word in ((hidden, "hidden"), (loose, "unregistered"), (coarse, "occupied length"), (blind, "nothing")):
        entries = legend([plain, row])
        assert len(entries) == 2
        assert word in entries[1].meaning
        assert "aria-label" in entries[1].graphic.svg


def test_scenes_without_a_count_have_a_cross_and_no_bar(case: ModuleType) -> None:
    rows = list(case.rows())
    rows[5] = replace(
        rows[5], result=replace(rows[5].result, status=CountStatus.NOT_COUNTABLE, reasons=("Under cloud.",))
    )
    found = assess(case.site(), rows, case.series(tuple(rows)), generated=case.GENERATED)
    root = parse(series_panel(found, Panel(rows[0].day, found.newest.day, 1080.0, 360.0), "the series"))
    (cross,) = [e for e in root.iter(SVG + "path") if e.get("class") == "mark cross"]
    assert "nothing could be counted: Under cloud." in cross[0].text
    bars = [e for e in root.iter(SVG + "line") if e.get("stroke-opacity") == "0.75"]
    assert len(bars) == len(rows) - 1


# ---------------------------------------------------------------------------- hidden track in pictures
@given(st.floats(0, 500), st.floats(0, 100), st.floats(1, 400), st.floats(1, 60), st.floats(2, 20))
def test_hatching_fills_its_box_and_stays_in_it(x: float, y: float, width: float, height: float, apart: float) -> None:
    ends = re.findall(r"M(-?[\d.]+),(-?[\d.]+)L(-?[\d.]+),(-?[\d.]+)", hatch(x, y, width, height, apart))
    assert abs(len(ends) - (width + height) / apart) <= 1
    for line in ends:
        x1, y1, x2, y2 = map(float, line)
        assert x - 0.06 <= x1 <= x2 <= x + width + 0.06
        assert y - 0.06 <= y2 <= y1 <= y + height + 0.06
        assert x1 + y1 == pytest.approx(x2 + y2, abs=0.21)


def strip_of(codes: NDArray[np.uint8], provided: NDArray[np.bool_], blank: NDArray[np.bool_]) -> Strip:
    frame = frame_along(np.array([[0.0, 0.0], [0.5 * len(codes), 0.0]]), unit_m=1.0, y_down=False)
    codes, provided, blank = (a[: frame.columns] for a in (codes, provided, blank))
    valid = np.broadcast_to(~(blank | (codes > 0)), (frame.rows, frame.columns))
    return Strip("1", np.zeros((1, *valid.shape), np.float32), valid, frame, 0.5, hidden=Hidden(codes, provided))


@given(
    arrays(np.uint8, 40, elements=st.sampled_from([0, 0, 4, 4, 6])),
    arrays(np.bool_, 40),
    arrays(np.bool_, 40),
)
def test_stretches_are_the_columns_that_cannot_be_read(
    codes: NDArray[np.uint8], provided: NDArray[np.bool_], blank: NDArray[np.bool_]
) -> None:
    strip = strip_of(codes, provided, blank)
    found = hidden_stretches(strip)
    told = np.zeros(strip.frame.columns, int)
    for stretch in found:
        first, last = (round(metres / strip.frame.step_m) for metres in (stretch.start_m, stretch.end_m))
        assert not told[first:last].any()
        told[first:last] = code_of(stretch.by)
        assert set(strip.hidden.provided[first:last]) == {stretch.provided}
    nodata = code_of(Obstruction.NODATA)
    codes = strip.hidden.codes
    assert np.array_equal(told, np.where(strip.visible, 0, np.where(codes > 0, codes, nodata)))
    StripPicture("1", np.zeros((4, strip.frame.columns, 3), np.uint8), strip.frame.step_m, (), found)


def test_hidden_stretches_of_a_strip_are_hatched_named_and_told(changed: Changed) -> None:
    hidden = (
        HiddenStretch(50.0, 150.0, Obstruction.CLOUD, provided=True),
        HiddenStretch(200.0, 202.0, Obstruction.HAZE),
    )
    strip = StripPicture("1", np.full((32, 600, 3), 90, np.uint8), 0.5, (), hidden)
    (figure,) = strip_figures([strip], (), changed().counted, drawn=False, may_show=True)
    (root,) = [parse(line) for line in figure.graphics]
    boxes = [e for e in root.iter(SVG + "rect") if e.get("class") == "hidden"]
    picture = next(root.iter(SVG + "image"))
    scale = float(picture.get("width")) / 300.0
    assert [e[0].text for e in boxes] == [
        "Not seen: cloud (provider's mask), 50 to 150 m", "Not seen: haze or thin cloud, 200 to 202 m",
    ]  # fmt: skip
    assert float(boxes[0].get("width")) == pytest.approx(100 * scale, rel=0.01)
    assert float(boxes[0].get("x")) - float(picture.get("x")) == pytest.approx(50 * scale, rel=0.01)
    words = [
        e.text
        for e in root.iter(SVG + "text")
        if e.get("fill") in OBSTRUCTION_COLOURS.values() and e.get("font-weight")
    ]
    assert words == ["cloud"]  # the other is too short for its word, and has it in its tooltip
    assert "hidden in 2 places (cloud, haze or thin cloud)" in root.get("aria-label")


def test_a_track_of_which_nothing_was_seen_is_not_said_to_be_empty(changed: Changed) -> None:
    found = changed()
    rgb = np.full((32, 300, 3), 225, np.uint8)
    unseen = StripPicture("1", rgb, 0.5, (), (HiddenStretch(0.0, 150.0, Obstruction.OUTSIDE),))
    empty = StripPicture("2", rgb, 0.5, (), (HiddenStretch(0.0, 20.0, Obstruction.SHADOW),))
    page = Page(render_html(found, ReportPictures(strips=(unseen, empty))))
    text = page.section("strips")
    assert "Tracks of which nothing could be seen" in text
    assert "Tracks on which no car was found (1)" in text
    assert "outside the image" in page.section("unseen-1")
    assert re.search(r"hatched, not seen: outside the image ?hatched, not seen: deep shadow", text)
    assert page.faults == []


@pytest.mark.parametrize("may_show", [True, False])
def test_hidden_track_is_hatched_in_a_scene_and_in_its_plan(changed: Changed, may_show: bool) -> None:
    found = changed()
    track = TrackLine("1", ((0.0, 20.0), (300.0, 20.0)))
    line = HiddenLine(((100.0, 20.0), (200.0, 20.0)), Obstruction.CLOUD)
    picture = ScenePicture(found.newest.scene.id, np.zeros((40, 300, 3), np.uint8), 1.0, (), (track,), hidden=(line,))
    root = parse(scene_figure(picture, found.newest, "the newest scene", may_show=may_show).graphic)
    bands = [e for e in root.iter(SVG + "polyline") if e[0].text == "Not seen: cloud"]
    assert {e.get("points") for e in bands} == {"100.0,20.0 200.0,20.0"}
    assert [e.get("stroke") for e in bands][-1] == OBSTRUCTION_COLOURS[Obstruction.CLOUD]


def test_a_caption_says_what_its_picture_does_not_show(changed: Changed) -> None:
    found = changed(result=cloudy(changed()))
    picture = ScenePicture(found.newest.scene.id, np.zeros((40, 200, 3), np.uint8), 1.0)
    text = Page(render_html(found, ReportPictures(picture))).section("pictures").replace("\u00a0", " ")
    assert "25 % of the track length was not seen (hatched): 25 % cloud." in text


@pytest.mark.parametrize(
    "make",
    [
        lambda: HiddenStretch(5.0, 5.0, Obstruction.CLOUD),
        lambda: HiddenStretch(-1.0, 5.0, Obstruction.CLOUD),
        lambda: HiddenLine(((0.0, 0.0),), Obstruction.CLOUD),
        lambda: StripPicture(
            "1", np.zeros((3, 90, 3), np.uint8), 0.5, (),
            (HiddenStretch(0, 9, Obstruction.CLOUD), HiddenStretch(8, 12, Obstruction.HAZE)),
        ),
    ],
)  # fmt: skip
def test_hidden_stretches_that_break_their_rules_are_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueRefusedError):
        make()

"""The section on storage zones: in both languages, with and without pixels, and with names that are no names."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime
from types import ModuleType
from xml.etree import ElementTree as ET

import numpy as np
import pytest

from wayside.assessment.assessment import Assessment
from wayside.model.counts import CountDistribution
from wayside.model.dates import DateInterval
from wayside.model.places import MapPoint
from wayside.model.series import Onset
from wayside.model.zones import AreaInterval, ZoneChange, ZoneFinding, ZoneLook
from wayside.report.contents.zones import zones_section
from wayside.report.document import Figure, Paragraph, Section, Table, texts_of
from wayside.report.figures.pictures import ScenePicture, ZoneLine
from wayside.report.words import words_of

HOSTILE = "<script>alert(1)</script>\u202e{x}/../..\u2066" + "long" * 40


def look(scene_id: str, day: date, units: int | None, *, zone: str, seen: float = 1.0) -> ZoneLook:
    count = None if units is None else CountDistribution.from_interval(units, max(0, units - 4), units + 6)
    ring = tuple(MapPoint(x, y) for x, y in ((10, 10), (20, 10), (20, 16), (10, 10)))
    return ZoneLook(
        zone, scene_id, datetime(day.year, day.month, day.day, 3, tzinfo=UTC), 0.5, 1200.0, 5.0, seen, count,
        (ring,) if units else (), True, "zones-1", "r", () if units is not None else ("hidden",),
    )  # fmt: skip


def finding(case: Assessment, zone: str = "storage") -> ZoneFinding:
    rows = case.rows
    looks = tuple(
        look(row.id, row.day, k % 7, zone=zone, seen=0.5 if k % 9 == 0 else 1.0) for k, row in enumerate(rows)
    )
    looks = (*looks[:-1], look(rows[-1].id, rows[-1].day, 48, zone=zone))
    return ZoneFinding(
        zone_id=zone, looks=looks, area_m2=1200.0, unit_m2=5.0, newest=looks[-1], now_m2=looks[-1].occupied_m2,
        busiest=looks[6],
        change=ZoneChange(looks[0].day, looks[-5].day, 40, AreaInterval(16, 14, 19), AreaInterval(224, 201, 252)),
        p_exceeds_observed=0.998, p_exceeds_all_days=0.93,
        onset=Onset(date(2023, 9, 20), DateInterval(date(2023, 9, 16), date(2023, 9, 24)), 0.97), notes=("usual",),
    )  # fmt: skip


def picture(scene_id: str, zone: str) -> ScenePicture:
    rgb = np.random.default_rng(3).integers(100, 150, (60, 150, 3), dtype=np.uint8)
    ring = ((20.0, 12.0), (130.0, 14.0), (128.0, 48.0), (20.0, 46.0), (20.0, 12.0))
    box = ((40.0, 20.0), (60.0, 20.0), (60.0, 26.0), (40.0, 26.0), (40.0, 20.0))
    return ScenePicture(scene_id, rgb, 0.5, north_deg=3.0, zones=(ZoneLine(zone, ring, (box,)),))


def section(case: Assessment, found: ZoneFinding, language: str = "en", *, pictured: bool = True) -> Section:
    shown = {
        (found.zone_id, k.scene_id): picture(k.scene_id, found.zone_id) for k in (found.newest, found.busiest) if k
    }
    made = zones_section(replace(case, zones=(found,)), shown if pictured else {}, words_of(language))
    assert made is not None
    return made


def graphics(made: Section) -> list[str]:
    return [g.svg for block in made.blocks if isinstance(block, Figure) for p in block.panels for g in p.graphics]


def text(made: Section) -> str:
    parts = []
    for block in made.blocks:
        if isinstance(block, Paragraph):
            parts.append(texts_of([block.text]))
        elif isinstance(block, Table):
            parts += [texts_of([cell.text]) for row in block.rows for cell in row.cells]
        elif isinstance(block, Figure):
            parts += [texts_of([block.caption]), *(texts_of([p.heading, *p.under]) for p in block.panels)]
    return " ".join(parts)


@pytest.mark.parametrize(
    ("language", "phrases"),
    [
        ("en", ["about 240\u00a0m² of the 1", "That is 220\u00a0m² more", "200 to 250", "In 40 earlier looks"]),
        ("ru", ["около 240\u00a0м²", "Это на 220\u00a0м² больше", "от 200 до 250", "40\u00a0прежним снимкам"]),
    ],
)
def test_the_area_its_change_and_its_record_are_told(drawn: Assessment, language: str, phrases: list[str]) -> None:
    made = section(drawn, finding(drawn), language)
    said = text(made)
    for phrase in phrases:
        assert phrase in said
    assert re.search(r"99[.,]?\d*\s?%", said.replace("\u00a0", " ")) or "more than 99" in said
    kinds = [type(block).__name__ for block in made.blocks]
    assert kinds.count("Figure") == 2
    assert kinds.count("Table") == 1
    assert "{" not in said


def test_figures_are_drawings_that_stand_by_themselves_with_a_text_for_all(drawn: Assessment) -> None:
    made = section(drawn, finding(drawn))
    for block in made.blocks:
        if isinstance(block, Figure):
            assert all("storage" in g.alt for panel in block.panels for g in panel.graphics)
    for svg in graphics(made):
        root = ET.fromstring(svg)  # noqa: S314 - our own drawing
        assert root.get("role") == "img"
        for element in root.iter():
            assert not element.tag.endswith(("foreignObject", "style", "script"))
            for name, value in element.attrib.items():
                assert not (name.endswith("href") and not value.startswith("data:"))


def test_without_the_right_to_show_them_no_pixel_is_in_the_report(restricted: Assessment) -> None:
    pictures = graphics(section(restricted, finding(restricted)))
    assert not any("data:image" in svg for svg in pictures)
    assert sum("stroke-dasharray" in svg for svg in pictures) >= 2, "the outlines stand all the same"


def test_without_pictures_the_chart_and_the_table_stand(drawn: Assessment) -> None:
    made = section(drawn, finding(drawn), pictured=False)
    assert [type(b).__name__ for b in made.blocks if not isinstance(b, Paragraph)] == ["Figure", "Table"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (AreaInterval(-80, -120, -30), "80\u00a0m² less (90\u00a0% interval 30 to 120\u00a0m²)"),
        (AreaInterval(-0.4, -0.4, 0.2), "The difference of 0\u00a0m² is not told from none (90\u00a0% interval 0 to 0"),
        (AreaInterval(-5, -40, 30), "not told from none (90\u00a0% interval \u221240 to 30\u00a0m²)"),
    ],
)
def test_a_loss_and_no_change_are_told_as_such(drawn: Assessment, change: AreaInterval, words: str) -> None:
    found = finding(drawn)
    assert found.change is not None
    assert words in text(section(drawn, replace(found, change=replace(found.change, change_m2=change))))


def test_a_hostile_name_stays_text(drawn: Assessment) -> None:
    made = section(drawn, finding(drawn, HOSTILE))
    for svg in graphics(made):
        ET.fromstring(svg)  # noqa: S314 - our own drawing
        assert "<script" not in svg
        assert "\u202e" not in svg
        assert "\u2066" not in svg


def test_a_zone_that_nothing_shows_says_why(drawn: Assessment) -> None:
    row = drawn.rows[-1]
    none = ZoneFinding("storage", (look(row.id, row.day, None, zone="storage"),), 1200.0, notes=("nothing-shown",))
    made = zones_section(replace(drawn, zones=(none,)), {}, words_of("en"))
    assert made is not None
    assert "less than a tenth of it can be seen" in text(made)
    assert not graphics(made)


def test_a_site_without_zones_has_no_such_section(drawn: Assessment, case: ModuleType) -> None:
    del case
    assert zones_section(drawn, {}, words_of("en")) is None


def test_both_languages_say_the_same_things() -> None:
    from wayside.language.phrases import phrases

    one, other = (phrases("zones", language).table for language in ("en", "ru"))
    assert one.keys() == other.keys()
    for key, sentence in one.items():
        names = [set(re.findall(r"\{(\w+)", str(s))) for s in (sentence, other[key])]
        assert names[0] == names[1], key

"""The section on trains that may have been seen twice."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import date
from types import ModuleType

import numpy as np
import pytest

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment, CountedScene
from wayside.model.cars import CarType
from wayside.model.consists import Alignment, Consist, ConsistCar, ConsistMatch, Shuffle
from wayside.report.contents.consists import consists_section
from wayside.report.document import Figure, Paragraph, Section, Table, texts_of
from wayside.report.figures.pictures import StripPicture
from wayside.report.words import words_of

HOSTILE = "<script>x</script>\u202e../../\x00" + "A" * 300


def _train(name: str, site: str, scene: str, track: str, day: date, *, n: int = 8) -> Consist:
    kinds = (CarType.GONDOLA, CarType.BOX, CarType.TANK, CarType.LOCOMOTIVE)
    cars = tuple(
        ConsistCar(20.0 + 15 * k, 34.0 + 15 * k, (0.1, -0.2, 0.3) if k % 2 else None, kinds[k % 4], 0.8)
        for k in range(n)
    )
    return Consist(name, site, scene, day, track, 0.5, cars)


def _match(assessment: Assessment, *, text: str = "1", turned: bool = True, number: int = 0) -> ConsistMatch:
    rows = [row for row in assessment.rows if isinstance(row, CountedScene)]
    first = _train(f"a{number}", text, rows[0].id, text, rows[0].day)
    second = _train(f"b{number}", text, rows[-1].id, text, rows[-1].day, n=9)
    pairs = tuple((i, 7 - i if turned else i) for i in range(8) if i != 3)
    full = (*pairs[:3], (3, None), *pairs[3:])
    return ConsistMatch(first, second, Alignment(full, turned), 20.0, 5.3, 2e-6, 4e-4, 1234, 1999, Shuffle.OWN, True)


@pytest.fixture(scope="module")
def assessment(case: ModuleType) -> Assessment:
    rows = case.rows()
    return assess(case.site(), rows, case.series(rows), generated=case.GENERATED)


def _section(assessment: Assessment, matches: tuple[ConsistMatch, ...], language: str = "en") -> Section:
    section = consists_section(replace(assessment, matches=matches), {}, words_of(language))
    assert section is not None
    return section


def _said(section: Section) -> str:
    parts = []
    for block in section.blocks:
        if isinstance(block, Paragraph):
            parts.append(texts_of([block.text]))
        elif isinstance(block, Figure):
            parts.append(texts_of([block.caption]))
        elif isinstance(block, Table):
            parts += [texts_of([cell.text for cell in row.cells]) for row in block.rows]
    return " ".join(parts)


def test_nothing_is_said_where_nothing_was_found(assessment: Assessment) -> None:
    assert consists_section(replace(assessment, matches=()), {}, words_of("en")) is None


def test_ratio_probability_and_comparisons_are_said_and_that_it_is_no_certainty(assessment: Assessment) -> None:
    said = _said(_section(assessment, (_match(assessment),)))
    for part in ("200\u202f000 times", "0.0000020", "0.00040", "1\u202f234 comparisons", "not a certainty", "turned"):
        assert part in said
    assert "likely" not in said
    russian = _said(_section(assessment, (_match(assessment),), "ru"))
    assert "не уверенность" in russian
    assert "0,00040" in russian


def test_three_are_figures_and_all_are_rows(assessment: Assessment) -> None:
    section = _section(assessment, tuple(_match(assessment, number=k) for k in range(5)))
    assert sum(isinstance(block, Figure) for block in section.blocks) == 3
    (table,) = [block for block in section.blocks if isinstance(block, Table)]
    assert len(table.rows) == 5
    assert "2 more" in _said(section)


def test_figures_are_drawings_that_stand_alone(assessment: Assessment) -> None:
    section = _section(assessment, (_match(assessment, text=HOSTILE),))
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    for graphic in figure.panels[0].graphics:
        root = ET.fromstring(graphic.svg)  # noqa: S314  our own
        assert root.attrib["aria-label"] == graphic.alt
        assert "\u202e" not in graphic.svg
        assert "<script" not in graphic.svg
        tags = [node.tag.split("}")[1] for node in root.iter()]
        assert "image" not in tags
        assert tags.count("polyline") == 7
        joined = [[float(v) for v in p.split(",")] for node in root.iter() if node.tag.endswith("polyline")
                  for p in node.attrib["points"].split()]  # fmt: skip
        assert all(0 <= x <= graphic.width and 0 <= y <= graphic.height for x, y in joined)


def test_lines_do_not_cross_once_the_later_train_is_turned(assessment: Assessment) -> None:
    section = _section(assessment, (_match(assessment),))
    (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
    root = ET.fromstring(figure.panels[0].graphics[0].svg)  # noqa: S314  our own
    ends = []
    for node in root.iter():
        if node.tag.endswith("polyline"):
            places = [float(p.split(",")[0]) for p in node.attrib["points"].split()]
            ends.append((places[0], places[-1]))
    ends.sort()
    assert [lower for _, lower in ends] == sorted(lower for _, lower in ends)


def test_pixels_are_shown_only_where_the_licence_allows(assessment: Assessment) -> None:
    match = _match(assessment)
    pixels = StripPicture("1", np.full((32, 400, 3), 120, np.uint8), 0.5)
    pictures = {(t.scene_id, t.track_id): pixels for t in (match.first, match.second)}
    rows = {row.id: row for row in assessment.rows if isinstance(row, CountedScene)}
    for rights in (False, True):
        section = consists_section(
            replace(assessment, matches=(match,)), pictures, words_of("en"), owner_holds_rights=rights
        )
        assert section is not None
        (figure,) = [block for block in section.blocks if isinstance(block, Figure)]
        may = sum(
            rows[t.scene_id].scene.licence.may_be_shown(owner_holds_rights=rights) for t in (match.first, match.second)
        )
        assert figure.panels[0].graphics[0].svg.count("<image") == may
        assert ("pixels are not shown" in texts_of([figure.caption])) == (may < 2)


def test_a_match_that_is_judged_leads_its_figure_and_points_to_its_reasons(case: ModuleType) -> None:
    rows = case.rows()
    whole = assess(case.site(), rows, case.series(rows), generated=case.GENERATED)
    seen = replace(_match(whole), later_trains=30)
    found = assess(case.site(), rows, case.series(rows), generated=case.GENERATED, matches=(seen,))
    section = _section(found, (seen,))
    at = next(k for k, block in enumerate(section.blocks) if isinstance(block, Figure))
    judged = section.blocks[at - 1]
    assert isinstance(judged, Paragraph)
    assert judged.text[-1].href == "#judgement-train-1"
    assert "is the one of 8 cars" in texts_of([judged.text])

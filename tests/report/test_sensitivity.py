"""The table of assumptions and the sentences on the page."""

from __future__ import annotations

import re
from dataclasses import replace
from types import ModuleType
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.assessment.assess import assess
from wayside.assessment.assessment import Assessment
from wayside.assessment.to_json import to_json
from wayside.model.series import Answer, Sensitivity
from wayside.report.figures.pictures import ReportPictures
from wayside.report.figures.sensitivity import dot_on_scale, sensitivity_groups
from wayside.report.formats.html import render_html

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = "<b onclick=x>\u202e"


def scenes_left_out(moved: int, n: int, by: float) -> tuple[Sensitivity, ...]:
    return tuple(
        Sensitivity(
            f"without the scene of 2021-03-{k + 1:02d}", None, 0.64 + (by if k < moved else 0.001), group="scene"
        )
        for k in range(n)
    )


def with_rows(case: ModuleType, rows: tuple[Sensitivity, ...], answers: tuple[Answer, ...] = ()) -> Assessment:
    scenes = case.rows()
    series = replace(case.series(scenes), sensitivity=rows, answers=answers)
    return assess(case.site(), scenes, series, generated=case.GENERATED)


@given(st.floats(0, 1), st.none() | st.floats(0, 1))
def test_the_dot_stands_at_its_probability(p: float, average: float | None) -> None:
    root = ET.fromstring(dot_on_scale(p, average).svg)  # noqa: S314  drawn here
    _, _, width, height = (float(x) for x in str(root.get("viewBox")).split())
    dot = root.find(f"{SVG}circle")
    assert dot is not None
    assert float(str(dot.get("cx"))) == pytest.approx(6 + p * (width - 12), abs=0.01)
    marks = [x for x in root.iter(f"{SVG}line") if x.get("stroke") == "#a32a1e"]
    assert len(marks) == (average is not None)
    for mark in marks:
        assert float(str(mark.get("x1"))) == pytest.approx(6 + (average or 0.0) * (width - 12), abs=0.01)
    for line in root.iter(f"{SVG}line"):
        assert all(0 <= float(str(line.get(a))) <= width for a in ("x1", "x2"))
        assert all(0 <= float(str(line.get(a))) <= height for a in ("y1", "y2"))


def test_rows_stand_by_kind_and_none_is_lost(case: ModuleType) -> None:
    rows = (
        Sensitivity("a jump goes anywhere", None, 0.4, group="stress"),
        Sensitivity("cars stay 10 days", 0.2, 0.7, group="dwell"),
        Sensitivity("3 jumps a year", 0.2, 0.5, group="jumps"),
        Sensitivity("cars stay 1 day", 0.3, 0.6, group="dwell"),
        Sensitivity("the moon is full", None, 0.6, group="moon"),
        Sensitivity("plain", None, 0.6),
    )
    groups = sensitivity_groups(with_rows(case, rows).series)
    assert [g.name for g in groups] == [
        "", "How often the level jumps", "How long the same cars stay", "Stress, not part of the average", "", "Moon",
    ]  # fmt: skip
    assert [x.assumption.text for x in groups[2].rows] == ["cars stay 10 days", "cars stay 1 day"]
    shown = [x.assumption.text for g in groups[1:] for x in g.rows]
    assert sorted(shown) == sorted(r.assumption for r in rows)
    assert groups[0].rows[0].all_days == "64\u00a0%"


@pytest.mark.parametrize(
    ("moved", "n", "by", "shown", "rest"),
    [
        (0, 30, 0.1, 1, "by as much as a percentage point."),
        (3, 30, 0.1, 3, "by as much as a percentage point."),
        (12, 30, 0.05, 8, "by more than 5 percentage points."),
        (1, 2, 0.1, 1, "by as much as a percentage point."),
        (2, 2, 0.1, 2, ""),
    ],
)
def test_scenes_that_move_nothing_are_summed_up(  # noqa: PLR0917  columns of the table above
    case: ModuleType, moved: int, n: int, by: float, shown: int, rest: str
) -> None:
    group = sensitivity_groups(with_rows(case, scenes_left_out(moved, n, by)).series)[-1]
    assert len(group.rows) == shown
    assert group.rest.endswith(rest)
    assert bool(group.rest) == bool(rest)
    assert group.rows[0].assumption.text == "without the scene of 1 March 2021"


def test_a_scene_that_moves_the_surge_alone_is_shown(case: ModuleType) -> None:
    alone = Sensitivity("without the scene of 2022-02-02", None, 0.64, surge=0.5, group="scene")
    group = sensitivity_groups(with_rows(case, (*scenes_left_out(0, 4, 0.1), alone)).series)[-1]
    assert [(x.assumption.text, x.surge) for x in group.rows] == [("without the scene of 2 February 2022", "50\u00a0%")]


def test_without_a_record_there_is_no_table(case: ModuleType) -> None:
    scenes = case.rows()
    assert sensitivity_groups(case.first_sight(scenes)) == ()
    assert sensitivity_groups(replace(case.series(scenes), sensitivity=())) == ()


def test_sentences_and_their_assumptions_are_on_the_page(case: ModuleType) -> None:
    answers = (
        Answer("record", "The count exceeds every scene.", ("Scenes err alone.", "Cars stay 3 days.")),
        Answer("a new question", HOSTILE, ()),
    )
    found = with_rows(case, scenes_left_out(1, 3, 0.1), answers)
    html = render_html(found, ReportPictures())
    assert (
        "<dt>Has there been more?</dt><dd>The count exceeds every scene. <small>Assumes: Scenes err alone. Cars" in html
    )
    assert "<dt>a new question</dt>" in html
    assert "<b onclick" not in html
    assert "\u202e" not in html
    table = html[html.index('class="grouped"') : html.index("</table>", html.index('class="grouped"'))]
    assert re.sub(r"<[^>]+>", " ", table).count("without the scene of") == 1
    assert table.count("<svg") == 2
    assert to_json(found)["series"]["answers"][0]["question"] == "record"


def test_without_sentences_there_is_no_heading_for_them(case: ModuleType) -> None:
    html = render_html(with_rows(case, ()), ReportPictures())
    assert 'class="answers"' not in html
    assert 'class="grouped"' not in html

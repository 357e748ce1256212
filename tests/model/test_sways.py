"""How far an answer moves: against the same found by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wayside.model.counts import CountDistribution
from wayside.model.series import Record, Sensitivity, SeriesResult
from wayside.model.sways import day_named, spread_of_settings, sway_of_scenes, sways_of_scenes

BARE = SeriesResult(
    date(2023, 10, 5), CountDistribution.exactly(73), None, Record(0.9, 0.7, 0.1), None, None, (), None, (), {}
)
P = st.floats(0.0, 1.0)
GROUPS = st.sampled_from(["scene", "stress", "rise", "dwell", ""])
ROWS = st.builds(
    Sensitivity, st.just("x"), st.none() | P, P, st.none() | P, st.none(), st.none(), GROUPS
)  # fmt: skip


@given(st.lists(ROWS, max_size=8))
def test_the_spread_encloses_every_setting_that_counts(rows: list[Sensitivity]) -> None:
    spread = spread_of_settings(rows)
    kept = [r.p_exceeds_all_days for r in rows if r.group in {"dwell", ""} and (r.weight is None or r.weight >= 0.01)]
    assert (spread is None) == (not kept)
    if spread is not None:
        assert (spread.low.p_exceeds_all_days, spread.high.p_exceeds_all_days) == (min(kept), max(kept))
        assert spread.settings == len(kept)
        assert spread.width == max(kept) - min(kept)


@given(st.lists(ROWS, max_size=8))
def test_no_scene_moves_the_record_more_than_the_one_that_is_named(rows: list[Sensitivity]) -> None:
    sway = sway_of_scenes(replace(BARE, sensitivity=tuple(rows)))
    scenes = [r for r in rows if r.group == "scene"]
    assert (sway is None) == (not scenes)
    if sway is None:
        return
    for r in scenes:
        assert abs(r.p_exceeds_all_days - 0.7) <= sway.size
        assert r.p_exceeds_observed is None or abs(r.p_exceeds_observed - 0.9) <= sway.size


def test_without_a_record_nothing_is_moved() -> None:
    rows = (Sensitivity("without it", None, 0.1, group="scene"),)
    assert sway_of_scenes(replace(BARE, record=None, sensitivity=rows)) is None


def test_scenes_after_a_day_are_left_aside() -> None:
    rows = (
        Sensitivity("without the scene of 2023-09-20", None, 0.1, group="scene"),
        Sensitivity("without the scene of 2023-09-01", None, 0.6, group="scene"),
    )
    result = replace(BARE, sensitivity=rows)
    assert [s.row for s in sways_of_scenes(result, until=date(2023, 9, 14))] == [rows[1]]
    assert [s.row for s in sways_of_scenes(result)] == list(rows)
    assert sways_of_scenes(result)[0].all_days == pytest.approx(-0.6)
    assert sways_of_scenes(result)[0].observed == 0.0


def test_days_are_found_in_phrases() -> None:
    assert day_named("without the scene of 2021-03-04") == date(2021, 3, 4)
    assert day_named("2021-13-40 is none, 2020-02-29 is") == date(2020, 2, 29)
    assert day_named("cars stay 10 days") is None

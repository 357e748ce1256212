"""The whole analysis: on simulated sites whose truth is known, and on published counts."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from wayside.errors import ValueRefusedError
from wayside.model.counts import CountDistribution
from wayside.model.series import DatedEvent, MaxBound, Series, SeriesPoint, SeriesResult
from wayside.series import LEAST_VISIBLE, SeriesSettings, analyse, read_events, read_published, to_json
from wayside.series.settings import Prior

START = date(2018, 10, 5)
SCHEMA = Path(__file__).parents[2] / "docs" / "schemas" / "series.json"
SMALL = SeriesSettings(
    prior=Prior(hazards_per_year=(1.0,), jump_scales=(0.5, 1.0), walk_sds_per_year=(0.3,), nb_sizes=(3.0, 20.0)),
    paths=400,
)

MakeSeries = Callable[..., Series]


def run(series: Series, settings: SeriesSettings = SMALL, **more: Any) -> SeriesResult:
    return analyse(series, settings=settings, rng=np.random.default_rng(8), **more)


def check_schema(result: SeriesResult) -> dict[str, Any]:
    document = json.loads(json.dumps(to_json(result), allow_nan=False))
    Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8"))).validate(document)
    return dict(document)


@pytest.fixture(scope="module")
def surging(make_series: MakeSeries) -> Series:
    """A scene every 12 days at about 8 cars for two years; from day 600 on a climb to 70."""
    rng = np.random.default_rng(2)
    before = [(d, int(rng.poisson(8))) for d in range(0, 600, 12)]
    return make_series([*before, (604, 22), (612, 41), (620, 60), (628, 70), (640, 73)])


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_a_surge_is_a_record_and_is_dated(surging: Series) -> None:
    event = DatedEvent(START + timedelta(days=595), "summit")
    result = run(surging, events=[event])
    assert result.baseline is not None
    assert result.record is not None
    assert result.surge is not None
    assert result.onset is not None
    assert result.before_rise is not None
    assert result.surge.probability > 0.99
    assert result.onset.interval90.low <= START + timedelta(days=600) <= result.onset.interval90.high
    # Surely after the last low scene (day 588) and before the one that shows 41 (day 612).
    assert START + timedelta(days=588) < result.onset.interval90.low
    assert result.onset.interval90.high < START + timedelta(days=612)
    assert (result.onset.interval90.high - result.onset.interval90.low).days <= 22
    assert result.events[0].event == event
    assert -6 <= result.events[0].lag_days <= 12
    # Against its own climb the newest is a record only if 73 beats 70; against what came before, surely.
    assert result.baseline.observed_max == 70
    assert result.before_rise.observed_max is not None
    assert result.before_rise.observed_max < 22
    assert result.before_rise.scenes == 50
    assert result.before_rise.p_exceeds_observed > 0.999
    assert result.before_rise.p_exceeds_all_days > 0.9
    assert result.record.p_exceeds_all_days <= result.record.p_exceeds_observed
    assert result.record.exchangeability == pytest.approx(1 / 55)
    assert check_schema(result)["onset"]["probability"] > 0.99


def test_a_quiet_site_has_neither_record_nor_onset(make_series: MakeSeries) -> None:
    rng = np.random.default_rng(3)
    result = run(make_series([(d, int(rng.poisson(8))) for d in range(0, 700, 14)]))
    assert result.surge is not None
    assert result.record is not None
    assert result.surge.probability < 0.1
    assert result.record.p_exceeds_all_days < 0.1
    assert result.onset is None
    assert result.events == ()
    assert check_schema(result)["onset"] is None


def test_more_cars_now_are_more_of_a_record(make_series: MakeSeries) -> None:
    rng = np.random.default_rng(5)
    before = [(d, int(rng.poisson(10))) for d in range(0, 700, 25)]
    answers = []
    for now in (12, 18, 26, 45, 90):
        record = run(make_series([*before, (710, now)])).record
        assert record is not None
        answers.append((record.p_exceeds_observed, record.p_exceeds_all_days))
    for a, b in itertools.pairwise(answers):
        assert b[0] >= a[0]
        assert b[1] >= a[1] - 0.02
    assert answers[0][1] < 0.1
    assert answers[-1][1] > 0.85


def test_the_trial_is_not_ruled_by_a_jump_to_anywhere(trial: Series) -> None:
    """41 scenes in five years, none above 20, then 73: a jump to anywhere gave 0.55."""
    result = analyse(trial, settings=SeriesSettings(paths=240), rng=np.random.default_rng(1))
    assert result.record is not None
    assert result.record.p_exceeds_observed > 0.999
    assert 0.7 < result.record.p_exceeds_all_days < 0.98
    by_name = {s.assumption: s for s in result.sensitivity}
    few, many = by_name["0.3 jumps a year"], by_name["3 jumps a year"]
    assert few.p_exceeds_all_days > many.p_exceeds_all_days
    weights = [s.weight for s in result.sensitivity if s.weight is not None]
    assert sum(weights) == pytest.approx(5.0)  # one for each of hazard, scale, walk, size and dwell
    for group in ("jumps", "size", "walk", "dispersion", "dwell"):
        own = [s.weight for s in result.sensitivity if s.group == group and s.weight is not None]
        assert sum(own) == pytest.approx(1.0)
    literal = by_name["unseen days of the present rise count as baseline"]
    assert literal.p_exceeds_all_days < result.record.p_exceeds_all_days
    check_schema(result)


def test_the_same_generator_gives_the_same_answer(surging: Series) -> None:
    assert to_json(run(surging)) == to_json(run(surging))


def test_until_takes_the_series_back_in_time(surging: Series) -> None:
    result = run(surging, replace(SMALL, until=START + timedelta(days=595)))
    assert result.day == START + timedelta(days=588)
    assert result.onset is None


def test_a_single_count_says_only_itself(make_series: MakeSeries) -> None:
    result = run(make_series([(3, 37)]))
    assert result.record is None
    assert result.baseline is None
    assert result.now.median == 37
    assert len(result.days) == 1
    document = check_schema(result)
    assert document["record"] is None
    assert "Nothing comes before" in document["notes"][0]


def test_a_published_bound_stands_for_scenes_that_are_not_here(make_series: MakeSeries) -> None:
    bound = MaxBound(START, START + timedelta(days=1826), 20, "a publisher")
    result = run(make_series([(1826, 73)], bounds=(bound,)))
    assert result.baseline is not None
    assert result.record is not None
    assert result.baseline.scenes == 0
    assert result.baseline.observed_max is None
    assert result.record.p_exceeds_observed > 0.999
    assert result.record.exchangeability == 1.0
    assert result.record.p_exceeds_all_days > 0.5
    assert any("at most 20" in note for note in result.notes)
    under = run(make_series([(1826, 19)], bounds=(bound,))).record
    assert under is not None
    assert under.p_exceeds_observed < 0.1


def test_a_bound_that_a_count_contradicts_is_named(make_series: MakeSeries) -> None:
    bound = MaxBound(START, START + timedelta(days=1000), 20)
    result = run(make_series([(0, 5), (500, 40), (1000, 6)], bounds=(bound,)))
    assert any("contradicted by the count of 2020-02-17" in note for note in result.notes)


def test_scenes_that_show_too_little_are_left_out_and_the_notes_say_so(make_series: MakeSeries) -> None:
    whole = make_series([(0, 5), (100, 90), (200, 6), (300, 7)])
    poor = replace(whole.points[1], visible_fraction=0.5 * LEAST_VISIBLE)
    result = run(replace(whole, points=(whole.points[0], poor, *whole.points[2:])))
    assert result.baseline is not None
    assert (result.baseline.scenes, result.baseline.observed_max) == (2, 6)
    assert "1 count saw less than 10 % of the track and is left out." in result.notes


def test_hidden_track_lowers_what_a_scene_proves(make_series: MakeSeries) -> None:
    clear = make_series([(0, 8), (100, 9), (200, 8), (300, 40)])
    wide = CountDistribution.from_interval(9, 8, 60)
    clouded = replace(clear, points=(*clear.points[:2], SeriesPoint(clear.points[2].day, wide, 0.2), clear.points[3]))
    seen, hidden = run(clear).record, run(clouded).record
    assert seen is not None
    assert hidden is not None
    assert hidden.p_exceeds_observed < seen.p_exceeds_observed - 0.05


def test_the_window_can_be_chosen(surging: Series) -> None:
    settings = replace(SMALL, baseline_first=START, baseline_last=START + timedelta(days=590))
    baseline = run(surging, settings).baseline
    assert baseline is not None
    assert (baseline.first, baseline.last) == (START, START + timedelta(days=590))
    assert baseline.scenes == 50
    assert baseline.longest_gap_days == 12
    with pytest.raises(ValueRefusedError, match="before the newest"):
        run(surging, replace(SMALL, baseline_first=START + timedelta(days=640)))


def test_settings_are_checked() -> None:
    with pytest.raises(ValueRefusedError, match="dwell_days"):
        SeriesSettings(dwell_days=0.0)
    with pytest.raises(ValueRefusedError, match="ends after it starts"):
        SeriesSettings(baseline_first=START, baseline_last=START - timedelta(days=1))
    with pytest.raises(ValueRefusedError, match="nb_sizes"):
        Prior(nb_sizes=())
    with pytest.raises(ValueRefusedError, match="lasts a day"):
        Prior(excursion_days=(0.5, 60.0))


TINY = replace(SMALL, prior=Prior((1.0,), (0.8,), (0.3,), (5.0,)), levels=60, paths=20, surge_factor=2.0)


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    """Any short series: zeros, repeated days, poor scenes, bounds that overlap it or do not."""
    days = sorted(draw(st.lists(st.integers(0, 60), min_size=1, max_size=6)))
    points = []
    for day in days:
        weights = draw(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=5).filter(lambda w: sum(w) > 0.01))
        count = CountDistribution.from_weights(draw(st.sampled_from([0, 1, 7, 300])), weights)
        points.append(SeriesPoint(START + timedelta(days=day), count, draw(st.floats(0.0, 1.0))))
    spans = draw(st.lists(st.tuples(st.integers(-40, 80), st.integers(0, 50), st.integers(0, 400)), max_size=2))
    bounds = tuple(MaxBound(START + timedelta(days=a), START + timedelta(days=a + length), n) for a, length, n in spans)
    return Series("site", tuple(points), bounds)


@trials(max_examples=40, deadline=None)
@given(any_series())
def test_any_series_gets_a_valid_answer(series: Series) -> None:
    if all(p.visible_fraction < LEAST_VISIBLE for p in series.points):
        with pytest.raises(ValueRefusedError, match="no scene shows"):
            run(series, TINY)
        return
    result = run(series, TINY, events=[DatedEvent(START, "start")])
    check_schema(result)
    for day in result.days:
        assert day.level[0] <= day.level[1] <= day.level[2]
        assert day.count[0] <= day.count[1] <= day.count[2]
    if result.record is not None:
        assert result.record.p_exceeds_all_days <= result.record.p_exceeds_observed
    if result.baseline is not None:
        low, high = result.baseline.max_all_days90
        assert low <= result.baseline.max_all_days <= high


@pytest.mark.shared
def test_the_published_counts_of_a_real_crossing(shared_dir: Path) -> None:
    text = (shared_dir / "facts" / "published_counts.csv").read_text(encoding="utf-8")
    events = read_events((shared_dir / "facts" / "events.csv").read_text(encoding="utf-8"), "events.csv")
    series = read_published(text, "published_counts.csv", site="Tumangang", category=("railcar", "freight railcar"))
    result = run(series, replace(SMALL, until=date(2023, 10, 5)), events=events)
    document = check_schema(result)
    assert document["date"] == "2023-10-05"
    assert document["record"]["p_exceeds_observed"] > 0.999
    assert document["surge"]["probability"] > 0.9
    assert len(document["events"]) == 4
    assert "1 of 5 listed events is later than the newest count (2023-10-05) and left out." in document["notes"]

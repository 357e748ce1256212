"""What scores are worth: the file, the fit, and whether the intervals hold."""

from __future__ import annotations

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.boxes_calibration import (
    BoxCalibration,
    calibration_from_json,
    calibration_to_json,
    read_calibration,
)
from wayside.counting.boxes_fit import MatchedBox, MatchedScene, empty_length, fit_box_calibration, match_boxes
from wayside.counting.boxes_sums import box_count, poisson_binomial, scene_nodes
from wayside.counting.boxes_tracks import PlacedBox
from wayside.errors import InputError, ValueRefusedError

ONE_CAR_M = 14.0


def box(start: float, end: float, score: float = 0.9) -> PlacedBox:
    return PlacedBox(start, end, 0.0, 3.1, score, "")


# ------------------------------------------------------------------ the file
P = st.floats(0, 1)


@st.composite
def calibrations(draw: st.DrawFn) -> BoxCalibration:
    scores = sorted(draw(st.lists(P, min_size=2, max_size=8, unique=True)))
    ps = sorted(draw(st.lists(P, min_size=len(scores), max_size=len(scores))))
    return BoxCalibration(
        knots=tuple(zip(scores, ps, strict=True)),
        miss_mean=draw(st.floats(0, 0.45)),
        miss_sd=draw(st.floats(0, 0.3)),
        missed_per_km=draw(st.floats(0, 100)),
        logit_sd=draw(st.floats(0, 3)),
        length_offset_m=draw(st.floats(-5, 5)),
        scenes=draw(st.integers(0, 1000)),
        note=draw(st.text(max_size=20)),
    )


@given(calibrations())
def test_a_calibration_survives_its_file(calibration: BoxCalibration) -> None:
    assert read_calibration(json.dumps(calibration_to_json(calibration)), where="c.json") == calibration


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
                    lambda inner: st.lists(inner, max_size=4), max_leaves=6)  # fmt: skip
NAMES = st.sampled_from([*calibration_to_json(BoxCalibration()), "other"])


@given(st.dictionaries(NAMES, JSON, max_size=6) | JSON)
def test_any_other_file_is_refused_with_one_error(document: Any) -> None:
    try:
        found = calibration_from_json(document, where="c.json")
    except InputError as error:
        assert error.where == "c.json"  # noqa: PT017
    else:
        assert isinstance(found, BoxCalibration)


@pytest.mark.parametrize("text", ["", "[", '{"score_p": [[0, 1], [1, 0]]}', '{"miss_mean": NaN}', "[" * 100_000])
def test_bad_calibration_files(text: str) -> None:
    with pytest.raises(InputError, match="calibration"):
        read_calibration(text, where="c.json")


@given(calibrations(), P, P)
def test_a_higher_score_is_never_worth_less(calibration: BoxCalibration, one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert calibration.probability(low) <= calibration.probability(high) + 1e-12


# ------------------------------------------------------------------ sums
@given(st.lists(P, max_size=7))
def test_a_sum_of_boxes_is_the_poisson_binomial(ps: list[float]) -> None:
    """Against the sum over all outcomes."""
    expected = np.zeros(len(ps) + 1)
    for outcome in range(2 ** len(ps)):
        bits = [outcome >> k & 1 for k in range(len(ps))]
        expected[sum(bits)] += math.prod(p if bit else 1 - p for p, bit in zip(ps, bits, strict=True))
    assert poisson_binomial([np.array([1 - p, p]) for p in ps]) == pytest.approx(expected, abs=1e-12)


def test_a_scenes_shift_has_the_spread_it_should() -> None:
    shifts, weights = (np.array(v) for v in zip(*scene_nodes(0.6), strict=True))
    assert weights.sum() == pytest.approx(1.0)
    assert shifts @ weights == pytest.approx(0.0, abs=1e-12)
    assert shifts**2 @ weights == pytest.approx(0.36)
    assert scene_nodes(0.0) == ((0.0, 1.0),)


def test_a_shift_moves_the_log_odds() -> None:
    p = box_count(0.8, math.log(2.0), np.array([0.0, 1.0]))
    assert p[1] / p[0] == pytest.approx(8.0)


# ------------------------------------------------------------------ matching
def test_cars_and_boxes_are_matched_by_the_cars_middles() -> None:
    kept = [box(0, 14), box(15, 43, 0.7), box(60, 74, 0.3)]
    cars = [(0.5, 14.5), (15, 29), (29.5, 43), (80, 94), (300, 314)]
    scene = match_boxes([(kept, cars, 400.0)])
    assert [b.cars for b in scene.boxes] == [1, 2, 0]
    assert scene.boxes[0].car_length_m == pytest.approx(14.0)
    assert (scene.near_missed, scene.far_missed, scene.track_m) == (1, 1, 400.0)
    assert scene.empty_m == pytest.approx(400 - 104)


def test_empty_length_counts_gaps_once() -> None:
    assert empty_length([], 100.0) == 100.0
    assert empty_length([box(0, 14), box(10, 24)], 100.0) == pytest.approx(46.0)
    assert empty_length([box(100, 114), box(300, 314)], 400.0) == pytest.approx(70 + 126 + 56)


# ------------------------------------------------------------------ fit
def drawn(rng: np.random.Generator, boxes: int, shift: float, miss: float = 0.1) -> MatchedScene:
    """A scene of a detector whose log-odds are 6 (score - 0.5) + shift."""
    scores = rng.uniform(0, 1, boxes)
    p = 1 / (1 + np.exp(-(6 * (scores - 0.5) + shift)))
    real = rng.random(boxes) < p
    found = tuple(
        MatchedBox(float(s), ONE_CAR_M - 0.8 + float(rng.normal(0, 0.3)), int(r), ONE_CAR_M if r else math.nan)
        for s, r in zip(scores, real, strict=True)
    )
    missed = int(rng.negative_binomial(max(int(real.sum()), 1), 1 - miss))
    return MatchedScene(found, missed, 0, 2000.0, 500.0)


@pytest.fixture(scope="module")
def fitted() -> BoxCalibration:
    rng = np.random.default_rng(11)
    return fit_box_calibration([drawn(rng, 60, float(rng.normal(0, 0.6))) for _ in range(60)], note="drawn")


def test_the_fit_recovers_the_detector(fitted: BoxCalibration) -> None:
    for score in (0.2, 0.35, 0.5, 0.65, 0.8):
        true = 1 / (1 + math.exp(-6 * (score - 0.5)))
        assert fitted.probability(score) == pytest.approx(true, abs=0.1)
    assert fitted.miss_mean == pytest.approx(0.1, abs=0.02)
    assert fitted.length_offset_m == pytest.approx(-0.8, abs=0.1)
    assert 0.3 <= fitted.logit_sd <= 0.8
    assert fitted.false_per_km > 10
    assert (fitted.scenes, fitted.note) == (60, "drawn")


def test_intervals_hold_the_number_of_real_cars(fitted: BoxCalibration) -> None:
    """On other scenes of the same detector, 90 % intervals of the found cars hold 80 to 99 % of the truths."""
    rng = np.random.default_rng(12)
    held = 0
    for _ in range(120):
        scene = drawn(rng, 40, float(rng.normal(0, 0.6)))
        under = np.array([0.0, 1.0])
        p = np.zeros(41)
        for shift, weight in scene_nodes(fitted.logit_sd):
            p += weight * poisson_binomial([box_count(fitted.probability(b.score), shift, under) for b in scene.boxes])
        low, high = np.searchsorted(np.cumsum(p), [0.05, 0.95])
        held += low <= sum(b.cars for b in scene.boxes) <= high
    assert 0.80 <= held / 120 <= 0.99


def test_few_boxes_get_a_smooth_curve() -> None:
    rng = np.random.default_rng(3)
    fitted = fit_box_calibration([drawn(rng, 40, 0.0)])
    ps = [p for _, p in fitted.knots]
    assert len(ps) == 21
    assert ps == sorted(ps)
    assert fitted.probability(0.9) > 0.75
    assert fitted.probability(0.1) < 0.25
    assert fitted.logit_sd == BoxCalibration().logit_sd


def test_a_box_over_several_cars_raises_no_score_above_certainty() -> None:
    scenes = [MatchedScene(tuple(MatchedBox(0.9, 42.0, 3) for _ in range(200)), 0, 0, 9000.0, 0.0)]
    assert fit_box_calibration(scenes).probability(0.9) <= 1.0


def test_nothing_to_fit_on() -> None:
    with pytest.raises(ValueRefusedError, match="needs"):
        fit_box_calibration([MatchedScene(())])


@given(st.lists(st.tuples(P, st.integers(0, 3)), min_size=1, max_size=20), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_any_matched_scene_can_be_fitted(found: list[tuple[float, int]], missed: int) -> None:
    boxes = tuple(MatchedBox(score, 14.0, cars) for score, cars in found)
    if missed or any(cars for _, cars in found):
        scene = MatchedScene(boxes, missed, missed, 1000.0, 100.0)
        assert isinstance(fit_box_calibration([scene, scene]), BoxCalibration)

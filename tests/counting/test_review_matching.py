"""Matching along a track, sightings, and places along a line, against brute force and geometry."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from shapely import LineString, Point

from wayside.counting.review import StripReview, match_cars, overlap_of, sightings_of
from wayside.counting.review_lines import TrackLine
from wayside.errors import ValueRefusedError
from wayside.model.cars import Car

STRETCHES = st.lists(st.tuples(st.floats(0, 80), st.floats(5, 30)), max_size=4)


def cars(*stretches: tuple[float, float]) -> tuple[Car, ...]:
    return tuple(Car(start, end) for start, end in stretches)


def best_by_brute_force(worth: NDArray[np.float64]) -> float:
    """The greatest sum over all ways to pair rows with columns."""
    if worth.shape[0] > worth.shape[1]:
        worth = worth.T
    rows, columns = worth.shape
    return max(sum(worth[i, j] for i, j in enumerate(p)) for p in permutations(range(columns), rows)) if rows else 0.0


@given(STRETCHES, STRETCHES)
def test_the_assignment_is_the_best_of_all(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> None:
    first = cars(*((s, s + length) for s, length in one))
    second = cars(*((s, s + length) for s, length in other))
    worth = overlap_of(first, second)
    match = match_cars(first, second, least=0.3)
    allowed = np.where(worth >= 0.3, worth, 0.0)
    assert sum(worth[i, j] for i, j in match.pairs) == pytest.approx(best_by_brute_force(allowed), abs=1e-9)
    assert all(worth[i, j] >= 0.3 for i, j in match.pairs)
    assert sorted([i for i, _ in match.pairs] + list(match.only_first)) == list(range(len(first)))
    assert sorted([j for _, j in match.pairs] + list(match.only_second)) == list(range(len(second)))


def test_a_greedy_match_would_lose_a_car() -> None:
    first, second = cars((0, 14), (10, 24)), cars((7, 21), (17, 31))
    assert match_cars(first, second, least=0.2).pairs == ((0, 0), (1, 1))


def test_overlap_is_shared_over_joint_length() -> None:
    assert overlap_of(cars((0, 10)), cars((5, 15), (20, 30), (0, 10)))[0].tolist() == pytest.approx([1 / 3, 0, 1])


def test_a_long_car_split_in_two_is_one_car_and_a_false_one() -> None:
    review = StripReview("s", "1", 0.5, "Kim", cars((0, 12), (12, 25)), cars((0, 25)))
    assert {tuple(s) for s in sightings_of([review])} == {(True, 1, 1, 1), (True, 0, 1, 1)}


def test_two_analysts_beside_the_counter() -> None:
    automatic = cars((0, 14), (15, 29), (60, 74))
    kim = StripReview("s", "1", 0.5, "Kim", automatic, cars((0, 14), (15, 29), (30, 44), (90, 104)))
    lee = StripReview("s", "1", 0.5, "Lee", automatic, cars((0, 14), (31, 45)))
    found = {(s.counter, s.seen, s.looked): s.number for s in sightings_of([lee, kim])}
    assert found == {(True, 2, 2): 1, (True, 1, 2): 1, (True, 0, 2): 1, (False, 2, 2): 1, (False, 1, 2): 1}


def test_sightings_refuse_what_is_not_one_track() -> None:
    a = StripReview("s", "1", 0.5, "Kim", (), ())
    for others in ([], [a, a], [a, StripReview("s", "2", 0.5, "Lee", (), ())]):
        with pytest.raises(ValueRefusedError):
            sightings_of(others)
    for bad in ({"analyst": " "}, {"scene_id": ""}, {"gsd_m": 0.0}):
        with pytest.raises(ValueRefusedError):
            StripReview(**{"scene_id": "s", "track_id": "1", "gsd_m": 0.5, "analyst": "K", "automatic": (), "cars": (),
                           **bad})  # type: ignore[arg-type]  # fmt: skip


# ---------------------------------------------------------------------- lines
BENT = np.array([[0.0, 0.0], [100.0, 0.0], [180.0, 60.0]])


@given(st.floats(-10, 210), st.floats(-20, 80))
def test_projection_agrees_with_shapely(x: float, y: float) -> None:
    place = TrackLine(BENT, 200.0).project(x, y)
    line, point = LineString(BENT), Point(x, y)
    if 1e-6 < line.project(point) < line.length - 1e-6:
        assert place.along_m == pytest.approx(line.project(point), abs=1e-6)
        assert abs(place.across_m) == pytest.approx(line.distance(point), abs=1e-6)


@given(st.floats(0, 250), st.floats(-3, 3))
def test_place_and_projection_are_inverse_away_from_the_bend(along: float, across: float) -> None:
    line = TrackLine(BENT, 220.0)
    if abs(along - 110.0) > 5.0:
        back = line.project(*line.place(along, across))
        assert (back.along_m, back.across_m) == pytest.approx((along, across), abs=1e-6)


def test_left_is_positive_and_the_strip_s_metres_are_kept() -> None:
    line = TrackLine(np.array([[0.0, 0.0], [100.0, 0.0]]), 101.0)
    assert line.project(50.0, 2.0) == pytest.approx((50.5, 2.0))
    assert line.stretch(line.rectangle(20.2, 34.3, 3.0)) == pytest.approx((20.2, 34.3))


def test_lines_without_extent_are_refused() -> None:
    for points in (np.zeros((1, 2)), np.zeros((3, 2)), np.array([[0.0, np.nan], [1.0, 1.0]])):
        with pytest.raises(ValueRefusedError):
            TrackLine(points, 10.0)

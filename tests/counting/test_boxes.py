"""Oriented boxes, and on which track they stand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import MultiPoint

from wayside.counting.boxes import OrientedBox, box_around
from wayside.counting.boxes_tracks import AssignSettings, assign_boxes
from wayside.counting.sampling import frame_along
from wayside.errors import ValueRefusedError
from wayside.model.strips import StripFrame

Array = np.ndarray[Any, np.dtype[np.float64]]
ANGLES = st.floats(0, 360)
SPACING_M = 4.1


def turned(points: Array, degrees: float, shift: tuple[float, float] = (0.0, 0.0)) -> Array:
    a = math.radians(degrees)
    return points @ np.array([[math.cos(a), -math.sin(a)], [math.sin(a), math.cos(a)]]).T + shift


def track(start: tuple[float, float], end: tuple[float, float], degrees: float = 0.0, **how: Any) -> StripFrame:
    return frame_along(turned(np.array([start, end], dtype=np.float64), degrees), **how)


def car(x: float, y: float, degrees: float = 0.0, *, turn: float = 0.0, length: float = 13.9, width: float = 3.1,
        score: float = 0.9) -> OrientedBox:  # fmt: skip
    """A car at (x, y) of a yard that is turned as a whole; ``turn`` turns the car alone."""
    at = turned(np.array([[x, y]]), degrees)[0]
    return OrientedBox(float(at[0]), float(at[1]), length, width, math.radians(degrees + turn), score)


# ------------------------------------------------------------------ boxes
def test_sides_given_the_other_way_round_are_exchanged() -> None:
    box = OrientedBox(0.0, 0.0, 3.0, 14.0, 0.1)
    assert (box.length_m, box.width_m) == (14.0, 3.0)
    assert box.angle == pytest.approx(0.1 + math.pi / 2)


@pytest.mark.parametrize("wrong", [{"length_m": 0.0}, {"width_m": -1.0}, {"score": 1.1}, {"x": math.nan}])
def test_a_box_refuses_nonsense(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueRefusedError):
        OrientedBox(**{"x": 0.0, "y": 0.0, "length_m": 14.0, "width_m": 3.0, "angle": 0.0, **wrong})


@given(
    ANGLES,
    st.tuples(st.floats(6, 30), st.floats(1, 5)),
    st.floats(-1e4, 1e4),
    st.floats(-1e4, 1e4),
    st.floats(0.2, 3.0),
)
def test_the_box_around_a_boxs_corners_is_the_box(
    degrees: float, size: tuple[float, float], x: float, y: float, unit_m: float
) -> None:
    length, width = size
    box = OrientedBox(x, y, length, width, math.radians(degrees), 0.5, "railcar")
    back = box_around(box.corners(unit_m), unit_m=unit_m, score=0.5, label="railcar")
    assert (back.x, back.y) == pytest.approx((x, y), abs=1e-6)
    assert (back.length_m, back.width_m) == pytest.approx((length, width), abs=1e-6)
    assert abs(math.sin(back.angle - box.angle)) < 1e-6
    assert (back.score, back.label) == (0.5, "railcar")


@given(st.lists(st.tuples(st.integers(-50, 50), st.integers(-50, 50)), min_size=4, max_size=12, unique=True))
def test_the_box_around_points_is_the_smallest(points: list[tuple[int, int]]) -> None:
    rectangle = MultiPoint(points).minimum_rotated_rectangle
    if rectangle.area < 1e-6:
        with pytest.raises(ValueRefusedError):
            box_around(np.array(points, dtype=np.float64), unit_m=1.0)
        return
    box = box_around(np.array(points, dtype=np.float64), unit_m=1.0)
    assert box.length_m * box.width_m == pytest.approx(rectangle.area, rel=1e-6)


def test_an_outline_without_area_is_refused() -> None:
    with pytest.raises(ValueRefusedError, match="area"):
        box_around(np.array([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0]]), unit_m=1.0)


# ------------------------------------------------------------------ tracks
@given(ANGLES)
@settings(max_examples=40)
def test_a_diagonal_yard_keeps_its_forty_cars(degrees: float) -> None:
    """Four tracks 4.1 m apart with ten cars each, at any angle."""
    frames = [track((0, k * SPACING_M), (150, k * SPACING_M), degrees) for k in range(4)]
    boxes = [car(7 + 14.6 * i, k * SPACING_M, degrees) for k in range(4) for i in range(10)]
    placed = assign_boxes(boxes, frames)
    assert [len(found) for found in placed] == [10] * 4
    for found in placed:
        assert [round(box.start_m + box.end_m) / 2 for box in found] == pytest.approx(
            [7 + 14.6 * i for i in range(10)], abs=0.6
        )


@given(ANGLES, st.floats(-1.9, 1.9), st.floats(-20, 20), st.booleans(), st.floats(0.2, 3.0))
def test_place_along_and_across_in_closed_form(
    degrees: float, across: float, turn: float, y_down: bool, unit_m: float
) -> None:
    frame = track((0, 0), (100 / unit_m, 0), degrees, unit_m=unit_m, y_down=y_down)
    at = turned(np.array([[40.0, across]]), degrees)[0] / unit_m
    box = OrientedBox(float(at[0]), float(at[1]), 14.0, 3.0, math.radians(degrees + turn))
    ((found,),) = assign_boxes([box], [frame])
    half = 7.0 * math.cos(math.radians(turn))
    offset = (100.0 - frame.length_m) / 2
    assert (found.start_m + offset, found.end_m + offset) == pytest.approx((40 - half, 40 + half), abs=1e-6)
    left = -across if y_down else across  # y grows to the right of x where it grows downwards
    assert found.across_m == pytest.approx(left, abs=1e-6)


def test_a_box_stays_off_a_neighbour_and_off_a_track_it_crosses() -> None:
    mine, other = track((0, 0), (100, 0)), track((0, SPACING_M), (100, SPACING_M))
    assert [len(f) for f in assign_boxes([car(50, 0.9)], [mine, other])] == [1, 0]
    assert [len(f) for f in assign_boxes([car(50, 3.0)], [mine, other])] == [0, 1]
    # The neighbour's car is nobody's where only this track is given.
    assert assign_boxes([car(50, SPACING_M)], [mine]) == ((),)
    crossing = track((50, -40), (50, 40))
    assert [len(f) for f in assign_boxes([car(50, 0.5)], [crossing, mine])] == [0, 1]
    assert assign_boxes([car(50, 0.0, turn=40)], [mine]) == ((),)
    assert assign_boxes([car(104, 0.0)], [mine]) == ((),)


def test_each_box_goes_to_one_track_at_a_turnout_and_at_a_cut() -> None:
    straight = track((0, 0), (200, 0))
    branch = frame_along(np.array([[0.0, 0.0], [40.0, 0.0], [200.0, 20.0]]))
    boxes = [car(10 + 15 * k, 0.0) for k in range(12)]
    assert sum(len(f) for f in assign_boxes(boxes, [straight, branch])) == 12
    halves = [track((0, 0), (90.25, 0)), track((90.25, 0), (200, 0))]
    assert sum(len(f) for f in assign_boxes(boxes, halves)) == 12


def test_a_curve_is_followed() -> None:
    """Cars on a circle of 180 m radius: their places along it are arc lengths."""
    radius, arc = 180.0, np.linspace(0, 1.2, 400)
    frame = frame_along(np.stack([radius * np.sin(arc), radius * (1 - np.cos(arc))], -1))
    middles = np.arange(10, 200, 15.0)
    boxes = []
    for s in middles / radius:
        x, y = radius * math.sin(s), radius * (1 - math.cos(s))
        boxes.append(OrientedBox(x, y, 14.0, 3.0, s))
    (found,) = assign_boxes(boxes, [frame])
    assert [(b.start_m + b.end_m) / 2 for b in found] == pytest.approx(middles.tolist(), abs=0.4)


def test_a_square_box_has_no_direction() -> None:
    """A coarse detector's square on a diagonal track is as long as its diagonal allows."""
    frame = track((0, 0), (100, 0), 45)
    at = turned(np.array([[50.0, 0.0]]), 45)[0]
    ((found,),) = assign_boxes([OrientedBox(float(at[0]), float(at[1]), 4.0, 3.9, 0.0)], [frame])
    assert found.length_m == pytest.approx(7.9 * math.sqrt(0.5), abs=1e-6)


def test_no_boxes_or_no_tracks() -> None:
    assert assign_boxes([], [track((0, 0), (50, 0))]) == ((),)
    assert assign_boxes([car(1, 1)], []) == ()
    with pytest.raises(ValueRefusedError):
        AssignSettings(half_m=0.0)

"""Calibration on drawn scenes: where a strip may be cut, how its cars are counted, what scenes' common error says."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.emission import TYPE_ORDER, Emission
from wayside.counting.facility import with_scene_error
from wayside.counting.potentials import DecoderSettings
from wayside.counting.sampling import frame_along
from wayside.model.counts import CountDistribution
from wayside.model.strips import LabelledStrip, Strip
from wayside.pipeline.calibrate import HeldOut, _between_cars, _cars_between, _scene_error


def _strip(columns: int, trains: list[list[float]], *, trusted: bool = True) -> LabelledStrip:
    """Make a strip from trains given by the places of their boundaries, metres."""
    frame = frame_along(np.array([[0.0, 0.0], [columns * 0.5, 0.0]]))
    pixels = np.zeros((1, frame.rows, columns), np.float32)
    strip = Strip("1", pixels, np.ones((frame.rows, columns), np.bool_), frame, gsd_m=0.5)
    at = (np.arange(columns) + 0.5) * 0.5
    occupied = np.zeros(columns, np.bool_)
    for train in trains:
        occupied |= (at >= train[0]) & (at < train[-1])
    places = np.array(sorted(p for train in trains for p in train if 0 <= p <= columns * 0.5))
    blank = np.full(columns, -1, np.int8)
    return LabelledStrip(strip, occupied, places, blank, blank, np.full(columns, trusted), 0)


def test_a_strip_that_begins_inside_a_car_is_cut_at_the_first_coupling() -> None:
    strip = _strip(400, [[-5.0, 9.0, 23.0, 37.0], [100.0, 114.0, 128.0]])
    span = _between_cars(strip)
    assert span is not None
    assert abs(span[0] * 0.5 - 9.0) <= 1.0
    assert span[1] == 400
    assert _cars_between(strip, *span) == 4


def test_a_strip_without_trust_is_left_out() -> None:
    assert _between_cars(_strip(400, [[10.0, 24.0]], trusted=False)) is None


def test_a_strip_that_is_one_car_has_no_place_to_be_cut() -> None:
    assert _between_cars(_strip(40, [[-5.0, 25.0]])) is None


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.floats(3.0, 40.0), st.integers(1, 6), st.floats(9.0, 25.0)), max_size=4))
def test_cars_between_cuts_are_the_cars_of_whole_trains(parts: list[tuple[float, int, float]]) -> None:
    at, trains, cars = 0.0, [], 0
    for gap, count, length in parts:
        at += gap
        trains.append([at + k * length for k in range(count + 1)])
        at, cars = at + count * length, cars + count
    strip = _strip(int(at * 2) + 20, trains)
    span = _between_cars(strip)
    assert span is not None
    assert _cars_between(strip, *span) == cars


def _scene(true: int, found: int) -> HeldOut:
    """Make a scene whose evidence shows ``found`` cars beyond doubt, though ``true`` are there."""
    columns = 28 * found + 60
    occupied, boundary = np.full(columns, -8.0), np.full(columns + 1, -8.0)
    occupied[20 : 20 + 28 * found] = 8.0
    boundary[20 : 20 + 28 * found + 1 : 28] = 8.0
    flat = np.zeros((columns, len(TYPE_ORDER)))
    emission = Emission(occupied, boundary, flat, np.zeros(columns), np.ones(columns, np.bool_), 0.5)
    return HeldOut((emission,), (true,), 0.5)


def test_scenes_that_err_together_give_a_wider_error_than_scenes_that_do_not() -> None:
    decoder = DecoderSettings(tau_occupied=0.5, tau_boundary=2.0)
    exact = _scene_error([_scene(n, n) for n in (10, 14, 18, 22)], decoder)
    apart = _scene_error([_scene(t, f) for t, f in ((10, 12), (18, 15), (14, 16), (22, 18))], decoder)
    fifty = CountDistribution.exactly(50)
    narrow, wide = (with_scene_error(fifty, error).interval(0.9) for error in (exact, apart))
    assert narrow.high - narrow.low < wide.high - wide.low
    assert with_scene_error(fifty, exact).probability(50) > 2 * with_scene_error(fifty, apart).probability(50)

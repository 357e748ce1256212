"""Strips against patterns whose every value is known."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wayside.counting.sampling import (
    END_COLUMNS,
    ROW_M,
    ROWS,
    STEP_M,
    PixelWindow,
    frame_along,
    prolonged,
    sample_strip,
    without_ends,
)
from wayside.errors import ValueRefusedError
from wayside.model.strips import StripFrame

Array = np.ndarray[Any, np.dtype[Any]]


def paper(
    pixel_m: float, pattern: Callable[[Array, Array], Array], half_m: float = 40.0, *, y_down: bool
) -> PixelWindow:
    """A square picture around (0, 0) whose pixels are the pattern at their centres; x and y in metres."""
    n = round(2 * half_m / pixel_m)
    at = -half_m + (np.arange(n) + 0.5) * pixel_m
    x, y = np.meshgrid(at, at if y_down else -at)
    pixels = np.asarray(pattern(x, y), dtype=np.float32)[None]
    return PixelWindow(
        pixels,
        np.ones((n, n), np.bool_),
        -half_m,
        -half_m if y_down else half_m,
        pixel_m,
        pixel_m if y_down else -pixel_m,
    )


def spread(frame: StripFrame) -> tuple[Array, Array]:
    """x and y of every strip pixel's centre, from the frame's own words: rows go from left to right of the track."""
    across = ROWS * ROW_M / 2 - ROW_M / 2 - np.arange(ROWS) * ROW_M
    places = frame.centre[None] + frame.normal[None] * (across / frame.unit_m)[:, None, None]
    return places[..., 0], places[..., 1]


@settings(max_examples=40, deadline=None)
@given(st.floats(-math.pi, math.pi), st.booleans(), st.sampled_from([0.25, 0.4, 0.7]))
def test_a_plane_of_brightness_comes_back_exactly(angle: float, y_down: bool, pixel_m: float) -> None:
    window = paper(pixel_m, lambda x, y: 100 + 2 * x - 3 * y, y_down=y_down)
    ends = np.array([[-20.0, -4.0], [18.0, 5.0]]) @ np.array(
        [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
    )
    frame = frame_along(ends, y_down=y_down)
    strip = sample_strip("1", window, frame, pixel_m)
    x, y = spread(frame)
    assert strip.valid.all()
    assert strip.pixels[0] == pytest.approx(100 + 2 * x - 3 * y, abs=1e-3)


@pytest.mark.parametrize("y_down", [False, True])
def test_the_first_row_is_the_tracks_left(y_down: bool) -> None:
    # Eastbound: the left is north, which is up in a map and up (smaller y) in a picture.
    window = paper(0.5, lambda _, y: (y < 0 if y_down else y > 0) * 200.0, y_down=y_down)
    eastbound = sample_strip("1", window, frame_along(np.array([[-15.0, 0], [15.0, 0]]), y_down=y_down), 0.5)
    westbound = sample_strip("1", window, frame_along(np.array([[15.0, 0], [-15.0, 0]]), y_down=y_down), 0.5)
    assert (eastbound.pixels[0, : ROWS // 2] == 200).all()
    assert (eastbound.pixels[0, ROWS // 2 :] == 0).all()
    assert np.array_equal(westbound.pixels, eastbound.pixels[:, ::-1, ::-1])


@pytest.mark.parametrize("y_down", [False, True])
def test_columns_go_along_the_track(y_down: bool) -> None:
    window = paper(0.5, lambda x, _: x + 50, y_down=y_down)
    strip = sample_strip("1", window, frame_along(np.array([[-10.0, 3.0], [10.0, 3.0]]), y_down=y_down), 0.5)
    assert strip.pixels[0, 5] == pytest.approx(40.25 + 0.5 * np.arange(40), abs=1e-3)


@pytest.mark.parametrize("y_down", [False, True])
@pytest.mark.parametrize("turn", [1, -1])
def test_a_curve_is_unrolled(y_down: bool, turn: int) -> None:
    # Concentric rings around (0, 0) become level rows, brighter towards the centre's side or away from it.
    angles = turn * np.linspace(0.2, 2.0, 200)
    line = 20.0 * np.stack([np.cos(angles), np.sin(angles)], -1)
    window = paper(0.25, np.hypot, y_down=y_down)
    frame = frame_along(line, y_down=y_down)
    strip = sample_strip("1", window, frame, 0.25)
    left_is_inside = (turn > 0) != y_down
    across = ROWS * ROW_M / 2 - ROW_M / 2 - np.arange(ROWS) * ROW_M
    radius = 20.0 + (-across if left_is_inside else across)
    inner = slice(8, -8)  # at the ends the tangent looks along half of its length only
    assert strip.pixels[0][:, inner] == pytest.approx(
        np.broadcast_to(radius[:, None], strip.pixels[0][:, inner].shape), abs=0.06
    )
    assert frame.length_m == pytest.approx(20.0 * 1.8, abs=STEP_M)


# ---------------------------------------------------------------------- averaging
def test_fine_pixels_are_averaged_over_the_strips_pixel() -> None:
    rng = np.random.default_rng(3)
    noise = rng.uniform(0, 255, (640, 640)).astype(np.float32)
    window = PixelWindow(noise[None], np.ones((640, 640), np.bool_), 0.0, 0.0, 1.0, 1.0)
    frame = frame_along(np.array([[80.0, 320.0], [560.0, 320.0]]), unit_m=0.0625, y_down=True)
    strip = sample_strip("1", window, frame, 0.0625)
    blocks = noise[320 - 128 : 320 + 128, 80:560].reshape(32, 8, 60, 8).mean(axis=(1, 3))
    assert strip.pixels[0] == pytest.approx(blocks, abs=1e-2)


@pytest.mark.parametrize("angle", [0.0, 0.4, math.pi / 4])
@pytest.mark.parametrize("across_track", [False, True])
def test_stripes_finer_than_the_strip_turn_grey(angle: float, across_track: bool) -> None:
    tangent = np.array([math.cos(angle), math.sin(angle)])
    wave = tangent if across_track else np.array([-tangent[1], tangent[0]])
    # Four and a half stripes to the metre: read at half a metre without averaging they would come back as wide bands.
    window = paper(
        0.0625, lambda x, y: 100 + 100 * np.sin(2 * np.pi * 4.5 * (x * wave[0] + y * wave[1])), 30.0, y_down=True
    )
    strip = sample_strip("1", window, frame_along(np.outer([-15.0, 15.0], tangent), y_down=True), 0.0625)
    assert np.abs(strip.pixels[0] - 100).max() < 20
    point = window.pixels[0, ::8, ::8]
    assert point.max() - point.min() > 90


def test_coarse_pixels_are_interpolated() -> None:
    window = paper(3.0, lambda x, y: 3 * x + y + 200, 60.0, y_down=True)
    frame = frame_along(np.array([[-20.0, 1.0], [20.0, 1.0]]), y_down=True)
    x, y = spread(frame)
    assert sample_strip("1", window, frame, 3.0).pixels[0] == pytest.approx(3 * x + y + 200, abs=1e-3)


# ---------------------------------------------------------------------- what cannot be used
def test_beyond_the_window_and_where_it_is_not_valid_nothing_is_seen() -> None:
    window = paper(0.5, lambda x, _: np.full_like(x, 80.0), 20.0, y_down=True)
    window.valid[:, :40] = False
    window.pixels[:, :, :40] = 10_000.0  # must not leak into what is usable
    strip = sample_strip("1", window, frame_along(np.array([[-15.2, 0.0], [34.8, 0.0]]), y_down=True), 0.5)
    along = -15.2 + 0.25 + 0.5 * np.arange(100)  # between the pixels' centres
    assert strip.valid.all(axis=0).tolist() == [bool(0 < s < 20) for s in along]
    assert not strip.valid[:, (along < 0) | (along > 20)].any()
    assert strip.pixels[0][strip.valid] == pytest.approx(80.0)
    assert (strip.pixels[0][~strip.valid] == 0).all()


def test_three_bands_are_three_single_ones() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 255, (3, 120, 120), dtype=np.uint8)
    valid = rng.random((120, 120)) > 0.1
    frame = frame_along(np.array([[10.0, 60.0], [110.0, 52.0]]), unit_m=0.5, y_down=True)
    whole = sample_strip("1", PixelWindow(pixels, valid, 0, 0, 1, 1), frame, 0.5)
    for band in range(3):
        single = sample_strip("1", PixelWindow(pixels[band : band + 1], valid, 0, 0, 1, 1), frame, 0.5)
        assert np.array_equal(single.pixels[0], whole.pixels[band])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 60), st.integers(0, 60))
def test_where_the_window_was_cut_makes_no_difference(left: int, top: int) -> None:
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 255, (1, 200, 300), dtype=np.uint8)
    frame = frame_along(np.array([[100.0, 100.0], [220.0, 110.0]]), unit_m=0.5, y_down=True)
    whole = sample_strip("1", PixelWindow(pixels, np.ones((200, 300), np.bool_), 0, 0, 1, 1), frame, 0.5)
    part = PixelWindow(pixels[:, top:, left:], np.ones((200 - top, 300 - left), np.bool_), left, top, 1, 1)
    assert np.allclose(sample_strip("1", part, frame, 0.5).pixels, whole.pixels, atol=1e-3)


# ---------------------------------------------------------------------- frames
@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), min_size=2, max_size=6),
    st.booleans(),
    st.sampled_from([0.5, 1.0, 3.0]),
)
def test_a_frame_fits_its_line(points: list[tuple[float, float]], y_down: bool, unit: float) -> None:
    line = np.array(points)
    length = float(np.hypot(*np.diff(line, axis=0).T).sum()) * unit
    if length == 0:
        with pytest.raises(ValueRefusedError, match="no length"):
            frame_along(line, unit_m=unit)
        return
    frame = frame_along(line, unit_m=unit, y_down=y_down)
    assert frame.columns == max(1, math.floor(length / STEP_M + 1e-9))
    assert frame.columns == 1 or frame.length_m <= length + 1e-6
    steps = np.hypot(*np.diff(frame.centre, axis=0).T) * unit
    assert (steps <= STEP_M + 1e-6).all()  # shorter where it cuts a corner


@pytest.mark.parametrize("y_down", [False, True])
def test_an_offset_is_to_the_left(y_down: bool) -> None:
    line = np.array([[0.0, 0.0], [30.0, 0.0]])
    moved = frame_along(line, offset_m=2.0, unit_m=0.5, y_down=y_down)
    assert moved.centre[:, 1] == pytest.approx(-4.0 if y_down else 4.0)
    assert moved.centre[:, 0] == pytest.approx(frame_along(line, unit_m=0.5, y_down=y_down).centre[:, 0])


def test_repeated_positions_and_what_is_no_line() -> None:
    line = np.array([[0.0, 0.0], [10.0, 0.0]])
    doubled = np.repeat(line, 2, axis=0)
    assert np.array_equal(frame_along(doubled).centre, frame_along(line).centre)
    for wrong in (line[:1], line.ravel()):
        with pytest.raises(ValueRefusedError, match="centreline has shape"):
            frame_along(wrong)


@pytest.mark.parametrize("y_down", [True, False])
def test_a_prolonged_frame_goes_straight_on(y_down: bool) -> None:
    """A frame of the longer line is the same, for a straight track in any direction."""
    for angle in np.radians([0.0, 37.0, 120.0, 250.0]):
        along = np.array([math.cos(angle), math.sin(angle)])
        short, long = (np.array([-r * along, r * along]) for r in (20.0, 20.0 + END_COLUMNS * STEP_M))
        more = prolonged(frame_along(short, y_down=y_down))
        whole = frame_along(long, y_down=y_down)
        assert np.allclose(more.centre, whole.centre, atol=1e-9)
        assert np.allclose(more.normal, whole.normal, atol=1e-9)


def test_a_frame_in_pixels_is_prolonged_in_metres() -> None:
    frame = frame_along(np.array([[0.0, 0.0], [100.0, 0.0]]), unit_m=0.25, y_down=True)
    more = prolonged(frame, 4)
    assert more.columns == frame.columns + 8
    assert np.allclose(np.diff(more.centre[:, 0]), STEP_M / 0.25)


def test_what_lies_beyond_the_ends_is_set_apart() -> None:
    frame = frame_along(np.array([[-10.0, 0.0], [10.0, 0.0]]), y_down=True)
    window = paper(0.25, lambda x, y: x + 0.01 * y, y_down=True)
    strip = without_ends(sample_strip("1", window, prolonged(frame), 0.25), frame)
    plain = sample_strip("1", window, frame, 0.25)
    assert np.allclose(strip.pixels, plain.pixels, atol=1e-4)
    assert strip.frame is frame
    assert strip.ends is not None
    before, after = strip.ends
    assert before.pixels.shape == after.pixels.shape == (1, ROWS, END_COLUMNS)
    x = (np.arange(END_COLUMNS) + 0.5) * STEP_M
    assert np.allclose(before.pixels[0].mean(axis=0), -10.0 - x[::-1], atol=1e-3)
    assert np.allclose(after.pixels[0].mean(axis=0), 10.0 + x, atol=1e-3)
    assert before.valid.all()
    assert after.valid.all()

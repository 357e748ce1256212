"""Known shifts to hundredths of a cell, and what a fit must not depend on."""

from __future__ import annotations

from collections.abc import Callable
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.ndimage import fourier_shift, gaussian_filter

from wayside.imagery.registration import MAX_SHIFT_M, MIN_QUALITY, ShiftFit, find_shift, register

Grey = NDArray[np.float64]


def ground(seed: int, shape: tuple[int, int] = (260, 300)) -> Grey:
    """Periodic ground with patches, a band of parallel lines, and no detail finer than a sensor's blur."""
    rng = np.random.default_rng(seed)
    plain = gaussian_filter(rng.normal(size=shape), 8, mode="wrap") * 60
    for _ in range(60):
        r, c = rng.integers(0, shape[0] - 30), rng.integers(0, shape[1] - 40)
        plain[r : r + rng.integers(3, 30), c : c + rng.integers(3, 40)] += rng.normal() * 3
    rows = np.arange(shape[0])[:, None]
    plain += 2 * np.cos(2 * np.pi * rows / 5) * (np.abs(rows - 130) < 25)
    return cast("Grey", gaussian_filter(plain, 0.9, mode="wrap") * 10 + 100)


def pair(seed: int, down: float, right: float) -> tuple[Grey, Grey]:
    """Ground, and the same moved exactly; cut so that what wraps around is not seen."""
    wide = ground(seed)
    moved = np.real(np.fft.ifft2(fourier_shift(np.fft.fft2(wide), (down, right))))
    return wide[40:-40, 40:-40], moved[40:-40, 40:-40]


@given(st.integers(0, 1000), st.floats(-29, 29), st.floats(-29, 29))
@settings(max_examples=8)
def test_every_exact_shift_is_found_to_a_tenth_of_a_cell(seed: int, down: float, right: float) -> None:
    found = find_shift(*pair(seed, down, right), 1.0)
    assert found.registered
    assert found.east_m == pytest.approx(right, abs=0.1)
    assert found.north_m == pytest.approx(-down, abs=0.1)


def test_most_exact_shifts_are_found_to_two_hundredths() -> None:
    shifts = np.random.default_rng(9).uniform(-12, 12, (14, 2))
    errors = []
    for k, (down, right) in enumerate(shifts.tolist()):
        found = find_shift(*pair(k, down, right), 1.0)
        errors += [found.east_m - right, found.north_m + down]
    assert np.median(np.abs(errors)) <= 0.02
    assert abs(np.mean(errors)) <= 0.01


@pytest.mark.parametrize("size", [0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 29.9])
def test_from_nothing_to_the_reach(size: float) -> None:
    found = find_shift(*pair(2, 0.0, size), 1.0)
    assert found.registered
    assert (found.east_m, found.north_m) == (pytest.approx(size, abs=0.03), pytest.approx(0.0, abs=0.03))


def test_a_shift_beyond_the_reach_is_unregistered() -> None:
    for size in (MAX_SHIFT_M + 1.0, MAX_SHIFT_M + 4.0, MAX_SHIFT_M + 9.0):
        assert not register(*pair(2, 0.0, size), 1.0).registered


ALIKE: dict[str, tuple[Callable[[Grey], Grey], float]] = {
    "brighter": (lambda p: p + 5000.0, 1e-6),
    "flatter": (lambda p: p * 0.01, 1e-6),
    "steeper, of 16 bits": (lambda p: p * 250.0, 1e-6),
    "reversed": (lambda p: 300.0 - p, 0.03),
    "with another tone curve": (lambda p: np.sqrt(np.maximum(p + 400, 0)) * 9, 0.03),
    "in another light": (lambda p: p * np.linspace(0.4, 1.6, p.shape[1]), 0.03),
}


@pytest.mark.parametrize("how", ALIKE)
def test_the_shift_is_the_same_in_a_picture_that_is(how: str) -> None:
    change, tolerance = ALIKE[how]
    one, other = pair(4, 3.4, -7.7)
    plain, found = find_shift(one, other, 1.0), find_shift(one, change(other), 1.0)
    assert found.registered
    assert (found.east_m, found.north_m) == pytest.approx((plain.east_m, plain.north_m), abs=tolerance + 0.021)


def test_contrast_that_is_reversed_in_places_does_not_matter() -> None:
    one, other = pair(4, 3.4, -7.7)
    patches = gaussian_filter(np.random.default_rng(1).normal(size=other.shape), 15) > 0
    found = find_shift(one, np.where(patches, other, 220 - other), 1.0)
    assert found.registered
    assert (found.east_m, found.north_m) == pytest.approx((-7.7, -3.4), abs=0.05)


def seen(fit: ShiftFit) -> tuple[float, float]:
    """Return the shift in the picture, right and down."""
    return fit.east_m, -fit.north_m


@given(st.integers(0, 1000), st.floats(-15, 15), st.floats(-15, 15))
@settings(max_examples=5)
def test_the_way_back_is_the_opposite(seed: int, down: float, right: float) -> None:
    one, other = pair(seed, down, right)
    there, back = find_shift(one, other, 1.0), find_shift(other, one, 1.0)
    assert seen(there) == pytest.approx(tuple(-v for v in seen(back)), abs=0.021)
    assert there.quality == pytest.approx(back.quality, abs=1e-3)
    assert there.spread_m == pytest.approx(back.spread_m, rel=0.05)


@pytest.mark.parametrize("shift", [(3.4, -7.7), (-0.3, 12.2)])
def test_mirrored_and_transposed_pictures_have_mirrored_and_transposed_shifts(shift: tuple[float, float]) -> None:
    one, other = (p.copy() for p in pair(6, *shift))
    other += np.random.default_rng(0).normal(size=other.shape) * 5
    right, down = seen(find_shift(one, other, 1.0))
    assert seen(find_shift(one[:, ::-1], other[:, ::-1], 1.0)) == pytest.approx((-right, down), abs=0.021)
    assert seen(find_shift(one[::-1], other[::-1], 1.0)) == pytest.approx((right, -down), abs=0.021)
    assert seen(find_shift(one.T, other.T, 1.0)) == pytest.approx((down, right), abs=0.021)


@pytest.mark.parametrize("pixel_m", [0.5, 1.0, 2.0])
def test_metres_are_cells_times_their_size(pixel_m: float) -> None:
    found = find_shift(*pair(7, 4.25, -6.5), pixel_m)
    assert (found.east_m, found.north_m) == pytest.approx((-6.5 * pixel_m, -4.25 * pixel_m), abs=0.06 * pixel_m)


@pytest.mark.parametrize("share", [0.2, 0.5, 0.7])
def test_a_scene_that_shows_a_part_is_fitted_by_it(share: float) -> None:
    one, other = pair(8, -2.6, 5.3)
    other[:, : round(share * other.shape[1])] = np.nan
    found = find_shift(one, other, 1.0)
    assert found.registered
    assert seen(found) == pytest.approx((5.3, -2.6), abs=0.08)


def test_scattered_holes_do_not_pull_the_shift_to_themselves() -> None:
    """Both pictures lack the same places, as under a mask that does not move: that pattern fits at no shift."""
    one, other = pair(8, -2.6, 5.3)
    holes = gaussian_filter(np.random.default_rng(3).normal(size=one.shape), 6) > 0.03
    found = find_shift(np.where(holes, np.nan, one), np.where(holes, np.nan, other), 1.0)
    assert holes.mean() > 0.3
    assert found.registered
    assert seen(found) == pytest.approx((5.3, -2.6), abs=0.15)


def test_what_hides_may_hold_anything() -> None:
    one, other = pair(8, -2.6, 5.3)
    other[50:110, 60:150] = np.nan
    filled = np.where(np.isnan(other), -np.inf, other)
    assert find_shift(one, filled, 1.0) == find_shift(one, other, 1.0)


STEP = np.where(np.arange(200)[:, None] < 90, 10.0, 20.0) * np.ones((200, 220))
NOISE = np.random.default_rng(5).normal(size=(2, 200, 220))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (np.zeros((200, 220)), np.zeros((200, 220))),
        (np.full((200, 220), np.nan), STEP),
        (STEP, STEP),
        (STEP, np.roll(STEP, 4, axis=0)),
        (NOISE[0], NOISE[1]),
        (STEP + NOISE[0], STEP + NOISE[1]),
        (np.eye(200, 220), np.zeros((200, 220))),
    ],
    ids=["flat", "empty", "one edge", "one edge, moved", "noise", "one edge in noise", "a line and nothing"],
)
def test_pictures_that_do_not_fix_a_shift_are_unregistered(one: Grey, other: Grey) -> None:
    """An edge fixes a shift across itself, and none along it."""
    assert not find_shift(one, other, 1.0).registered


def test_parallel_lines_alone_do_not_fix_a_shift() -> None:
    rng = np.random.default_rng(1)
    lines = 50 * np.cos(2 * np.pi * np.arange(200)[:, None] / 5) * np.ones((200, 220))
    for _ in range(5):
        one, other = (lines + rng.normal(size=lines.shape) * 5 for _ in range(2))
        assert not find_shift(one, other, 1.0).registered


def test_quality_is_a_probability_and_spread_is_not_less_than_the_error() -> None:
    errors = []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        down, right = rng.uniform(-8, 8, 2).tolist()
        one, other = pair(seed, down, right)
        found = find_shift(one + rng.normal(size=one.shape) * 6, other + rng.normal(size=one.shape) * 6, 1.0)
        assert MIN_QUALITY <= found.quality <= 1
        assert found.registered
        errors += [(found.east_m - right) / found.spread_m, (found.north_m + down) / found.spread_m]
    assert 0.1 < np.sqrt(np.mean(np.square(errors))) < 1.5


@pytest.mark.parametrize("noise", [0.0, 6.0])
def test_an_uncertain_shift_has_a_wide_spread(noise: float) -> None:
    one, other = pair(3, 2.0, -4.0)
    rng = np.random.default_rng(1)
    fits = [find_shift(one, other + rng.normal(size=one.shape) * n, 1.0) for n in (noise, noise + 6)]
    assert fits[0].spread_m < fits[1].spread_m
    assert fits[0].quality > fits[1].quality

"""Shadows, shading and lean against plane geometry."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.ndimage import binary_dilation, binary_erosion

from wayside.rendering.light import cast_shadow, lean, light_world
from wayside.rendering.raster import World

STEP = 0.5
SIZE = 121
HALF_M = 4.0
HEIGHT_M = 6.0
Array = np.ndarray[Any, np.dtype[Any]]


def places() -> tuple[Array, Array]:
    """x to the east and y to the north of every pixel, metres from the middle."""
    at = (np.arange(SIZE) - SIZE // 2) * STEP
    return np.broadcast_to(at[None], (SIZE, SIZE)), np.broadcast_to(-at[:, None], (SIZE, SIZE))


def block(height: float = HEIGHT_M) -> Array:
    x, y = places()
    return np.where((np.abs(x) <= HALF_M) & (np.abs(y) <= HALF_M), height, 0.0).astype(np.float32)


def swept(length: float, azimuth_deg: float) -> Array:
    """The block's outline moved ``length`` metres away from an azimuth, with all that it passes over."""
    x, y = places()
    away = -math.sin(math.radians(azimuth_deg)), -math.cos(math.radians(azimuth_deg))
    covered = np.zeros(x.shape, np.bool_)
    for t in np.linspace(0.0, length, 200):
        covered |= (np.abs(x - t * away[0]) <= HALF_M) & (np.abs(y - t * away[1]) <= HALF_M)
    return covered


@settings(max_examples=25, deadline=None)
@given(st.floats(0, 360), st.floats(20, 70))
def test_a_shadow_is_the_outline_swept_away_from_the_sun(azimuth: float, elevation: float) -> None:
    over = cast_shadow(block(), STEP, azimuth, elevation)
    outside = block() == 0
    shaded, wanted = (over > 0) & outside, swept(HEIGHT_M / math.tan(math.radians(elevation)), azimuth)
    # Three pixels: each of the five passes steps in whole pixels and is off by half of one at most.
    edge = np.ones((7, 7), np.bool_)
    assert not (shaded & ~binary_dilation(wanted, edge)).any()
    assert not (binary_erosion(wanted, edge) & outside & ~shaded).any()


@pytest.mark.parametrize(("azimuth", "row", "column"), [(0, 1, 0), (90, 0, -1), (180, -1, 0), (270, 0, 1)])
@pytest.mark.parametrize("elevation", [15.0, 30.0, 45.0, 60.0])
def test_a_shadow_is_as_long_as_height_over_tangent(azimuth: float, row: int, column: int, elevation: float) -> None:
    over = cast_shadow(block(), STEP, azimuth, elevation)
    middle, reach = SIZE // 2, int(HALF_M / STEP)
    ray = [over[middle + row * k, middle + column * k] > 0 for k in range(reach + 1, SIZE // 2)]
    length = ray.index(False) * STEP
    assert all(not lit for lit in ray[ray.index(False) :])
    assert length == pytest.approx(HEIGHT_M / math.tan(math.radians(elevation)), abs=1.01 * STEP)
    towards = [over[middle - row * k, middle - column * k] for k in range(reach + 1, SIZE // 2)]
    assert max(towards) <= 0


def test_flat_ground_shades_nothing_and_a_roof_not_itself() -> None:
    assert (cast_shadow(np.zeros((9, 9), np.float32), STEP, 200.0, 5.0) < 0).all()
    roof = block() > 0
    assert (cast_shadow(block(), STEP, 200.0, 40.0)[roof] <= 0).all()


@pytest.mark.parametrize("diffuse", [0.0, 0.25, 1.0])
def test_flat_ground_is_as_bright_as_its_reflectance_and_a_shadow_has_the_sky_alone(diffuse: float) -> None:
    x, y = places()
    colour = np.full((SIZE, SIZE, 3), 0.4, np.float32)
    lit = light_world(World(colour, block(), STEP, 0.0, 0.0), 180.0, 30.0, diffuse)
    sky = 0.4 * diffuse * np.array([0.82, 0.95, 1.18])
    sun = 0.4 * (1 - diffuse) * np.array([1.03, 1.0, 0.95])
    far, shadow = (x < -20) & (y < -20), (np.abs(x) < 2) & (y > 6) & (y < 12)
    assert lit[far] == pytest.approx(np.broadcast_to(sky + sun, (int(far.sum()), 3)), abs=1e-5)
    assert lit[shadow] == pytest.approx(np.broadcast_to(sky, (int(shadow.sum()), 3)), abs=1e-5)


def test_a_roof_that_faces_the_sun_is_brighter_than_one_that_turns_away() -> None:
    x, _ = places()
    height = (10.0 - 0.4 * np.abs(x)).astype(np.float32)  # a ridge from north to south
    lit = light_world(World(np.full((SIZE, SIZE, 3), 0.4, np.float32), height, STEP, 0, 0), 90.0, 40.0, 0.0)
    slope, elevation = 0.4, math.radians(40.0)
    scale = math.sin(elevation) * math.sqrt(1 + slope**2)
    east, west = ((math.sin(elevation) + sign * slope * math.cos(elevation)) / scale for sign in (1, -1))
    assert lit[60, 90, 1] == pytest.approx(0.4 * east, rel=1e-3)
    assert lit[60, 30, 1] == pytest.approx(0.4 * west, rel=1e-3)


# ---------------------------------------------------------------------- lean
@pytest.mark.parametrize("azimuth", [0.0, 90.0, 180.0, 270.0])
@pytest.mark.parametrize("off_nadir", [15.0, 30.0, 40.0])
def test_a_roof_moves_away_from_the_sensor_by_height_times_tangent(azimuth: float, off_nadir: float) -> None:
    x, y = places()
    away = -math.sin(math.radians(azimuth)), -math.cos(math.radians(azimuth))
    ahead = x * away[0] + y * away[1]
    radiance = np.where(block()[..., None] > 0, 1.0, 0.2).repeat(3, axis=2).astype(np.float32)
    seen = lean(radiance, block(), STEP, off_nadir, azimuth)[..., 0]
    beside = np.abs(x * away[1] - y * away[0]) < HALF_M / 2
    moved = HEIGHT_M * math.tan(math.radians(off_nadir))
    roof, wall = ahead[(seen > 0.9) & beside], ahead[(np.abs(seen - 0.55) < 0.01) & beside]
    assert roof.max() == pytest.approx(HALF_M + moved, abs=1.5 * STEP)
    assert wall.min() == pytest.approx(-HALF_M, abs=1.5 * STEP)
    assert wall.max() == pytest.approx(-HALF_M + moved, abs=2.1 * STEP)  # its top step is drawn as roof


@settings(max_examples=20, deadline=None)
@given(st.floats(0, 360), st.floats(5, 40))
def test_what_leans_hides_only_what_lies_behind_it(azimuth: float, off_nadir: float) -> None:
    radiance = np.where(block()[..., None] > 0, 1.0, 0.2).repeat(3, axis=2).astype(np.float32)
    seen = lean(radiance, block(), STEP, off_nadir, azimuth)[..., 0]
    wanted = swept(HEIGHT_M * math.tan(math.radians(off_nadir)), azimuth)
    edge = np.ones((3, 3), np.bool_)
    changed = seen != np.float32(0.2)
    assert not (changed & ~binary_dilation(wanted, edge)).any()
    assert not (binary_erosion(wanted, edge) & ~changed).any()


def test_from_straight_above_and_on_flat_ground_nothing_moves() -> None:
    radiance = np.random.default_rng(1).random((SIZE, SIZE, 3)).astype(np.float32)
    assert np.array_equal(lean(radiance, block(), STEP, 0.0, 77.0), radiance)
    assert np.array_equal(lean(radiance, np.zeros((SIZE, SIZE), np.float32), STEP, 35.0, 77.0), radiance)


def one_level_after_another(radiance: Array, height: Array, off_nadir: float, azimuth: float) -> Array:
    """The lean, pixel by pixel: the tallest step that is seen at a place wins."""
    tangent = math.tan(math.radians(off_nadir))
    rise, out = STEP / tangent, radiance.copy()
    for k in range(1, int(height.max() / rise) + 2):
        rows = round(-math.cos(math.radians(azimuth)) * k)
        columns = round(math.sin(math.radians(azimuth)) * k)
        for r in range(height.shape[0]):
            for c in range(height.shape[1]):
                at = r + rows, c + columns
                if not (0 <= at[0] < height.shape[0] and 0 <= at[1] < height.shape[1]):
                    continue
                if height[at] >= (k - 0.5) * rise:
                    out[r, c] = radiance[at] * np.float32(0.55 if height[at] - k * rise > rise else 1.0)
    return out


@settings(max_examples=12, deadline=None)
@given(st.floats(0, 360), st.floats(8, 40), st.integers(0, 1000))
def test_lean_is_that_of_moving_every_pixel_by_itself(azimuth: float, off_nadir: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    height = (rng.uniform(0, 6, (18, 23)) * (rng.random((18, 23)) < 0.3)).astype(np.float32)
    radiance = rng.random((18, 23, 3)).astype(np.float32)
    wanted = one_level_after_another(radiance, height, off_nadir, azimuth)
    assert lean(radiance, height, STEP, off_nadir, azimuth) == pytest.approx(wanted, abs=1e-6)

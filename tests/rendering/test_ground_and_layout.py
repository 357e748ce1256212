"""The painted ground: coordinates of a track's pixels, rails at their gauge, layouts that trains can stand on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.geometry import Polygon

from wayside.rendering.ground import TrackLook, corridor, paint_corridor
from wayside.rendering.layout import draw_layout, ladder_tracks
from wayside.rendering.raster import World, fractal_noise, new_world

SEEDS = st.integers(0, 10_000)


def empty(width_m: float = 60.0, height_m: float = 40.0, step_m: float = 0.25) -> World:
    shape = (round(height_m / step_m), round(width_m / step_m))
    colour = np.full((*shape, 3), 0.2, np.float32)
    return World(colour, np.zeros(shape, np.float32), step_m, -width_m / 2, height_m / 2)


@given(st.floats(-29, 29), st.floats(-19, 19), st.floats(0.1, 6))
def test_pixel_and_window_agree(x: float, y: float, reach: float) -> None:
    world = empty()
    found = world.window(x, y, reach)
    assert found is not None
    rows, columns, xs, ys = found
    row, column = world.pixel(xs.ravel(), ys.ravel())
    assert row.reshape(xs.shape)[:, 0].tolist() == list(range(rows.start, rows.stop))
    assert column.reshape(xs.shape)[0].tolist() == list(range(columns.start, columns.stop))
    here = world.pixel(np.array([x]), np.array([y]))
    assert rows.start <= here[0][0] < rows.stop
    assert columns.start <= here[1][0] < columns.stop
    assert world.window(500.0, 0.0, 3.0) is None


def test_a_copy_is_its_own() -> None:
    world = empty()
    world.copy().colour[:] = 0.9
    world.copy().height[:] = 5.0
    assert world.colour.max() == np.float32(0.2)
    assert world.height.max() == 0.0


@settings(max_examples=20, deadline=None)
@given(SEEDS, st.tuples(st.integers(8, 90), st.integers(8, 90)), st.lists(st.floats(1.1, 40), min_size=1, max_size=3))
def test_noise_fills_its_shape(seed: int, shape: tuple[int, int], periods: list[float]) -> None:
    noise = fractal_noise(shape, tuple(periods), np.random.default_rng(seed))
    assert noise.shape == shape
    assert np.isfinite(noise).all()
    assert np.array_equal(noise, fractal_noise(shape, tuple(periods), np.random.default_rng(seed)))


def test_noise_has_about_unit_variance_and_its_period() -> None:
    noise = fractal_noise((400, 400), (16.0,), np.random.default_rng(4))
    assert float(noise.std()) == pytest.approx(1.0, abs=0.15)
    near = float((noise[:, :-2] * noise[:, 2:]).mean() / noise.var())
    far = float((noise[:, :-40] * noise[:, 40:]).mean() / noise.var())
    assert near > 0.9
    assert abs(far) < 0.15


def test_bare_ground_is_within_its_colours() -> None:
    world = new_world(30, 20, 0.25, np.array([[0.2, 0.2, 0.2], [0.3, 0.3, 0.3]]), np.random.default_rng(0))
    assert world.shape == (80, 120)
    assert (world.west_m, world.north_m) == (-15, 10)
    assert 0.18 < float(world.colour.mean()) < 0.32
    assert not world.height.any()


@settings(max_examples=30, deadline=None)
@given(st.floats(-1.2, 1.2), st.floats(-4, 4))
def test_places_along_a_straight_track_are_those_of_a_rotation(angle: float, shift: float) -> None:
    world = empty()
    tangent, normal = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    line = np.outer(np.arange(-18.0, 18.5, 2.0), tangent) + shift * normal
    pixels = corridor(world, line)
    x = world.west_m + (pixels.column + 0.5) * world.step_m
    y = world.north_m - (pixels.row + 0.5) * world.step_m
    assert pixels.along == pytest.approx(x * tangent[0] + y * tangent[1] + 18.0, abs=1e-6)
    assert pixels.across == pytest.approx(x * normal[0] + y * normal[1] - shift, abs=1e-6)
    assert (np.diff(pixels.along) >= 0).all()
    assert len(set(zip(pixels.row.tolist(), pixels.column.tolist(), strict=True))) == pixels.row.size
    # Nothing within reach is left out.
    area = pixels.row.size * world.step_m**2
    inside = LineString(line).buffer(3.1, cap_style="flat").intersection(Polygon.from_bounds(-30, -20, 30, 20)).area
    assert 0.97 * inside < area < 1.12 * inside  # pixels that begin within reach end beyond it


def test_left_of_a_curve_is_towards_its_centre() -> None:
    world, angles = empty(), np.linspace(-0.5, 0.5, 60)
    line = np.stack([25 * np.sin(angles), 15 - 25 * np.cos(angles)], -1)  # counter-clockwise around (0, 15)
    pixels = corridor(world, line)
    x = world.west_m + (pixels.column + 0.5) * world.step_m
    y = world.north_m - (pixels.row + 0.5) * world.step_m
    radius = np.hypot(x, y - 15)
    kept = (pixels.along > 1) & (pixels.along < 24)
    assert pixels.across[kept] == pytest.approx((25 - radius)[kept], abs=0.05)


@pytest.mark.parametrize("gauge", [1.435, 1.52])
def test_rails_lie_at_their_gauge(gauge: float) -> None:
    world = empty(30, 12, 0.05)
    line = np.stack([np.arange(-14.0, 14.1, 2.0), np.zeros(15)], -1)
    look = TrackLook((0.2, 0.2, 0.2), (0.15, 0.15, 0.15), 0.9, 1.0, 0.0)
    pixels = corridor(world, line)
    paint_corridor(world, pixels, gauge, look, np.random.default_rng(0))
    profile = world.colour[:, 60:-60].mean(axis=(1, 2))
    y = world.north_m - (np.arange(profile.size) + 0.5) * world.step_m
    for side in (-1, 1):
        half = side * y > 0
        assert abs(y[half][np.argmax(profile[half])]) == pytest.approx(gauge / 2, abs=0.05)


# ---------------------------------------------------------------------- layouts
@settings(max_examples=30, deadline=None)
@given(st.integers(1, 5), st.floats(4.2, 6), st.floats(-10, 10), st.floats(35, 60))
def test_a_ladders_tracks_leave_the_main_line_and_come_back(n: int, spacing: float, bend: float, throat: float) -> None:
    tracks = ladder_tracks([spacing * k for k in range(n)], 300.0, throat_m=throat, bend_m=bend)
    assert list(tracks) == [str(k + 1) for k in range(n)]
    middle = {name: float(np.interp(0.0, line[:, 0], line[:, 1])) for name, line in tracks.items()}
    for k, (name, line) in enumerate(tracks.items()):
        assert np.hypot(*np.diff(line, axis=0).T).max() < 5.0
        assert line[[0, -1]] == pytest.approx(tracks["1"][[0, -1]], abs=1e-6)
        assert middle[name] == pytest.approx(spacing * k + bend)


def test_a_dead_end_stops_before_the_eastern_throat() -> None:
    tracks = ladder_tracks([0.0, 5.0], 300.0, throat_m=45.0, bend_m=0.0, dead_ends=frozenset({1}))
    assert tracks["2"][-1, 0] < 300.0 - 45.0
    assert tracks["2"][-1, 1] == pytest.approx(5.0)


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_random_yard_is_one_that_can_be_drawn(seed: int) -> None:
    layout = draw_layout(np.random.default_rng(seed))
    assert 2 <= len(layout.tracks) <= 14
    assert layout.gauge_m in {1.435, 1.52}
    for line in layout.tracks.values():
        assert np.hypot(*np.diff(line, axis=0).T).max() <= 5.0
        assert (np.diff(line[:, 0]) > 0).all()
        assert abs(line[0, 0]) >= layout.width_m / 2  # tracks run out of the picture

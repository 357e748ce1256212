"""The painted ground: coordinates of a track's pixels, rails at their gauge, layouts that trains can stand on."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString
from shapely.geometry import Polygon

from wayside.rendering.furnish import rooms
from wayside.rendering.ground import TrackLook, corridor, paint_corridor, paint_on_tracks, paint_surroundings
from wayside.rendering.layout import Layout, curved_tracks, draw_layout, ladder_tracks
from wayside.rendering.props import Block, Patch, Ribbon
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
    assert 1 <= len(layout.tracks) <= 12
    assert layout.gauge_m in {1.435, 1.52}
    for line in layout.tracks.values():
        assert np.hypot(*np.diff(line, axis=0).T).max() <= 5.0
        assert (np.diff(line[:, 0]) > 0).all()
        assert abs(line[0, 0]) >= layout.width_m / 2  # tracks run out of the picture
        assert abs(line[-1, 0]) >= layout.width_m / 2
    for spur in layout.spurs:
        assert (np.diff(spur[:, 0]) > 0).all()


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_a_seed_decides_a_yard(seed: int) -> None:
    once, again = (draw_layout(np.random.default_rng(seed)) for _ in range(2))
    assert once.blocks == again.blocks
    assert once.masts == again.masts
    assert once.decks == again.decks
    assert once.patches == again.patches


@settings(max_examples=30, deadline=None)
@given(st.floats(150, 600), st.floats(200, 400), st.floats(3.9, 6), st.integers(1, 6))
def test_curved_tracks_keep_their_spacing_and_their_radius(radius: float, wave: float, gap: float, n: int) -> None:
    offsets = [gap * (k - (n - 1) / 2) for k in range(n)]
    tracks = curved_tracks(offsets, 200.0, radius_m=radius, wave_m=wave)
    for one, other in zip(list(tracks.values())[:-1], list(tracks.values())[1:], strict=True):
        inner = LineString(one[20:-20])
        apart = [inner.distance(LineString(other).interpolate(s)) for s in np.linspace(100, 300, 12)]
        assert apart == pytest.approx([gap] * 12, abs=0.05)
    middle = curved_tracks([0.0], 200.0, radius_m=radius, wave_m=wave)["1"]
    d1, d2 = np.gradient(middle, axis=0), np.gradient(np.gradient(middle, axis=0), axis=0)
    curvature = np.abs(d1[:, 0] * d2[:, 1] - d1[:, 1] * d2[:, 0]) / np.hypot(*d1.T) ** 3
    assert 1 / curvature[3:-3].max() == pytest.approx(radius, rel=0.03)


# ---------------------------------------------------------------------- what stands and lies about
LOOK = TrackLook((0.3, 0.3, 0.3), (0.2, 0.2, 0.2), 0.5, 1.0, 0.0)


def straight(*offsets: float) -> dict[str, np.ndarray]:
    x = np.arange(-32.0, 33.0, 2.0)
    return {str(k): np.stack([x, np.full(x.size, y)], -1) for k, y in enumerate(offsets)}


def test_rooms_measure_the_free_ground_from_the_track_that_they_lie_beside() -> None:
    south, north, between = rooms(straight(-3.0, 4.0), 60.0)
    assert (south.width_m, north.width_m, between.width_m) == (np.inf, np.inf, 7.0)
    assert south.at(5.0, 2.0) == pytest.approx((5.0, -5.0, 0.0))
    assert north.at(5.0, 2.0) == pytest.approx((5.0, 6.0, 0.0))
    assert between.at(-5.0, 2.0) == pytest.approx((-5.0, -1.0, 0.0))


@pytest.mark.parametrize("roof", ["plain", "gable", "ribbed", "panels", "slats", "heap", "hedge"])
def test_a_block_covers_its_outline_and_nothing_else(roof: str) -> None:
    world, angle = empty(), 0.4
    block = Block(3.0, -2.0, 16.0, 4.0, angle, 3.0, (0.6, 0.5, 0.4), roof)
    before = world.colour.copy()
    paint_surroundings(world, Layout(60, 40, {}, blocks=(block,)), np.zeros(3), np.random.default_rng(0))
    rows, columns = np.indices(world.shape)
    x = world.west_m + (columns + 0.5) * world.step_m - 3.0
    y = world.north_m - (rows + 0.5) * world.step_m + 2.0
    u, v = x * np.cos(angle) + y * np.sin(angle), y * np.cos(angle) - x * np.sin(angle)
    inside = (np.abs(u) <= 8.0) & (np.abs(v) <= 2.0)
    changed = (world.colour != before).any(axis=2)
    assert not (changed & ~inside).any()
    assert not (world.height[~inside]).any()
    share = changed[inside].mean()
    assert share > (0.5 if roof in {"heap", "hedge"} else 0.999)


def test_nothing_stands_in_a_tracks_clearance_and_what_stands_beside_it_stays() -> None:
    world, layout = empty(), Layout(60, 40, straight(0.0), blocks=(Block(0, 2.6, 40, 4.0, 0.0, 3.0, (0.9, 0.1, 0.1)),))
    rng = np.random.default_rng(1)
    paint_surroundings(world, layout, np.zeros(3), rng)
    paint_corridor(world, corridor(world, layout.tracks["0"]), 1.52, LOOK, rng)
    y = world.north_m - (np.arange(world.shape[0]) + 0.5) * world.step_m
    middle = world.shape[1] // 2
    assert not world.height[np.abs(y) < 1.8, middle].any()
    beside = (y > 2.1) & (y < 4.4)
    assert world.height[beside, middle] == pytest.approx(3.0)
    assert (world.colour[beside, middle, 0] > 3 * world.colour[beside, middle, 1]).all()


def test_roads_spurs_and_stains_lie_over_tracks_but_not_on_what_stands() -> None:
    tracks = straight(0.0)
    road = Ribbon(np.array([[10.0, -19.0], [10.0, 19.0]]), 6.0, (0.8, 0.8, 0.8), over=True)
    stain = Patch(-10.0, 0.0, 8.0, 3.0, 0.0, (0.05, 0.05, 0.05), 1.0, 0.0, oval=False, over=True)
    spur = np.stack([np.arange(-8.0, 9.0, 2.0), np.linspace(10, 14, 9)], -1)
    hut = Block(10.0, 8.0, 4.0, 4.0, 0.0, 3.0, (0.3, 0.1, 0.1))
    layout = Layout(60, 40, tracks, blocks=(hut,), patches=(stain,), ribbons=(road,), spurs=(spur,))
    world, rng = empty(), np.random.default_rng(2)
    paint_surroundings(world, layout, np.zeros(3), rng)
    paint_corridor(world, corridor(world, tracks["0"]), 1.52, LOOK, rng)
    before = world.colour.copy()
    paint_on_tracks(world, layout, LOOK, rng)

    def at(picture: np.ndarray, x: float, y: float) -> float:
        row, column = world.pixel(np.array([x]), np.array([y]))
        return float(picture[row[0], column[0]].mean())

    assert at(world.colour, 10.0, 0.1) == pytest.approx(0.8, abs=0.2)
    assert at(world.colour, -10.0, 0.1) == pytest.approx(0.05, abs=0.02)
    assert at(world.colour, 10.0, 8.0) == at(before, 10.0, 8.0)
    assert at(world.colour, 25.0, 0.1) == at(before, 25.0, 0.1)
    assert at(world.colour, 0.0, 12.0) != at(before, 0.0, 12.0)

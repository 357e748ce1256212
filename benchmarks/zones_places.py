"""Drawn storage zones with known truth: many places, each seen in many scenes, for fitting and for judging.

None of them is the demonstration's place; what is fitted on some places is judged on others.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import PixelWindow, sample_strip
from wayside.model.places import CoordinateSystem, MapPoint, Zone
from wayside.model.strips import StripFrame
from wayside.rendering.layout import Block, Layout, Ribbon, Tree
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import Network
from wayside.rendering.storage import covered_m2, covers, inside, put_down
from wayside.rendering.yard import Stage, Weather, draw_ground, draw_image, draw_trains, set_stage
from wayside.zones.grid import ZoneGrid, lay_grid
from wayside.zones.pixels import ZonePixels

GSDS = (0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
WORLD_M = (150.0, 96.0)


class Seen(NamedTuple):
    """One scene of a drawn zone with its truth.

    ``occupied``: shape (rows, columns), share of each cell under things that were put down; ``opacity``: cloud over
    each cell; ``occupied_m2``: the true area; ``snow``, ``cloud``, ``off_m``: how the scene was taken.
    """

    pixels: ZonePixels
    occupied: NDArray[np.float64]
    opacity: NDArray[np.float64]
    occupied_m2: float
    snow: float
    cloud: float
    off_m: float


class Place(NamedTuple):
    """A zone with its scenes, in order."""

    grid: ZoneGrid
    ring: NDArray[np.float64]
    scenes: tuple[Seen, ...]


def draw_place(seed: int, *, scenes: int = 16, gsds: tuple[float, ...] = GSDS, still: bool = False) -> Place:
    """Draw a place and its scenes; ``still`` leaves the zone as it is in all of them."""
    rng = np.random.default_rng([seed, 77])
    ring = _ring(rng)
    stage = _stage(ring, rng)
    grid = lay_grid(Zone("z", tuple(MapPoint(x, -y) for x, y in ring.tolist()), CoordinateSystem.PIXEL), pixel_m=1.0)
    area = float(grid.area_m2)
    standing = int(rng.integers(2**31))
    busy, often = float(rng.uniform(0.1, 0.55)), float(rng.uniform(0.2, 0.7))
    seen = []
    for number in range(scenes):
        if rng.random() < 0.5:
            standing = int(rng.integers(2**31))
        # Seldom much, as stores are; the ladder up to full is walked by the last scenes of some places.
        wanted = 0.0 if rng.random() > often else area * busy * float(rng.beta(1.2, 2.0))
        if number >= scenes - 3 and seed % 2:
            wanted = area * float(rng.uniform(0.1, 0.6))
        angle = float(np.random.default_rng([seed, 78]).uniform(-0.2, 0.2))
        blocks = (
            ()
            if still
            else put_down(ring, wanted, np.random.default_rng(standing), angle=angle, taken=stage.layout.blocks)
        )
        seen.append(_see(stage, ring, grid, blocks, rng, gsds=gsds))
    return Place(grid, ring, tuple(seen))


def _ring(rng: np.random.Generator) -> NDArray[np.float64]:
    a, b, turn = rng.uniform(15, 42), rng.uniform(7, 20), rng.uniform(-0.2, 0.2)
    corners = np.array([[-a, -b], [a, -b], [a, b], [-a, b]]) + rng.uniform(-2, 2, (4, 2))
    c, s = math.cos(turn), math.sin(turn)
    ring = corners @ np.array([[c, s], [-s, c]]) + (0.0, 8.0)
    return np.concatenate([ring, ring[:1]])


def _stage(ring: NDArray[np.float64], rng: np.random.Generator) -> Stage:
    wide, high = WORLD_M
    lines = {
        str(k): np.stack([np.arange(-wide / 2 - 5, wide / 2 + 6, 5.0), np.full(33, y)], -1)[:32]
        for k, y in enumerate((ring[:, 1].min() - rng.uniform(5, 12), ring[:, 1].min() - rng.uniform(17, 22)))
    }
    always = put_down(ring, float(rng.uniform(0, 250)) if rng.random() < 0.6 else 0.0, rng)
    houses = tuple(
        Block(float(rng.uniform(-70, 70)), float(ring[:, 1].max() + rng.uniform(8, 22)), float(rng.uniform(8, 30)),
              float(rng.uniform(6, 12)), 0.0, float(rng.uniform(3, 9)), (0.3, 0.28, 0.26), "gable")
        for _ in range(int(rng.integers(0, 4)))
    )  # fmt: skip
    places = np.stack([rng.uniform(-74, 74, 40), rng.uniform(-46, 46, 40)], -1)
    trees = tuple(
        Tree(float(x), float(y), float(rng.uniform(1.5, 4)), float(rng.uniform(3, 9)))
        for x, y in places[~inside(ring, places)]
        if y > ring[:, 1].max() + 3
    )
    road = Ribbon(np.array([[-75.0, ring[0, 1]], [75.0, ring[0, 1] + rng.uniform(-4, 8)]]), 5.0, (0.3, 0.3, 0.29))
    layout = Layout(wide, high, lines, 1.52, (*always, *houses), trees, (), (road,) if rng.random() < 0.4 else ())
    return set_stage(layout, draw_ground(rng), 0.2, rng)


def _weather(rng: np.random.Generator) -> Weather:
    season = float(rng.uniform(-1, 1))
    return Weather(
        sun_azimuth_deg=float(rng.uniform(110, 250)),
        sun_elevation_deg=float(rng.uniform(18, 65)),
        off_nadir_deg=float(min(abs(rng.normal(0, 13)), 30)),
        view_azimuth_deg=float(rng.uniform(0, 360)),
        diffuse=float(rng.uniform(0.15, 0.4)) if rng.random() < 0.9 else float(rng.uniform(0.5, 0.9)),
        snow=float(rng.uniform(0.4, 0.95)) if season < -0.4 and rng.random() < 0.45 else 0.0,
        cloud=float(rng.uniform(0.1, 0.6)) if rng.random() < 0.16 else 0.0,
        season=season,
    )


def _sensor(gsd: float, rng: np.random.Generator) -> Sensor:
    return Sensor(
        blur=float(rng.uniform(0.4, 0.7)),
        haze=min(float(rng.beta(1.5, 9)), 0.4),
        noise=float(rng.uniform(0.004, 0.016)),
        jpeg=100.0 if rng.random() < 0.6 else float(rng.uniform(70, 95)),
        gain=float(rng.uniform(0.7, 1.1)),
        gamma=float(rng.uniform(0.65, 1.0)),
        tint=tuple(rng.uniform(0.94, 1.06, 3).tolist()),
        sharpen=float(rng.uniform(0, 0.6)),
        saturation=0.0 if rng.random() < 0.1 else float(rng.uniform(0.8, 1.1)),
        pan_ratio=4 if gsd < 0.6 else 1,
    )


def _see(
    stage: Stage,
    ring: NDArray[np.float64],
    grid: ZoneGrid,
    blocks: tuple[Block, ...],
    rng: np.random.Generator,
    *,
    gsds: tuple[float, ...],
) -> Seen:
    gsd = float(gsds[int(rng.integers(len(gsds)))])
    weather, sensor = _weather(rng), _sensor(gsd, rng)
    camera = Camera(int(WORLD_M[0] / gsd) - 2, int(WORLD_M[1] / gsd) - 2, gsd)
    trains = draw_trains(stage.layout, Network.RUSSIAN, rng)
    image = draw_image(stage, trains, weather, [(camera, sensor)], rng, stored=blocks)[0]
    off = rng.normal(0, 0.3 + 0.1 * gsd, 2)
    known = rng.random() < 0.85
    frame = _frame(grid)
    window = PixelWindow(
        np.moveaxis(image.pixels, 2, 0),
        np.ones(image.pixels.shape[:2], np.bool_),
        column0=-camera.width * gsd / 2 + off[0],
        row0=camera.height * gsd / 2 + off[1],
        column_step=gsd,
        row_step=-gsd,
    )
    strip = sample_strip("zone", window, frame, gsd)
    cover = PixelWindow(image.opacity[None], window.valid, *window[2:])
    pixels = ZonePixels(
        strip.pixels, strip.valid, gsd, weather.sun_azimuth_deg if known else None,
        weather.sun_elevation_deg if known else None,
    )  # fmt: skip
    return Seen(
        pixels,
        _truth(grid, blocks),
        sample_strip("zone", cover, frame, gsd).pixels[0].astype(np.float64),
        covered_m2(blocks, ring),
        weather.snow,
        weather.cloud,
        float(np.hypot(*off)),
    )


def _places(grid: ZoneGrid, split: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return x of the columns and y of the rows in the world: the zone's pixel coordinates are metres, y turned up."""
    rows, columns = grid.shape
    x = grid.origin.x + grid.west_m + (np.arange(columns * split) + 0.5) * grid.cell_m / split
    y = -grid.origin.y + grid.north_m - (np.arange(rows * split) + 0.5) * grid.cell_m / split
    return x, y


def _frame(grid: ZoneGrid) -> StripFrame:
    rows, columns = grid.shape
    centre = np.stack([_places(grid, 1)[0], np.full(columns, -grid.origin.y)], -1)
    normal = np.repeat([[0.0, 1.0]], columns, axis=0)
    return StripFrame(centre, normal, step_m=grid.cell_m, row_m=grid.cell_m, rows=rows)


def _truth(grid: ZoneGrid, blocks: tuple[Block, ...]) -> NDArray[np.float64]:
    rows, columns = grid.shape
    at = np.stack(np.meshgrid(*_places(grid, 4)), -1).reshape(-1, 2)
    return np.asarray(covers(blocks, at).reshape(rows, 4, columns, 4).mean(axis=(1, 3)))

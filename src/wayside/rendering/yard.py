"""A whole yard from above, with exact truth: ground, tracks, trains, light, view, sensor."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.polylines import arc_of
from wayside.rendering.bodies import paint_body
from wayside.rendering.ground import (
    Corridor,
    TrackLook,
    corridor,
    hang_beams,
    paint_block,
    paint_corridor,
    paint_formation,
    paint_masts,
    paint_on_tracks,
    paint_surroundings,
    shade_under_beams,
)
from wayside.rendering.layout import Layout, draw_layout
from wayside.rendering.light import lean, light_world
from wayside.rendering.props import Block
from wayside.rendering.raster import World, fractal_noise, new_world
from wayside.rendering.sensor import Camera, Sensor, add_clouds, expose, sample
from wayside.rendering.stock import CarBody, Network, draw_train
from wayside.rendering.storage import block_colour
from wayside.rendering.textures import lay_texture

__all__ = [
    "DrawnImage",
    "Ground",
    "Stage",
    "Weather",
    "draw_ground",
    "draw_image",
    "draw_trains",
    "random_weather",
    "random_yard",
    "set_stage",
]

Trains = Mapping[str, tuple[CarBody, ...]]
Array = NDArray[np.float64]
_CLEARANCE_M = 3.5
"""Between the middle lines of two cars that stand side by side, metres; tracks are 3.8 m apart or more."""
_SPINE = 12
"""Places along a car at which it is held against its neighbours."""


class Ground(NamedTuple):
    """The materials of a place.

    Attributes:
        soil: reflectances of the ground, shape (n, 3).
        leaf: reflectance of trees.
        look: how its tracks look.
        texture: a picture of real ground at 0.3 m that takes the place of the soil, shape (height, width, 3), uint8;
            None for drawn soil.
    """

    soil: NDArray[np.float64]
    leaf: NDArray[np.float64]
    look: TrackLook
    texture: NDArray[np.uint8] | None = None


class Weather(NamedTuple):
    """Light, air, season and view of one acquisition.

    Attributes:
        sun_azimuth_deg, sun_elevation_deg: where the sun stands.
        off_nadir_deg, view_azimuth_deg: where the sensor stands, seen from the ground.
        diffuse: share of skylight, 0 to 1.
        snow: share of snow on the ground, 0 to 1.
        cloud: share of the image under cloud, 0 to 1.
        season: -1 (winter, bare) to 1 (summer, green).
    """

    sun_azimuth_deg: float = 150.0
    sun_elevation_deg: float = 40.0
    off_nadir_deg: float = 0.0
    view_azimuth_deg: float = 90.0
    diffuse: float = 0.25
    snow: float = 0.0
    cloud: float = 0.0
    season: float = 0.5


@dataclass(frozen=True)
class Stage:
    """A yard without trains, painted and ready to be used again for many scenes.

    Attributes:
        layout: what stands where.
        ground: its materials.
        world: painted ground.
        corridors: the pixels of each track, by id.
    """

    layout: Layout
    ground: Ground
    world: World
    corridors: Mapping[str, Corridor]


@dataclass(frozen=True)
class DrawnImage:
    """One drawn scene with its truth.

    Attributes:
        pixels: shape (height, width, 3), uint8.
        camera: where its pixels lie.
        opacity: shape (height, width), cloud over each pixel, 0 to 1.
        trains: the cars on each track by track id; positions along the layout's centrelines.
        lean_m: displacement of a point one metre above the ground, metres east and north.
    """

    pixels: NDArray[np.uint8]
    camera: Camera
    opacity: NDArray[np.float32]
    trains: Trains
    lean_m: tuple[float, float]


_SOILS = np.array(
    [
        [0.24, 0.21, 0.17],
        [0.34, 0.31, 0.26],
        [0.44, 0.41, 0.36],
        [0.17, 0.19, 0.11],
        [0.12, 0.16, 0.08],
        [0.36, 0.36, 0.35],
        [0.28, 0.27, 0.27],
        [0.40, 0.34, 0.26],
        [0.21, 0.22, 0.16],
    ]
)


def draw_ground(rng: np.random.Generator, textures: Sequence[NDArray[np.uint8]] = ()) -> Ground:
    """Draw the materials of a random place; about half of them have one of ``textures`` for ground."""
    picks = rng.choice(len(_SOILS), size=int(rng.integers(2, 5)), replace=False)
    soil = np.clip(_SOILS[picks] * rng.uniform(0.7, 1.3), 0.04, 0.7)
    leaf = np.array([0.08, 0.12, 0.05]) * rng.uniform(0.7, 1.8)
    tone = rng.uniform(0.16, 0.52)
    warm = rng.uniform(-0.03, 0.07)
    ballast = (tone + warm, tone + warm * 0.4, tone - warm * 0.3)
    sleeper = float(rng.choice([0.15, 0.24, 0.40, 0.52])) * float(rng.uniform(0.8, 1.2))
    look = TrackLook(
        ballast,
        (sleeper * 1.06, sleeper, sleeper * 0.92),
        float(rng.uniform(0.25, 0.75)),
        float(rng.uniform(0.3, 1.0)),
        float(rng.choice([0.0, 0.0, rng.uniform(0, 0.8)])),
    )
    texture = textures[int(rng.integers(len(textures)))] if textures and rng.random() < 0.5 else None
    return Ground(soil, leaf, look, texture)


def set_stage(layout: Layout, ground: Ground, step_m: float, rng: np.random.Generator) -> Stage:
    """Paint a yard without trains."""
    world = new_world(layout.width_m, layout.height_m, step_m, ground.soil, rng)
    if ground.texture is not None:
        lay_texture(world, ground.texture, rng)
    paint_surroundings(world, layout, ground.leaf, rng)
    worn = float(rng.uniform(0.2, 0.9))
    for line in layout.tracks.values():
        paint_formation(world, corridor(world, line, 5.0), ground.look, worn, rng)
    corridors = {name: corridor(world, line) for name, line in layout.tracks.items()}
    for pixels in corridors.values():
        paint_corridor(world, pixels, layout.gauge_m, ground.look, rng)
    paint_on_tracks(world, layout, ground.look, rng)
    return Stage(layout, ground, world, corridors)


def _let_it_snow(world: World, corridors: Mapping[str, Corridor], snow: float, rng: np.random.Generator) -> None:
    cover = np.clip(snow + 0.35 * snow * fractal_noise(world.shape, (12 / world.step_m, 3 / world.step_m), rng), 0, 1)
    for pixels in corridors.values():
        cover[pixels.row, pixels.column] *= rng.uniform(0.3, 0.9)
    grain = 0.80 + 0.03 * rng.standard_normal(world.shape, dtype=np.float32)
    white = np.stack([grain * 0.98, grain, grain * 1.03], -1)
    world.colour = np.asarray(world.colour * (1 - cover[..., None]) + white * cover[..., None], dtype=np.float32)


def _tint_season(world: World, season: float) -> None:
    """Dry the plants: what is greener than it is red or blue turns to straw."""
    share = np.float32(np.clip((1 - season) / 2, 0, 1))
    if share < 0.02:
        return
    rgb = world.colour
    green = np.clip((rgb[..., 1] - 0.5 * (rgb[..., 0] + rgb[..., 2])) * np.float32(14), 0, 1)
    plants = green * (share * (world.height < 0.1))
    grey = rgb @ np.full(3, 1 / 3, dtype=np.float32)
    for band, gain in enumerate((1.2, 1.05, 0.75)):
        rgb[..., band] += plants * (grey * np.float32(gain) - rgb[..., band])


def _place(world: World, pixels: Corridor, bodies: tuple[CarBody, ...], snow: float) -> None:
    for body in bodies:
        low, high = np.searchsorted(pixels.along, [body.start_m, body.end_m])
        if high <= low:
            continue
        part = slice(int(low), int(high))
        x = (pixels.along[part] - 0.5 * (body.start_m + body.end_m)).astype(np.float32)
        painted = paint_body(body, x, pixels.across[part].astype(np.float32), snow)
        row, column = pixels.row[part][painted.drawn], pixels.column[part][painted.drawn]
        world.colour[row, column] = painted.colour[painted.drawn]
        world.height[row, column] = painted.height[painted.drawn]


def draw_image(
    stage: Stage,
    trains: Trains,
    weather: Weather,
    cameras: list[tuple[Camera, Sensor]],
    rng: np.random.Generator,
    *,
    stored: Sequence[Block] = (),
) -> list[DrawnImage]:
    """Draw one moment of a yard as several sensors would deliver it.

    Args:
        stage: the yard.
        trains: the cars on each track by track id.
        weather: light, air, season, view; the same for all cameras.
        cameras: what takes the pictures.
        rng: the only source of chance.
        stored: what is put down beside the tracks at this moment, beyond what always stands there.
    """
    world = stage.world.copy()
    _tint_season(world, weather.season)
    if weather.snow > 0:
        _let_it_snow(world, stage.corridors, weather.snow, rng)
    for block in stored:
        # Its look hangs on its place alone: the same in every image, and nothing else in the image hangs on it.
        own = np.random.default_rng(np.abs(np.rint([100 * block.x, 100 * block.y])).astype(np.int64).tolist())
        paint_block(world, block_colour(block, weather.snow, own), own)
    for name, bodies in trains.items():
        _place(world, stage.corridors[name], bodies, weather.snow)
    paint_masts(world, stage.layout)
    radiance = light_world(world, weather.sun_azimuth_deg, weather.sun_elevation_deg, weather.diffuse)
    sun, reach = math.radians(weather.sun_azimuth_deg), 1 / math.tan(math.radians(max(weather.sun_elevation_deg, 3)))
    shade_under_beams(world, radiance, stage.layout, (-math.sin(sun) * reach, -math.cos(sun) * reach))
    radiance = lean(radiance, world.height, world.step_m, weather.off_nadir_deg, weather.view_azimuth_deg)
    tangent, azimuth = math.tan(math.radians(weather.off_nadir_deg)), math.radians(weather.view_azimuth_deg)
    leaning = (-math.sin(azimuth) * tangent, -math.cos(azimuth) * tangent)
    hang_beams(world, radiance, stage.layout, leaning)
    drawn = []
    for camera, sensor in cameras:
        image = sample(world, radiance, camera, sensor.blur)
        opacity = np.zeros(image.shape[:2], dtype=np.float32)
        if weather.cloud > 0:
            image, opacity = add_clouds(image, camera.gsd_m, weather.cloud, rng)
        drawn.append(DrawnImage(expose(image, sensor, rng), camera, opacity, dict(trains), leaning))
    return drawn


def draw_trains(layout: Layout, network: Network, rng: np.random.Generator) -> dict[str, tuple[CarBody, ...]]:
    """Put random trains on the tracks of a yard, so that cars on tracks that meet do not overlap."""
    busy = float(rng.choice([0.1, 0.4, 0.75, 0.95]))
    taken: list[Array] = []
    trains: dict[str, tuple[CarBody, ...]] = {}
    for name, line in layout.tracks.items():
        at = arc_of(line)
        bodies: list[CarBody] = []
        if rng.random() < busy:
            start = float(rng.uniform(0, 0.5 * at[-1])) if rng.random() < 0.6 else -float(rng.uniform(0, 20))
            while start < at[-1] - 12:
                wanted = int(rng.choice([1, 1, 1, 2, 2, 3, 5, 8, 16, 30, 60]))
                for body in draw_train(start, wanted, network, rng):
                    spine = _spine(body, line, at)
                    if body.end_m > at[-1] + 10 or any(_touches(spine, other) for other in taken):
                        break
                    bodies.append(body)
                # Always onwards: where a neighbour's car stood in the way, the next try is further along.
                gap = float(rng.choice([rng.uniform(0.8, 6), rng.uniform(6, 120)]))
                start = max([start + 5.0, *(b.end_m for b in bodies[-1:])]) + gap
        taken.extend(_spine(body, line, at) for body in bodies)
        trains[name] = tuple(bodies)
    return trains


def _spine(body: CarBody, line: Array, at: Array) -> Array:
    s = np.linspace(body.start_m, body.end_m, _SPINE)
    return np.stack([np.interp(s, at, line[:, k]) for k in (0, 1)], -1)


def _touches(body: Array, other: Array) -> bool:
    """Return whether two cars, each as places along its middle line, come closer than two bodies can."""
    apart = np.hypot(body[:, None, 0] - other[None, :, 0], body[:, None, 1] - other[None, :, 1])
    return bool(apart.min() < _CLEARANCE_M)


def random_weather(rng: np.random.Generator) -> Weather:
    """Draw light, air, season and view, as wide as archives have them."""
    off_nadir = float(np.abs(rng.normal(0, 14))) if rng.random() < 0.75 else 0.0
    return Weather(
        float(rng.uniform(0, 360)),
        float(rng.uniform(15, 70)),
        min(off_nadir, 35.0),
        float(rng.uniform(0, 360)),
        float(rng.uniform(0.12, 0.45)) if rng.random() < 0.85 else float(rng.uniform(0.6, 0.95)),
        float(rng.uniform(0.2, 1.0)) if rng.random() < 0.15 else 0.0,
        0.0,
        float(rng.uniform(-1, 1)),
    )


def random_yard(
    rng: np.random.Generator, step_m: float, textures: Sequence[NDArray[np.uint8]] = ()
) -> tuple[Stage, dict[str, tuple[CarBody, ...]]]:
    """Draw a random yard and its trains, on drawn ground or on one of ``textures``."""
    layout = draw_layout(rng)
    stage = set_stage(layout, draw_ground(rng, textures), step_m, rng)
    network = list(Network)[int(rng.integers(len(Network)))]
    return stage, draw_trains(layout, network, rng)

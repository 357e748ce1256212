"""Pairs drawn by the project's renderer: a summer reference, and the same yard on another day, displaced."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from registration.pairs import Grey, Pair, draw_shift
from wayside.rendering.layout import draw_layout
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import Network
from wayside.rendering.yard import DrawnImage, Stage, Weather, draw_ground, draw_image, draw_trains, set_stage

SHIFTS_M = (0.1, 0.3, 1.0, 3.0, 6.0, 12.0, 30.0)
GSDS_M = (1.0, 2.0, 3.0)
_STEP_M = 0.35
_FINE_M = 0.5
_WORLD_M = (760.0, 270.0)
_SITE_M = (660.0, 180.0)


class Day(NamedTuple):
    """The weather of a kind of scene; the rest is drawn."""

    snow: tuple[float, float] = (0.0, 0.0)
    cloud: tuple[float, float] = (0.0, 0.0)
    season: tuple[float, float] = (0.2, 1.0)
    off_nadir: tuple[float, float] = (0.0, 12.0)
    sun: tuple[float, float] = (35.0, 65.0)


DAYS = {
    "other cars, same season": Day(),
    "winter without snow": Day(season=(-1.0, -0.5), sun=(15.0, 28.0)),
    "light snow": Day(snow=(0.3, 0.6), season=(-1.0, -0.5), sun=(15.0, 28.0)),
    "deep snow": Day(snow=(0.8, 1.0), season=(-1.0, -0.5), sun=(15.0, 28.0)),
    "oblique": Day(off_nadir=(20.0, 35.0)),
    "cloud": Day(cloud=(0.2, 0.6)),
}


def _weather(day: Day, rng: np.random.Generator) -> Weather:
    return Weather(
        float(rng.uniform(90, 270)),
        float(rng.uniform(*day.sun)),
        float(rng.uniform(*day.off_nadir)),
        float(rng.uniform(0, 360)),
        float(rng.uniform(0.12, 0.45)) if rng.random() < 0.8 else float(rng.uniform(0.6, 0.95)),
        float(rng.uniform(*day.snow)),
        float(rng.uniform(*day.cloud)),
        float(rng.uniform(*day.season)),
    )


def _sensor(rng: np.random.Generator) -> Sensor:
    return Sensor(
        blur=float(rng.uniform(0.4, 0.8)),
        haze=float(rng.uniform(0.0, 0.35)),
        noise=float(rng.uniform(0.004, 0.03)),
        jpeg=100.0 if rng.random() < 0.5 else float(rng.uniform(60, 95)),
        gain=float(rng.uniform(0.75, 1.05)),
        gamma=float(rng.uniform(0.6, 1.0)),
        sharpen=float(rng.uniform(0, 0.6)),
        veil=float(rng.uniform(0, 0.15)),
        bands="rgb" if rng.random() < 0.85 else "n",
    )


def _camera(gsd_m: float, east: float, north: float) -> Camera:
    """Return a camera whose image, taken for one centred on the site, shows the ground displaced east and north."""
    return Camera(round(_SITE_M[0] / gsd_m), round(_SITE_M[1] / gsd_m), gsd_m, -east, -north)


def _grey(image: DrawnImage) -> Grey:
    return image.pixels.astype(np.float32).mean(axis=2)


def _coarser(grey: Grey, factor: int) -> Grey:
    height, width = (n // factor * factor for n in grey.shape)
    return grey[:height, :width].reshape(height // factor, factor, width // factor, factor).mean(axis=(1, 3))


def _yard(rng: np.random.Generator) -> Stage:
    layout = draw_layout(rng, width_m=_WORLD_M[0], height_m=_WORLD_M[1])
    return set_stage(layout, draw_ground(rng), _STEP_M, rng)


def _scenes(
    stage: Stage, day: Day, moved: tuple[float, float], gsds: tuple[float, ...], rng: np.random.Generator
) -> list[DrawnImage]:
    network = list(Network)[int(rng.integers(len(Network)))]
    trains = draw_trains(stage.layout, network, rng)
    cameras = [(_camera(gsd, *moved), _sensor(rng)) for gsd in gsds]
    return draw_image(stage, trains, _weather(day, rng), cameras, rng)


def drawn_pairs(seed: int, *, scenes: int = 1, days: dict[str, Day] | None = None) -> Iterator[Pair]:
    """Yield the pairs of one yard: every kind of day at every cell size, and another yard's picture.

    Args:
        seed: which yard.
        scenes: days of each kind.
        days: kinds of day; all where not given.
    """
    rng = np.random.default_rng((77, seed))
    stage, other = _yard(rng), _yard(rng)
    reference = _grey(_scenes(stage, Day(), (0.0, 0.0), (_FINE_M,), rng)[0])
    fixed = {gsd: _coarser(reference, round(gsd / _FINE_M)) for gsd in GSDS_M}
    name = f"yard {seed}"
    for kind, day in (days or DAYS).items():
        for k in range(scenes):
            size = SHIFTS_M[(seed + k * 3 + len(kind)) % len(SHIFTS_M)]
            moved = draw_shift(rng, size)
            for image in _scenes(stage, day, moved, GSDS_M, rng):
                gsd = image.camera.gsd_m
                yield _pair(kind, fixed[gsd], image, moved, name)
    far = (float(rng.choice([-40.0, 40.0])), float(rng.uniform(-10, 10)))
    for image in _scenes(stage, Day(), far, GSDS_M, rng):
        yield _pair("beyond the reach", fixed[image.camera.gsd_m], image, (math.nan, math.nan), name)
    for kind, moved in (("another yard", (math.nan, math.nan)), ("another yard, snow", (math.nan, math.nan))):
        day = DAYS["deep snow"] if kind.endswith("snow") else Day()
        for image in _scenes(other, day, (0.0, 0.0), GSDS_M, rng):
            yield _pair(kind, fixed[image.camera.gsd_m], image, moved, name)


def _pair(kind: str, fixed: Grey, image: DrawnImage, moved: tuple[float, float], name: str) -> Pair:
    grey = _grey(image)
    height, width = (min(a, b) for a, b in zip(fixed.shape, grey.shape, strict=True))
    hidden = float((image.opacity > 0.5).mean())
    return Pair(kind, fixed[:height, :width], grey[:height, :width], image.camera.gsd_m, *moved, name, hidden)

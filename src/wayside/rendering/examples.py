"""Labelled strips from drawn yards: what the network is trained on."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.sampling import PixelWindow, frame_along, sample_strip
from wayside.model.cars import Cover
from wayside.model.strips import LabelledStrip, Strip
from wayside.rendering.layout import Layout
from wayside.rendering.sensor import Camera
from wayside.rendering.stock import CarBody
from wayside.rendering.yard import DrawnImage, draw_image, random_sensor, random_weather, random_yard

__all__ = ["draw_examples", "label_track"]

_CLOSE_M = 3.8
"""Two centrelines closer than this share the ground: a car there belongs to either."""
_ROOF_SHARE = 0.75
"""Of a car's height: where its outline appears to lie when the view leans."""


def _arc(line: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])


def _at(line: NDArray[np.float64], arc: NDArray[np.float64], s: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.stack([np.interp(s, arc, line[:, k]) for k in (0, 1)], -1)


def _apparent(body: CarBody, line: NDArray[np.float64], arc: NDArray[np.float64], image: DrawnImage) -> float:
    """Return how far the lean moves a car's outline along its track, metres."""
    middle = 0.5 * (body.start_m + body.end_m)
    ahead, behind = _at(line, arc, np.array([middle + 1.0])), _at(line, arc, np.array([middle - 1.0]))
    tangent = (ahead - behind)[0] / 2.0
    return float(np.dot(tangent, image.lean_m)) * body.model.height_m * _ROOF_SHARE


def _doubtful(layout: Layout, image: DrawnImage, track: str, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where another track's car stands on the same ground."""
    doubt = np.zeros(len(places), dtype=np.bool_)
    for other, bodies in image.trains.items():
        if other == track or not bodies:
            continue
        line = layout.tracks[other]
        arc = _arc(line)
        for body in bodies:
            spots = _at(line, arc, np.linspace(body.start_m, body.end_m, 8))
            near = np.hypot(places[:, None, 0] - spots[None, :, 0], places[:, None, 1] - spots[None, :, 1])
            doubt |= (near < _CLOSE_M).any(axis=1)
    return doubt


def label_track(
    layout: Layout, image: DrawnImage, track: str, span: tuple[float, float], *, offset_m: float, wobble_m: float
) -> LabelledStrip:
    """Cut the strip of one track from a drawn image and label its columns.

    Args:
        layout: the yard.
        image: the drawn image.
        track: which track.
        span: stretch of the true centreline, metres along it.
        offset_m: how far the given centreline lies to the left of the true one, metres.
        wobble_m: amplitude of a slow wave added to that, metres.
    """
    line, gsd = layout.tracks[track], image.camera.gsd_m
    arc = _arc(line)
    s = np.arange(span[0], span[1], 2.0)
    places = _at(line, arc, s)
    tangent = np.gradient(places, axis=0)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-9)[:, None]
    aside = offset_m + wobble_m * np.sin(s / 45.0 + offset_m * 9)
    given = places + np.stack([-tangent[:, 1], tangent[:, 0]], -1) * aside[:, None]
    frame = frame_along(image.camera.to_image(given), unit_m=gsd, y_down=True)
    pixels = np.moveaxis(image.pixels, 2, 0)
    window = PixelWindow(pixels, np.ones(image.pixels.shape[:2], np.bool_), 0.0, 0.0, 1.0, 1.0)
    strip = sample_strip(track, window, frame, gsd)
    return _label(layout, image, track, span[0], strip)


def _label(layout: Layout, image: DrawnImage, track: str, begin: float, strip: Strip) -> LabelledStrip:
    line = layout.tracks[track]
    arc = _arc(line)
    n, step = strip.frame.columns, strip.frame.step_m
    at = (np.arange(n, dtype=np.float64) + 0.5) * step
    occupied = np.zeros(n, np.bool_)
    types, covered = np.full(n, -1, np.int8), np.full(n, -1, np.int8)
    edges: list[float] = []
    cars = 0
    previous_end: float | None = None
    for body in image.trains.get(track, ()):
        shift = _apparent(body, line, arc, image) - begin
        start, end = body.start_m + shift, body.end_m + shift
        inside = (at >= start) & (at < end)
        occupied |= inside
        types[inside] = TYPE_ORDER.index(body.model.type)
        covered[inside] = int(body.cover is Cover.COVERED)
        if previous_end is not None and start - previous_end < 1.2:
            occupied |= (at >= previous_end) & (at < start)
            edges[-1] = 0.5 * (previous_end + start)
        else:
            edges.append(start)
        edges.append(end)
        previous_end = end
        cars += int(0.0 <= 0.5 * (start + end) < n * step)
    places = np.array([e for e in edges if 0.0 <= e <= n * step])
    trusted = ~_doubtful(layout, image, track, _at(line, arc, begin + at))
    return LabelledStrip(strip, occupied, places, types, covered, trusted, cars)


def _gsd(rng: np.random.Generator) -> float:
    return float(
        np.exp(rng.uniform(np.log(0.2), np.log(1.1)) if rng.random() < 0.8 else rng.uniform(np.log(1.1), np.log(3.3)))
    )


def draw_examples(seed: int, *, cameras: int = 4) -> Iterator[tuple[LabelledStrip, ...]]:
    """Draw one random yard and yield the labelled strips of each of its images.

    Args:
        seed: decides everything.
        cameras: images of the same moment, each with its own resolution, orientation and sensor.
    """
    rng = np.random.default_rng([seed, 20231005])
    gsds = [_gsd(rng) for _ in range(cameras)]
    step = float(np.clip(min(gsds) * 0.5, 0.125, 0.3))
    stage, trains = random_yard(rng, step)
    shots = []
    for gsd in gsds:
        # Mostly along the grid, where an image is small; sometimes askew, for the sake of how tracks meet pixels.
        turn = (
            float(rng.normal(0, 8)) + 90.0 * float(rng.integers(4))
            if rng.random() < 0.75
            else float(rng.uniform(0, 360))
        )
        c, s = abs(np.cos(np.radians(turn))), abs(np.sin(np.radians(turn)))
        width, height = stage.layout.width_m, stage.layout.height_m
        size = (int((width * c + height * s) / gsd), int((width * s + height * c) / gsd))
        east, north = rng.uniform(-gsd, gsd, 2)
        shots.append((Camera(*size, gsd, float(east), float(north), turn), random_sensor(rng)))
    for image in draw_image(stage, trains, random_weather(rng), shots, rng):
        reach = stage.layout.width_m / 2 - 8
        strips = []
        for track, line in stage.layout.tracks.items():
            inside = np.flatnonzero((np.abs(line[:, 0]) < reach) & (np.abs(line[:, 1]) < stage.layout.height_m / 2 - 9))
            if inside.size < 40:
                continue
            arc = _arc(line)
            offset = float(rng.normal(0, 0.6)) if rng.random() < 0.85 else float(rng.uniform(-2.2, 2.2))
            span = (float(arc[inside[0]]), float(arc[inside[-1]]))
            wobble = float(rng.uniform(0, 0.5))
            strips.append(label_track(stage.layout, image, track, span, offset_m=offset, wobble_m=wobble))
        yield tuple(strips)

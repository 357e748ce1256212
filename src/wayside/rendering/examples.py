"""Labelled strips from drawn yards: what the network is trained on."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wayside.counting.emission import TYPE_ORDER
from wayside.counting.sampling import PixelWindow, frame_along, sample_strip
from wayside.model.cars import Cover
from wayside.model.polylines import arc_of, left_of, length_of, point_at
from wayside.model.strips import LabelledStrip, Strip
from wayside.rendering.layout import Layout
from wayside.rendering.line_labels import TrackMap
from wayside.rendering.sensor import Camera, Sensor, draw_sensor
from wayside.rendering.stock import CarBody
from wayside.rendering.yard import DrawnImage, Stage, Weather, draw_image, random_weather, random_yard

__all__ = ["draw_examples", "label_track"]

_CLOSE_M = 3.8
"""Two centrelines closer than this share the ground: a car there belongs to either."""
_ROOF_SHARE = 0.75
"""Of a car's height: where its outline appears to lie when the view leans."""


def _apparent(body: CarBody, line: NDArray[np.float64], arc: NDArray[np.float64], image: DrawnImage) -> float:
    """Return how far the lean moves a car's outline along its track, metres."""
    middle = 0.5 * (body.start_m + body.end_m)
    ahead, behind = point_at(line, arc, np.array([middle + 1.0])), point_at(line, arc, np.array([middle - 1.0]))
    tangent = (ahead - behind)[0] / 2.0
    return float(np.dot(tangent, image.lean_m)) * body.model.height_m * _ROOF_SHARE


def _doubtful(layout: Layout, image: DrawnImage, track: str, places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Return where another track's car stands on the same ground."""
    doubt = np.zeros(len(places), dtype=np.bool_)
    for other, bodies in image.trains.items():
        if other == track or not bodies:
            continue
        line = layout.tracks[other]
        arc = arc_of(line)
        for body in bodies:
            spots = point_at(line, arc, np.linspace(body.start_m, body.end_m, 8))
            near = np.hypot(places[:, None, 0] - spots[None, :, 0], places[:, None, 1] - spots[None, :, 1])
            doubt |= (near < _CLOSE_M).any(axis=1)
    return doubt


def label_track(
    layout: Layout,
    image: DrawnImage,
    track: str,
    span: tuple[float, float],
    *,
    offset_m: float,
    wobble_m: float,
    tracks: TrackMap | None = None,
) -> LabelledStrip:
    """Cut the strip of one track from a drawn image and label its columns.

    Args:
        layout: the yard.
        image: the drawn image.
        track: which track.
        span: stretch of the true centreline, metres along it.
        offset_m: how far the given centreline lies to the left of the true one, metres.
        wobble_m: amplitude of a slow wave added to that, metres.
        tracks: of the layout, where it is at hand.
    """
    line = layout.tracks[track]
    arc = arc_of(line)
    s = np.arange(span[0], span[1], 2.0)
    places = point_at(line, arc, s)
    aside = offset_m + wobble_m * np.sin(s / 45.0 + offset_m * 9)
    given = places + left_of(places) * aside[:, None]
    strip = _cut_out(image, track, given)
    label = _label(layout, image, track, span[0], strip)
    # What a bridge hides is labelled all the same: what stands on both sides of it tells what stands below.
    below = (tracks or TrackMap(layout)).under(given, _columns_m(strip, given), own=track)
    return replace(label, trusted=label.trusted & ~below.doubtful, line=below.label)


def _columns_m(strip: Strip, given: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return where the strip's columns lie along the line that it was cut along, metres."""
    n, step = strip.frame.columns, strip.frame.step_m
    return ((np.arange(n) + 0.5) * step + 0.5 * (length_of(given) - n * step)).astype(np.float64)


def _cut_out(image: DrawnImage, name: str, given: NDArray[np.float64]) -> Strip:
    gsd = image.camera.gsd_m
    frame = frame_along(image.camera.to_image(given), unit_m=gsd, y_down=True)
    pixels = np.moveaxis(image.pixels, 2, 0)
    window = PixelWindow(pixels, np.ones(image.pixels.shape[:2], np.bool_), 0.0, 0.0, 1.0, 1.0)
    return sample_strip(name, window, frame, gsd)


def _stray_line(layout: Layout, rng: np.random.Generator) -> NDArray[np.float64]:
    """Draw a line that follows no track: along the yard, or straight across everything."""
    half_x, half_y = layout.width_m / 2 - 9, layout.height_m / 2 - 9
    if rng.random() < 0.6:
        x = np.arange(-half_x, half_x, 2.0)
        given = np.stack([x, rng.uniform(-half_y, half_y) + rng.normal(0, 0.04) * x], -1)
    else:
        angle, length = float(rng.uniform(0, 2 * np.pi)), float(rng.uniform(60, 200))
        middle = rng.uniform([-half_x, -half_y], [half_x, half_y])
        given = middle + np.arange(-length / 2, length / 2, 2.0)[:, None] * [np.cos(angle), np.sin(angle)]
    return np.asarray(given[(np.abs(given[:, 0]) < half_x) & (np.abs(given[:, 1]) < half_y)])


def _elsewhere(layout: Layout, image: DrawnImage, tracks: TrackMap, rng: np.random.Generator) -> LabelledStrip | None:
    """Cut a strip where no track is; None where no such line was found."""
    for _ in range(6):
        given = _stray_line(layout, rng)
        if len(given) < 20:
            continue
        strip = _cut_out(image, "elsewhere", given)
        below = tracks.under(given, _columns_m(strip, given), own=None).label
        # Where a track runs along the line its cars would be this line's.
        trusted = below.rail == 0
        if trusted.mean() < 0.6:
            continue
        blank = np.full(trusted.size, -1, np.int8)
        return LabelledStrip(strip, np.zeros(trusted.size, np.bool_), np.zeros(0), blank, blank, trusted, 0, below)
    return None


def _label(layout: Layout, image: DrawnImage, track: str, begin: float, strip: Strip) -> LabelledStrip:
    line = layout.tracks[track]
    arc = arc_of(line)
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
    trusted = ~_doubtful(layout, image, track, point_at(line, arc, begin + at))
    return LabelledStrip(strip, occupied, places, types, covered, trusted, cars)


def _gsd(rng: np.random.Generator) -> float:
    return float(
        np.exp(rng.uniform(np.log(0.2), np.log(1.1)) if rng.random() < 0.8 else rng.uniform(np.log(1.1), np.log(3.3)))
    )


def _offset(rng: np.random.Generator) -> float:
    """Draw how far aside a track is given, metres: mostly a little, sometimes as far as the next track."""
    kind = rng.random()
    if kind < 0.75:
        return float(rng.normal(0, 0.55))
    return float(rng.uniform(-2.1, 2.1) if kind < 0.9 else rng.uniform(-3.2, 3.2))


def draw_examples(
    seed: int,
    *,
    cameras: int = 4,
    elsewhere: int = 0,
    textures: Sequence[NDArray[np.uint8]] = (),
    without: Collection[str] = (),
    sensors: Callable[[np.random.Generator], Sensor] = draw_sensor,
) -> Iterator[tuple[LabelledStrip, ...]]:
    """Draw one random yard and yield the labelled strips of each of its images.

    Args:
        seed: decides everything.
        cameras: images of the same moment, each with its own resolution, orientation and sensor.
        elsewhere: strips of each image that lie along no track.
        textures: pictures of real ground at 0.3 m, shape (height, width, 3), on which some of the yards are drawn.
        without: what to leave out, to learn what it is worth: "shadows", "lean", "sensor".
        sensors: draws the sensor of each image.
    """
    rng = np.random.default_rng([seed, 20231005])
    gsds = [_gsd(rng) for _ in range(cameras)]
    step = float(np.clip(min(gsds) * 0.5, 0.125, 0.3))
    stage, trains = random_yard(rng, step, textures)
    tracks = TrackMap(stage.layout)
    weather, shots = _plainer(random_weather(rng), _shots(stage, gsds, rng, sensors), without)
    for image in draw_image(stage, trains, weather, shots, rng):
        reach = stage.layout.width_m / 2 - 8
        strips: list[LabelledStrip | None] = []
        for track, line in stage.layout.tracks.items():
            inside = np.flatnonzero((np.abs(line[:, 0]) < reach) & (np.abs(line[:, 1]) < stage.layout.height_m / 2 - 9))
            if inside.size < 40:
                continue
            arc = arc_of(line)
            span = (float(arc[inside[0]]), float(arc[inside[-1]]))
            offset, wobble = _offset(rng), float(rng.uniform(0, 0.5))
            strips.append(
                label_track(stage.layout, image, track, span, offset_m=offset, wobble_m=wobble, tracks=tracks)
            )
        strips += [_elsewhere(stage.layout, image, tracks, rng) for _ in range(elsewhere)]
        yield tuple(s for s in strips if s is not None)


_Shots = list[tuple[Camera, Sensor]]


def _plainer(weather: Weather, shots: _Shots, without: Collection[str]) -> tuple[Weather, _Shots]:
    if "shadows" in without:
        weather = weather._replace(diffuse=1.0)
    if "lean" in without:
        weather = weather._replace(off_nadir_deg=0.0)
    if "sensor" in without:
        shots = [(camera, Sensor()) for camera, _ in shots]
    return weather, shots


def _shots(
    stage: Stage,
    gsds: Sequence[float],
    rng: np.random.Generator,
    sensors: Callable[[np.random.Generator], Sensor],
) -> _Shots:
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
        shots.append((Camera(*size, gsd, float(east), float(north), turn), sensors(rng)))
    return shots

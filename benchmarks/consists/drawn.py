"""The same trains at two dates, drawn under different light and from elsewhere, and read by the real counter."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from consists.readings import GSDS, Reading
from wayside.counting.sampling import PixelWindow, frame_along, sample_strip
from wayside.model.cars import Car, CarType
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.model.strips import Strip
from wayside.pipeline.strip_counter import StripCounter
from wayside.rendering.demo import demo_layout, watched_line
from wayside.rendering.sensor import Camera, Sensor, usual_sensor
from wayside.rendering.stock import CarBody, Network, draw_train
from wayside.rendering.yard import DrawnImage, Stage, Weather, draw_ground, draw_image, random_weather, set_stage
from wayside.wiring.network import PackagedNetwork

NETWORKS = (Network.RUSSIAN, Network.EUROPEAN, Network.CHINESE)
GAUGE = {Network.RUSSIAN: 1520, Network.EUROPEAN: 1435, Network.CHINESE: 1435}
ROOM = {
    "1": (150, 590),
    "2": (160, 580),
    "3": (215, 525),
    "4": (160, 580),
    "5": (215, 525),
    "6": (240, 500),
    "7": (270, 560),
}
LENGTHS = (6, 8, 10, 12, 15, 18, 24)
UNIFORMITY = {"mixed": 0.15, "in blocks": 0.6, "uniform": 0.93}


@dataclass(frozen=True)
class DrawnTrain:
    """A train at a date.

    Attributes:
        key: the same at both dates.
        kind: of ``UNIFORMITY``.
        track: where it stands.
        bodies: its cars along the track.
        changes: what is different from the first date: "reversed", "no locomotive", "1 replaced", "reloaded".
    """

    key: str
    kind: str
    track: str
    bodies: tuple[CarBody, ...]
    changes: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Batch:
    """The strips of a drawn image, as a reader of files would give them."""

    strips: tuple[Strip, ...]
    effective_gsd_m: float
    outside: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def plane(self) -> _Batch:
        return self

    def points(self, xy: Sequence[tuple[float, float]]) -> tuple[MapPoint, ...]:
        return tuple(MapPoint(x, y) for x, y in xy)


def _laid(bodies: Sequence[CarBody], start: float, gaps: Sequence[float]) -> tuple[CarBody, ...]:
    at, out = start, []
    for body, gap in zip(bodies, gaps, strict=True):
        out.append(dataclasses.replace(body, start_m=at))
        at += body.model.length_m + gap
    return tuple(out)


def _gaps(bodies: Sequence[CarBody]) -> list[float]:
    return [b.start_m - a.end_m for a, b in pairwise(bodies)] + [0.0]


def _length(bodies: Sequence[CarBody]) -> float:
    return bodies[-1].end_m - bodies[0].start_m


def first_trains(network: Network, name: str, rng: np.random.Generator) -> list[DrawnTrain]:
    """Draw one train for every track of the station."""
    out = []
    freight = tuple(t for t in CarType if t not in (CarType.LOCOMOTIVE, CarType.PASSENGER))
    for track, (low, high) in ROOM.items():
        kind = list(UNIFORMITY)[int(rng.integers(3))]
        wanted = int(rng.choice(LENGTHS))
        bodies = list(draw_train(0.0, wanted, network, rng, uniformity=UNIFORMITY[kind], types=freight))
        if rng.random() < 0.5:
            engine = draw_train(0.0, 1, network, rng, types=(CarType.LOCOMOTIVE,))
            bodies = [*engine, *bodies]
        bodies = list(
            _laid(
                bodies,
                0.0,
                _gaps(bodies) if bodies[0].model.type is not CarType.LOCOMOTIVE else [0.2, *_gaps(bodies[1:])],
            )
        )
        while _length(bodies) > high - low:
            bodies.pop()
        start = float(rng.uniform(low, high - _length(bodies)))
        out.append(DrawnTrain(f"{name}-{track}", kind, track, _laid(bodies, start, _gaps(bodies))))
    return out


def later_trains(trains: Sequence[DrawnTrain], network: Network, rng: np.random.Generator) -> list[DrawnTrain]:
    """Put the same trains on other tracks, turned, without their locomotive, with cars replaced or loads changed."""
    changed = [_changed(train, network, rng) for train in trains]
    for _ in range(500):
        tracks = [str(t) for t in rng.permutation(list(ROOM))]
        if all(_length(t.bodies) <= ROOM[k][1] - ROOM[k][0] for t, k in zip(changed, tracks, strict=True)):
            break
    else:
        tracks = [t.track for t in trains]
    out = []
    for train, track in zip(changed, tracks, strict=True):
        low, high = ROOM[track]
        start = float(rng.uniform(low, max(low, high - _length(train.bodies)) + 1e-6))
        out.append(dataclasses.replace(train, track=track, bodies=_laid(train.bodies, start, _gaps(train.bodies))))
    return out


def _changed(train: DrawnTrain, network: Network, rng: np.random.Generator) -> DrawnTrain:
    bodies, gaps, said = list(train.bodies), _gaps(train.bodies), []
    if bodies[0].model.type is CarType.LOCOMOTIVE and rng.random() < 0.5:
        bodies, gaps = bodies[1:], gaps[1:]
        said.append("no locomotive")
    replaced = int(rng.integers(4))
    for index in rng.choice(len(bodies), size=min(replaced, len(bodies) - 3), replace=False):
        old = bodies[index]
        rolled = draw_train(0.0, 40, network, rng, uniformity=0.0)
        freight = [b for b in rolled if b.model.type not in (CarType.LOCOMOTIVE, CarType.PASSENGER)]
        near = [b for b in freight if b.model.length_m <= old.model.length_m + 1]
        bodies[index] = near[0] if near else old
    if replaced:
        said.append(f"{replaced} replaced")
    if rng.random() < 0.2:
        fresh = [draw_train(0.0, 1, network, rng, types=(b.model.type,))[0] for b in bodies]
        bodies = [_reloaded(b, f) for b, f in zip(bodies, fresh, strict=True)]
        said.append("reloaded")
    if rng.random() < 0.5:
        bodies, gaps = bodies[::-1], [*gaps[:-1][::-1], 0.0]
        said.append("reversed")
    return dataclasses.replace(train, bodies=_laid(bodies, 0.0, gaps), changes=tuple(said))


def _reloaded(body: CarBody, like: CarBody) -> CarBody:
    if like.model.style != body.model.style:
        return body
    return dataclasses.replace(body, load=like.load, load_colour=like.load_colour)


def _cameras(rng: np.random.Generator) -> list[tuple[Camera, Sensor]]:
    return [(Camera(int(722 / g), int(172 / g), g), usual_sensor(rng)) for g in GSDS]


def _weather(rng: np.random.Generator) -> Weather:
    return random_weather(rng)._replace(sun_elevation_deg=float(rng.uniform(25, 65)))


def _read(image: DrawnImage, network: Network, counter: StripCounter) -> dict[str, tuple[Car, ...]]:
    layout, gsd = demo_layout(), image.camera.gsd_m
    pixels = np.moveaxis(image.pixels, 2, 0)
    window = PixelWindow(pixels, np.ones(image.pixels.shape[:2], np.bool_), 0.0, 0.0, 1.0, 1.0)
    strips, tracks = [], []
    for name in layout.tracks:
        line = image.camera.to_image(watched_line(layout, name))
        strips.append(sample_strip(name, window, frame_along(line, unit_m=gsd, y_down=True), gsd))
        points = tuple(MapPoint(float(x), float(y)) for x, y in line)
        tracks.append(Track(name, points, GAUGE[network], CoordinateSystem.PIXEL))
    batch = _Batch(tuple(strips), gsd)
    counted = counter.count(batch, tracks, gsd_m=gsd, registration=Registration(registered=True, quality=1.0))
    return {track.track_id: track.cars for track in counted.result.tracks}


def _found(train: DrawnTrain, cars: Sequence[Car], begin: float) -> tuple[tuple[Car, ...], tuple[tuple[int, ...], ...]]:
    low, high = train.bodies[0].start_m - begin - 4, train.bodies[-1].end_m - begin + 4
    kept = [car for car in cars if low < (car.start_m + car.end_m) / 2 < high]
    covers = []
    for car in kept:
        overlaps = [(b, min(car.end_m, b.end_m - begin) - max(car.start_m, b.start_m - begin)) for b in train.bodies]
        seeds = [b.seed for b, metres in overlaps if metres > 0.5 * b.model.length_m]
        covers.append(tuple(seeds))
    return tuple(kept), tuple(covers)


def _begin(track: str) -> float:
    layout = demo_layout()
    line, watched = layout.tracks[track], watched_line(layout, track)
    arc = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    return float(arc[int(np.argmin(np.hypot(*(line - watched[0]).T)))])


def read_round(number: int, seed: int) -> Iterator[Reading]:
    """Draw one station at two dates, seven trains at each, and read them at every pixel size."""
    rng = np.random.default_rng([seed, number])
    network = NETWORKS[number % len(NETWORKS)]
    counter = StripCounter(PackagedNetwork(), "wayside")
    stage: Stage = set_stage(demo_layout(), draw_ground(rng), 0.2, rng)
    trains = first_trains(network, f"{number}", rng)
    for date, standing in enumerate((trains, later_trains(trains, network, rng))):
        by_track = dict.fromkeys(stage.layout.tracks, ()) | {t.track: t.bodies for t in standing}
        for image in draw_image(stage, by_track, _weather(rng), _cameras(rng), rng):
            cars = _read(image, network, counter)
            for train in standing:
                found, drawn = _found(train, cars[train.track], _begin(train.track))
                yield Reading(train.key, train.kind, train.changes, network.name.lower(), f"{number}-{date}",
                              image.camera.gsd_m, len(train.bodies), found, drawn)  # fmt: skip

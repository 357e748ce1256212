"""A fictional border crossing over five years: what the demonstration draws. It resembles no place.

The plan is made from a seed, and so is every scene; the truth is kept beside the pixels and is read only at the very
end, to say how far the measured counts were from it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.cars import CarType
from wayside.model.polylines import arc_of
from wayside.rendering.ground import TrackLook
from wayside.rendering.layout import Block, Layout, Mast, Ribbon, Tree, ladder_tracks
from wayside.rendering.sensor import Camera, Sensor
from wayside.rendering.stock import CarBody, Network, draw_train
from wayside.rendering.storage import covered_m2, put_down
from wayside.rendering.yard import DrawnImage, Ground, Stage, Weather, draw_image, set_stage

__all__ = [
    "DEMO_EVENTS",
    "DemoPlan",
    "DemoScene",
    "demo_layout",
    "demo_plan",
    "demo_stage",
    "draw_demo_scene",
    "stored_in",
    "trains_of",
    "true_counts",
    "true_stored_m2",
    "turn",
    "watched_line",
]

EVENT_DAY = date(2023, 9, 13)
LAST_DAY = date(2023, 10, 5)
DEMO_EVENTS = (
    (date(2020, 1, 25), "Border closed"),
    (date(2022, 8, 18), "Border opened again"),
    (date(2023, 7, 6), "Ministers meet"),
    (EVENT_DAY, "Summit"),
)
"""Made up, like the place."""
_FIRST_DAY = date(2018, 10, 9)
_CLIMB = ((-9, 12), (1, 15), (6, 21), (9, 33), (13, 48), (17, 61), (22, 73))
"""Days after the event and freight cars on that day; the climb starts five days after the event."""
_STORED_M2 = (30.0, 20.0, 40.0, 90.0, 140.0, 185.0, 220.0)
"""Ground in the storage zone under things put down, on the days of the climb, square metres."""
_STORED_BEFORE_M2 = 110.0
"""Before the climb there is never more than this, and on most days nothing."""
_GAPS = (
    (date(2020, 2, 10), date(2020, 9, 8)),
    (date(2021, 6, 20), date(2021, 9, 30)),
    (date(2022, 12, 5), date(2023, 2, 15)),
)
"""Stretches without any scene, as archives have them."""
TURN_DEG = 3.0
"""The yard's long axis, counter-clockwise from east."""
_STEP_M = 0.2
_IMAGE_M = (722.0, 172.0)
"""Extent of every image east and north; inside the painted world, turned as it is."""


class DemoScene(NamedTuple):
    """One acquisition to be drawn, with the truth.

    Attributes:
        id: name of the scene.
        acquired: UTC.
        gsd_m: metres per pixel.
        platform: a made-up sensor's name.
        weather: light, air and view, azimuths from true north.
        sensor: its qualities.
        shift_m: error of the delivered coordinates, metres east and north.
        freight: planned number of freight cars on the watched tracks (``true_counts`` says how many found room).
        locomotives: planned number of locomotives on them.
        seed: decides the trains' places and the noise.
        stored_m2: ground in the storage zone that things put down are to cover, square metres.
    """

    id: str
    acquired: datetime
    gsd_m: float
    platform: str
    weather: Weather
    sensor: Sensor
    shift_m: tuple[float, float]
    freight: int
    locomotives: int
    seed: int
    stored_m2: float = 0.0


@dataclass(frozen=True)
class DemoPlan:
    """What the demonstration draws.

    Attributes:
        seed: decides everything.
        scenes: in order of date.
    """

    seed: int
    scenes: tuple[DemoScene, ...]


def turn(points: NDArray[np.float64], angle_deg: float = TURN_DEG) -> NDArray[np.float64]:
    """Return places (n, 2) of the yard's own axes as metres east and north."""
    a = math.radians(angle_deg)
    return np.stack(
        [
            points[:, 0] * math.cos(a) - points[:, 1] * math.sin(a),
            points[:, 0] * math.sin(a) + points[:, 1] * math.cos(a),
        ],
        -1,
    )


def demo_layout() -> Layout:
    """Return the fictional station: a main line, six sidings, a platform, sheds, a storage area."""
    rng = np.random.default_rng(41)
    offsets = [0.0, -5.3, -10.6, 5.3, 10.6, 16.0, 21.4]
    tracks = ladder_tracks(offsets, 370.0, throat_m=45.0, bend_m=9.0, dead_ends=frozenset({6}))
    grey, brick, blue = (0.36, 0.355, 0.34), (0.24, 0.15, 0.12), (0.21, 0.25, 0.29)
    blocks = [
        Block(-40, -7.0, 190, 4.0, 0.0, 0.9, (0.5, 0.49, 0.46)),
        Block(-35, -24, 42, 12, 0.0, 7.0, brick, "gable"),
        Block(35, -23, 18, 9, 0.0, 5.0, grey, "gable"),
        Block(150, 47, 70, 22, 0.02, 8.0, blue, "ribbed"),
        Block(60, 52, 40, 18, 0.0, 6.0, grey, "ribbed"),
        Block(-230, -30, 22, 10, 0.05, 4.0, brick, "gable"),
        Block(-260, 38, 30, 14, -0.05, 5.0, grey, "plain"),
    ]
    blocks += [
        Block(-120 + 13.0 * k, 40 + 3.2 * j, 12.19, 2.44, 0.0, 2.6, (0.3 + 0.1 * (k % 3), 0.24, 0.2), "ribbed")
        for k in range(3)
        for j in range(2)
    ]
    trees = tuple(
        Tree(float(x), float(s * rng.uniform(36, 98)), float(rng.uniform(1.5, 4.0)), float(rng.uniform(3, 9)))
        for x, s in zip(rng.uniform(-360, 360, 190), rng.choice([-1, 1], 190), strict=True)
    )
    road = Ribbon(np.array([[-370.0, -38.0], [-100.0, -36.0], [100.0, -34.0], [370.0, -46.0]]), 7.0, (0.30, 0.30, 0.29))
    masts = tuple(Mast(float(x), 2.7 + 9.0 * (1 - (x / 370) ** 2), 7.0, 0.0, 0.0) for x in np.arange(-330, 331, 55.0))
    zone = np.array([[-135.0, 34.0], [-70.0, 34.0], [-70.0, 52.0], [-135.0, 52.0], [-135.0, 34.0]])
    return Layout(740.0, 216.0, tracks, 1.52, tuple(blocks), trees, masts, (road,), {"storage": zone})


def demo_stage() -> Stage:
    """Paint the station without trains."""
    soil = np.array([[0.16, 0.19, 0.10], [0.26, 0.24, 0.18], [0.36, 0.33, 0.27], [0.20, 0.20, 0.14]])
    look = TrackLook((0.33, 0.30, 0.27), (0.34, 0.33, 0.31), 0.55, 0.8, 0.15)
    ground = Ground(soil, np.array([0.09, 0.13, 0.06]), look)
    return set_stage(demo_layout(), ground, _STEP_M, np.random.default_rng(42))


_PLATFORMS = (
    ("Lynx-1 (drawn)", 0.3),
    ("Lynx-2 (drawn)", 0.5),
    ("Kestrel (drawn)", 0.75),
    ("Shrike (drawn)", 1.0),
    ("Flock (drawn)", 3.0),
)
_SHARES = (0.22, 0.42, 0.16, 0.08, 0.12)


def _weather(day: date, rng: np.random.Generator) -> Weather:
    season = -math.cos(2 * math.pi * (day.timetuple().tm_yday - 15) / 365.25)
    return Weather(
        sun_azimuth_deg=float(rng.uniform(135, 200)),
        sun_elevation_deg=float(42 + 18 * season + rng.normal(0, 3)),
        off_nadir_deg=float(min(abs(rng.normal(0, 12)), 28)),
        view_azimuth_deg=float(rng.uniform(0, 360)),
        diffuse=float(rng.uniform(0.15, 0.35)),
        snow=float(rng.uniform(0.4, 0.95)) if season < -0.55 and rng.random() < 0.55 else 0.0,
        cloud=float(rng.uniform(0.1, 0.55)) if rng.random() < 0.16 else 0.0,
        season=season,
    )


def _sensor(gsd_m: float, rng: np.random.Generator) -> Sensor:
    return Sensor(
        blur=float(rng.uniform(0.4, 0.65)),
        haze=min(float(rng.beta(1.5, 10)), 0.35),
        noise=float(rng.uniform(0.004, 0.014)),
        jpeg=100.0 if rng.random() < 0.7 else float(rng.uniform(75, 95)),
        gain=float(rng.uniform(0.75, 1.05)),
        gamma=float(rng.uniform(0.7, 0.95)),
        sharpen=float(rng.uniform(0, 0.6)),
        pan_ratio=4 if gsd_m < 0.6 else 1,
    )


def _dates(count: int, rng: np.random.Generator) -> list[date]:
    """Return irregular dates: bursts and pauses, none in the gaps."""
    span = (EVENT_DAY - timedelta(days=20) - _FIRST_DAY).days
    days: set[date] = {_FIRST_DAY}
    while len(days) < count:
        day = _FIRST_DAY + timedelta(days=int(rng.integers(span)))
        if any(a <= day <= b for a, b in _GAPS):
            continue
        days.add(day)
        if rng.random() < 0.25:  # the same week again
            near = day + timedelta(days=int(rng.integers(1, 6)))
            if not any(a <= near <= b for a, b in _GAPS):
                days.add(near)
    return sorted(days)[:count] if len(days) > count else sorted(days)


def _scene(day: date, freight: int, gsd_index: int, number: int, rng: np.random.Generator) -> DemoScene:
    platform, gsd = _PLATFORMS[gsd_index]
    acquired = datetime(day.year, day.month, day.day, int(rng.integers(2, 6)), int(rng.integers(60)), tzinfo=UTC)
    return DemoScene(
        id=f"drawn-{day:%Y%m%d}-{number:03d}",
        acquired=acquired,
        gsd_m=gsd,
        platform=platform,
        weather=_weather(day, rng),
        sensor=_sensor(gsd, rng),
        shift_m=(float(rng.normal(0, 2.0)), float(rng.normal(0, 2.0))) if number else (0.0, 0.0),
        freight=freight,
        locomotives=int(rng.random() < 0.3) + int(freight > 40),
        seed=int(rng.integers(2**31)),
    )


def demo_plan(seed: int = 2023, *, quick: bool = False) -> DemoPlan:
    """Plan the scenes: about 150, or 24 where ``quick``.

    Counts before the climb are at most 20; the last seven scenes surround the event and follow the climb.
    """
    rng = np.random.default_rng([seed, 1])
    calm = _dates(17 if quick else 143, rng)
    scenes = []
    level = 8.0
    for number, day in enumerate(calm):
        level = float(np.clip(level * math.exp(rng.normal(0, 0.25)), 3.0, 13.0))
        freight = int(min(20, rng.negative_binomial(5, 5 / (5 + level))))
        choice = int(rng.choice(len(_PLATFORMS), p=_SHARES)) if number else 0
        scene = _scene(day, freight, choice, number, rng)
        if number == 0:  # the scene that the tracks were drawn on: fine, clear, from above
            scene = scene._replace(weather=scene.weather._replace(cloud=0.0, snow=0.0, off_nadir_deg=3.0))
        scenes.append(scene._replace(stored_m2=_stored_before(scene)))
    for number, (after, freight) in enumerate(_CLIMB, start=len(calm)):
        day = EVENT_DAY + timedelta(days=after)
        last = day == LAST_DAY
        scene = _scene(day, freight, 0 if last else int(rng.choice(3)), number, rng)
        if last:
            scene = scene._replace(weather=scene.weather._replace(cloud=0.0, off_nadir_deg=9.0, sun_elevation_deg=41.0))
        scenes.append(scene._replace(stored_m2=_STORED_M2[number - len(calm)]))
    return DemoPlan(seed, tuple(scenes))


def _stored_before(scene: DemoScene) -> float:
    """Return what lies in the storage zone on an ordinary day; a source of chance of its own leaves the rest alone."""
    rng = np.random.default_rng([scene.seed, 8])
    return _STORED_BEFORE_M2 * float(rng.beta(1.2, 2.5)) if rng.random() < 0.4 else 0.0


_BLOCK_TYPES = (
    (CarType.GONDOLA,),
    (CarType.BOX,),
    (CarType.TANK,),
    (CarType.GONDOLA, CarType.BOX, CarType.CONTAINER_FLAT),
    (),
)
_USABLE_M = {
    "1": (150.0, 590.0),
    "2": (160.0, 580.0),
    "3": (215.0, 525.0),
    "4": (160.0, 580.0),
    "5": (215.0, 525.0),
    "6": (240.0, 500.0),
    "7": (270.0, 560.0),
}
"""Where trains may stand on each track, metres along it: between the fouling points of its turnouts."""


_RETURNS = {EVENT_DAY + timedelta(days=17): ("1", False), LAST_DAY: ("4", True)}
"""The days on which one and the same train stands there, its track, and whether it is turned round."""
_RETURNING_CARS = 18


def _returning_train(scene: DemoScene) -> dict[str, tuple[CarBody, ...]]:
    """Return the train that comes again, by its track, on the days on which it is there; empty on all others."""
    place = _RETURNS.get(scene.acquired.date())
    if place is None:
        return {}
    track, turned = place
    types = tuple(t for t in CarType if t not in (CarType.LOCOMOTIVE, CarType.PASSENGER, CarType.UNKNOWN))
    rng = np.random.default_rng(18)
    bodies = draw_train(0.0, _RETURNING_CARS, Network.RUSSIAN, rng, uniformity=0.1, types=types)
    low, high = _USABLE_M[track]
    length = bodies[-1].end_m
    start = low + (0.7 if turned else 0.3) * (high - low - length)
    if turned:
        return {track: tuple(replace(b, start_m=start + length - b.end_m) for b in reversed(bodies))}
    return {track: tuple(replace(b, start_m=start + b.start_m) for b in bodies)}


def _demo_trains(scene: DemoScene, rng: np.random.Generator) -> dict[str, tuple[CarBody, ...]]:
    trains = _returning_train(scene)
    left, engines = scene.freight - sum(len(bodies) for bodies in trains.values()), scene.locomotives
    order = [str(track) for track in rng.permutation(list(_USABLE_M)) if str(track) not in trains]
    types_left = [t for t in CarType if t not in (CarType.LOCOMOTIVE, CarType.PASSENGER)]
    for index, track in enumerate(order):
        low, high = _USABLE_M[track]
        last = index == len(order) - 1
        share = left if last else int(min(left, max(1, round(left * rng.uniform(0.15, 0.6))))) if left else 0
        only = _BLOCK_TYPES[int(rng.integers(len(_BLOCK_TYPES)))] or tuple(types_left)
        start = float(rng.uniform(low, low + 0.35 * (high - low)))
        bodies: list[CarBody] = []
        if engines and share:
            bodies += draw_train(start, 1, Network.RUSSIAN, rng, types=(CarType.LOCOMOTIVE,))
            engines -= 1
        at = bodies[-1].end_m if bodies else start
        for body in draw_train(at, share, Network.RUSSIAN, rng, types=only):
            if body.end_m > high:
                break
            bodies.append(body)
        left -= sum(b.model.type is not CarType.LOCOMOTIVE for b in bodies)
        trains[track] = tuple(bodies)
    return trains


def draw_demo_scene(stage: Stage, scene: DemoScene) -> DrawnImage:
    """Draw one scene, north up. Its truth is counted again from what stands on the tracks."""
    rng = np.random.default_rng(scene.seed)
    trains = _demo_trains(scene, rng)
    w = scene.weather
    local = w._replace(
        sun_azimuth_deg=(w.sun_azimuth_deg + TURN_DEG) % 360, view_azimuth_deg=(w.view_azimuth_deg + TURN_DEG) % 360
    )
    camera = Camera(int(_IMAGE_M[0] / scene.gsd_m), int(_IMAGE_M[1] / scene.gsd_m), scene.gsd_m, 0.0, 0.0, -TURN_DEG)
    return draw_image(stage, trains, local, [(camera, scene.sensor)], rng, stored=stored_in(stage.layout, scene))[0]


def stored_in(layout: Layout, scene: DemoScene) -> tuple[Block, ...]:
    """Return what stands in the storage zone in a scene, beyond the containers that always do.

    On the days of the climb things are added to what stands there already; before it, each lot is another one.
    """
    if scene.stored_m2 <= 0 or not layout.zones:
        return ()
    rng = np.random.default_rng(7) if scene.acquired.date() > EVENT_DAY else np.random.default_rng([scene.seed, 7])
    trees = [Block(t.x, t.y, 2 * t.radius_m, 2 * t.radius_m, 0.0, t.height_m, (0.1, 0.1, 0.1)) for t in layout.trees]
    return put_down(layout.zones["storage"], scene.stored_m2, rng, taken=(*layout.blocks, *trees))


def true_stored_m2(layout: Layout, scene: DemoScene) -> float:
    """Return the area of the storage zone that things put down truly cover in a scene, square metres."""
    return covered_m2(stored_in(layout, scene), layout.zones["storage"]) if layout.zones else 0.0


def trains_of(scene: DemoScene) -> dict[str, tuple[CarBody, ...]]:
    """Return the cars of a scene by track: the truth that ``draw_demo_scene`` draws."""
    return _demo_trains(scene, np.random.default_rng(scene.seed))


def true_counts(scene: DemoScene) -> tuple[int, int]:
    """Return how many freight cars and locomotives stand on the watched tracks of a scene."""
    types = [body.model.type for bodies in trains_of(scene).values() for body in bodies]
    return sum(t.is_freight for t in types), sum(t is CarType.LOCOMOTIVE for t in types)


def watched_line(layout: Layout, track: str) -> NDArray[np.float64]:
    """Return the part of a track that an analyst would draw: between its fouling points, inside every image."""
    line = layout.tracks[track]
    arc = arc_of(line)
    low, high = _USABLE_M[track]
    reach = _IMAGE_M[0] / 2 - 12
    kept = (arc >= low - 25) & (arc <= high + 25) & (np.abs(line[:, 0]) < reach)
    return line[kept][::4]

"""A made-up site with five years of counts, complete enough to be assessed and reported on."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache

import numpy as np

from wayside.assessment.assessment import CountedScene
from wayside.model.cars import Car, CarType, Cover
from wayside.model.counts import CountDistribution, CountInterval
from wayside.model.observations import CountStatus, Registration, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.scenes import Licence, Scene
from wayside.model.series import (
    Baseline,
    BeforeRise,
    DatedEvent,
    DateInterval,
    EventLag,
    Onset,
    Record,
    Sensitivity,
    SeriesDay,
    SeriesResult,
    Surge,
)

GENERATED = datetime(2023, 10, 7, 9, 30, tzinfo=UTC)
NEWEST_DAY = date(2023, 10, 5)
BREAK_DAY = date(2023, 9, 18)
_LOOSE = Registration(registered=False)
TRACKS = {"1": 840.0, "2": 910.0, "3": 640.0, "4": 520.0}
EVENTS = (
    DatedEvent(date(2020, 1, 21), "Border closes", "press"),
    DatedEvent(date(2022, 11, 4), "First train across the bridge", "38 North"),
    DatedEvent(date(2023, 7, 27), "A minister's visit to the capital", "press"),
    DatedEvent(date(2023, 9, 13), "Summit", "press"),
)


def around(n: int, spread: int) -> CountDistribution:
    return CountDistribution.from_interval(n, max(0, n - spread), n + spread)


def site(name: str = "Kestrel Junction", note: str = "") -> Site:
    line = (MapPoint(0.0, 0.0), MapPoint(900.0, 0.0))
    tracks = tuple(Track(i, line, system=CoordinateSystem.PIXEL) for i in TRACKS)
    return Site("kestrel", name, tracks, note=note)


def scene(day: date, gsd_m: float = 0.5, *, drawn: bool = True, publishable: bool = True, scene_id: str = "") -> Scene:
    name = scene_id or f"KJ_{day:%Y%m%d}"
    return Scene(
        id=name,
        acquired=datetime(day.year, day.month, day.day, 2, 17, tzinfo=UTC),
        gsd_m=gsd_m,
        checksum="1220" + hashlib.sha256(name.encode()).hexdigest(),
        href=f"{name}.tif",
        provider="wayside rendering" if drawn else "A provider",
        platform="none" if drawn else "Satellite-1",
        licence=Licence("CC0-1.0" if publishable else "proprietary", "Drawn by wayside" if drawn else "", publishable),
        drawn=drawn,
    )


def cars_for(n: int, length_m: float, rng: np.random.Generator) -> tuple[Car, ...]:
    kinds = [CarType.GONDOLA, CarType.BOX, CarType.TANK, CarType.CONTAINER_FLAT]
    along = float(rng.uniform(10, 60))
    cars = [Car(along, along + 17.0, CarType.LOCOMOTIVE, 0.9, Cover.UNDETERMINED, 0.99)] if n else []
    along += 18.2
    for i in range(n):
        kind = kinds[(i // 7) % len(kinds)]
        length = {CarType.GONDOLA: 12.8, CarType.BOX: 14.7, CarType.TANK: 12.0, CarType.CONTAINER_FLAT: 18.5}[kind]
        if along + length > length_m - 5:
            break
        cover = Cover.COVERED if i % 3 else Cover.OPEN
        cars.append(Car(along, along + length, kind, 0.8, cover, 0.42 if i == 11 else 0.98))
        along += length + (1.2 if (i + 1) % 14 else 22.0)
    return tuple(cars)


def scene_count(
    n: int, gsd_m: float = 0.5, *, visible: float = 1.0, seed: int = 1, registered: bool = True
) -> SceneCount:
    rng = np.random.default_rng(seed)
    spread = max(1, round(2 * gsd_m + 0.03 * n * (1 + 4 * gsd_m)))
    share = [n - 3 * (n // 4), n // 4, n // 4, n // 4]
    tracks = []
    for (track_id, length), k in zip(TRACKS.items(), share, strict=True):
        cars = cars_for(k, length, rng)
        occupied = sum(car.length_m for car in cars)
        tracks.append(TrackCount(track_id, length, visible, 0.2, around(len(cars), 1), occupied, cars))
    return SceneCount(
        status=CountStatus.OCCUPIED_LENGTH if gsd_m > 1.2 else CountStatus.COUNTED,
        gsd_m=gsd_m,
        count=around(n + 2, spread),
        freight=around(n, spread),
        locomotives=around(2, 1),
        covered=around(round(0.6 * n), spread),
        occupied_m=sum(t.occupied_m for t in tracks),
        tracks=tuple(tracks),
        model="strip-net 1 sha256:0f3a",
        software="wayside 0.1.0",
        by_type={"gondola": around(n // 2, spread), "box": around(n // 4, 2), "tank": around(n // 5, 2)},
        registration=Registration(registered, 1.2, -0.7, 0.98, "KJ_20181011", 0.1)
        if registered
        else Registration(False),
    )


def days(rng: np.random.Generator, scenes: int = 150) -> list[date]:
    """Irregular days over five years with two long gaps, and closer together at the end."""
    first = date(2018, 10, 8)
    span = (date(2023, 9, 1) - first).days
    chosen = {first + timedelta(days=int(k)) for k in rng.integers(0, span, scenes)}
    gaps = ((date(2020, 1, 30), date(2020, 8, 28)), (date(2021, 12, 1), date(2022, 2, 20)))
    kept = {d for d in chosen if not any(a <= d <= b for a, b in gaps)}
    recent = {date(2023, 9, 6), date(2023, 9, 12), date(2023, 9, 16), date(2023, 9, 22), date(2023, 9, 28), NEWEST_DAY}
    return sorted(kept | recent)


def true_level(day: date) -> float:
    calm = 9 + 4 * np.sin(day.toordinal() / 260)
    after = (day - BREAK_DAY).days
    return float(calm + max(0.0, min(1.0, after / 15)) * 62)


@cache
def rows(*, drawn: bool = True, publishable: bool = True, seed: int = 4) -> tuple[CountedScene, ...]:
    rng = np.random.default_rng(seed)
    made = []
    for day in days(rng):
        gsd = float(rng.choice([0.3, 0.5, 0.8, 3.0], p=[0.25, 0.4, 0.2, 0.15]))
        if day >= date(2023, 9, 28):
            gsd = 0.3
        n = 73 if day == NEWEST_DAY else min(int(rng.poisson(true_level(day))), 19 if day < BREAK_DAY else 99)
        visible = float(rng.choice([1.0, 0.97, 0.8], p=[0.8, 0.12, 0.08])) if day != NEWEST_DAY else 0.99
        count = scene_count(n, gsd, visible=visible, seed=n, registered=bool(rng.random() > 0.03))
        made.append(CountedScene(scene(day, gsd, drawn=drawn, publishable=publishable), count))
    return tuple(made)


def series(made: tuple[CountedScene, ...], events: tuple[DatedEvent, ...] = EVENTS) -> SeriesResult:
    first, last = date(2018, 10, 5), date(2023, 10, 4)
    observed = {row.day for row in made}
    smooth = []
    for k in range(0, (NEWEST_DAY - first).days + 1, 3):
        day = first + timedelta(days=k)
        level = true_level(day)
        width = 1.3 if any(abs((day - d).days) < 12 for d in observed) else 2.0
        band = (level / width, level, level * width)
        smooth.append(SeriesDay(day, band, (int(band[0]), int(level), int(band[2]) + 2), day in observed))
    lags = tuple(EventLag(e, (BREAK_DAY - e.day).days, _lag90(e), 0.04) for e in events)
    return SeriesResult(
        day=NEWEST_DAY,
        now=made[-1].result.freight,
        baseline=Baseline(first, last, len(made) - 1, 212, 0.83, 15, 51, 57, CountInterval(51, 70)),
        record=Record(0.9999, 0.64, 1 / len(made)),
        surge=Surge(2.0, 0.998),
        onset=Onset(BREAK_DAY, DateInterval(date(2023, 9, 15), date(2023, 9, 22)), 0.99),
        events=lags,
        miss_probability=0.21,
        days=tuple(smooth),
        parameters={"size": 8.0, "hazard_per_year": 0.7},
        before_rise=BeforeRise(date(2023, 9, 14), len(made) - 4, 19, 0.9999, 0.71, 25, CountInterval(20, 41)),
        sensitivity=(
            Sensitivity("0.1 jumps a year", 0.4, 0.82),
            Sensitivity("1 jumps a year", 0.2, 0.49),
            Sensitivity("cars stay 10 days", None, 0.69),
        ),
        notes=("Days between scenes lean on the prior of excursions.",),
    )


def _lag90(event: DatedEvent) -> tuple[int, int]:
    return (date(2023, 9, 15) - event.day).days, (date(2023, 9, 22) - event.day).days


def first_sight(made: tuple[CountedScene, ...]) -> SeriesResult:
    """The series of a single scene: nothing to compare with."""
    return replace(
        series(made),
        baseline=None,
        record=None,
        surge=None,
        onset=None,
        events=(),
        miss_probability=None,
        days=(),
        before_rise=None,
        sensitivity=(),
    )

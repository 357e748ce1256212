"""How long exports of many cars take, and how much memory, beside writing as many bytes and doing nothing.

``python benchmarks/exports.py [--scenes 150] [--cars 2000]`` prints one line for each format: seconds, MB written, the
time beside that of writing the same bytes to the same disk with ``fsync``, and the most memory beyond that of the
tables themselves. Every format runs in a process of its own.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import tempfile
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from wayside.assessment.assessment import CountedScene
from wayside.exports import Contents, Form, Table, write_export
from wayside.model.cars import Car, CarType
from wayside.model.counts import CountDistribution
from wayside.model.observations import CountStatus, SceneCount, TrackCount
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.scenes import Scene
from wayside.pipeline.exporting import layers_of

_TRACKS = 8
_CAR_M = 14.0
_DEGREE_M = 111_000.0


@dataclass(frozen=True, slots=True)
class Measured:
    """What one export cost.

    Attributes:
        form: the format.
        tables_s: to make the tables from the counts, seconds.
        write_s: to write them, seconds.
        disk_s: to write as many bytes and wait for the disk, seconds.
        size_mb: of all files.
        before_mb: the most memory before the writer began.
        peak_mb: the most memory at all.
    """

    form: str
    tables_s: float
    write_s: float
    disk_s: float
    size_mb: float
    before_mb: float
    peak_mb: float


def counts(scenes: int, cars: int) -> tuple[Site, list[CountedScene]]:
    """Return a site and its counts, the cars shared out over its tracks."""
    each = cars // _TRACKS
    long = (each + 1) * _CAR_M / _DEGREE_M
    tracks = tuple(
        Track(
            str(k),
            (MapPoint(130.0, 42.0 + 6e-5 * k), MapPoint(130.0 + 1.4 * long, 42.0 + 6e-5 * k)),
            (1520,),
            CoordinateSystem.LONLAT,
        )
        for k in range(_TRACKS)
    )
    total = CountDistribution.from_interval(cars, 0.97 * cars, 1.03 * cars)
    part = CountDistribution.from_interval(each, each - 3, each + 3)
    nothing = CountDistribution.exactly(0)
    kinds = list(CarType)
    rng = np.random.default_rng(0)
    rows = []
    for number in range(scenes):
        found = tuple(
            TrackCount(
                track.id, (each + 1) * _CAR_M, 1.0, 0.0, part, each * _CAR_M,
                tuple(
                    Car(_CAR_M * k, _CAR_M * k + 13.2, kinds[int(rng.integers(len(kinds)))], 0.9) for k in range(each)
                ),
            )
            for track in tracks
        )  # fmt: skip
        scene = Scene(
            f"s{number:04d}",
            datetime(2020, 1, 1, tzinfo=UTC) + timedelta(days=7 * number),
            0.5,
            "1220" + "ab" * 32,
            "s",
        )
        result = SceneCount(
            CountStatus.COUNTED, 0.5, total, total, nothing, nothing, cars * _CAR_M, found, "model 1", "wayside",
            {"gondola": total},
        )  # fmt: skip
        rows.append(CountedScene(scene, result))
    return Site("yard", "Yard", tracks), rows


def measure(form: str, scenes: int, cars: int) -> Measured:
    """Export once."""
    site, rows = counts(scenes, cars)
    begun = time.perf_counter()
    tables = tuple(Table.of(layer) for layer in layers_of(site, rows))
    made = time.perf_counter()
    contents = Contents(site.id, site.name, tables, datetime(2024, 1, 1, tzinfo=UTC), "wayside 0")
    before = _peak_mb()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "out"
        started = time.perf_counter()
        write_export(place, contents, Form(form))
        written = time.perf_counter()
        files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
        size = sum(path.stat().st_size for path in files)
        waited = _disk(Path(folder) / "bytes", size)
    return Measured(form, made - begun, written - started, waited, size / 1e6, before, _peak_mb())


def _disk(path: Path, size: int) -> float:
    block = os.urandom(1 << 20)
    begun = time.perf_counter()
    with path.open("wb") as file:
        for _ in range(size // len(block) + 1):
            file.write(block)
        file.flush()
        os.fsync(file.fileno())
    return time.perf_counter() - begun


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measure every format and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scenes", type=int, default=150)
    parser.add_argument("--cars", type=int, default=2000)
    asked = parser.parse_args()
    print(f"{asked.scenes} scenes of {asked.cars} cars")
    print("format   tables s  write s    MB   x disk  before MB  peak MB")
    context = multiprocessing.get_context("spawn")
    for form in Form:
        with context.Pool(1) as pool:
            one = pool.apply(measure, (form.value, asked.scenes, asked.cars))
        times = one.write_s / max(one.disk_s, 1e-3)
        print(
            f"{one.form:8} {one.tables_s:8.1f} {one.write_s:8.1f} {one.size_mb:6.1f} {times:7.0f} "
            f"{one.before_mb:10.0f} {one.peak_mb:8.0f}",
            flush=True,
        )


if __name__ == "__main__":
    main()

"""The whole way of one large scene: describe, register, read ten tracks (5 km), network, decode.

Run with ``pytest benchmarks/test_scene_speed.py -s``. CPU time is of this process, all threads; the peer reads every
pixel of the same file once, as a detector that searches the scene must. Set OPENBLAS_NUM_THREADS=1, as wayside does.
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import rasterio
from pytest_benchmark.fixture import BenchmarkFixture

from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.pipeline.ports import CountTask
from wayside.wiring import image_counter

ROUNDS = 5


def _tracks() -> tuple[Track, ...]:
    """Ten tracks of 500 m, 5 m apart, at 37 degrees, on the pixel grid of the scene."""
    angle = np.radians(37.0)
    along, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tracks = []
    for k in range(10):
        line = 5000 + np.linspace(-500, 500, 21)[:, None] * along + k * 10 * side
        points = tuple(MapPoint(float(x), float(y)) for x, y in line)
        tracks.append(Track(str(k), points, system=CoordinateSystem.PIXEL))
    return tuple(tracks)


def test_counting_a_large_scene(benchmark: BenchmarkFixture, scene: Path) -> None:
    counter, tracks = image_counter(), _tracks()
    task = CountTask(scene, tracks, reference=scene, reference_gsd_m=0.5, reference_id="reference")
    counter.count(task)  # weights loaded, reference grid read: once in a run, not once in a scene
    started = time.process_time()
    result = benchmark.pedantic(counter.count, (task,), rounds=ROUNDS, warmup_rounds=0).result
    cpu = (time.process_time() - started) / ROUNDS
    started = time.process_time()
    with rasterio.open(scene) as dataset:
        dataset.read()
    whole = time.process_time() - started
    length = sum(track.length_m for track in result.tracks)
    print(
        f"\n{length:,.0f} m of track: {cpu:.3f} s CPU to register, read and count; reading the whole file once: "
        f"{whole:.2f} s; ratio {cpu / whole:.2f}"
    )
    assert result.registration.registered
    assert len(result.tracks) == 10

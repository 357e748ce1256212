"""What it costs to read ten tracks, 5 km in all, from a 10,000 x 10,000 scene.

Run with ``pytest benchmarks/test_read_speed.py -s``. Bytes are counted two ways: the compressed sizes of the blocks
that the windows touch, from the file's own table, and what the process asked of the system (/proc/self/io).
"""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest
import rasterio
from pytest_benchmark.fixture import BenchmarkFixture

from wayside.imagery import PixelReader, StripBatch, describe_image
from wayside.imagery import reading as reading_room
from wayside.model.places import CoordinateSystem, MapPoint, Track

SIZE = 10_000


def yard(angle_deg: float, *, bend: float = 0.0) -> list[Track]:
    """Ten tracks of 500 m, 5 m apart, at an angle, through the middle of the scene."""
    angle = np.radians(angle_deg)
    along, side = np.array([np.cos(angle), np.sin(angle)]), np.array([-np.sin(angle), np.cos(angle)])
    tracks = []
    for k in range(10):
        at = np.linspace(-500, 500, 21)
        line = SIZE / 2 + at[:, None] * along + (k * 10 + bend * (at / 500) ** 2)[:, None] * side
        points = tuple(MapPoint(float(x), float(y)) for x, y in line)
        tracks.append(Track(str(k), points, system=CoordinateSystem.PIXEL))
    return tracks


def scattered() -> list[Track]:
    """Ten tracks of 500 m, each somewhere else in the scene, in all directions: the worst case."""
    rng = np.random.default_rng(3)
    tracks = []
    for k in range(10):
        start, angle = rng.uniform(1500, SIZE - 1500, 2), rng.uniform(0, 2 * np.pi)
        end = start + 1000 * np.array([np.cos(angle), np.sin(angle)])
        tracks.append(
            Track(str(k), (MapPoint(*start.tolist()), MapPoint(*end.tolist())), system=CoordinateSystem.PIXEL)
        )
    return tracks


def touched_share(path: Path, tracks: list[Track]) -> float:
    """Share of the file's bytes in blocks that the reader's windows touch."""
    info = describe_image(path)
    with rasterio.open(path) as dataset:
        side = dataset.block_shapes[0][0]
    plane = reading_room.plane_of(info, tracks)
    level = reading_room.level_for(info, plane)
    blocks: set[tuple[int, int]] = set()
    for track in tracks:
        line = plane.from_positions(np.asarray(track.centreline))
        pieces, _ = reading_room.pieces_of(plane, level, line)
        for box in (reading_room.box_of(piece, level) for piece in pieces):
            if not box.empty:
                blocks |= {
                    (i, j)
                    for i in range(box.top // side, (box.bottom - 1) // side + 1)
                    for j in range(box.left // side, (box.right - 1) // side + 1)
                }
    with rasterio.open(path) as dataset:
        size = sum(int(dataset.get_tag_item(f"BLOCK_SIZE_{j}_{i}", "TIFF", bidx=1)) for i, j in blocks)
    return size / path.stat().st_size


def asked_of_the_system() -> int:
    fields = dict(line.split(": ") for line in Path("/proc/self/io").read_text(encoding="ascii").splitlines())
    return int(fields["rchar"])


def read(path: Path, tracks: list[Track]) -> StripBatch:
    return PixelReader().read_strips(path, tracks, info=describe_image(path))


CASES = [("yard", yard(0)), ("diagonal yard", yard(37, bend=60)), ("scattered", scattered())]


@pytest.mark.parametrize(("name", "tracks"), CASES, ids=[name for name, _ in CASES])
def test_reading_ten_tracks(benchmark: BenchmarkFixture, scene: Path, name: str, tracks: list[Track]) -> None:
    read(scene, tracks[:1])
    before, started = asked_of_the_system(), time.process_time()
    batch = benchmark.pedantic(read, (scene, tracks), rounds=3, warmup_rounds=0)
    cpu = (time.process_time() - started) / 3
    share = (asked_of_the_system() - before) / 3 / scene.stat().st_size
    length = sum(strip.frame.length_m for strip in batch.strips)
    print(
        f"\n{name}: {length:,.0f} m of track, {cpu:.3f} s CPU; blocks touched {touched_share(scene, tracks):.2%} of "
        f"{scene.stat().st_size / 1e6:,.0f} MB, asked of the system {share:.2%}"
    )
    assert all(strip.visible_fraction == 1.0 for strip in batch.strips)

"""Draw yards and write tiles with oriented-box labels, as an oriented-box detector is trained on.

    python benchmarks/peers/obb_data.py OUT --yards 400 [--jobs 2] [--first-seed 7000000] [--held 0.05]

The yards, trains, weather and sensors are those that wayside's own network learns from, drawn with other seeds
(7,000,000 and up). Every image is brought to ``GSD_M``, the scale at which the detector works, and cut into tiles of
``TILE`` pixels. A label is the outline of a car's body as it appears (moved by the lean of its roof), cut at the tile's
edge, kept where two fifths of it are inside. Format: YOLO OBB, "0 x1 y1 x2 y2 x3 y3 x4 y4", 0 to 1.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scale import GSD_M, TILE

from wayside.counting.boxes import box_around
from wayside.errors import ValueRefusedError
from wayside.rendering.layout import Layout
from wayside.rendering.sensor import Camera, draw_sensor
from wayside.rendering.yard import DrawnImage, draw_image, random_weather, random_yard

FIRST_SEED = 7_000_000
FINEST_M, COARSEST_M = 0.22, 1.9
ROOF_SHARE = 0.75
LEAST_INSIDE = 0.4
BUFFERS_M = 0.5
"""Taken from the length over couplers at either end: a label is the body."""

Array = NDArray[np.float64]


def car_outlines(layout: Layout, image: DrawnImage) -> list[Array]:
    """Return the outlines of all cars in the image's own pixels, shape (4, 2) each."""
    found = []
    for name, bodies in image.trains.items():
        line = layout.tracks[name]
        arc = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
        for body in bodies:
            at = np.array([body.start_m + BUFFERS_M, body.end_m - BUFFERS_M])
            ends = np.stack([np.interp(at, arc, line[:, k]) for k in (0, 1)], -1)
            ends = ends + np.array(image.lean_m) * body.model.height_m * ROOF_SHARE
            along = ends[1] - ends[0]
            length = float(np.hypot(*along))
            if length < 3.0:
                continue
            aside = np.array([-along[1], along[0]]) / length * body.model.width_m / 2
            corners = np.stack([ends[0] + aside, ends[1] + aside, ends[1] - aside, ends[0] - aside])
            found.append(image.camera.to_image(corners))
    return found


def clipped(corners: Array, size: float) -> Array:
    """Cut a convex outline to the square from 0 to ``size`` (Sutherland and Hodgman, 1974)."""
    points = corners
    for axis, bound, sign in ((0, 0.0, 1.0), (0, size, -1.0), (1, 0.0, 1.0), (1, size, -1.0)):
        kept: list[Array] = []
        for k in range(len(points)):
            here, there = points[k], points[(k + 1) % len(points)]
            inside, next_inside = (sign * (p[axis] - bound) >= 0 for p in (here, there))
            if inside:
                kept.append(here)
            if inside != next_inside:
                t = (bound - here[axis]) / (there[axis] - here[axis])
                kept.append(here + t * (there - here))
        points = np.array(kept).reshape(-1, 2)
        if len(points) < 3:
            return np.zeros((0, 2))
    return points


def _area(points: Array) -> float:
    x, y = points.T
    return abs(float(np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))) / 2


def labels(outlines: list[Array], left: int, top: int) -> list[str]:
    """Return the label lines of one tile."""
    lines = []
    for corners in outlines:
        own = corners - (left, top)
        if (own.max(axis=0) < 0).any() or (own.min(axis=0) > TILE).any():
            continue
        cut = clipped(own, float(TILE))
        if len(cut) < 3 or _area(cut) < LEAST_INSIDE * _area(own):
            continue
        try:
            around = box_around(cut, unit_m=1.0).corners(1.0)
        except ValueRefusedError:
            continue
        values = np.clip(around / TILE, 0.0, 1.0).ravel()
        lines.append("0 " + " ".join(f"{v:.5f}" for v in values))
    return lines


def tiles(pixels: NDArray[np.uint8], outlines: list[Array]) -> Iterator[tuple[NDArray[np.uint8], list[str]]]:
    """Cut an image into tiles; of those without a car one in three is kept."""
    height, width = pixels.shape[:2]
    empty = 0
    for top in range(0, max(1, height - TILE // 3), TILE):
        for left in range(0, max(1, width - TILE // 3), TILE):
            tile = np.full((TILE, TILE, 3), 114, np.uint8)
            part = pixels[top : top + TILE, left : left + TILE]
            tile[: part.shape[0], : part.shape[1]] = part
            lines = labels(outlines, left, top)
            empty += not lines
            if (lines or empty % 3 == 1) and part.std() > 2:
                yield tile, lines


def draw(seed: int) -> list[tuple[NDArray[np.uint8], list[str]]]:
    """Draw one yard and return its tiles."""
    rng = np.random.default_rng([seed, 20231005])
    gsds = [GSD_M, float(np.exp(rng.uniform(np.log(FINEST_M), np.log(COARSEST_M))))]
    stage, trains = random_yard(rng, float(np.clip(min(gsds) * 0.5, 0.125, 0.3)))
    shots = [(_camera(stage.layout, gsd, rng), draw_sensor(rng)) for gsd in gsds]
    made = []
    for image in draw_image(stage, trains, random_weather(rng), shots, rng):
        camera, scale = image.camera, image.camera.gsd_m / GSD_M
        size = (round(camera.width * scale), round(camera.height * scale))
        how = Image.Resampling.BOX if scale < 0.5 else Image.Resampling.BICUBIC
        shown = np.asarray(Image.fromarray(image.pixels).resize(size, how))
        factor = np.array(size) / (camera.width, camera.height)
        made += tiles(shown, [corners * factor for corners in car_outlines(stage.layout, image)])
    return made


def _camera(layout: Layout, gsd: float, rng: np.random.Generator) -> Camera:
    turn = float(rng.uniform(0, 360)) if rng.random() < 0.5 else float(rng.normal(0, 8)) + 90.0 * int(rng.integers(4))
    c, s = abs(np.cos(np.radians(turn))), abs(np.sin(np.radians(turn)))
    width, height = layout.width_m, layout.height_m
    return Camera(int((width * c + height * s) / gsd), int((width * s + height * c) / gsd), gsd, 0.0, 0.0, turn)


def _write(job: tuple[int, Path, bool]) -> tuple[int, int]:
    seed, out, held = job
    part = "val" if held else "train"
    made = draw(seed)
    for index, (tile, lines) in enumerate(made):
        name = f"{seed}_{index}"
        Image.fromarray(tile).save(out / "images" / part / f"{name}.jpg", quality=95)
        (out / "labels" / part / f"{name}.txt").write_text("\n".join(lines) + ("\n" if lines else ""))
    return len(made), sum(len(lines) for _, lines in made)


def main() -> None:
    """Draw the yards of the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--yards", type=int, default=400)
    parser.add_argument("--first-seed", type=int, default=FIRST_SEED)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--held", type=float, default=0.05, help="share of yards kept for validation")
    given = parser.parse_args()
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    for kind in ("images", "labels"):
        for part in ("train", "val"):
            (given.out / kind / part).mkdir(parents=True, exist_ok=True)
    held = max(1, round(given.yards * given.held))
    jobs = [(given.first_seed + k, given.out, k < held) for k in range(given.yards)]
    total = cars = 0
    with ProcessPoolExecutor(given.jobs, mp_context=multiprocessing.get_context("spawn")) as pool:
        for done, (made, boxes) in enumerate(pool.map(_write, jobs, chunksize=1), start=1):
            total, cars = total + made, cars + boxes
            if done % 20 == 0 or done == given.yards:
                print(f"{done}/{given.yards} yards, {total} tiles, {cars} boxes", flush=True)
    (given.out / "data.yaml").write_text(
        f"path: {given.out.absolute()}\ntrain: images/train\nval: images/val\nnames:\n  0: railcar\n"
    )


if __name__ == "__main__":
    main()

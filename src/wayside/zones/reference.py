"""What a zone usually looks like: the middle of its scenes, after each was brought to one light."""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from wayside.model.checks import require
from wayside.zones.pixels import ZonePixels

__all__ = [
    "FINE_M",
    "LEAST_SCENES",
    "Compared",
    "Reference",
    "compare",
    "dump_reference",
    "history_length",
    "line_of",
    "load_reference",
    "make_reference",
]

Array = NDArray[np.float32]
FINE_M = 1.25
"""Scenes finer than this make the reference, where there are enough of them."""
LEAST_SCENES = 6
_GROWTH = 1.25
_BLUR = 0.5
"""Standard deviation of what an image blurs, in its own pixels: the box of a pixel and its optics."""
_ROUNDS = 4
_LEAST_VALID = 0.3
_KEPT_SHARE = 0.7
_MAD = 1.4826


def history_length(usable: int) -> int:
    """Return how many of the earliest usable scenes make the reference: the greatest of 6, 8, 10, 12 … that there is.

    The steps grow by a quarter, so that a new scene seldom changes the reference and with it what was said of all
    others. 0 where there are fewer than 6.
    """
    if usable < LEAST_SCENES:
        return 0
    length = LEAST_SCENES
    while (more := max(length + 2, int(length * _GROWTH))) <= usable:
        length = more
    return length


@dataclass(frozen=True, eq=False)
class Reference:
    """The usual state of a zone's ground.

    Attributes:
        usual: shape (3, rows, columns), each band with median 0 and interquartile range 1 over the grid.
        spread: shape (rows, columns), how much a cell's brightness usually differs from it, in the same unit.
        known: shape (rows, columns), True where enough scenes show the ground.
        scenes: number of scenes that it was made from.
    """

    usual: Array
    spread: Array
    known: NDArray[np.bool_]
    scenes: int


class Compared(NamedTuple):
    """A scene beside the reference in the same light.

    Attributes:
        seen: shape (3, rows, columns), the scene; where it cannot be seen, what is expected.
        expected: shape (3, rows, columns), the reference in this scene's light and sharpness.
        noise: shape (3,), usual difference of the two over the grid (scaled median absolute deviation).
        likeness: correlation of the two over the grid, -1 to 1.
        spread: shape (rows, columns), the reference's spread in this scene's unit.
        usable: shape (rows, columns), True where both are known.
    """

    seen: Array
    expected: Array
    noise: Array
    likeness: float
    spread: Array
    usable: NDArray[np.bool_]


def make_reference(scenes: Sequence[ZonePixels]) -> Reference:
    """Return what a zone usually looks like.

    A cell's usual look is the median of the scenes that are most alike, so that snow, haze and a store that was full
    for a while do not enter; what stands there in more than half of them is ground.

    Args:
        scenes: six or more; their order does not matter.
    """
    require(len(scenes) >= LEAST_SCENES, f"a zone's usual look needs {LEAST_SCENES} scenes, not {len(scenes)}")
    fine = [scene for scene in scenes if scene.gsd_m <= FINE_M]
    used = fine if len(fine) >= LEAST_SCENES else list(scenes)
    stack = np.stack([_standard(scene) for scene in used])
    usual = _median(stack)
    likeness = np.array([_likeness(one, usual) for one in stack])
    alike = stack[np.argsort(-likeness, kind="stable")[: max(LEAST_SCENES - 1, round(_KEPT_SHARE * len(used)))]]
    usual = _median(alike)
    levelled = np.stack([_levelled(one, usual) for one in alike])
    known = np.isfinite(levelled[:, 0]).mean(axis=0) > _LEAST_VALID
    usual = _median(levelled)
    differences = np.where(np.isfinite(levelled), np.abs(levelled - usual), np.nan).mean(axis=1)
    spread = _MAD * _median(differences)
    return Reference(np.nan_to_num(usual), np.nan_to_num(spread, nan=1.0), known, len(used))


def compare(scene: ZonePixels, reference: Reference, cell_m: float = 1.0) -> Compared:
    """Bring the reference to a scene's light and sharpness."""
    sigma = _BLUR * float(np.sqrt(max(scene.gsd_m**2 - cell_m**2, 0.0))) / cell_m
    usual, spread = reference.usual, reference.spread
    if sigma > 0.3:
        usual = np.stack([gaussian_filter(band, sigma, mode="nearest") for band in usual])
        spread = gaussian_filter(spread, sigma, mode="nearest")
    usable = scene.valid & reference.known
    expected, gains = np.empty_like(usual), np.empty(3, dtype=np.float32)
    for band in range(3):
        gain, offset = line_of(usual[band], scene.values[band], usable)
        expected[band], gains[band] = gain * usual[band] + offset, gain
    seen = np.where(usable, scene.values, expected).astype(np.float32)
    noise = np.array([_middle((seen - expected)[band][usable])[1] for band in range(3)], dtype=np.float32)
    floor = 0.02 * float(np.ptp(np.percentile(seen, (1, 99)))) + 1e-9
    return Compared(
        seen, expected, np.maximum(noise, floor), _correlation(seen, expected, usable), spread * gains.mean(), usable
    )


# ---------------------------------------------------------------------- kept
def dump_reference(reference: Reference) -> bytes:
    """Return a reference as bytes: a line of JSON, then its numbers, little-endian and packed (zlib)."""
    head = json.dumps({"shape": reference.spread.shape, "scenes": reference.scenes}).encode()
    numbers = (reference.usual.astype("<f4"), reference.spread.astype("<f4"), reference.known.astype(np.uint8))
    return head + b"\n" + zlib.compress(b"".join(part.tobytes() for part in numbers), 6)


def load_reference(content: bytes) -> Reference:
    """Return the reference of bytes that ``dump_reference`` wrote, bit for bit."""
    head, _, packed = content.partition(b"\n")
    facts = json.loads(head)
    rows, columns = facts["shape"]
    cells, numbers = rows * columns, zlib.decompress(packed)
    require(len(numbers) == 17 * cells, "a zone's usual look has as many numbers as its shape says")
    usual = np.frombuffer(numbers, "<f4", 3 * cells).reshape(3, rows, columns).astype(np.float32)
    spread = np.frombuffer(numbers, "<f4", cells, 12 * cells).reshape(rows, columns).astype(np.float32)
    known = np.frombuffer(numbers, np.uint8, cells, 16 * cells).reshape(rows, columns) > 0
    return Reference(usual, spread, known, int(facts["scenes"]))


# ---------------------------------------------------------------------- light
def _standard(scene: ZonePixels) -> Array:
    """Bring each band to median 0 and interquartile range 1; NaN where nothing was seen."""
    out = np.full(scene.values.shape, np.nan, dtype=np.float32)
    if scene.valid.any():
        for band in range(3):
            seen = scene.values[band][scene.valid]
            low, middle, high = np.percentile(seen, (25, 50, 75))
            out[band][scene.valid] = (seen - middle) / max(float(high - low), 1e-6)
    return out


def _levelled(one: Array, usual: Array) -> Array:
    """Fit a standardised scene to the usual look, so that its contrast is the same."""
    seen = np.isfinite(one[0]) & np.isfinite(usual[0])
    out = np.full_like(one, np.nan)
    for band in range(3):
        gain, offset = line_of(np.nan_to_num(usual[band]), np.nan_to_num(one[band]), seen)
        out[band] = (one[band] - offset) / max(gain, 0.2)
    return out


def line_of(x: Array, y: Array, usable: NDArray[np.bool_]) -> tuple[float, float]:
    """Fit y = gain x + offset over usable cells, so that what changed does not pull: Tukey's biweight, four rounds."""
    if np.count_nonzero(usable) < 3:
        return 1.0, 0.0
    a, b = x[usable].astype(np.float64), y[usable].astype(np.float64)
    first, second = float(a.mean()), float(b.mean())
    a -= first
    b -= second
    weight = np.ones_like(a)
    gain, offset = 1.0, 0.0
    for _ in range(_ROUNDS):
        total = float(weight.sum())
        weighted = weight * a
        ma, mb = float(weighted.sum()) / total, float(weight @ b) / total
        variance = float(weighted @ a) / total - ma * ma
        gain = (float(weighted @ b) / total - ma * mb) / variance if variance > 1e-12 else 0.0
        offset = mb - gain * ma
        rest = b - gain * a
        # About the middle of what is left: what changed pulls a first line off the bulk of the ground.
        middle, deviation = _middle(rest)
        rest -= middle
        rest /= 4.7 * max(deviation, 1e-6)
        weight = np.maximum(1 - rest * rest, 0) ** 2 + 1e-9
    return gain, offset + second - gain * first


def _middle(values: NDArray[np.floating]) -> tuple[float, float]:
    """Return median and scaled median absolute deviation; of an even number, the upper of the two middle values."""
    if not values.size:
        return 0.0, 0.0
    single = np.asarray(values, dtype=np.float32)  # exact to seven digits, and half as long to part
    k = single.size // 2
    middle = np.partition(single, k)[k]
    return float(middle), _MAD * float(np.partition(np.abs(single - middle), k)[k])


def _median(stack: Array) -> Array:
    """Median over the first axis without NaN; NaN where there is nothing but NaN."""
    ordered = np.sort(stack, axis=0)  # NaN comes last
    count = np.isfinite(stack).sum(axis=0)
    low = np.take_along_axis(ordered, np.maximum(count - 1, 0)[None] // 2, axis=0)[0]
    high = np.take_along_axis(ordered, np.minimum(count // 2, len(stack) - 1)[None], axis=0)[0]
    return np.asarray(np.where(count > 0, (low + high) / 2, np.nan), dtype=np.float32)


def _likeness(one: Array, usual: Array) -> float:
    return _correlation(one, usual, np.isfinite(one[0]) & np.isfinite(usual[0]))


def _correlation(one: Array, other: Array, usable: NDArray[np.bool_]) -> float:
    """Return the correlation of brightness over usable cells; -1 where fewer than three are."""
    a, b = one.mean(axis=0)[usable], other.mean(axis=0)[usable]
    if a.size < 3:
        return -1.0
    a, b = a - a.mean(), b - b.mean()
    norm = float(np.sqrt(float(a @ a) * float(b @ b)))
    return float(a @ b) / norm if norm > 1e-12 else 0.0

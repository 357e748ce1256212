"""Labelled real images, as they were taken and made worse: coarser, compressed, blurred, noisy.

A coarser image is the finer one seen through worse optics: a Gaussian of 0.45 coarse pixels (standard deviation; with
the detector's own averaging a modulation transfer of 0.24 at the Nyquist frequency, about that of high-resolution
satellites), then the exact area average over every coarse pixel. Labels move with the pixels; nobody reads the worse
image again.
"""

from __future__ import annotations

import io
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from counting_scoring import Truth
from numpy.typing import NDArray
from PIL import Image
from scipy.ndimage import gaussian_filter

RECIPE = "1: gsd (optics 0.45 px, area), jpeg 30, blur 1.5 px, noise 12 DN"
"""Changed whenever a treatment is; part of the digests that floors are pinned on."""
OPTICS_PX = 0.45
JPEG_QUALITY = 30
BLUR_PX = 1.5
NOISE_DN = 12.0
SHARP_BELOW_M = 0.6
WORSE_BELOW_M = 1.2
FROM_SHARP = (0.6, 1.0, 2.0, 3.0)
FROM_COARSER = (1.5, 2.0, 3.0)

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Case:
    """A labelled image on disk.

    Attributes:
        name: of the file, without its suffix.
        source: the image that it was made from.
        treatment: what was done to it; empty for nothing.
        image: the picture.
        labels: its GeoJSON.
    """

    name: str
    source: str
    treatment: str
    image: Path
    labels: dict[str, Any]

    @property
    def geojson(self) -> Path:
        return self.image.with_suffix(".geojson")

    @property
    def gsd_m(self) -> float:
        return float(self.labels["gsd_m"])

    def truths(self) -> dict[str, Truth]:
        """Return the reader's number by track."""
        return {p["id"]: truth_of(p) for p in (f["properties"] for f in self.labels["features"])}


def truth_of(properties: dict[str, Any]) -> Truth:
    """Return the reader's number; ``cars`` alone, a range alone, or both may be given."""
    low, high = properties.get("cars_min"), properties.get("cars_max")
    best = properties.get("cars")
    if best is None:
        best = round((low + high) / 2)
    return Truth(best if low is None else low, best, best if high is None else high)


def along_m(line: NDArray[np.float64], point: tuple[float, float], unit_m: float) -> float:
    """Return how far along a polyline, shape (n, 2), the place nearest to a point lies, metres."""
    steps = np.diff(line, axis=0)
    lengths = np.hypot(*steps.T)
    t = np.clip(((point - line[:-1]) * steps).sum(axis=1) / lengths**2, 0.0, 1.0)
    feet = line[:-1] + t[:, None] * steps
    nearest = int(np.argmin(np.hypot(*(feet - point).T)))
    return float(lengths[:nearest].sum() + t[nearest] * lengths[nearest]) * unit_m


def labelled_gaps(feature: dict[str, Any], gsd_m: float) -> tuple[float, ...] | None:
    """Return the couplings along a track, metres; None where the reader did not mark every one of them."""
    properties = feature["properties"]
    gaps = properties.get("gaps") or []
    truth = truth_of(properties)
    if not truth.sure or len(gaps) != max(truth.best - 1, 0):
        return None
    line = np.array(feature["geometry"]["coordinates"], dtype=np.float64)[:, :2]
    return tuple(sorted(along_m(line, tuple(gap), gsd_m) for gap in gaps))


def taken(shared: Path) -> list[Case]:
    """Return the real images as they were taken."""
    found = []
    for path in sorted((shared / "imagery").glob("*.geojson")):
        labels = json.loads(path.read_text(encoding="utf-8"))
        found.append(Case(path.stem, path.stem, "", path.with_name(labels["image"]), labels))
    return found


# ---------------------------------------------------------------------------- making them worse
def area_average(values: NDArray[np.float64], factor: float, axis: int) -> NDArray[np.float64]:
    """Return exact averages over ``factor`` (1 or more) cells along an axis; the last one over what is left."""
    size = values.shape[axis]
    edges = np.append(np.arange(0.0, size, factor), float(size))
    edges = edges[: edges.size - 1 if edges.size > 2 and edges[-1] - edges[-2] < 1e-9 else None]
    values = np.moveaxis(values, axis, 0)
    below = np.concatenate([np.zeros((1, *values.shape[1:])), np.cumsum(values, axis=0)])
    whole = np.minimum(np.floor(edges).astype(int), size - 1)
    rest = (edges - whole).reshape(-1, *[1] * (values.ndim - 1))
    at = below[whole] + rest * values[whole]
    means = np.diff(at, axis=0) / np.diff(edges).reshape(-1, *[1] * (values.ndim - 1))
    return np.moveaxis(means, 0, axis)


def _bytes(values: NDArray[np.float64]) -> Pixels:
    return np.clip(np.rint(values), 0, 255).astype(np.uint8)


def coarser(pixels: Pixels, factor: float) -> Pixels:
    """Return an image, shape (rows, columns, bands), with pixels ``factor`` times as large."""
    own = OPTICS_PX * np.sqrt(factor**2 - 1.0)  # the image has its own optics already
    soft = gaussian_filter(pixels.astype(np.float64), (own, own, 0.0), mode="nearest")
    return _bytes(area_average(area_average(soft, factor, 0), factor, 1))


def compressed(pixels: Pixels) -> Pixels:
    """Return an image after one pass through a poor JPEG."""
    held = io.BytesIO()
    Image.fromarray(pixels).save(held, "JPEG", quality=JPEG_QUALITY)
    with Image.open(held) as image:
        return np.asarray(image)


def blurred(pixels: Pixels) -> Pixels:
    """Return an image out of focus."""
    return _bytes(gaussian_filter(pixels.astype(np.float64), (BLUR_PX, BLUR_PX, 0.0), mode="nearest"))


def noisy(pixels: Pixels, seed: int) -> Pixels:
    """Return an image with noise of its own in every band."""
    return _bytes(pixels + np.random.default_rng(seed).normal(0.0, NOISE_DN, pixels.shape))


def treatments(gsd_m: float) -> dict[str, float | None]:
    """Return what is done to an image of this ground sample distance: by name, the new distance where it changes."""
    if gsd_m >= WORSE_BELOW_M:
        return {}
    targets = FROM_SHARP if gsd_m < SHARP_BELOW_M else FROM_COARSER
    return {**{f"{t:g} m": t for t in targets}, "JPEG 30": None, "blur": None, "noise": None}


def _treated(pixels: Pixels, treatment: str, factor: float, name: str) -> Pixels:
    if factor > 1.0:
        return coarser(pixels, factor)
    if treatment == "JPEG 30":
        return compressed(pixels)
    return blurred(pixels) if treatment == "blur" else noisy(pixels, zlib.crc32(name.encode()))


def _scaled(labels: dict[str, Any], image: str, factor: float, treatment: str) -> dict[str, Any]:
    fresh: dict[str, Any] = json.loads(json.dumps(labels))
    fresh |= {"image": image, "gsd_m": labels["gsd_m"] * factor, "treatment": treatment}
    for feature in fresh["features"]:
        line = feature["geometry"]["coordinates"]
        feature["geometry"]["coordinates"] = [[x / factor, y / factor] for x, y, *_ in line]
        gaps = feature["properties"].get("gaps") or []
        feature["properties"]["gaps"] = [[x / factor, y / factor] for x, y in gaps]
    return fresh


def degraded(case: Case, folder: Path) -> list[Case]:
    """Write every worse version of an image, with labels beside it that fit; return them.

    Names are ``SOURCE-TREATMENT`` without blanks: ``yard-0.6m``, ``yard-JPEG30``, ``yard-blur``, ``yard-noise``.
    """
    with Image.open(case.image) as picture:
        pixels = np.asarray(picture.convert("RGB"))
    found = []
    for treatment, target in treatments(case.gsd_m).items():
        factor = target / case.gsd_m if target else 1.0
        name = f"{case.name}-{treatment.replace(' ', '')}"
        image = folder / f"{name}.png"
        labels = _scaled(case.labels, image.name, factor, treatment)
        Image.fromarray(_treated(pixels, treatment, factor, name)).save(image, compress_level=1)
        image.with_suffix(".geojson").write_text(json.dumps(labels), encoding="utf-8")
        found.append(Case(name, case.source, treatment, image, labels))
    return found


def all_cases(shared: Path, folder: Path) -> list[Case]:
    """Return the images as taken, then their worse versions, which are written into ``folder``."""
    images = taken(shared)
    return [*images, *[worse for case in images for worse in degraded(case, folder)]]

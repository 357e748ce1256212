"""Real images that the network may learn from: labelled tracks, and ground without railways."""

from __future__ import annotations

import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, map_coordinates

from wayside.counting.placing import beside
from wayside.errors import InputError
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Site, Track
from wayside.model.strips import LabelledStrip, LineLabel, Strip
from wayside.pipeline.files import read_text
from wayside.pipeline.ports import PixelReader
from wayside.training.pieces import Pieces, cut, join

__all__ = ["LearningImages", "RealImages", "ground_pieces", "labelled_pieces", "pictures"]

_MISPLACED_M = 0.4
"""Standard deviation of the shifts by which the labelled tracks are misplaced, metres."""
_COARSEST_M = 2.0
_POINT_SPREAD = 0.45
"""Standard deviation of a sensor's point spread, in pixels."""
_GROUND_M = 0.3


class RealImages(Hashable, Protocol):
    """Reads what a training learns from beside its drawings; a plain value, as processes that draw need it too."""

    @property
    def reader(self) -> PixelReader:
        """Reads strips."""
        ...

    def site(self, path: Path) -> Site:
        """Read tracks (``TracksError``)."""
        ...

    def picture(self, path: Path) -> NDArray[np.uint8]:
        """Read a whole small image, shape (height, width, 3) (``ImageError``)."""
        ...


@dataclass(frozen=True, slots=True)
class LearningImages:
    """What to learn from.

    Attributes:
        images: reads them.
        labels: GeoJSON files in image coordinates with ``image``, ``gsd_m`` and, per track, ``cars`` and ``gaps``.
        ground: pictures of ground without railways, 0.3 m a pixel.
    """

    images: RealImages
    labels: tuple[Path, ...] = ()
    ground: tuple[Path, ...] = ()


class _Truth(NamedTuple):
    """One labelled track: its number of cars and the couplings between them, image coordinates (n, 2)."""

    cars: int
    gaps: NDArray[np.float64]


def _document(path: Path) -> dict[str, Any]:
    try:
        document = json.loads(read_text(path, InputError))
        float(document["gsd_m"]), str(document["image"])
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError(
            "labels need the members image and gsd_m, and features with cars and gaps", where=str(path)
        ) from fault
    return dict(document)


def _truths(document: Mapping[str, Any], path: Path) -> dict[str, _Truth]:
    """Return the truth of every track whose couplings are all labelled."""
    try:
        rows = [f["properties"] for f in document["features"]]
        found = {
            str(p["id"]): _Truth(int(p["cars"]), np.asarray(p["gaps"], dtype=np.float64).reshape(-1, 2)) for p in rows
        }
    except (ValueError, KeyError, TypeError) as fault:
        raise InputError("a feature lacks id, cars or gaps", where=str(path)) from fault
    return {k: t for k, t in found.items() if len(t.gaps) == max(t.cars - 1, 0)}


def _labelled(strip: Strip, truth: _Truth, shift_m: tuple[float, float]) -> LabelledStrip:
    """Label a strip that is covered from end to end, or empty; ``shift_m`` is how it was misplaced, right and down."""
    n = strip.frame.columns
    full = truth.cars > 0
    places = np.sort(beside(strip.frame, truth.gaps).along_m) if len(truth.gaps) else np.zeros(0)
    boundaries = np.concatenate([[0.0], places, [n * strip.frame.step_m]]) if full else np.zeros(0)
    blank = np.full(n, -1, np.int8)
    line = LineLabel(np.ones(n, np.int8), -(strip.frame.normal @ np.asarray(shift_m)))
    return LabelledStrip(
        strip, np.full(n, full), boundaries, blank, blank, np.ones(n, np.bool_), cars=truth.cars, line=line
    )


def _coarser(strip: Strip, gsd_m: float, rng: np.random.Generator) -> Strip:
    """Return a strip as a coarser sensor would have delivered it."""
    if gsd_m <= strip.gsd_m * 1.05:
        return strip
    row_m, step_m = strip.frame.row_m, strip.frame.step_m
    spread = _POINT_SPREAD * float(np.sqrt(gsd_m**2 - strip.gsd_m**2))
    soft = gaussian_filter(strip.pixels, (0, spread / row_m, spread / step_m))
    # Onto the coarse pixels and back: bilinear, as an image is resampled.
    rows, columns = strip.frame.rows, strip.frame.columns
    coarse = (max(2, round(rows * row_m / gsd_m)), max(2, round(columns * step_m / gsd_m)))
    there = np.meshgrid(*[(np.arange(k) + 0.5) * s / k - 0.5 for k, s in zip(coarse, (rows, columns), strict=True)])
    back = np.meshgrid(*[(np.arange(s) + 0.5) * k / s - 0.5 for k, s in zip(coarse, (rows, columns), strict=True)])
    pixels = []
    for band in soft:
        small = map_coordinates(band, np.stack([a.T for a in there]), order=1, mode="nearest")
        small = small + rng.normal(0, 0.02 * float(band.std()) + 0.5, small.shape)
        pixels.append(map_coordinates(small, np.stack([a.T for a in back]), order=1, mode="nearest"))
    return replace(strip, pixels=np.stack(pixels).astype(np.float32), gsd_m=gsd_m)


def labelled_pieces(what: LearningImages, repeats: int, seed: int) -> Pieces | None:
    """Read every labelled track ``repeats`` times, each time misplaced and as another sensor would see it.

    Raises:
        InputError: a file of labels is damaged.
        ImageError: an image is.
    """
    rng = np.random.default_rng([seed, 31])
    lots: list[Pieces] = []
    for path in what.labels:
        document = _document(path)
        truths, site = _truths(document, path), what.images.site(path)
        image, gsd = path.parent / str(document["image"]), float(document["gsd_m"])
        facts = what.images.reader.describe(image, gsd_m=gsd, crs=None)
        for _ in range(repeats):
            right, down = rng.normal(0, _MISPLACED_M, 2)
            moved = Registration(registered=True, east_m=float(right), north_m=float(-down))
            read = what.images.reader.read_strips(image, site.tracks, facts=facts, shift=moved)
            to = gsd if rng.random() < 0.5 else float(np.exp(rng.uniform(np.log(gsd), np.log(_COARSEST_M))))
            strips = [_coarser(strip, max(to, gsd), rng) for strip in read.strips]
            labels = [_labelled(s, truths[s.track_id], (right, down)) for s in strips if s.track_id in truths]
            found = cut(labels, rng, seen=strips)
            lots += [found] if found is not None else []
    return join(lots) if lots else None


def _chords(size: tuple[int, int], rng: np.random.Generator, number: int) -> tuple[Track, ...]:
    """Draw straight lines across a picture of ``size`` rows and columns, each at least half as long as it."""
    height, width = size
    tracks: list[Track] = []
    while len(tracks) < number:
        ends = rng.uniform((2, 2), (width - 2, height - 2), (2, 2))
        if np.hypot(*(ends[1] - ends[0])) < 0.5 * min(size):
            continue
        line = tuple(MapPoint(float(x), float(y)) for x, y in ends)
        tracks.append(Track(id=str(len(tracks)), centreline=line, system=CoordinateSystem.PIXEL))
    return tuple(tracks)


def ground_pieces(what: LearningImages, lines: int, seed: int) -> Pieces | None:
    """Lay lines over ground without railways: no car, no railway (raises as ``labelled_pieces``)."""
    rng = np.random.default_rng([seed, 37])
    lots: list[Pieces] = []
    for path in what.ground:
        facts = what.images.reader.describe(path, gsd_m=_GROUND_M, crs=None)
        tracks = _chords(what.images.picture(path).shape[:2], rng, lines)
        read = what.images.reader.read_strips(path, tracks, facts=facts, shift=None)
        to = _GROUND_M if rng.random() < 0.5 else float(np.exp(rng.uniform(np.log(_GROUND_M), np.log(_COARSEST_M))))
        found = cut([_bare(_coarser(strip, to, rng)) for strip in read.strips], rng)
        lots += [found] if found is not None else []
    return join(lots) if lots else None


def _bare(strip: Strip) -> LabelledStrip:
    n = strip.frame.columns
    blank = np.full(n, -1, np.int8)
    line = LineLabel(np.zeros(n, np.int8), np.full(n, np.nan))
    return LabelledStrip(
        strip, np.zeros(n, np.bool_), np.zeros(0), blank, blank, np.ones(n, np.bool_), cars=0, line=line
    )


def pictures(what: LearningImages) -> tuple[NDArray[np.uint8], ...]:
    """Return the ground as pictures to draw on."""
    return tuple(what.images.picture(path) for path in what.ground)

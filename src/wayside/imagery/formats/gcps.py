"""Ground control points: a map for an image whose file only says where some of its pixels lie."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasterio.control import GroundControlPoint

from wayside.imagery.geodesy import Affine6, distance_m, map_to_lonlat, pixels_to_map

__all__ = ["ControlFit", "fit_control_points"]

_MOST_CONDITION = 1e8
_FARTHEST = 1e9
"""No pixel and no place on a map has a coordinate beyond this; damaged files do, and their squares overflow."""


class ControlFit(NamedTuple):
    """The plane map that fits control points best.

    Attributes:
        transform: a, b, c, d, e, f.
        rms_m: root mean square of what the points are off it, metres on the ground, corrected for the six numbers
            that were fitted (sum of squares over n - 3); NaN for three points, which fit whatever they are.
        worst_m: what the worst point is off it, metres.
        points: how many there were.
    """

    transform: Affine6
    rms_m: float
    worst_m: float
    points: int


def fit_control_points(points: Sequence[GroundControlPoint], crs: str) -> ControlFit | None:
    """Fit a transform by least squares; None where fewer than three points, or points on one line, allow none.

    Args:
        points: column, row and map position each; image coordinates from the outer corner of the first pixel.
        crs: coordinate reference system of the positions.
    """
    rows = [(p.col, p.row, p.x, p.y) for p in points]
    table = np.array(rows, dtype=np.float64).reshape(-1, 4)
    if len(table) < 3 or not (np.abs(table) <= _FARTHEST).all():
        return None
    pixels, places = table[:, :2], table[:, 2:]
    middle, spread = pixels.mean(axis=0), float(np.abs(pixels - pixels.mean(axis=0)).max())
    if spread <= 0:
        return None
    design = np.column_stack([(pixels - middle) / spread, np.ones(len(pixels))])
    if np.linalg.cond(design) > _MOST_CONDITION:
        return None
    origin = places.mean(axis=0)
    solved, *_ = np.linalg.lstsq(design, places - origin, rcond=None)
    (a, d), (b, e) = (solved[:2] / spread).tolist()
    c, f = (solved[2] + origin - middle @ solved[:2] / spread).tolist()
    if abs(a * e - b * d) < 1e-20:
        return None
    off = _metres_between(crs, pixels_to_map((a, b, c, d, e, f), pixels), places)
    if not np.isfinite(off).all():
        return None
    spare = len(off) - 3
    rms = math.sqrt(float(off @ off) / spare) if spare else math.nan
    return ControlFit((a, b, c, d, e, f), rms, float(off.max()), len(off))


def _metres_between(crs: str, one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    ends = map_to_lonlat(crs, one), map_to_lonlat(crs, other)
    if not all(np.isfinite(end).all() for end in ends):
        return np.full(len(one), np.nan)
    return np.array([distance_m(a, b) for a, b in zip(*ends, strict=True)])

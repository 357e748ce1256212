"""From longitude and latitude to an image's grid and back, and how large a pixel is on the ground."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from pyproj import CRS, Geod, Transformer
from pyproj.exceptions import CRSError, ProjError

__all__ = [
    "Affine6",
    "GroundStep",
    "crs_name",
    "distance_m",
    "ground_step",
    "known_crs",
    "lonlat_to_map",
    "map_to_lonlat",
    "map_to_pixels",
    "pixels_to_map",
    "projected_grid",
    "shifted",
]

Affine6 = tuple[float, float, float, float, float, float]
"""a, b, c, d, e, f with x = a column + b row + c and y = d column + e row + f."""

_GEOD = Geod(ellps="WGS84")
_PROBE_M = 100.0
_LATTICE = 17


class GroundStep(NamedTuple):
    """What one step along the image's columns and rows is on the ground, at one place.

    Attributes:
        column_m: length of one column step, metres.
        row_m: length of one row step, metres.
        cosine: cosine of the angle between the two; 0 for a grid without shear.
        pixels_per_metre: shape (2, 2), [[columns per metre east, per metre north], [rows per metre east, per north]].
        mirrored: True where rows grow to the left of columns, as on no ordinary image.
    """

    column_m: float
    row_m: float
    cosine: float
    pixels_per_metre: NDArray[np.float64]
    mirrored: bool


@lru_cache(maxsize=64)
def known_crs(text: str) -> CRS | None:
    """Return the CRS that a text names, None where it names none or one without a place on the earth."""
    try:
        crs = CRS.from_user_input(text)
    except CRSError:
        return None
    return crs if crs.is_projected or crs.is_geographic or crs.is_bound else None


@lru_cache(maxsize=64)
def crs_name(text: str) -> str | None:
    """Return the short name of a CRS, "EPSG:n" where it has one, else WKT; None where it names no place on earth."""
    crs = known_crs(text)
    if crs is None:
        return None
    authority = crs.to_authority(min_confidence=90)
    return ":".join(authority) if authority else crs.to_wkt()


@lru_cache(maxsize=64)
def _transformer(source: str, target: str) -> Transformer:
    return Transformer.from_crs(source, target, always_xy=True)


def _transform(source: str, target: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    if xy.shape[0] == 0:
        return xy.copy()
    try:
        x, y = _transformer(source, target).transform(xy[:, 0].tolist(), xy[:, 1].tolist())
    except ProjError:
        return np.full_like(xy, np.nan)
    out = np.stack([np.asarray(x), np.asarray(y)], axis=-1).astype(np.float64)
    out[~np.isfinite(out).all(axis=1)] = np.nan
    return out


def lonlat_to_map(crs: str, lonlat: NDArray[np.float64]) -> NDArray[np.float64]:
    """Project longitude and latitude, shape (n, 2), degrees, into ``crs``; NaN where that cannot be done."""
    return _transform("OGC:CRS84", crs, lonlat)


def map_to_lonlat(crs: str, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn positions in ``crs``, shape (n, 2), into longitude, latitude in degrees; NaN where that cannot be done."""
    return _transform(crs, "OGC:CRS84", xy)


def pixels_to_map(transform: Affine6, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn image coordinates (column, row), shape (n, 2), into positions on the map."""
    a, b, c, d, e, f = transform
    return np.asarray(pixels @ np.array([[a, d], [b, e]]) + (c, f))


def map_to_pixels(transform: Affine6, xy: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn positions on the map, shape (n, 2), into image coordinates (column, row)."""
    a, b, c, d, e, f = transform
    return np.linalg.solve(np.array([[a, b], [d, e]]), (xy - (c, f)).T).T


def shifted(transform: Affine6, column: float, row: float) -> Affine6:
    """Return the transform of an image that begins at a column and row of another."""
    a, b, c, d, e, f = transform
    return a, b, a * column + b * row + c, d, e, d * column + e * row + f


def projected_grid(
    first: tuple[float, float],
    last: tuple[float, float],
    shape: tuple[int, int],
    project: Callable[[NDArray[np.float64]], NDArray[np.float64]],
) -> NDArray[np.float64]:
    """Return where the centres of a grid's cells lie once projected, shape (height, width, 2).

    A lattice is projected exactly and interpolated: over 3 km a map's curvature leaves less than a millimetre.

    Args:
        first: outer corner of the first cell, x and y.
        last: outer corner of the last.
        shape: height and width.
        project: takes and returns positions of shape (n, 2).
    """
    xs, ys = (np.linspace(low, high, _LATTICE) for low, high in zip(first, last, strict=True))
    lattice = project(np.stack(np.meshgrid(xs, ys), axis=-1).reshape(-1, 2)).reshape(_LATTICE, _LATTICE, 2)
    rows, columns = ((np.arange(n) + 0.5) / n * (_LATTICE - 1) for n in shape)
    r, c = np.minimum(rows.astype(int), _LATTICE - 2), np.minimum(columns.astype(int), _LATTICE - 2)
    u, v = (rows - r)[:, None, None], (columns - c)[:, None]
    along = lattice[:, c] * (1 - v) + lattice[:, c + 1] * v
    return np.asarray(along[r] * (1 - u) + along[r + 1] * u, dtype=np.float64)


def distance_m(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """Return the geodesic distance between two places given as longitude, latitude in degrees."""
    _, _, metres = _GEOD.inv(float(one[0]), float(one[1]), float(other[0]), float(other[1]))
    return float(metres)


def ground_step(crs: str, transform: Affine6, column: float, row: float) -> GroundStep | None:
    """Measure the ground that a pixel covers at (column, row), on the WGS 84 ellipsoid.

    Central differences over 200 m east and north: for a conformal projection such as web mercator the scale of the
    place comes out, for degrees the cosine of the latitude, for a rotated grid or a meridian's convergence the angle.
    None where the place is outside the CRS.
    """
    a, b, _, d, e, _ = transform
    here = map_to_lonlat(crs, pixels_to_map(transform, np.array([[column, row]])))[0]
    if not np.isfinite(here).all() or abs(here[1]) > 89.9:
        return None
    around = [_GEOD.fwd(float(here[0]), float(here[1]), azimuth, _PROBE_M)[:2] for azimuth in (90, 270, 0, 180)]
    xy = lonlat_to_map(crs, np.array(around))
    if not np.isfinite(xy).all():
        return None
    map_per_metre = np.stack([xy[0] - xy[1], xy[2] - xy[3]], axis=-1) / (2 * _PROBE_M)
    pixels = np.linalg.inv(np.array([[a, b], [d, e]])) @ map_per_metre
    if not np.isfinite(pixels).all() or abs(np.linalg.det(pixels)) < 1e-12:
        return None
    ground = np.linalg.inv(pixels)
    column_m, row_m = (float(math.hypot(*ground[:, k])) for k in (0, 1))
    cosine = float(ground[:, 0] @ ground[:, 1]) / (column_m * row_m)
    return GroundStep(column_m, row_m, cosine, pixels, mirrored=bool(np.linalg.det(ground) > 0))

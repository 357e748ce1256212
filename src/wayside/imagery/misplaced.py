"""Why no track crosses the image, said so that the user can mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.errors import TracksError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.geodesy import distance_m
from wayside.imagery.plane import ImagePlane
from wayside.model.places import CoordinateSystem, Track

__all__ = ["why_outside"]


def why_outside(
    path: Path, info: ImageInfo, plane: ImagePlane, tracks: Sequence[Track], lines: Sequence[NDArray[np.float64]]
) -> TracksError:
    """Return the error that says how far off the tracks lie, and which common mistake would explain it."""
    given = np.concatenate([np.asarray(t.centreline, dtype=np.float64) for t in tracks])
    finite = np.concatenate(lines)
    finite = finite[np.isfinite(finite).all(axis=1)]
    if plane.system is CoordinateSystem.PIXEL:
        return _pixel_tracks(path, info, plane, given)
    if not len(finite):
        return _error(path, "the tracks cannot be projected into the image's coordinate reference system")
    where = f"the tracks lie {_distance(info, plane, given)} from the image"
    if _inside(info, plane, given[:, ::-1]):
        return _error(path, f"{where}; longitude and latitude are swapped", "Write longitude first, as GeoJSON does")
    in_image = (given >= 0).all() and (given[:, 0] <= info.width).all() and (given[:, 1] <= info.height).all()
    if in_image and np.ptp(given, axis=0).max() > 1:
        return _error(
            path, f"{where}; they may be in pixel coordinates", 'Say so with the member "coordinates": "pixel"'
        )
    return _error(path, where, "Check that they belong to this image, and its CRS")


def _pixel_tracks(path: Path, info: ImageInfo, plane: ImagePlane, given: NDArray[np.float64]) -> TracksError:
    low, high = given.min(axis=0), given.max(axis=0)
    where = (
        f"the tracks lie outside the image: columns {low[0]:.0f} to {high[0]:.0f} and rows {low[1]:.0f} to "
        f"{high[1]:.0f}, where it has {info.width} columns and {info.height} rows"
    )
    lonlat = replace(plane, system=CoordinateSystem.LONLAT)
    if info.has_map and (np.abs(given) <= (180, 90)).all() and _inside(info, lonlat, given):
        return _error(
            path,
            f"{where}; they are in longitude and latitude",
            'Take the member "coordinates": "pixel" out of the tracks file',
        )
    if (low < 0).any() and (high <= 0).any():
        return _error(path, where, "Rows grow downwards from the top-left corner and are not negative")
    return _error(path, where, "Check that they were drawn on this image at this size")


def _inside(info: ImageInfo, plane: ImagePlane, points: NDArray[np.float64]) -> bool:
    """Whether some of the positions lie in the image."""
    if (np.abs(points) > (180, 90)).any():
        return False
    pixels = plane.from_positions(points) / (1.0, plane.aspect)
    with np.errstate(invalid="ignore"):
        return bool(((pixels >= 0) & (pixels <= (info.width, info.height))).all(axis=1).any())


def _distance(info: ImageInfo, plane: ImagePlane, given: NDArray[np.float64]) -> str:
    """Return the distance from the middle of the tracks to the nearest of nine places of the image."""
    spots = np.array([[c, r] for c in (0, 0.5, 1) for r in (0, 0.5, 1)]) * (info.width, info.height)
    middle = given.mean(axis=0)
    ground = plane.pixels_to_lonlat(spots)
    metres = min((distance_m(middle, spot) for spot in ground if np.isfinite(spot).all()), default=float("nan"))
    return f"{metres:,.0f} m" if metres < 2000 else f"{metres / 1000:,.0f} km"


def _error(path: Path, what: str, todo: str = "") -> TracksError:
    return TracksError(what, where=str(path), todo=todo)

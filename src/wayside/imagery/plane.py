"""The plane in which strips are laid: the image's own pixels, with the size of a pixel on the ground.

Strips are sampled straight from the image's pixels whatever its map: UTM, degrees, web mercator, feet, or a rotated
grid. Each position of a track is projected exactly; only the *size* of a pixel is taken as constant over a site, which
over 5 km is right to about 0.2 %. Nothing is resampled twice, and an image without a map is no special case.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError, TracksError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.geodesy import Affine6, ground_step, lonlat_to_map, map_to_lonlat, map_to_pixels, pixels_to_map
from wayside.model.checks import require, require_finite
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Track

__all__ = ["ImagePlane", "plane_of", "positions"]

_DENSIFY_DEG = 0.002
_MOST_COSINE = 0.02
_SQUARE = 1e-3
_LEAST, _MOST = 1e-3, 1e3


@dataclass(frozen=True, eq=False)
class ImagePlane:
    """x is the image's column; y its row times ``aspect``, so that both have the same size on the ground.

    Attributes:
        unit_m: ground size of one unit, metres.
        aspect: ground size of a row over that of a column; exactly 1 for square pixels, where the plane is the image.
        per_metre: shape (2, 2), [[x per metre east, x per metre north], [y per metre east, y per metre north]].
        y_down: True on every ordinary image, False for one that is mirrored.
        system: what the positions of the site's tracks mean.
        crs: the image's CRS; None without a map.
        transform: the image's transform; None without a map.
    """

    unit_m: float
    aspect: float
    per_metre: NDArray[np.float64]
    y_down: bool
    system: CoordinateSystem
    crs: str | None = None
    transform: Affine6 | None = None

    def __post_init__(self) -> None:
        require_finite("unit_m", self.unit_m, low=_LEAST, high=_MOST)
        require_finite("aspect", self.aspect, low=_LEAST, high=_MOST)
        require(self.per_metre.shape == (2, 2), "per_metre has shape (2, 2)")

    def from_positions(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn positions of the site's system, shape (n, 2), into the plane; NaN where they cannot be projected."""
        pixels = points
        if self.system is CoordinateSystem.LONLAT and self.crs is not None and self.transform is not None:
            pixels = map_to_pixels(self.transform, lonlat_to_map(self.crs, points))
        return pixels * (1.0, self.aspect)

    def to_positions(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn places of the plane, shape (n, 2), into the site's system: degrees, or image coordinates."""
        pixels = xy / (1.0, self.aspect)
        return self.pixels_to_lonlat(pixels) if self.system is CoordinateSystem.LONLAT else pixels

    def pixels_to_lonlat(self, pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        """Turn image coordinates (column, row), shape (n, 2), into degrees; needs a map."""
        require(self.crs is not None and self.transform is not None, "the image has no map")
        return map_to_lonlat(self.crs or "", pixels_to_map(self.transform or (1, 0, 0, 0, 1, 0), pixels))

    def points(self, xy: Sequence[tuple[float, float]]) -> tuple[MapPoint, ...]:
        """Turn corners such as those of ``StripFrame.rectangle`` into positions of the site's system."""
        return tuple(MapPoint(float(x), float(y)) for x, y in self.to_positions(np.asarray(xy, dtype=np.float64)))

    def shift(self, registration: Registration) -> NDArray[np.float64]:
        """Return the registration's shift in units of the plane, shape (2,)."""
        return np.asarray(self.per_metre @ np.array([registration.east_m, registration.north_m]), dtype=np.float64)


def positions(track: Track) -> NDArray[np.float64]:
    """Return a track's positions, shape (n, 2), with long stretches in degrees divided.

    A straight line in degrees bends on a map: by 3 cm over a kilometre, by 3 m over ten.
    """
    line = np.asarray(track.centreline, dtype=np.float64)
    if track.system is CoordinateSystem.PIXEL:
        return line
    pieces = [line[:1]]
    for one, other in itertools.pairwise(line):
        count = min(10_000, max(1, int(np.ceil(np.abs(other - one).max() / _DENSIFY_DEG))))
        pieces.append(one + (other - one) * (np.arange(1, count + 1) / count)[:, None])
    return np.concatenate(pieces)


def plane_of(info: ImageInfo, tracks: Sequence[Track]) -> ImagePlane:
    """Lay the plane for these tracks in this image.

    Raises:
        TracksError: no tracks, or tracks in degrees and an image without a map.
        ImageError: a sheared grid.
    """
    if not tracks:
        raise TracksError("there are no tracks", todo="Give at least one LineString")
    system = tracks[0].system
    if info.crs is None or info.transform is None:
        if system is CoordinateSystem.LONLAT:
            raise TracksError(
                "the tracks are in longitude and latitude but the image has no map",
                todo='Give a georeferenced image (or --crs for a world file), or tracks with "coordinates": "pixel"',
            )
        per_metre = np.array([[1.0, 0.0], [0.0, -1.0]]) / info.gsd_m
        return ImagePlane(info.gsd_m, 1.0, per_metre, y_down=True, system=system)
    return _mapped_plane(info, info.crs, info.transform, system, tracks)


def _mapped_plane(
    info: ImageInfo, crs: str, transform: Affine6, system: CoordinateSystem, tracks: Sequence[Track]
) -> ImagePlane:
    column, row = _middle(info, crs, transform, system, tracks)
    step = ground_step(crs, transform, column, row) or ground_step(crs, transform, info.width / 2, info.height / 2)
    if step is None:
        raise ImageError("the image's map coordinates lie outside its coordinate reference system")
    if abs(step.cosine) > _MOST_COSINE:
        raise ImageError("the image's map grid is sheared", todo="Rectify it first, for example with gdalwarp")
    aspect = step.row_m / step.column_m
    if not all(_LEAST <= size <= _MOST for size in (step.column_m, aspect)):
        raise ImageError(
            f"the image's map gives pixels of {step.column_m:.3g} m by {step.row_m:.3g} m, which no image has",
            todo="Check the image's map",
        )
    aspect = 1.0 if abs(aspect - 1) < _SQUARE else aspect
    per_metre = step.pixels_per_metre * np.array([[1.0], [aspect]])
    return ImagePlane(step.column_m, aspect, per_metre, not step.mirrored, system, crs, transform)


def _middle(
    info: ImageInfo, crs: str, transform: Affine6, system: CoordinateSystem, tracks: Sequence[Track]
) -> tuple[float, float]:
    """Return the pixel in the middle of the tracks, kept inside the image."""
    points = np.concatenate([np.asarray(t.centreline, dtype=np.float64) for t in tracks])
    plain = ImagePlane(1.0, 1.0, np.eye(2), y_down=True, system=system, crs=crs, transform=transform)
    pixels = plain.from_positions(points)
    pixels = pixels[np.isfinite(pixels).all(axis=1)]
    if not len(pixels):
        return info.width / 2, info.height / 2
    low, high = pixels.min(axis=0), pixels.max(axis=0)
    column, row = (low + high) / 2
    return float(np.clip(column, 0, info.width)), float(np.clip(row, 0, info.height))

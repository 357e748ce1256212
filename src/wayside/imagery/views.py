"""Pictures of a site's area: grey for registration, colour for a report's figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from wayside.errors import ImageError, TracksError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image
from wayside.imagery.geodesy import distance_m, map_to_pixels, pixels_to_map, projected_grid
from wayside.imagery.plane import ImagePlane, plane_of
from wayside.imagery.windows import Box, Pixels, read_box
from wayside.model.checks import require, require_finite
from wayside.model.places import CoordinateSystem, MapPoint, Track

__all__ = ["Chip", "SiteBounds", "footprint", "overview_cell", "read_chip", "read_overview", "site_bounds"]

_MOST_GRID = 4096
_METRES_PER_DEGREE = 111_320.0
_FINEST_CELL_M = 1.0
_MOST_CELLS = 1000
_STRETCH = (2.0, 98.0)


@dataclass(frozen=True, slots=True)
class SiteBounds:
    """A rectangle around a site.

    Attributes:
        low: least x (longitude or column) and least y (latitude or row).
        high: greatest x and y.
        system: what they mean.
    """

    low: MapPoint
    high: MapPoint
    system: CoordinateSystem

    def __post_init__(self) -> None:
        for name, value in zip(("x", "y", "x", "y"), (*self.low, *self.high), strict=True):
            require_finite(f"bounds: {name}", value)
        require(self.low.x < self.high.x and self.low.y < self.high.y, "bounds have no extent")

    @property
    def corners(self) -> NDArray[np.float64]:
        """The four corners, shape (4, 2), around the rectangle."""
        (a, b), (c, d) = self.low, self.high
        return np.array([[a, b], [c, b], [c, d], [a, d]])


@dataclass(frozen=True, eq=False)
class Chip:
    """A picture cut from an image, for people.

    Attributes:
        rgb: shape (height, width, 3), uint8, stretched; white where there is no data.
        plane: from the site's coordinates to the image's pixels.
        left: the image's column at the chip's left edge.
        top: the image's row at the chip's upper edge.
        factor: image pixels per chip pixel, x and y.
        gsd_m: ground size of a chip pixel, metres.
    """

    rgb: NDArray[np.uint8]
    plane: ImagePlane
    left: float
    top: float
    factor: tuple[float, float]
    gsd_m: float

    def place(self, points: Sequence[MapPoint] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Return where positions of the site lie in the chip: shape (n, 2), x right and y down from its corner."""
        pixels = self.plane.from_positions(np.asarray(points, dtype=np.float64)) / (1.0, self.plane.aspect)
        return (pixels - (self.left, self.top)) / self.factor


def site_bounds(tracks: Sequence[Track], *, margin_m: float = 50.0, gsd_m: float = 1.0) -> SiteBounds:
    """Return the rectangle around all tracks, widened by a margin.

    Args:
        tracks: one or more, in one coordinate system.
        margin_m: how far to go beyond them, metres.
        gsd_m: ground sample distance, which pixel coordinates need to know what a metre is.
    """
    require(tracks, "there are no tracks")
    points = np.concatenate([np.asarray(track.centreline, dtype=np.float64) for track in tracks])
    system = tracks[0].system
    low, high = points.min(axis=0), points.max(axis=0)
    if system is CoordinateSystem.PIXEL:
        wide = np.array([margin_m, margin_m]) / gsd_m
    else:
        degree = margin_m / _METRES_PER_DEGREE
        wide = np.array([degree / max(math.cos(math.radians((low[1] + high[1]) / 2)), 0.01), degree])
        low, high = np.maximum(low, (wide[0] - 180, wide[1] - 90)), np.minimum(high, (180 - wide[0], 90 - wide[1]))
    return SiteBounds(MapPoint(*(low - wide).tolist()), MapPoint(*(high + wide).tolist()), system)


def overview_cell(bounds: SiteBounds, coarsest_m: float, *, gsd_m: float = 1.0) -> float:
    """Return the size of a cell, metres, that neither invents detail nor makes a site's overview too large.

    Args:
        bounds: the site.
        coarsest_m: ground sample distance of the coarsest image that is read, metres.
        gsd_m: what one pixel of ``bounds`` is, metres, where they are pixel coordinates.
    """
    (x0, y0), (x1, y1) = bounds.low, bounds.high
    metres = gsd_m if bounds.system is CoordinateSystem.PIXEL else _METRES_PER_DEGREE
    return max(_FINEST_CELL_M, coarsest_m, max(x1 - x0, y1 - y0) * metres / _MOST_CELLS)


def footprint(info: ImageInfo) -> tuple[MapPoint, ...] | None:
    """Return the image's outline in degrees, closed, counter-clockwise; None without a map."""
    if not info.has_map:
        return None
    plane = ImagePlane(
        1.0, 1.0, np.eye(2), y_down=True, system=CoordinateSystem.LONLAT, crs=info.crs, transform=info.transform
    )
    pixels = np.array([[0, 0], [0, info.height], [info.width, info.height], [info.width, 0]], dtype=np.float64)
    ring = plane.pixels_to_lonlat(pixels)
    x, y = ring.T
    if np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y) < 0:
        ring = ring[::-1]
    return tuple(MapPoint(float(a), float(b)) for a, b in np.concatenate([ring, ring[:1]]))


def _plane(info: ImageInfo, bounds: SiteBounds) -> ImagePlane:
    diagonal = Track("bounds", (bounds.low, bounds.high), system=bounds.system)
    return plane_of(info, [diagonal])


def _around(path: Path, info: ImageInfo, pixels: NDArray[np.float64], margin: int) -> Box:
    """Return the image's pixels around some places, cut to the image (``TracksError`` where there are none)."""
    x, y = pixels[:, 0], pixels[:, 1]  # by coordinate: reductions over a last axis of two are slow
    finite = np.isfinite(x) & np.isfinite(y)
    box = Box(0, 0, 0, 0)
    if finite.any():
        x, y = x[finite], y[finite]
        low = np.floor(np.clip([x.min(), y.min()], -1e9, 1e9)).astype(int) - margin
        high = np.ceil(np.clip([x.max(), y.max()], -1e9, 1e9)).astype(int) + margin
        box = Box(*low.tolist(), *high.tolist()).meet(Box(0, 0, info.width, info.height))
    if box.empty:
        raise TracksError(
            "the site lies outside the image", where=str(path), todo="Check the tracks and the image's map"
        )
    return box


def read_overview(path: Path, info: ImageInfo, bounds: SiteBounds, pixel_m: float = 1.0) -> NDArray[np.float32]:
    """Read a site's area in grey, north up, on a grid that depends on the bounds alone.

    Two scenes read with the same bounds lie on the same grid, whatever their own maps, sizes and resolutions.
    The grid's cells are equal in degrees (in pixels for pixel coordinates) and ``pixel_m`` wide in the middle.

    Args:
        path: the image file.
        info: its description.
        bounds: what to read, in degrees or in pixel coordinates.
        pixel_m: size of a grid cell, metres.

    Returns:
        Shape (height, width); the mean of the colour bands; NaN where the image has no usable data.

    Raises:
        TracksError: the bounds lie outside the image, or are in degrees where it has no map.
        ImageError: the area is too large for this cell size, or the file is damaged.
    """
    plane = _plane(info, bounds)
    height, width = _grid_shape(bounds, plane, pixel_m)
    pixels = _grid_pixels(plane, bounds, height, width)
    factor = max(1.0, pixel_m / info.gsd_m)
    box = _around(path, info, pixels.reshape(-1, 2), int(2 * factor) + 2)
    read, scale = _reduced(path, info, box, factor)
    valid = read.valid.astype(np.float32)
    grey = np.where(read.valid, read.values, 0).astype(np.float32).mean(axis=0)
    at = ((pixels - (box.left, box.top)) / scale - 0.5)[..., ::-1].transpose(2, 0, 1)
    share = map_coordinates(valid, at, order=1, mode="constant", output=np.float32)
    total = map_coordinates(grey * valid, at, order=1, mode="constant", output=np.float32)
    return np.where(share > 0.5, total / np.maximum(share, 1e-6), np.nan).astype(np.float32)


def _grid_shape(bounds: SiteBounds, plane: ImagePlane, pixel_m: float) -> tuple[int, int]:
    (x0, y0), (x1, y1) = bounds.low, bounds.high
    if bounds.system is CoordinateSystem.PIXEL:
        wide, high = (x1 - x0) * plane.unit_m, (y1 - y0) * plane.unit_m * plane.aspect
    else:
        mid = (y0 + y1) / 2
        wide = distance_m(np.array([x0, mid]), np.array([x1, mid]))
        high = distance_m(np.array([x0, y0]), np.array([x0, y1]))
    shape = max(1, round(high / pixel_m)), max(1, round(wide / pixel_m))
    if max(shape) > _MOST_GRID:
        raise ImageError(
            f"the site's area is {wide:,.0f} m by {high:,.0f} m, too large for cells of {pixel_m:g} m",
            todo="Split the site, or check its tracks for a stray position",
        )
    return shape


def _grid_pixels(plane: ImagePlane, bounds: SiteBounds, height: int, width: int) -> NDArray[np.float64]:
    """Return the image coordinates of every cell's centre, shape (height, width, 2)."""
    (x0, y0), (x1, y1) = bounds.low, bounds.high
    upper, lower = (y1, y0) if bounds.system is CoordinateSystem.LONLAT else (y0, y1)
    pixels = projected_grid(
        (x0, upper), (x1, lower), (height, width), lambda xy: plane.from_positions(xy) / (1.0, plane.aspect)
    )
    if not np.isfinite(pixels).all():
        raise TracksError("the site cannot be projected into the image's coordinate reference system")
    return pixels


def _reduced(path: Path, info: ImageInfo, box: Box, factor: float) -> tuple[Pixels, NDArray[np.float64]]:
    """Return a box's pixels, reduced by ``factor`` where it is above 1, and image pixels per pixel of them (x, y)."""
    high, wide = box.shape
    shape = max(1, round(high / factor)), max(1, round(wide / factor))
    with open_image(path) as dataset:
        pixels = read_box(dataset, info, box, shape=None if factor <= 1 else shape)
    height, width = pixels.valid.shape
    return pixels, np.array([wide / width, high / height])


def read_chip(
    path: Path,
    info: ImageInfo,
    bounds: SiteBounds,
    *,
    max_px: int = 1600,
    beneath: tuple[Path, ImageInfo] | None = None,
) -> Chip:
    """Read a site's area in colour, as it lies in the image, stretched for the eye.

    Args:
        path: the image file.
        info: its description.
        bounds: what to show.
        max_px: greatest width and height of the picture; the image is reduced to it, never enlarged.
        beneath: a coarser image of the same look, in the same CRS, that shows through where the image has no data.

    Raises:
        TracksError: the bounds lie outside the image, or are in degrees where it has no map.
        ImageError: the file is damaged.
    """
    require(max_px >= 1, "a picture has at least one pixel")
    plane = _plane(info, bounds)
    corners = plane.from_positions(bounds.corners) / (1.0, plane.aspect)
    box = _around(path, info, corners, 0)
    factor = max(1.0, max(box.shape) / max_px)
    read, scale = _reduced(path, info, box, factor)
    if beneath is not None and info.transform is not None and not read.valid.all():
        rows, columns = np.nonzero(~read.valid)
        centres = np.stack([columns + 0.5, rows + 0.5], axis=-1) * scale + (box.left, box.top)
        read = _filled(read, rows, columns, pixels_to_map(info.transform, centres), *beneath)
    gsd = info.gsd_m * float(np.sqrt(scale.prod()))
    return Chip(_stretched(read), plane, box.left, box.top, (float(scale[0]), float(scale[1])), gsd)


def _filled(  # noqa: PLR0917 - what is filled, where, and from what
    read: Pixels,
    rows: NDArray[np.intp],
    columns: NDArray[np.intp],
    places: NDArray[np.float64],
    path: Path,
    info: ImageInfo,
) -> Pixels:
    """Fill pixels without data from another image, by the nearest of its own; unchanged where the two do not fit.

    Args:
        read: what is filled.
        rows: of the pixels, shape (n,).
        columns: of the pixels, shape (n,).
        places: where they lie on the map, shape (n, 2).
        path: the other image.
        info: its description.
    """
    if info.transform is None or len(info.colour) != len(read.values):
        return read
    with open_image(path) as dataset:
        other = read_box(dataset, info, Box(0, 0, info.width, info.height))
    x, y = np.floor(map_to_pixels(info.transform, places)).astype(int).T
    inside = (x >= 0) & (y >= 0) & (x < info.width) & (y < info.height)
    rows, columns, x, y = rows[inside], columns[inside], x[inside], y[inside]
    values, valid = read.values.copy(), read.valid.copy()
    values[:, rows, columns] = other.values[:, y, x]
    valid[rows, columns] = other.valid[y, x]
    return Pixels(values, valid)


def _stretched(pixels: Pixels) -> NDArray[np.uint8]:
    """Stretch from the 2nd to the 98th percentile: 8-bit colours together, raw counts band by band."""
    values = np.where(pixels.valid, pixels.values, 0).astype(np.float32)
    together = pixels.values.dtype == np.uint8
    out = np.full((*pixels.valid.shape, 3), 255, dtype=np.uint8)
    for band in range(3):
        source = values[min(band, len(values) - 1)]
        seen = values[:, pixels.valid] if together else source[pixels.valid]
        if not seen.size:
            break
        low, high = np.percentile(seen, _STRETCH)
        scaled = np.clip((source - low) / max(float(high - low), 1e-6), 0, 1) * 255
        out[..., band][pixels.valid] = np.rint(scaled[pixels.valid]).astype(np.uint8)
    return out

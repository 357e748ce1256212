"""A provider's mask laid under strips, by position on the ground."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader
from rasterio.windows import Window
from scipy.ndimage import binary_dilation

from wayside.errors import ImageError
from wayside.imagery.gdal import open_image
from wayside.imagery.geodesy import Affine6, crs_name, lonlat_to_map, map_to_pixels, pixels_to_map
from wayside.imagery.plane import ImagePlane
from wayside.imagery.visibility.masks import bands_needed, decode_mask
from wayside.imagery.windows import Box
from wayside.model.acquisitions import MaskKind
from wayside.model.strips import Strip, StripFrame
from wayside.model.visibility import Obstruction, code_of, obstruction_of

__all__ = ["read_mask_strips", "with_mask"]

_CHUNK = 160
_EVERY = 16
"""Columns between two that are projected; on the 8 m between them a map is straight to a micrometre."""
_ACROSS_M = (-1.5, 0.0, 1.5)
"""Where a column is asked: on the middle line, and where the sides of a car are."""
_MOST_WINDOW = 4_000_000
_SOFT = (Obstruction.CLOUD, Obstruction.CLOUD_SHADOW, Obstruction.HAZE)
"""What has no sharp edge: a mask draws its border to about one of its pixels, and a margin as wide is hidden too."""


class _Grid(NamedTuple):
    """Where a mask's pixels lie: ``crs`` and ``transform``, or, without a map, its size against the image's."""

    crs: str | None
    transform: Affine6
    width: int
    height: int


def read_mask_strips(
    path: Path, kind: MaskKind, frames: Mapping[str, StripFrame], plane: ImagePlane, image_size: tuple[int, int]
) -> dict[str, NDArray[np.uint8]]:
    """Read what a provider's mask says of each column of some strips.

    Args:
        path: the mask, in any grid, resolution and CRS; without a map it covers just what the image covers.
        kind: whose mask it is.
        frames: the strips' frames in the plane of the image, by track id.
        plane: that plane.
        image_size: width and height of the image, pixels.

    Returns:
        By track id, shape (columns,): 0 where the mask hides nothing, else ``code_of`` what hides the column. Beyond
        the mask's edge it says nothing.

    Raises:
        ImageError: the mask is damaged, is of another kind, or cannot be laid over the image.
        OutsideError: the disk refuses.
    """
    with open_image(path) as dataset:
        grid = _grid_of(path, dataset, plane, image_size)
        return {name: _mask_codes(dataset, kind, _places(frame, plane, grid)) for name, frame in frames.items()}


def with_mask(strip: Strip, codes: NDArray[np.uint8]) -> Strip:
    """Return the strip with what a provider's mask says of its columns."""
    for code in np.unique(codes[codes > 0]).tolist():
        strip = strip.hide(codes == code, obstruction_of(code), provided=True)
    return strip


def _mask_codes(dataset: DatasetReader, kind: MaskKind, places: NDArray[np.float64]) -> NDArray[np.uint8]:
    """Return what an open mask says at some places, piece by piece, so that a long track reads no huge window.

    Args:
        dataset: the mask.
        kind: whose mask it is.
        places: shape (k, columns, 2), the mask's column and row at k places across each column; NaN for nowhere.

    Returns:
        Shape (columns,): what most of a column's places say; 0 where most of them can be seen.
    """
    columns = places.shape[1]
    parts = [_piece(dataset, kind, places[:, at : at + _CHUNK]) for at in range(0, columns, _CHUNK)]
    return np.concatenate(parts)


def _piece(dataset: DatasetReader, kind: MaskKind, places: NDArray[np.float64]) -> NDArray[np.uint8]:
    codes = np.zeros(places.shape[:2], np.uint8)
    whole = Box(0, 0, dataset.width, dataset.height)
    known = np.asarray(np.isfinite(places).all(axis=2))
    at = np.floor(np.where(known[..., None], np.clip(places, -1e9, 1e9), -1.0)).astype(np.int64)
    inside: NDArray[np.bool_] = np.asarray(
        known & (at >= 0).all(axis=2) & (at < (whole.right, whole.bottom)).all(axis=2)
    )
    if not inside.any():
        return _of_columns(codes)
    low, high = at[inside].min(axis=0), at[inside].max(axis=0) + 1
    box = Box(*(low - 1).tolist(), *(high + 1).tolist()).meet(whole)
    if math.prod(box.shape) > _MOST_WINDOW:
        raise ImageError("the mask is far finer than the image", todo="Check that it belongs to this image")
    read = _with_margin(decode_mask(kind, _bands(dataset, kind, box.window)))
    codes[inside] = read[at[inside][:, 1] - box.top, at[inside][:, 0] - box.left]
    return _of_columns(codes)


def _bands(dataset: DatasetReader, kind: MaskKind, window: Window) -> NDArray[np.generic]:
    wanted = bands_needed(kind)
    if dataset.count < len(wanted):
        raise ImageError(f"a mask of kind {kind} has {len(wanted)} bands, not {dataset.count}")
    return np.asarray(dataset.read(list(wanted), window=window))


def _with_margin(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Widen what has no sharp edge by one pixel, into what can be seen."""
    wide = codes.copy()
    for obstruction in _SOFT:
        code = code_of(obstruction)
        wide[binary_dilation(codes == code, np.ones((3, 3), dtype=np.bool_)) & (wide == 0)] = code
    return wide


def _of_columns(codes: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Return the middle one of each column's sorted codes: 0 where most places can be seen."""
    return np.asarray(np.sort(codes, axis=0)[codes.shape[0] // 2])


# ---------------------------------------------------------------------------- where a strip lies in a mask
def _grid_of(path: Path, dataset: DatasetReader, plane: ImagePlane, image_size: tuple[int, int]) -> _Grid:
    affine = dataset.transform
    own: Affine6 = (affine.a, affine.b, affine.c, affine.d, affine.e, affine.f)
    crs = None if dataset.crs is None else crs_name(dataset.crs.to_wkt())
    if plane.crs is not None and crs is not None:
        return _Grid(crs, own, dataset.width, dataset.height)
    share = dataset.width / image_size[0], dataset.height / image_size[1]
    # Without a map the mask is the image's own picture, larger or smaller: both sides by the same factor.
    if abs(dataset.width - share[1] * image_size[0]) > 1 and abs(dataset.height - share[0] * image_size[1]) > 1:
        raise ImageError(
            "the mask has no map and is not of the image's shape", where=str(path), todo="Give the mask of this image"
        )
    return _Grid(None, (1 / share[0], 0.0, 0.0, 0.0, 1 / share[1], 0.0), dataset.width, dataset.height)


def _places(frame: StripFrame, plane: ImagePlane, grid: _Grid) -> NDArray[np.float64]:
    """Return the mask's column and row at each place of a frame, shape (len(_ACROSS_M), columns, 2)."""
    knots = np.unique(np.append(np.arange(0, frame.columns, _EVERY), frame.columns - 1))
    thin = replace(frame, centre=frame.centre[knots], normal=frame.normal[knots])
    found = [_in_mask(thin.centre + thin.normal * (m / frame.unit_m), plane, grid) for m in _ACROSS_M]
    at = np.arange(frame.columns)
    return np.stack([np.stack([np.interp(at, knots, line[:, k]) for k in (0, 1)], -1) for line in found])


def _in_mask(xy: NDArray[np.float64], plane: ImagePlane, grid: _Grid) -> NDArray[np.float64]:
    pixels = xy / (1.0, plane.aspect)
    if grid.crs is None:
        return map_to_pixels(grid.transform, pixels)
    return map_to_pixels(grid.transform, _on_map(pixels, plane, grid.crs))


def _on_map(pixels: NDArray[np.float64], plane: ImagePlane, crs: str) -> NDArray[np.float64]:
    if crs != plane.crs or plane.transform is None:
        return lonlat_to_map(crs, plane.pixels_to_lonlat(pixels))
    return pixels_to_map(plane.transform, pixels)

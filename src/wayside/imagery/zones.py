"""A storage zone's pixels on the zone's own grid, from whatever image shows it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import PixelWindow, sample_strip
from wayside.errors import ImageError, InputError, TracksError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image
from wayside.imagery.plane import ImagePlane, plane_of
from wayside.imagery.reading import Level, level_for
from wayside.imagery.visibility import read_mask_strips
from wayside.imagery.windows import Box, Pixels, averaged, read_box, reading_once
from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.model.strips import Strip, StripFrame
from wayside.zones.grid import ZoneGrid
from wayside.zones.pixels import ZonePixels

__all__ = ["frame_of", "read_zone", "read_zones", "zone_plane"]

_MARGIN = 2
_TOGETHER = 1.5
"""Boxes are read as one where that reads at most so many times their pixels."""


def zone_plane(info: ImageInfo, grid: ZoneGrid, system: CoordinateSystem) -> ImagePlane:
    """Lay the plane of an image around a zone (raises as ``plane_of``)."""
    rows, columns = grid.shape
    corners = grid.positions(grid.metres_of(np.array([[0.0, 0.0], [columns, rows]])))
    first, last = (MapPoint(float(x), float(y)) for x, y in corners)
    return plane_of(info, [Track("zone", (first, last), system=system)])


def frame_of(grid: ZoneGrid, plane: ImagePlane, move: NDArray[np.float64]) -> StripFrame:
    """Return the grid as a frame in a plane: its columns run east, its rows from north to south.

    Args:
        grid: the zone's.
        plane: the image's.
        move: what is added to every place, in units of the plane, shape (2,).

    Raises:
        TracksError: the zone cannot be projected into the image's map.
    """
    rows, columns = grid.shape
    middle = np.array([[0.0, rows / 2], [columns, rows / 2], [columns / 2, 0.0], [columns / 2, float(rows)]])
    west, east, north, south = plane.from_positions(grid.positions(grid.metres_of(middle))) + move
    if not np.isfinite([west, east, north, south]).all():
        raise TracksError("the zone cannot be projected into the image's coordinate reference system")
    along = (np.arange(columns) + 0.5) / columns
    up = (north - south) / np.hypot(*(north - south))
    centre = west + along[:, None] * (east - west)
    return StripFrame(
        centre,
        np.repeat(up[None], columns, axis=0),
        step_m=grid.cell_m,
        row_m=grid.cell_m,
        rows=rows,
        unit_m=plane.unit_m,
        y_down=plane.y_down,
    )


class _Wanted(NamedTuple):
    """One zone to be read: its frame in its plane, the level of the file, and the box of it."""

    plane: ImagePlane
    frame: StripFrame
    level: Level
    box: Box


def read_zone(
    path: Path,
    info: ImageInfo,
    grid: ZoneGrid,
    *,
    system: CoordinateSystem,
    shift: Registration | None = None,
    mask: tuple[Path, MaskKind] | None = None,
    sun: tuple[float | None, float | None] = (None, None),
) -> ZonePixels:
    """Read one zone (see ``read_zones``).

    Raises:
        TracksError: the zone lies outside the image, or is in degrees where the image has no map.
        ImageError: the file is damaged.
        OutsideError: the disk refuses.
    """
    (found,) = read_zones(path, info, [(grid, system)], shift=shift, mask=mask, sun=sun)
    if isinstance(found, InputError):
        raise found
    return found


def read_zones(
    path: Path,
    info: ImageInfo,
    zones: Sequence[tuple[ZoneGrid, CoordinateSystem]],
    *,
    shift: Registration | None = None,
    mask: tuple[Path, MaskKind] | None = None,
    sun: tuple[float | None, float | None] = (None, None),
) -> tuple[ZonePixels | InputError, ...]:
    """Read zones: only the blocks of the file that they cross, each cell the mean of what lies in it.

    The file is opened once, and zones near each other are read in one window.

    Args:
        path: the image file.
        info: what ``describe_image`` said of it.
        zones: their grids, and what their positions mean.
        shift: how the scene was fitted to the site's reference; None to read it where it lies.
        mask: the provider's mask and whose it is; None where there is none.
        sun: its azimuth and elevation, degrees; None where unknown.

    Returns:
        For each zone its pixels; ``TracksError`` where it lies outside the image or is in degrees where the image has
        no map, ``ImageError`` where the file is damaged.

    Raises:
        OutsideError: the disk refuses.
    """
    placed: list[_Wanted | InputError] = []
    level: Level | None = None
    for grid, system in zones:
        placed.append(_placed(path, info, (grid, system), shift, level))
        level = next((one.level for one in placed if isinstance(one, _Wanted)), None)
    wanted = [one for one in placed if isinstance(one, _Wanted)]
    try:
        strips = iter(_strips(path, info, wanted) if wanted else ())
    except ImageError as error:
        return tuple(one if isinstance(one, InputError) else error for one in placed)
    found: list[ZonePixels | InputError] = []
    for one in placed:
        if isinstance(one, InputError):
            found.append(one)
            continue
        strip = next(strips)
        valid = strip.valid if mask is None else strip.valid & ~_masked(mask, one.frame, one.plane, info)
        values = strip.pixels if strip.pixels.shape[0] == 3 else np.repeat(strip.pixels[:1], 3, axis=0)
        found.append(ZonePixels(values, valid, info.gsd_m, *sun))
    return tuple(found)


def _placed(
    path: Path,
    info: ImageInfo,
    zone: tuple[ZoneGrid, CoordinateSystem],
    shift: Registration | None,
    level: Level | None,
) -> _Wanted | InputError:
    """Lay a zone over an image, at a level where one is chosen already; why not where it cannot be."""
    grid, system = zone
    try:
        plane = zone_plane(info, grid, system)
        frame = frame_of(grid, plane, plane.shift(shift) if shift else np.zeros(2))
    except InputError as error:
        return error
    level = level or level_for(info, plane)
    box = _box(frame, plane, level.average, (level.column_factor, level.row_factor), (level.width, level.height))
    if box.empty:
        return TracksError("the zone lies outside the image", where=str(path), todo="Check the zone's outline")
    return _Wanted(plane, frame, level, box)


def _strips(path: Path, info: ImageInfo, wanted: Sequence[_Wanted]) -> list[Strip]:
    """Read placed zones; all have the image's one level."""
    level = wanted[0].level
    boxes = [one.box for one in wanted]
    union = reduce(Box.join, boxes)
    with open_image(path, level=level.overview) as dataset:

        def read(box: Box) -> Pixels:
            return read_box(dataset, info, box)

        near = math.prod(union.shape) <= _TOGETHER * sum(math.prod(box.shape) for box in boxes)
        get = reading_once(read, boxes) if near else read
        return [_sampled(averaged(get(one.box), level.average), one, info) for one in wanted]


def _sampled(pixels: Pixels, one: _Wanted, info: ImageInfo) -> Strip:
    level, plane, box = one.level, one.plane, one.box
    window = PixelWindow(
        pixels.values,
        pixels.valid,
        column0=box.left * level.column_factor,
        row0=box.top * level.row_factor * plane.aspect,
        column_step=level.column_factor * level.average,
        row_step=level.row_factor * level.average * plane.aspect,
    )
    return sample_strip("zone", window, one.frame, info.gsd_m)


def _box(frame: StripFrame, plane: ImagePlane, k: int, factors: tuple[float, float], size: tuple[int, int]) -> Box:
    """Return the pixels of the level around a frame, aligned to squares of ``k``; empty where it is outside."""
    reach = (frame.rows * frame.row_m / 2 + frame.step_m) / frame.unit_m
    edges = np.concatenate([frame.centre + frame.normal * reach, frame.centre - frame.normal * reach])
    edges = edges / (1.0, plane.aspect) / factors / k
    low = (np.floor(np.clip(edges.min(axis=0), -1e8, 1e8)).astype(np.int64) - _MARGIN) * k
    high = (np.ceil(np.clip(edges.max(axis=0), -1e8, 1e8)).astype(np.int64) + _MARGIN) * k
    whole = Box(0, 0, max(size[0] // k, 1) * k, max(size[1] // k, 1) * k)
    return Box(*low.tolist(), *high.tolist()).meet(whole)


def _masked(mask: tuple[Path, MaskKind], frame: StripFrame, plane: ImagePlane, info: ImageInfo) -> NDArray[np.bool_]:
    """Return which cells a provider's mask hides; none where it cannot be used: the image shows cloud too."""
    across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m / frame.unit_m
    frames = {
        str(row): StripFrame(
            frame.centre + frame.normal * across[row],
            frame.normal,
            step_m=frame.step_m,
            row_m=frame.row_m,
            rows=1,
            unit_m=frame.unit_m,
            y_down=frame.y_down,
        )
        for row in range(frame.rows)
    }
    try:
        codes = read_mask_strips(mask[0], mask[1], frames, plane, (info.width, info.height))
    except ImageError:
        return np.zeros((frame.rows, frame.columns), dtype=np.bool_)
    return np.stack([codes[str(row)] > 0 for row in range(frame.rows)])

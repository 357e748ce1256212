"""A storage zone's pixels on the zone's own grid, from whatever image shows it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import PixelWindow, sample_strip
from wayside.errors import ImageError, TracksError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image
from wayside.imagery.plane import ImagePlane, plane_of
from wayside.imagery.reading import level_for
from wayside.imagery.visibility import read_mask_strips
from wayside.imagery.windows import Box, averaged, read_box
from wayside.model.acquisitions import MaskKind
from wayside.model.observations import Registration
from wayside.model.places import CoordinateSystem, MapPoint, Track
from wayside.model.strips import Strip, StripFrame
from wayside.zones.grid import ZoneGrid
from wayside.zones.pixels import ZonePixels

__all__ = ["frame_of", "read_zone", "zone_plane"]

_MARGIN = 2


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
    """Read a zone: only the blocks of the file that it crosses, each cell the mean of what lies in it.

    Args:
        path: the image file.
        info: what ``describe_image`` said of it.
        grid: the zone's.
        system: what the positions of the zone mean.
        shift: how the scene was fitted to the site's reference; None to read it where it lies.
        mask: the provider's mask and whose it is; None where there is none.
        sun: its azimuth and elevation, degrees; None where unknown.

    Raises:
        TracksError: the zone lies outside the image, or is in degrees where the image has no map.
        ImageError: the file is damaged.
        OutsideError: the disk refuses.
    """
    plane = zone_plane(info, grid, system)
    frame = frame_of(grid, plane, plane.shift(shift) if shift else np.zeros(2))
    strip = _sampled(path, info, plane, frame)
    valid = strip.valid
    if mask is not None:
        valid = valid & ~_masked(mask, frame, plane, info)
    values = strip.pixels if strip.pixels.shape[0] == 3 else np.repeat(strip.pixels[:1], 3, axis=0)
    return ZonePixels(values, valid, info.gsd_m, *sun)


def _sampled(path: Path, info: ImageInfo, plane: ImagePlane, frame: StripFrame) -> Strip:
    level = level_for(info, plane)
    box = _box(frame, plane, level.average, (level.column_factor, level.row_factor), (level.width, level.height))
    if box.empty:
        raise TracksError("the zone lies outside the image", where=str(path), todo="Check the zone's outline")
    with open_image(path, level=level.overview) as dataset:
        pixels = averaged(read_box(dataset, info, box), level.average)
    window = PixelWindow(
        pixels.values,
        pixels.valid,
        column0=box.left * level.column_factor,
        row0=box.top * level.row_factor * plane.aspect,
        column_step=level.column_factor * level.average,
        row_step=level.row_factor * level.average * plane.aspect,
    )
    return sample_strip("zone", window, frame, info.gsd_m)


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

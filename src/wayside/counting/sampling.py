"""A strip from an image: the same resampling for training and for counting."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.model.checks import require
from wayside.model.polylines import arc_of, point_at
from wayside.model.strips import Strip, StripEnd, StripFrame

__all__ = ["ROWS", "ROW_M", "STEP_M", "PixelWindow", "frame_along", "prolonged", "sample_strip", "without_ends"]

STEP_M = 0.5
"""Distance between columns, metres."""
ROW_M = 0.5
"""Distance between rows, metres."""
ROWS = 32
"""Rows across the track."""
END_COLUMNS = 16
"""Columns beyond each end of a track that the network sees: whether a car ends there shows on both sides. Eight metres
are the best of 0, 8, 20 and 40 on real images: further on lies what is no longer the track's."""
_TANGENT_REACH_M = 3.0
_MOST_SUBSAMPLES = 8


class PixelWindow(NamedTuple):
    """Pixels that were read around a track, and where they lie.

    Attributes:
        pixels: shape (bands, height, width), any numeric type; bands 1 or 3.
        valid: shape (height, width), bool, True where usable.
        column0: coordinate of the left edge of the window's first column, in the frame's plane.
        row0: coordinate of the upper edge of the window's first row.
        column_step: units of the plane per column (positive to the right).
        row_step: units of the plane per row (negative where y grows upwards).
    """

    pixels: NDArray[np.generic]
    valid: NDArray[np.bool_]
    column0: float
    row0: float
    column_step: float
    row_step: float


def frame_along(
    line: NDArray[np.float64],
    *,
    unit_m: float = 1.0,
    y_down: bool = False,
    offset_m: float = 0.0,
    step_m: float = STEP_M,
) -> StripFrame:
    """Lay a frame along a polyline.

    Args:
        line: shape (n, 2), n >= 2, x and y of the centreline in a plane.
        unit_m: metres per unit of the plane.
        y_down: whether y grows downwards.
        offset_m: shift of the whole frame to the track's left, metres.
        step_m: distance between columns, metres.

    Returns:
        The frame with ``floor(length / step_m)`` columns, at least one, centred on the line's length.
    """
    require(line.ndim == 2 and line.shape[0] >= 2, f"a centreline has shape (n, 2), not {line.shape}")
    along = arc_of(line) * unit_m
    length = float(along[-1])
    require(length > 0, "a centreline has no length")
    columns = max(1, math.floor(length / step_m + 1e-9))
    at = (length - columns * step_m) / 2 + (np.arange(columns, dtype=np.float64) + 0.5) * step_m
    keep = np.concatenate([[True], np.diff(along) > 0])
    along, line = along[keep], line[keep]
    # A tangent over a few metres keeps the strip from breaking at the corners of a coarse polyline.
    reach = min(_TANGENT_REACH_M, length / 2)
    back, ahead = np.clip(at - reach, 0, length), np.clip(at + reach, 0, length)
    tangent = point_at(line, along, ahead) - point_at(line, along, back)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-12)[:, None]
    sign = 1.0 if y_down else -1.0
    normal = np.stack([sign * tangent[:, 1], -sign * tangent[:, 0]], -1)
    centre = point_at(line, along, at) + normal * (offset_m / unit_m)
    return StripFrame(centre, normal, step_m=step_m, row_m=ROW_M, rows=ROWS, unit_m=unit_m, y_down=y_down)


def sample_strip(track_id: str, window: PixelWindow, frame: StripFrame, gsd_m: float, offset_m: float = 0.0) -> Strip:
    """Resample a window along a frame.

    Where the window is finer than the strip, each strip pixel is the mean of several bilinear samples spread over its
    area, so that nothing is aliased; only the corridor is touched, however large the window.
    """
    unit = frame.unit_m
    pixel_m = max(abs(window.column_step), abs(window.row_step)) * unit
    split = int(np.clip(math.ceil(frame.row_m / pixel_m - 0.25), 1, _MOST_SUBSAMPLES))
    inner = (np.arange(split) + 0.5) / split - 0.5
    across = ((frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m)[:, None]
    sources = _beside_each_other(window)
    total = np.zeros((frame.rows * frame.columns, sources.shape[2]), dtype=np.float32)
    # Places in pixels of the window, split into what a column of the strip adds and what a row of it adds.
    scale, origin = np.array([window.column_step, window.row_step]), np.array([window.column0, window.row0])
    centre, normal = (frame.centre - origin) / scale - 0.5, frame.normal / scale
    tangent = frame.tangent / scale
    for du in inner * frame.step_m / unit:
        for dv in inner * frame.row_m / unit:
            base = centre + tangent * du
            x, y = (base[:, k] + normal[:, k] * (across / unit + dv) for k in (0, 1))
            _add_bilinear(total, sources, x.ravel(), y.ravel())
    summed = total.reshape(frame.rows, frame.columns, -1).transpose(2, 0, 1)
    share = summed[-1]
    valid = share > 0.5 * split * split
    pixels = np.where(valid, summed[:-1] / np.maximum(share, 1e-6), 0.0).astype(np.float32)
    return Strip(track_id, pixels, valid, frame, gsd_m=gsd_m, offset_m=offset_m)


def _beside_each_other(window: PixelWindow) -> NDArray[np.float32]:
    """Return bands and usability beside each other, shape (height + 1, width + 1, bands + 1), 0 where unusable.

    One row and one column are added at the far edges, so that every sample has four corners.
    """
    bands, height, width = window.pixels.shape
    out = np.zeros((height + 1, width + 1, bands + 1), dtype=np.float32)
    out[:height, :width, -1] = window.valid
    for band in range(bands):
        np.copyto(out[:height, :width, band], window.pixels[band], where=window.valid, casting="unsafe")
    return out


def _add_bilinear(
    total: NDArray[np.float32], sources: NDArray[np.float32], x: NDArray[np.float64], y: NDArray[np.float64]
) -> None:
    """Add bilinear samples in place; nothing is added outside the centres of the outermost pixels.

    Args:
        total: shape (n, k).
        sources: from ``_beside_each_other``.
        x: shape (n,), columns; 0 is the centre of the first.
        y: shape (n,), rows.
    """
    high, wide, k = sources.shape
    inside = (x >= 0) & (x <= wide - 2) & (y >= 0) & (y <= high - 2)
    if not inside.any():
        return
    x, y = np.where(inside, x, 0.0), np.where(inside, y, 0.0)
    column, row = x.astype(np.intp), y.astype(np.intp)
    fx, fy = (x - column).astype(np.float32), (y - row).astype(np.float32)
    near, far = (1 - fy) * inside, fy * inside
    flat, at = sources.reshape(-1, k), row * wide + column
    for corner, weight in ((0, near * (1 - fx)), (1, near * fx), (wide, far * (1 - fx)), (wide + 1, far * fx)):
        total += flat.take(at + corner, axis=0) * weight[:, None]


def prolonged(frame: StripFrame, columns: int = END_COLUMNS) -> StripFrame:
    """Return a frame with ``columns`` more at each end, straight on."""
    if columns == 0:
        return frame
    turn = 1.0 if frame.y_down else -1.0
    more = np.arange(1, columns + 1, dtype=np.float64)[:, None] * (frame.step_m / frame.unit_m)
    first, last = (turn * np.array([-n[1], n[0]]) for n in (frame.normal[0], frame.normal[-1]))
    centre = np.concatenate([frame.centre[0] - more[::-1] * first, frame.centre, frame.centre[-1] + more * last])
    normal = np.concatenate(
        [np.repeat(frame.normal[:1], columns, 0), frame.normal, np.repeat(frame.normal[-1:], columns, 0)]
    )
    return replace(frame, centre=centre, normal=normal)


def without_ends(strip: Strip, frame: StripFrame) -> Strip:
    """Return a strip of ``frame`` from one of the prolonged frame; what lies beyond becomes its ends."""
    k = (strip.frame.columns - frame.columns) // 2
    core, n = slice(k, k + frame.columns), strip.frame.columns
    ends = tuple(StripEnd(strip.pixels[:, :, part], strip.valid[:, part]) for part in (slice(0, k), slice(n - k, n)))
    return replace(
        strip, pixels=strip.pixels[:, :, core], valid=strip.valid[:, core], frame=frame, ends=(ends[0], ends[1])
    )

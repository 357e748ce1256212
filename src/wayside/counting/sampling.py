"""A strip from an image: the same resampling for training and for counting."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from wayside.model.checks import require
from wayside.model.strips import Strip, StripFrame

__all__ = ["HALF_WIDTH_M", "ROWS", "ROW_M", "STEP_M", "PixelWindow", "frame_along", "sample_strip"]

STEP_M = 0.5
"""Distance between columns, metres."""
ROW_M = 0.5
"""Distance between rows, metres."""
ROWS = 32
"""Rows across the track."""
HALF_WIDTH_M = ROWS * ROW_M / 2
"""Reach of a strip to each side of the centreline, metres."""
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
    steps = np.hypot(*np.diff(line, axis=0).T) * unit_m
    along = np.concatenate([[0.0], np.cumsum(steps)])
    length = float(along[-1])
    require(length > 0, "a centreline has no length")
    columns = max(1, math.floor(length / step_m + 1e-9))
    at = (length - columns * step_m) / 2 + (np.arange(columns) + 0.5) * step_m
    keep = np.concatenate([[True], np.diff(along) > 0])
    along, line = along[keep], line[keep]
    # A tangent over a few metres keeps the strip from breaking at the corners of a coarse polyline.
    reach = min(_TANGENT_REACH_M, length / 2)
    back, ahead = np.clip(at - reach, 0, length), np.clip(at + reach, 0, length)
    tangent = np.stack([np.interp(ahead, along, line[:, k]) - np.interp(back, along, line[:, k]) for k in (0, 1)], -1)
    tangent /= np.maximum(np.hypot(tangent[:, 0], tangent[:, 1]), 1e-12)[:, None]
    sign = 1.0 if y_down else -1.0
    normal = np.stack([sign * tangent[:, 1], -sign * tangent[:, 0]], -1)
    centre = np.stack([np.interp(at, along, line[:, k]) for k in (0, 1)], -1) + normal * (offset_m / unit_m)
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
    across = (frame.rows / 2 - 0.5 - np.arange(frame.rows)) * frame.row_m
    tangent = np.stack([-frame.normal[:, 1], frame.normal[:, 0]], -1) * (1.0 if frame.y_down else -1.0)
    bands = window.pixels.shape[0]
    total = np.zeros((bands, frame.rows, frame.columns), dtype=np.float32)
    share = np.zeros((frame.rows, frame.columns), dtype=np.float32)
    source = np.where(window.valid, window.pixels, 0).astype(np.float32, copy=False)
    usable = window.valid.astype(np.float32)
    for du in inner * frame.step_m / unit:
        for dv in inner * frame.row_m / unit:
            xy = (
                frame.centre[None] + frame.normal[None] * (across / unit + dv)[:, None, None] + tangent[None] * du
            )  # (rows, columns, 2)
            at = np.stack(
                [
                    (xy[..., 1] - window.row0) / window.row_step - 0.5,
                    (xy[..., 0] - window.column0) / window.column_step - 0.5,
                ]
            )
            weight = map_coordinates(usable, at, order=1, mode="constant", cval=0.0, output=np.float32)
            share += weight
            for band in range(bands):
                total[band] += map_coordinates(source[band], at, order=1, mode="constant", output=np.float32)
    valid = share > 0.5 * split * split
    pixels = np.where(valid, total / np.maximum(share, 1e-6), 0.0).astype(np.float32)
    return Strip(track_id, pixels, valid, frame, gsd_m=gsd_m, offset_m=offset_m)

"""Which blocks of an image the corridors of the tracks cross."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.counting.sampling import END_COLUMNS, frame_along, prolonged
from wayside.imagery.plane import ImagePlane
from wayside.imagery.windows import Box
from wayside.model.strips import StripFrame

__all__ = ["Lattice", "blocks_in", "corridors", "touched"]

_KERNEL = 4
"""Pixels around a place that a sample may use: a bilinear kernel and what is rounded to whole averaging squares."""
_PIECE = 4096


class Lattice(NamedTuple):
    """How a level of an image is divided.

    Attributes:
        width: columns of the level.
        height: rows of the level.
        block_width: columns of a block.
        block_height: rows of a block.
        column_factor: columns of the full image per column of the level.
        row_factor: likewise for rows.
        average: pixels of the level, along a side, that are averaged when a strip is read.
    """

    width: int
    height: int
    block_width: int
    block_height: int
    column_factor: float = 1.0
    row_factor: float = 1.0
    average: int = 1

    @property
    def shape(self) -> tuple[int, int]:
        """Blocks down and across."""
        return -(-self.height // self.block_height), -(-self.width // self.block_width)


def corridors(plane: ImagePlane, lines: Sequence[NDArray[np.float64]], margin_m: float) -> list[StripFrame]:
    """Lay the frame of every line, with what strips need beyond its ends and a margin.

    Lines that cannot be projected, or have no length, are left out.
    """
    frames = []
    for line in lines:
        if np.isfinite(line).all() and np.ptp(line, axis=0).max() > 0:
            frame = frame_along(line, unit_m=plane.unit_m, y_down=plane.y_down)
            frames.append(prolonged(frame, END_COLUMNS + math.ceil(margin_m / frame.step_m)))
    return frames


def touched(plane: ImagePlane, lattice: Lattice, frames: Sequence[StripFrame], margin_m: float) -> NDArray[np.bool_]:
    """Find the blocks that some corridors cross.

    Places are spread over every corridor so densely that the square of pixels that a sample needs around each leaves
    no gap between them.

    Args:
        plane: the plane of the frames.
        lattice: how the level is divided.
        frames: from ``corridors``.
        margin_m: how far beyond a strip's rows a corridor goes to each side, metres.

    Returns:
        Shape (down, across), True where needed.
    """
    out = np.zeros(lattice.shape, dtype=np.bool_)
    scale = np.array([lattice.column_factor, lattice.row_factor * plane.aspect])
    pad = _KERNEL * lattice.average
    for frame in frames:
        reach = (frame.rows * frame.row_m / 2 + frame.step_m + margin_m) / plane.unit_m
        count = max(2, math.ceil(2 * reach / (pad * float(scale.min()))) + 1)
        across = np.linspace(-reach, reach, count)[:, None, None]
        for start in range(0, frame.columns, _PIECE):
            part = slice(start, start + _PIECE)
            places = ((frame.centre[part] + across * frame.normal[part]) / scale).reshape(-1, 2)
            _mark(out, lattice, places, pad)
    return out


def _mark(out: NDArray[np.bool_], lattice: Lattice, places: NDArray[np.float64], pad: int) -> None:
    x, y = places[:, 0], places[:, 1]
    inside = (x > -pad) & (x < lattice.width + pad) & (y > -pad) & (y < lattice.height + pad)
    if not inside.any():
        return
    x, y = x[inside], y[inside]
    wide, high = lattice.block_width, lattice.block_height
    lows, highs = (
        (
            np.clip(x + reach, 0, lattice.width - 1).astype(np.int64) // wide,
            np.clip(y + reach, 0, lattice.height - 1).astype(np.int64) // high,
        )
        for reach in (-pad, pad)
    )
    # From the first to the last block around each place, as one number: places by the million are few blocks.
    across, many = out.shape[1], out.size
    first, last = (columns + rows * across for columns, rows in (lows, highs))
    for code in np.unique(first * many + last).tolist():
        (top, left), (bottom, right) = (divmod(block, across) for block in divmod(code, many))
        out[top : bottom + 1, left : right + 1] = True


def blocks_in(lattice: Lattice, box: Box) -> NDArray[np.bool_]:
    """Return the blocks that a box of the level's pixels touches, shape (down, across)."""
    out = np.zeros(lattice.shape, dtype=np.bool_)
    wide, high = lattice.block_width, lattice.block_height
    if not box.empty:
        out[box.top // high : (box.bottom - 1) // high + 1, box.left // wide : (box.right - 1) // wide + 1] = True
    return out

"""The grid that is written to, and how images are laid onto it: pixel for pixel where they share it, else resampled."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import map_coordinates

from wayside.imagery.geodesy import (
    Affine6,
    lonlat_to_map,
    map_to_lonlat,
    map_to_pixels,
    pixels_to_map,
    projected_grid,
    shifted,
)
from wayside.imagery.remote.blocks import Lattice
from wayside.imagery.remote.cogs import BLOCK, SparseCog
from wayside.imagery.windows import Box, Pixels

__all__ = ["Canvas", "Painter", "Readable", "paint", "painter"]

_SAME_PLACE = 0.01
"""Pixels by which two grids may be off and still count as one."""
_SAME_SIZE = 1e-6


class Canvas(NamedTuple):
    """A grid of pixels on the ground.

    Attributes:
        width: columns.
        height: rows.
        transform: a, b, c, d, e, f; None without a map.
        crs: None without a map.
    """

    width: int
    height: int
    transform: Affine6 | None
    crs: str | None

    @property
    def lattice(self) -> Lattice:
        """How it is divided into blocks."""
        return Lattice(self.width, self.height, BLOCK, BLOCK)

    def cut(self, box: Box) -> Canvas:
        """Return the grid of a box of it, which may reach beyond its edges."""
        height, width = box.shape
        if self.transform is None:
            return Canvas(width, height, None, None)
        return Canvas(width, height, shifted(self.transform, box.left, box.top), self.crs)


class Readable(Protocol):
    """What can be laid onto a canvas.

    Attributes:
        canvas: its own grid.
    """

    @property
    def canvas(self) -> Canvas:
        """Its own grid."""
        ...

    def read(self, box: Box) -> tuple[Pixels, NDArray[np.bool_]]:
        """Read a box within its grid: all bands and what is usable, and which pixels were fetched at all."""
        ...


Painter = Callable[[Box], tuple[Pixels, NDArray[np.bool_]] | None]
"""Reads what lies under a box of the canvas; None where nothing does."""


def painter(canvas: Canvas, image: Readable, *, nearest: bool) -> Painter:
    """Return how to lay an image onto a canvas.

    Args:
        canvas: the grid to write to.
        image: what is laid onto it.
        nearest: take the nearest pixel where the grids differ, not the mean of the four around.
    """
    shift = offset(canvas, image.canvas)
    if shift is not None:
        return lambda box: _pasted(image, box, shift)
    return lambda box: _resampled(canvas, image, box, nearest=nearest)


def offset(canvas: Canvas, other: Canvas) -> tuple[int, int] | None:
    """Return the column and row of the canvas on which another grid begins; None where pixels do not coincide."""
    if canvas.transform is None or other.transform is None:
        same = (canvas.width, canvas.height) == (other.width, other.height)
        return (0, 0) if canvas.transform is other.transform and same else None
    matrix, origin = _split(canvas.transform)
    theirs, begin = _split(other.transform)
    if canvas.crs != other.crs or np.abs(np.linalg.solve(matrix, theirs) - np.eye(2)).max() > _SAME_SIZE:
        return None
    at = np.linalg.solve(matrix, begin - origin)
    whole = np.rint(at)
    return None if np.abs(at - whole).max() > _SAME_PLACE else (int(whole[0]), int(whole[1]))


def _split(transform: Affine6) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    a, b, c, d, e, f = transform
    return np.array([[a, b], [d, e]]), np.array([c, f])


def _pasted(image: Readable, box: Box, shift: tuple[int, int]) -> tuple[Pixels, NDArray[np.bool_]] | None:
    dx, dy = shift
    wanted = Box(box.left - dx, box.top - dy, box.right - dx, box.bottom - dy)
    inside = wanted.meet(Box(0, 0, image.canvas.width, image.canvas.height))
    if inside.empty:
        return None
    pixels, here = image.read(inside)
    around = [
        (inside.top - wanted.top, wanted.bottom - inside.bottom),
        (inside.left - wanted.left, wanted.right - inside.right),
    ]
    return Pixels(np.pad(pixels.values, [(0, 0), *around]), np.pad(pixels.valid, around)), np.pad(here, around)


def _resampled(canvas: Canvas, image: Readable, box: Box, *, nearest: bool) -> tuple[Pixels, NDArray[np.bool_]] | None:
    at = _places(canvas, image.canvas, box)
    if not np.isfinite(at).all():
        return None
    low = np.floor(at.reshape(-1, 2).min(axis=0)).astype(int) - 2
    high = np.ceil(at.reshape(-1, 2).max(axis=0)).astype(int) + 3
    source = Box(*low.tolist(), *high.tolist()).meet(Box(0, 0, image.canvas.width, image.canvas.height))
    if source.empty:
        return None
    read, here = image.read(source)
    local = (at - (source.left, source.top) - 0.5)[..., ::-1]
    if nearest:
        return _nearest(read, here, local)
    places = local.transpose(2, 0, 1)
    share = map_coordinates(read.valid.astype(np.float32), places, order=1, mode="constant")
    valid = share > 0.5
    bands = []
    for band in np.where(read.valid, read.values, 0).astype(np.float64):
        total = map_coordinates(band, places, order=1, mode="constant") / np.maximum(share, 1e-6)
        bands.append(np.where(valid, total if read.values.dtype.kind == "f" else np.floor(total + 0.5), 0))
    values = np.stack(bands).astype(read.values.dtype)
    return Pixels(values, valid), valid


def _nearest(read: Pixels, here: NDArray[np.bool_], local: NDArray[np.float64]) -> tuple[Pixels, NDArray[np.bool_]]:
    rows, columns = np.floor(local[..., 0] + 0.5).astype(int), np.floor(local[..., 1] + 0.5).astype(int)
    inside = (rows >= 0) & (rows < here.shape[0]) & (columns >= 0) & (columns < here.shape[1])
    rows, columns = np.where(inside, rows, 0), np.where(inside, columns, 0)
    return (
        Pixels(np.where(inside, read.values[:, rows, columns], 0), inside & read.valid[rows, columns]),
        inside & here[rows, columns],
    )


def _places(canvas: Canvas, other: Canvas, box: Box) -> NDArray[np.float64]:
    """Return where the centres of a box's pixels lie in another grid, shape (height, width, 2), columns and rows."""
    if canvas.transform is None or canvas.crs is None or other.transform is None or other.crs is None:
        return np.full((1, 1, 2), np.nan)
    own, own_crs, theirs, crs = canvas.transform, canvas.crs, other.transform, other.crs

    def project(pixels: NDArray[np.float64]) -> NDArray[np.float64]:
        ground = pixels_to_map(own, pixels)
        if own_crs != crs:
            ground = lonlat_to_map(crs, map_to_lonlat(own_crs, ground))
        return map_to_pixels(theirs, ground)

    return projected_grid((box.left, box.top), (box.right, box.bottom), box.shape, project)


def paint(canvas: Canvas, painters: Sequence[Painter], needed: NDArray[np.bool_], cog: SparseCog) -> None:
    """Lay images onto the needed blocks of a canvas; where two have data the first wins.

    Args:
        canvas: the grid.
        painters: in order of precedence.
        needed: shape (down, across) of the canvas's blocks.
        cog: takes the blocks.
    """
    for row, column in np.argwhere(needed).tolist():
        box = Box(column * BLOCK, row * BLOCK, (column + 1) * BLOCK, (row + 1) * BLOCK)
        inside = box.meet(Box(0, 0, canvas.width, canvas.height))
        laid = _laid(painters, inside, cog.fill)
        if laid is not None:
            grown = [(0, BLOCK - (inside.bottom - inside.top)), (0, BLOCK - (inside.right - inside.left))]
            values = np.pad(laid.values, [(0, 0), *grown], constant_values=cog.fill)
            cog.put(row, column, values, np.pad(laid.valid, grown))


def _laid(painters: Sequence[Painter], box: Box, fill: np.generic) -> Pixels | None:
    out: Pixels | None = None
    done = np.zeros(box.shape, np.bool_)
    for read in painters:
        found = read(box)
        if found is None:
            continue
        pixels, here = found
        if out is None:
            out, done = Pixels(np.where(here, pixels.values, fill), pixels.valid.copy()), here.copy()
        else:
            new = (pixels.valid & ~out.valid) | (here & ~done)
            np.copyto(out.values, pixels.values, where=new, casting="same_kind")
            np.copyto(out.valid, pixels.valid, where=new)
            done |= here
        if out.valid.all():
            break
    return out

"""What was fetched, laid onto one grid and stored."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.imagery.gdal import translated
from wayside.imagery.plane import ImagePlane
from wayside.imagery.remote.blocks import blocks_in
from wayside.imagery.remote.canvas import Canvas, paint, painter
from wayside.imagery.remote.cogs import BLOCK, CogGrid, SparseCog
from wayside.imagery.remote.parts import Part
from wayside.imagery.remote.sheets import Sheet, Stack
from wayside.imagery.windows import Box
from wayside.model.strips import StripFrame

__all__ = ["store_corridors", "store_overview"]

_REACH_M = 20.0
"""From a track to the edge of what strips need, and some metres more."""


def store_corridors(parts: Sequence[Part], path: Path, *, nearest: bool = False) -> None:
    """Store full detail along the corridors, on the first tile's grid, and holes elsewhere.

    Args:
        parts: the tiles, fetched, in order of precedence.
        path: the file to make.
        nearest: values are classes, which are never averaged.

    Raises:
        ImageError: a tile is damaged, or its bands are not those of the first.
        OutsideError: the disk refuses.
    """
    first = parts[0]
    for part in parts[1:]:
        _check_alike(first, part)
    canvas, (left, top) = _union(parts)
    wide, high = first.image.factors
    average = first.geometry.average
    lattice = canvas.lattice._replace(column_factor=wide, row_factor=high, average=average)
    frames = _moved(first.geometry.frames, first.geometry.plane, left * wide, top * high)
    needed = first.geometry._replace(frames=frames).touched(lattice)
    if len(parts) == 1:
        needed |= _covered(first, canvas)
    # A reduced image that strips could be read from would give them other pixels than the original's.
    beyond = 2 ** int(average).bit_length()
    grid = replace(_grid(first.stack, canvas, nearest=nearest), first_overview=beyond)
    _store(grid, canvas, [part.image for part in parts], needed, path, masked=_masked([part.stack for part in parts]))


def store_overview(parts: Sequence[Part], box: Box, path: Path) -> None:
    """Store the whole site, coarse.

    Args:
        parts: the tiles, fetched, in order of precedence.
        box: what is shown, in pixels of the first tile's overview; beyond its edges the other tiles are.
        path: the file to make.

    Raises:
        ImageError: a tile is damaged.
        OutsideError: the disk refuses.
    """
    sheets = [part.coarse for part in parts if part.coarse is not None]
    own = sheets[0].canvas
    canvas = own.cut(box if len(parts) > 1 else box.meet(Box(0, 0, own.width, own.height)))
    needed = np.ones(canvas.lattice.shape, np.bool_)
    _store(_grid(sheets[0].stack, canvas), canvas, sheets, needed, path, masked=_masked([s.stack for s in sheets]))


def _grid(stack: Stack, canvas: Canvas, *, nearest: bool = False) -> CogGrid:
    info, notes = stack.info, stack.notes
    return CogGrid(
        width=canvas.width,
        height=canvas.height,
        bands=info.bands,
        dtype=info.dtype,
        transform=canvas.transform,
        crs=canvas.crs,
        nodata=stack.nodata,
        alpha=info.alpha,
        palette=notes.palette,
        interpretation=notes.interpretation,
        descriptions=notes.descriptions,
        scales=notes.scales,
        offsets=notes.offsets,
        tags=info.tags,
        nearest=nearest or info.palette,
    )


def _masked(stacks: Sequence[Stack]) -> bool:
    """Whether a file says by a mask of its own, or by a colour without opacity, what is missing."""
    clear = any(rgba[3] == 0 for stack in stacks for rgba in (stack.notes.palette or {}).values())
    return clear or any(stack.info.masked for stack in stacks)


def _store(
    grid: CogGrid, canvas: Canvas, images: Sequence[Sheet], needed: NDArray[np.bool_], path: Path, *, masked: bool
) -> None:
    with (
        translated(path.parent, "the image cannot be written"),
        tempfile.TemporaryFile(dir=path.parent) as spool,
        ExitStack() as closing,
    ):
        opened = [closing.enter_context(image.open()) for image in images]
        cog = SparseCog(grid, spool, masked=masked or grid.masked)
        paint(canvas, [painter(canvas, image, nearest=grid.nearest) for image in opened], needed, cog)
        cog.write(path)


def _check_alike(first: Part, other: Part) -> None:
    one, two = first.stack, other.stack
    if (one.info.dtype, one.notes.interpretation) != (two.info.dtype, two.notes.interpretation):
        raise ImageError(
            f"its bands or its pixel type are not those of {one.name}",
            where=two.name,
            todo="Tiles of one look are alike; fetch them one by one",
        )


def _union(parts: Sequence[Part]) -> tuple[Canvas, tuple[int, int]]:
    """Return the grid of the first tile, grown in whole blocks to where corridors lie in the others.

    Returns:
        The canvas, and the column and row of the first tile's grid at which it begins.
    """
    first = parts[0]
    own = first.image.canvas
    if len(parts) == 1:
        return own, (0, 0)
    plane = first.geometry.plane
    scale = np.array([1.0, plane.aspect]) * first.image.factors
    reach = (first.geometry.margin_m + _REACH_M) / (plane.unit_m * scale)
    places = np.concatenate([frame.centre for frame in first.geometry.frames]) / scale
    low = np.floor((places.min(axis=0) - reach) / BLOCK).astype(int) * BLOCK
    high = np.ceil((places.max(axis=0) + reach) / BLOCK).astype(int) * BLOCK
    left, top = min(0, int(low[0])), min(0, int(low[1]))
    return own.cut(Box(left, top, max(own.width, int(high[0])), max(own.height, int(high[1])))), (left, top)


def _moved(frames: Sequence[StripFrame], plane: ImagePlane, columns: float, rows: float) -> list[StripFrame]:
    """Return frames in a plane that begins ``columns`` and ``rows`` of the full image further on."""
    move = np.array([columns, rows * plane.aspect])
    return [replace(frame, centre=frame.centre - move) for frame in frames]


def _covered(part: Part, canvas: Canvas) -> NDArray[np.bool_]:
    """Return the canvas's blocks under blocks that were fetched anyway; nothing for strips, which are too wide."""
    out = np.zeros(canvas.lattice.shape, np.bool_)
    page = part.stack.rasters[0].page(part.image.level)
    if page is None or not page.tiled:
        return out
    wide, high = page.block_width, page.block_height
    for row, column in np.argwhere(part.needed[0]).tolist():
        inside = Box(column * wide, row * high, (column + 1) * wide, (row + 1) * high)
        out |= blocks_in(canvas.lattice, inside.meet(Box(0, 0, canvas.width, canvas.height)))
    return out

"""One tile of a look: opened, the corridors laid in it, and the blocks that they cross fetched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.imagery.plane import ImagePlane, plane_of, positions
from wayside.imagery.reading import level_for
from wayside.imagery.remote.blocks import Lattice, blocks_in, corridors, touched
from wayside.imagery.remote.raster import open_raster
from wayside.imagery.remote.request import CropRequest, RemoteTile
from wayside.imagery.remote.sheets import Sheet, Stack, stacked
from wayside.imagery.remote.sources import ByteSource
from wayside.imagery.views import overview_cell, site_bounds
from wayside.imagery.windows import Box
from wayside.model.places import Track
from wayside.model.strips import StripFrame

__all__ = ["Geometry", "Part", "geometry_of", "opened", "overview_sheet", "site_box"]

_CELL_SLACK = 1.5
"""An overview of cells up to half as coarse again is taken rather than one that costs four times the bytes."""


class Geometry(NamedTuple):
    """Where the corridors lie in one image.

    Attributes:
        plane: the plane of strips.
        lines: the tracks in it.
        frames: the corridors' frames in it.
        margin_m: how far a corridor goes beyond a strip's rows, metres.
        level: the overview that strips are read from; None for the full image.
        average: pixels of it that are averaged then.
    """

    plane: ImagePlane
    lines: list[NDArray[np.float64]]
    frames: list[StripFrame]
    margin_m: float
    level: int | None
    average: int

    def touched(self, lattice: Lattice) -> NDArray[np.bool_]:
        """Return the blocks that corridors cross, shape (down, across)."""
        return touched(self.plane, lattice, self.frames, self.margin_m)

    def crosses(self, lattice: Lattice) -> bool:
        """Tell whether a corridor crosses any block; where a track itself does, that is seen at once."""
        edge = np.array([lattice.width, lattice.height])
        scale = np.array([lattice.column_factor, lattice.row_factor * self.plane.aspect])
        for frame in self.frames:
            at = frame.centre / scale
            if ((at >= 0) & (at < edge)).all(axis=1).any():
                return True
        return bool(self.touched(lattice).any())


def opened(files: Sequence[ByteSource], tile: RemoteTile | None, request: CropRequest, folder: Path) -> Stack:
    """Open the files of one image by their headers (raises as ``open_raster`` and ``stacked``).

    Args:
        files: one file, or one for each band.
        tile: whose bands, sensor and no-data value they have; None for a mask, which has its own.
        request: what it may cost, and what the files do not know of themselves.
        folder: for the local files.
    """
    tile = tile or RemoteTile(tuple(files))
    hints = [tile.bands] if len(files) == 1 else [tile.bands[k : k + 1] for k in range(len(files))]
    rasters = [
        open_raster(
            file,
            folder,
            limits=request.limits,
            gsd_m=request.gsd_m,
            crs=request.crs,
            bands=hint,
            sensor=tile.sensor,
        )
        for file, hint in zip(files, hints, strict=True)
    ]
    stack = stacked(rasters, tile.nodata, hints)
    if not stack.info.has_map:
        raise ImageError(
            "the image has no map, so nobody can tell which parts of it the site needs",
            where=stack.name,
            todo="Fetch it whole and import it with --gsd and tracks in pixel coordinates",
        )
    return stack


def geometry_of(stack: Stack, tracks: Sequence[Track], request: CropRequest) -> Geometry:
    """Lay the corridors in an image (raises as ``plane_of``)."""
    plane = plane_of(stack.info, tracks)
    move = plane.shift(request.shift) if request.shift else np.zeros(2)
    lines = [plane.from_positions(positions(track)) + move for track in tracks]
    level = level_for(stack.info, plane)
    frames = corridors(plane, lines, request.margin_m)
    return Geometry(plane, lines, frames, request.margin_m, level.overview, level.average)


def overview_sheet(stack: Stack, tracks: Sequence[Track], request: CropRequest) -> Sheet:
    """Choose the reduction that the overview is made of, and what is averaged further."""
    gsd = stack.info.gsd_m
    bounds = site_bounds(tracks, margin_m=request.overview_margin_m)
    cell = request.overview_cell_m or overview_cell(bounds, gsd)
    levels = [(gsd, None), *((gsd * factor, index) for index, factor in enumerate(stack.info.overviews))]
    usable = [found for found in levels if found[0] <= _CELL_SLACK * cell] or levels[:1]
    coarsest, level = max(usable, key=lambda found: found[0])
    return Sheet(stack, level, max(1, round(cell / coarsest)))


def site_box(coarse: Sheet, tracks: Sequence[Track], request: CropRequest) -> Box:
    """Return the site's rectangle in pixels of an overview; it may reach beyond its edges."""
    bounds = site_bounds(tracks, margin_m=request.overview_margin_m)
    plane = plane_of(coarse.stack.info, tracks)
    along = np.linspace(0, 1, 9)[:, None]
    corners = bounds.corners
    edges = np.concatenate([a + (b - a) * along for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)])
    pixels = plane.from_positions(edges) / (1.0, plane.aspect) / coarse.factors
    pixels = np.clip(pixels[np.isfinite(pixels).all(axis=1)], -1e9, 1e9)
    low, high = np.floor(pixels.min(axis=0)).astype(int), np.ceil(pixels.max(axis=0)).astype(int)
    return Box(int(low[0]), int(low[1]), int(high[0]), int(high[1]))


@dataclass
class Part:
    """One tile's image, or its mask, and what is read of it.

    Attributes:
        number: of the tile.
        geometry: where the corridors lie.
        image: at the reduction of the strips.
        coarse: at that of the overview; None for a mask.
        needed: blocks that corridors cross, per file, shape (down, across).
        partial: whether the overview shows the corridors alone, as all of the site would cost too much.
    """

    number: int
    geometry: Geometry
    image: Sheet
    coarse: Sheet | None = None
    needed: list[NDArray[np.bool_]] = field(default_factory=list)
    partial: bool = False

    @property
    def stack(self) -> Stack:
        """Its files."""
        return self.image.stack

    def fetch(self, around: Box | None = None, *, most: int = 0) -> int:
        """Fetch what is needed, with one call to each file's source.

        Args:
            around: what the overview shows, in its pixels.
            most: bytes of pixels that an overview may be made from.

        Returns:
            Number of blocks.
        """
        total = 0
        for number, raster in enumerate(self.stack.rasters):
            needed = self.geometry.touched(self.stack.lattice(number, self.image.level, self.geometry.average))
            self.needed.append(needed)
            wanted = {self.image.level: needed}
            if self.coarse is not None and around is not None:
                shown = self._shown(number, around, most)
                wanted[self.coarse.level] = wanted.get(self.coarse.level, False) | shown
            total += raster.fetch(wanted)
        return total

    def _shown(self, number: int, around: Box, most: int) -> NDArray[np.bool_]:
        """Return the blocks that an overview needs of a file; those under the corridors where all are too many."""
        coarse = self.coarse or self.image
        lattice = self.stack.lattice(number, coarse.level, 1)
        box = Box(*(edge * coarse.average for edge in around))
        blocks = blocks_in(lattice, box.meet(Box(0, 0, lattice.width, lattice.height)))
        page = self.stack.rasters[number].page(coarse.level)
        if page is not None and int(blocks.sum()) * page.planes * page.block_bytes > most:
            self.partial = True
            blocks &= self.geometry.touched(lattice)
        return blocks

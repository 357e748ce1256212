"""An image at one reduction, of one file or of several that lie on the same grid, and how its pixels are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags
from rasterio.io import DatasetReader

from wayside.errors import ImageError
from wayside.imagery.formats.bands import BandOrder, OrderKnown
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.formats.scaling import band_scaling, relative_scaling
from wayside.imagery.geodesy import Affine6
from wayside.imagery.remote.blocks import Lattice
from wayside.imagery.remote.canvas import Canvas
from wayside.imagery.remote.raster import RemoteRaster
from wayside.imagery.remote.reducing import reduced
from wayside.imagery.windows import Box, Pixels, with_data
from wayside.model.acquisitions import Band

__all__ = ["BandNotes", "Sheet", "Stack", "stacked"]

_SAME_GRID = 1e-3
_PIECE = 1024
"""Pixels along a side that are held at once while a large area is averaged."""


@dataclass(frozen=True)
class BandNotes:
    """What a file says of its bands.

    Attributes:
        interpretation: names of what they are, as rasterio has them.
        descriptions: their names.
        scales: factors.
        offsets: added after scaling.
        palette: colour table of the first band; None where it has none.
    """

    interpretation: tuple[str, ...]
    descriptions: tuple[str | None, ...]
    scales: tuple[float, ...]
    offsets: tuple[float, ...]
    palette: dict[int, tuple[int, ...]] | None = None


@dataclass(frozen=True)
class Stack:
    """One image, of one file with all bands or of a file for each.

    Attributes:
        rasters: the files.
        info: the image's description, all bands together.
        notes: what is said of its bands.
        nodata: value that stands for no data; None where there is none.
    """

    rasters: tuple[RemoteRaster, ...]
    info: ImageInfo
    notes: BandNotes
    nodata: float | None

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.rasters[0].held.name

    def lattice(self, number: int, level: int | None, average: int) -> Lattice:
        """Return how a file's level is divided; a file that is here whole is one block."""
        raster = self.rasters[number]
        width, height = raster.size(level)
        page = raster.page(level)
        wide, high = (width, height) if page is None else (page.block_width, page.block_height)
        return Lattice(width, height, wide, high, self.info.width / width, self.info.height / height, average)


def stacked(
    rasters: Sequence[RemoteRaster], nodata: float | None, hints: Sequence[Sequence[Band]] | None = None
) -> Stack:
    """Take files for one image.

    Args:
        rasters: one file, or one for each band, all on one grid.
        nodata: what stands for no data; None leaves it to the files.
        hints: the bands of each file as the catalogue names them; None where it does not.

    Raises:
        ImageError: they do not lie on one grid, or differ in pixel type.
    """
    first = rasters[0].info
    notes = [_notes(raster, hint) for raster, hint in zip(rasters, hints or [()] * len(rasters), strict=True)]
    if len(rasters) == 1:
        return Stack(tuple(rasters), first, notes[0], first.nodata if nodata is None else nodata)
    for raster in rasters[1:]:
        other = raster.info
        same = (other.width, other.height, other.crs, other.dtype) == (
            first.width,
            first.height,
            first.crs,
            first.dtype,
        )
        if not same or not _near(first.transform, other.transform):
            raise ImageError(
                "it does not lie on the same grid as the band beside it, or has other pixels",
                where=raster.held.name,
                todo="Give bands of one resolution",
            )
    count = len(rasters)
    colour = (1, 2, 3) if count == 3 else (1,)
    names = ("red", "green", "blue") if count == 3 else tuple(note.descriptions[0] or "" for note in notes)
    info = replace(
        first,
        bands=count,
        colour=colour,
        band_order=names,
        scaling=relative_scaling(tuple((note.scales[0], note.offsets[0]) for note in notes), colour),
        alpha=None,
        palette=False,
        masked=any(raster.info.masked or raster.info.alpha for raster in rasters),
    )
    together = BandNotes(
        ("red", "green", "blue") if count == 3 else ("gray", *["undefined"] * (count - 1)),
        names,
        tuple(note.scales[0] for note in notes),
        tuple(note.offsets[0] for note in notes),
    )
    return Stack(tuple(rasters), info, together, first.nodata if nodata is None else nodata)


def _near(one: Affine6 | None, other: Affine6 | None) -> bool:
    if one is None or other is None:
        return one is other
    return bool(np.abs(np.subtract(one, other)).max() < _SAME_GRID * max(map(abs, (one[0], one[1], one[3], one[4]))))


def _notes(raster: RemoteRaster, hint: Sequence[Band]) -> BandNotes:
    info = raster.info
    known = info.band_order if info.order_known is not OrderKnown.ASSUMED else ()
    with raster.dataset(None) as dataset:
        order = BandOrder(info.band_order, info.order_known, info.order_why)
        scaling = band_scaling(dataset, order, hint)
        # What the catalogue or the sensor tells of the bands is written down, so that the stored file tells it too.
        names = [
            told if told and told != "alpha" else own
            for own, told in zip(dataset.descriptions, known or [""] * dataset.count, strict=True)
        ]
        return BandNotes(
            tuple(kind.name for kind in dataset.colorinterp),
            tuple(names),
            tuple(scale for scale, _ in scaling),
            tuple(offset for _, offset in scaling),
            dataset.colormap(1) if info.palette else None,
        )


class Sheet:
    """A stack at one level.

    Args:
        stack: the image.
        level: overview, None for the full image.
        average: pixels of the level that are averaged, along a side.
    """

    def __init__(self, stack: Stack, level: int | None, average: int = 1) -> None:
        self.stack = stack
        self.level, self.average = level, average
        width, height = stack.rasters[0].size(level)
        self.width, self.height = -(-width // average), -(-height // average)
        self.size = (width, height)
        self._open: list[DatasetReader] = []

    @contextmanager
    def open(self) -> Iterator[Sheet]:
        """Hold its files open for the body, in which it can be read."""
        with ExitStack() as closing:
            self._open = [closing.enter_context(raster.dataset(self.level)) for raster in self.stack.rasters]
            yield self
        self._open = []

    @property
    def factors(self) -> tuple[float, float]:
        """Columns and rows of the full image per pixel."""
        return (
            self.stack.info.width / self.size[0] * self.average,
            self.stack.info.height / self.size[1] * self.average,
        )

    @property
    def canvas(self) -> Canvas:
        """The grid of this reduction."""
        if self.stack.info.transform is None:
            return Canvas(self.width, self.height, None, None)
        a, b, c, d, e, f = self.stack.info.transform
        wide, high = self.factors
        return Canvas(self.width, self.height, (a * wide, b * high, c, d * wide, e * high, f), self.stack.info.crs)

    def read(self, box: Box) -> tuple[Pixels, NDArray[np.bool_]]:
        """Read a box of all bands, while open.

        Returns:
            Values, shape (bands, height, width), with what is usable of them; and which were fetched at all.
        """
        if self.average == 1:
            return self._read(box)
        bands, (high, wide) = self.stack.info.bands, box.shape
        out = Pixels(np.zeros((bands, high, wide), self.stack.info.dtype), np.zeros((high, wide), np.bool_))
        step = max(1, _PIECE // self.average)
        for top in range(0, high, step):
            for left in range(0, wide, step):
                part = Box(left, top, min(left + step, wide), min(top + step, high))
                at = (slice(part.top, part.bottom), slice(part.left, part.right))
                piece = self._reduced(Box(*np.add(part, (box.left, box.top, box.left, box.top)).tolist()))
                if piece is not None:
                    out.values[:, *at], out.valid[at] = piece
        return out, out.valid

    def _reduced(self, box: Box) -> Pixels | None:
        """Read a box and average it; what reaches beyond the edges counts for nothing. None where nothing is here."""
        k = self.average
        source = Box(*(edge * k for edge in box)).meet(Box(0, 0, *self.size))
        if not all(raster.any_here(self.level, source) for raster in self.stack.rasters):
            return None
        (values, usable), _ = self._read(source)
        high, wide = (box.bottom - box.top) * k, (box.right - box.left) * k
        grown = [(0, high - usable.shape[0]), (0, wide - usable.shape[1])]
        return reduced(np.pad(values, [(0, 0), *grown]), np.pad(usable, grown), k, nearest=self.stack.info.palette)

    def _read(self, box: Box) -> tuple[Pixels, NDArray[np.bool_]]:
        if not all(raster.any_here(self.level, box) for raster in self.stack.rasters):
            nothing = Pixels(
                np.zeros((self.stack.info.bands, *box.shape), self.stack.info.dtype), np.zeros(box.shape, np.bool_)
            )
            return nothing, nothing.valid
        here = np.logical_and.reduce([raster.here(self.level, box) for raster in self.stack.rasters])
        parts = [dataset.read(window=box.window) for dataset in self._open]
        values = parts[0] if len(parts) == 1 else np.concatenate([part[:1] for part in parts])
        usable = here & _usable(self.stack, values)
        for raster, dataset, part in zip(self.stack.rasters, self._open, parts, strict=True):
            if raster.info.alpha:
                usable &= part[raster.info.alpha - 1] > 0
            if dataset.mask_flag_enums[0] == [MaskFlags.per_dataset]:
                usable &= dataset.read_masks(1, window=box.window) > 0
        return Pixels(values, usable), here


def _usable(stack: Stack, values: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Return which pixels hold data by their values."""
    colour = values[[band - 1 for band in stack.info.colour]]
    out = with_data(colour, stack.nodata)
    if stack.notes.palette is not None:
        clear = [index for index, rgba in stack.notes.palette.items() if rgba[3] == 0]
        out &= ~np.isin(values[0], clear)
    return out

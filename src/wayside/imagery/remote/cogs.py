"""Cloud-optimised GeoTIFFs of which most is empty, written block by block.

GDAL's own writer reads and reduces every block, empty ones too: a track of 40 km across a map needs eight thousand
million pixels of nothing. Here what was put is all that is held, reduced and stored. Header and map are taken from a
tiny file that GDAL writes, so that CRS, colours and tags are said exactly as GDAL says them.
"""

from __future__ import annotations

import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import ColorInterp
from rasterio.io import MemoryFile

from wayside.imagery.gdal import session
from wayside.imagery.geodesy import Affine6
from wayside.imagery.remote.pages import header, numbers
from wayside.imagery.remote.reducing import reduced
from wayside.imagery.remote.sources import HeldBytes, Range
from wayside.imagery.remote.tiff import Tag, TagValue, parse_tiff

__all__ = ["BLOCK", "CogGrid", "SparseCog"]

BLOCK = 256
"""Pixels of a block's side, as the project's other images have."""
_MOST_CLASSIC = 4_000_000_000
_LEVEL = 6
_COLOURS, _EXTRA_SAMPLES, _NO_DATA = 320, 338, 42113
_EVERY_PAGE = frozenset({Tag.BITS, Tag.PHOTOMETRIC, Tag.SAMPLES, _COLOURS, _EXTRA_SAMPLES, Tag.SAMPLE_FORMAT, _NO_DATA})
"""Tags of the full image that its reduced images have too: what a pixel is."""


@dataclass(frozen=True)
class CogGrid:
    """What a stored image is, apart from its pixels.

    Attributes:
        width: columns.
        height: rows.
        bands: number of bands, alpha included.
        dtype: numpy's name of the pixel type.
        transform: a, b, c, d, e, f; None without a map.
        crs: "EPSG:n" or WKT; None without a map.
        nodata: value that stands for no data; None where there is none.
        alpha: 1-based number of the alpha band; None where there is none.
        palette: colour table of band 1; None where it has none.
        interpretation: names of what the bands are, as rasterio has them; empty where nobody said.
        descriptions: the bands' names; empty where nobody said.
        scales: factor of every band; empty for 1.
        offsets: of every band; empty for 0.
        tags: the file's tags.
        nearest: reduced images are made by leaving pixels out, not by averaging.
        first_overview: reduction of the first reduced image, a power of 2.
    """

    width: int
    height: int
    bands: int
    dtype: str
    transform: Affine6 | None = None
    crs: str | None = None
    nodata: float | None = None
    alpha: int | None = None
    palette: Mapping[int, tuple[int, ...]] | None = None
    interpretation: tuple[str, ...] = ()
    descriptions: tuple[str | None, ...] = ()
    scales: tuple[float, ...] = ()
    offsets: tuple[float, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    nearest: bool = False
    first_overview: int = 2

    @property
    def usable_nodata(self) -> float | None:
        """The no-data value, where the pixel type can hold it."""
        if self.nodata is None:
            return None
        kind = np.dtype(self.dtype)
        if kind.kind == "f":
            return self.nodata
        limits = np.iinfo(kind)
        whole = np.isfinite(self.nodata) and self.nodata == int(self.nodata)
        return self.nodata if whole and limits.min <= self.nodata <= limits.max else None

    @property
    def masked(self) -> bool:
        """Whether what is missing must be said by a mask, as neither alpha nor a no-data value says it."""
        return self.alpha is None and self.usable_nodata is None


class _Bytes:
    """A file that is held in memory."""

    name = "template"

    def __init__(self, data: bytes) -> None:
        self.size = len(data)
        self._data = data

    def read(self, start: int, length: int) -> bytes:
        return self._data[start : start + length]

    def fetch(self, ranges: object) -> None:
        """Do nothing: all is here."""


@dataclass
class _Level:
    """A level's blocks: where each lies in the spool, image and mask."""

    width: int
    height: int
    image: dict[tuple[int, int], Range] = field(default_factory=dict)
    mask: dict[tuple[int, int], Range] = field(default_factory=dict)

    @property
    def shape(self) -> tuple[int, int]:
        return -(-self.height // BLOCK), -(-self.width // BLOCK)


class SparseCog:
    """Takes blocks in any order, and writes the file when all are there.

    Args:
        grid: what the image is.
        spool: an open scratch file for reading and writing.
        masked: whether a mask is stored; by default where nothing else can say what is missing.
    """

    def __init__(self, grid: CogGrid, spool: BinaryIO, *, masked: bool | None = None) -> None:
        self._grid = grid
        self._spool = spool
        self._masked = grid.masked if masked is None else masked
        self._levels = [_Level(grid.width, grid.height)]
        self._dtype = np.dtype(grid.dtype)
        fill = grid.usable_nodata
        self._fill = self._dtype.type(0 if fill is None else fill)

    @property
    def fill(self) -> np.generic:
        """The value that stands where there is no data."""
        fill: np.generic = self._fill
        return fill

    @property
    def blocks(self) -> int:
        """Blocks that were put."""
        return len(self._levels[0].image)

    def put(self, row: int, column: int, values: NDArray[np.generic], valid: NDArray[np.bool_]) -> None:
        """Store a block of the full image; one with nothing valid is left out.

        Args:
            row: of the block.
            column: of the block.
            values: shape (bands, BLOCK, BLOCK), of the grid's type; ``fill`` where there is none.
            valid: shape (BLOCK, BLOCK), what is usable of it.
        """
        self._put(self._levels[0], (row, column), values, valid)

    def _put(self, level: _Level, at: tuple[int, int], values: NDArray[np.generic], valid: NDArray[np.bool_]) -> None:
        if not valid.any():
            return
        level.image[at] = self._packed(np.moveaxis(values, 0, -1), predict=self._grid.palette is None)
        if self._masked:
            level.mask[at] = self._packed(np.packbits(valid, axis=-1)[..., None], predict=False)

    def _packed(self, block: NDArray[np.generic], *, predict: bool) -> Range:
        """Pack a block, shape (rows, columns, bands), and append it to the spool."""
        whole = np.ascontiguousarray(block)
        if predict:
            whole = whole.view(f"u{whole.dtype.itemsize}")
            whole = np.concatenate([whole[:, :1], whole[:, 1:] - whole[:, :-1]], axis=1)
        packed = zlib.compress(whole.tobytes(), _LEVEL)
        start = self._spool.seek(0, os.SEEK_END)
        self._spool.write(packed)
        return start, len(packed)

    def _unpacked(self, where: Range) -> bytes:
        self._spool.seek(where[0])
        return zlib.decompress(self._spool.read(where[1]))

    def _block(self, level: _Level, at: tuple[int, int]) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
        """Return a stored block's values and what is valid of it."""
        raw = np.frombuffer(self._unpacked(level.image[at]), dtype=f"u{self._dtype.itemsize}")
        values = raw.reshape(BLOCK, BLOCK, -1)
        if self._grid.palette is None:
            values = np.add.accumulate(values, axis=1, dtype=values.dtype)
        pixels = np.moveaxis(values.view(self._dtype), -1, 0)
        if self._masked:
            bits = np.frombuffer(self._unpacked(level.mask[at]), np.uint8).reshape(BLOCK, -1)
            return pixels, np.unpackbits(bits, axis=-1).astype(np.bool_)
        if self._grid.alpha is not None:
            return pixels, pixels[self._grid.alpha - 1] > 0
        empty = np.isnan(pixels) if self._fill != self._fill else pixels == self._fill
        return pixels, ~empty.all(axis=0)

    def _reduce(self) -> None:
        """Add reduced images from the first that is wanted, each half the size, until one block holds all."""
        finest, factor = self._levels[0], 1
        while max(finest.shape) > 1 or 1 < factor < self._grid.first_overview:
            factor *= 2
            coarser = _Level(-(-self._grid.width // factor), -(-self._grid.height // factor))
            for at in sorted({(row // 2, column // 2) for row, column in finest.image}):
                self._put(coarser, at, *self._halved(finest, at))
            finest = coarser
            if factor >= self._grid.first_overview:
                self._levels.append(coarser)

    def _halved(self, finest: _Level, at: tuple[int, int]) -> tuple[NDArray[np.generic], NDArray[np.bool_]]:
        """Reduce the blocks that are there; along a track few of four are."""
        half = BLOCK // 2
        values = np.full((self._grid.bands, BLOCK, BLOCK), self._fill, dtype=self._dtype)
        valid = np.zeros((BLOCK, BLOCK), np.bool_)
        nearest = self._grid.nearest or self._grid.palette is not None
        for row in (0, 1):
            for column in (0, 1):
                child = (2 * at[0] + row, 2 * at[1] + column)
                if child in finest.image:
                    part = (slice(row * half, (row + 1) * half), slice(column * half, (column + 1) * half))
                    made = reduced(*self._block(finest, child), 2, nearest=nearest)
                    values[:, *part], valid[part] = np.where(made.valid, made.values, self._fill), made.valid
        return values, valid

    def write(self, path: Path) -> None:
        """Write the file; the coarsest image's blocks first, as a cloud-optimised GeoTIFF has them."""
        self._reduce()
        parts: list[tuple[dict[tuple[int, int], Range], _Level]] = []
        for level in self._levels:
            parts.append((level.image, level))
            if self._masked:
                parts.append((level.mask, level))
        size = sum(length for blocks, _ in parts for _, length in blocks.values())
        entries = sum(2 * level.shape[0] * level.shape[1] * 8 for _, level in parts)
        big = size + entries > _MOST_CLASSIC
        tables = [np.zeros((2, level.shape[0] * level.shape[1]), np.uint64) for _, level in parts]
        pages = self._pages()
        at = len(header(_tabled(pages, tables, big=big), "<", big=big))
        copies: list[Range] = []
        for (blocks, level), table in reversed(list(zip(parts, tables, strict=True))):
            for (row, column), (start, length) in sorted(blocks.items()):
                table[:, row * level.shape[1] + column] = at, length
                copies.append((start, length))
                at += length
        with path.open("wb") as file:
            file.write(header(_tabled(pages, tables, big=big), "<", big=big))
            for start, length in copies:
                self._spool.seek(start)
                file.write(self._spool.read(length))

    def _pages(self) -> list[dict[int, TagValue]]:
        """Return every page's tags but its tables: image and mask of every level."""
        grid = self._grid
        first = _template(grid)
        pages = []
        for number, level in enumerate(self._levels):
            shape = {Tag.WIDTH: level.width, Tag.HEIGHT: level.height, Tag.TILE_WIDTH: BLOCK, Tag.TILE_HEIGHT: BLOCK}
            plain = {int(tag): numbers([value], "<") for tag, value in shape.items()}
            image = {t: v for t, v in first.items() if number == 0 or t in _EVERY_PAGE} | plain
            image[Tag.COMPRESSION] = numbers([8], "<", kind=3)
            image[Tag.PREDICTOR] = numbers([1 if grid.palette is not None else 2], "<", kind=3)
            image[Tag.PLANAR] = numbers([1], "<", kind=3)
            image[Tag.SUBFILE] = numbers([int(number > 0)], "<")
            pages.append(image)
            if self._masked:
                said = {Tag.BITS: 1, Tag.COMPRESSION: 8, Tag.PHOTOMETRIC: 4, Tag.SAMPLES: 1, Tag.PLANAR: 1}
                mask = {int(tag): numbers([value], "<", kind=3) for tag, value in said.items()}
                pages.append(mask | plain | {int(Tag.SUBFILE): numbers([4 + int(number > 0)], "<")})
        return pages


def _tabled(
    pages: list[dict[int, TagValue]], tables: list[NDArray[np.uint64]], *, big: bool
) -> list[dict[int, TagValue]]:
    kind = 16 if big else 4
    return [
        page | {int(Tag.TILE_OFFSETS): numbers(at, "<", kind=kind), int(Tag.TILE_SIZES): numbers(size, "<", kind=4)}
        for page, (at, size) in zip(pages, tables, strict=True)
    ]


def _template(grid: CogGrid) -> dict[int, TagValue]:
    """Let GDAL write a file of one block with the same bands and map, and return its tags."""
    options: dict[str, Any] = {}
    if grid.transform is not None and grid.crs is not None:
        options |= {"transform": Affine(*grid.transform), "crs": CRS.from_user_input(grid.crs)}
    kinds = [ColorInterp[name] for name in grid.interpretation]
    if kinds[:3] == [ColorInterp.red, ColorInterp.green, ColorInterp.blue]:
        options["photometric"] = "RGB"
    with session(GDAL_PAM_ENABLED="NO"), MemoryFile() as memory:
        with memory.open(
            driver="GTiff",
            width=16,
            height=16,
            count=grid.bands,
            dtype=grid.dtype,
            nodata=grid.usable_nodata,
            interleave="pixel",
            ENDIANNESS="LITTLE",
            **options,
        ) as target:
            if kinds:
                target.colorinterp = kinds
            if grid.palette is not None:
                target.write_colormap(1, dict(grid.palette))
            target.update_tags(**{k: v for k, v in grid.tags.items() if k != "AREA_OR_POINT"})
            for band, name in enumerate(grid.descriptions, start=1):
                if name:
                    target.set_band_description(band, name)
            if any(s != 1 for s in grid.scales) or any(o != 0 for o in grid.offsets):
                target.scales, target.offsets = grid.scales, grid.offsets
        data = bytes(memory.getbuffer())
    held = HeldBytes(_Bytes(data), max(len(data), 1))
    dropped = {Tag.ROWS_PER_STRIP}
    return {tag: value for tag, value in parse_tiff(held).pages[0].tags.items() if tag not in dropped}

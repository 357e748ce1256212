"""A remote image, opened without reading it: its description first, its blocks when they are needed.

GDAL never reads the remote file. A local TIFF is made of the remote one's tags and of the blocks that were fetched;
every other block is a hole. So GDAL makes no request, looks for no file beside it and cannot be led elsewhere by what a
stranger wrote, and whatever is read of a block that was not fetched is no data.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rasterio.io import DatasetReader

from wayside.errors import ImageError
from wayside.imagery.formats.info import ImageInfo, PixelLimits, describe_dataset, describe_image
from wayside.imagery.gdal import driver_of, open_image, translated
from wayside.imagery.remote.pages import header, numbers
from wayside.imagery.remote.sources import ByteSource, HeldBytes
from wayside.imagery.remote.tiff import HEADER, Block, Page, Tag, TagValue, Tiff, blocks_of, parse_tiff
from wayside.imagery.windows import Box
from wayside.model.acquisitions import Band

__all__ = ["OpenLimits", "RemoteRaster", "open_raster"]

_PIECE = 8 << 20
_AT_ONCE = 32 << 20
"""Bytes that are fetched before they are written down; a source may keep no more than this in memory."""


@dataclass(frozen=True, slots=True)
class OpenLimits:
    """What one remote file may cost.

    Attributes:
        pixels: sizes beyond which it is taken for a decompression bomb.
        fetched: bytes that may be fetched of a file of which parts can be read.
        whole: bytes of a file that must be fetched from beginning to end (JPEG 2000, PNG, JPEG).
    """

    pixels: PixelLimits = PixelLimits()  # noqa: RUF009 - frozen, so it may be shared
    fetched: int = 4 << 30
    whole: int = 1 << 30


@dataclass
class RemoteRaster:
    """An image that is read block by block; lives as long as its folder.

    Attributes:
        held: the source and what is here of it.
        tiff: its pages; None for a format of which no parts can be read, which is here whole.
        path: the local file that GDAL reads.
        info: its description.
        sizes: width and height of every overview.
        fetched: which blocks are here, by number of the page, shape (down, across).
    """

    held: HeldBytes
    tiff: Tiff | None
    path: Path
    info: ImageInfo
    sizes: tuple[tuple[int, int], ...]
    fetched: dict[int, NDArray[np.bool_]] = field(default_factory=dict)

    def page(self, level: int | None) -> Page | None:
        """Return the page of an overview, of the full image for None; None where all is here anyway."""
        number = self._number(level)
        return None if self.tiff is None or number is None else self.tiff.pages[number]

    def size(self, level: int | None) -> tuple[int, int]:
        """Return an overview's width and height, those of the full image for None."""
        return (self.info.width, self.info.height) if level is None else self.sizes[level]

    def _number(self, level: int | None, *, mask: bool = False) -> int | None:
        return None if self.tiff is None else self.tiff.page(*self.size(level), mask=mask)

    def fetch(self, wanted: Mapping[int | None, NDArray[np.bool_]]) -> int:
        """Fetch blocks, and those of the file's own mask that lie over them, with one call to the source.

        Args:
            wanted: per overview (None: the full image), shape (down, across) of its page.

        Returns:
            Number of blocks of the image, masks left out.
        """
        if self.tiff is None:
            return 0
        entries: dict[int, NDArray[np.int64]] = {}
        blocks = 0
        for level, needed in wanted.items():
            number = self._number(level)
            if number is None:
                raise self.held.damaged("an overview has no page of its own")
            page = self.tiff.pages[number]
            entries[number] = page.indices(needed)
            self.fetched[number] = needed
            blocks += int(needed.sum()) * page.planes
            over = self._number(level, mask=True)
            if over is not None:
                entries[over] = self.tiff.pages[over].indices(_over(page, needed, self.tiff.pages[over]))
        _write_local(self.path, self.held, self.tiff, blocks_of(self.held, self.tiff, entries))
        return blocks

    def any_here(self, level: int | None, box: Box) -> bool:
        """Return whether a box lies in a block that was fetched, in part at least."""
        number, page = self._number(level), self.page(level)
        if page is None or number is None:
            return True
        rows = slice(box.top // page.block_height, -(-box.bottom // page.block_height))
        columns = slice(box.left // page.block_width, -(-box.right // page.block_width))
        return number in self.fetched and bool(self.fetched[number][rows, columns].any())

    def here(self, level: int | None, box: Box) -> NDArray[np.bool_]:
        """Return which pixels of a box lie in blocks that were fetched, shape (height, width)."""
        number, page = self._number(level), self.page(level)
        if page is None or number is None:
            return np.ones(box.shape, np.bool_)
        if number not in self.fetched:
            return np.zeros(box.shape, np.bool_)
        rows = np.arange(box.top, box.bottom) // page.block_height
        columns = np.arange(box.left, box.right) // page.block_width
        return np.asarray(self.fetched[number][np.ix_(rows, columns)], dtype=np.bool_)

    @contextmanager
    def dataset(self, level: int | None) -> Iterator[DatasetReader]:
        """Open the local file; errors name the remote one."""
        with _naming(self.held.name), open_image(self.path, level=level) as dataset:
            yield dataset


def _over(page: Page, needed: NDArray[np.bool_], mask: Page) -> NDArray[np.bool_]:
    """Return the blocks of a mask that lie over some blocks of its image."""
    rows = [(np.arange(mask.down) * mask.block_height + off) // page.block_height for off in (0, mask.block_height - 1)]
    columns = [(np.arange(mask.across) * mask.block_width + o) // page.block_width for o in (0, mask.block_width - 1)]
    low_r, high_r = rows[0], np.minimum(rows[1], page.down - 1)
    low_c, high_c = columns[0], np.minimum(columns[1], page.across - 1)
    total = np.zeros((page.down + 1, page.across + 1), np.int64)
    total[1:, 1:] = needed.cumsum(axis=0).cumsum(axis=1)
    inside = (
        total[np.ix_(high_r + 1, high_c + 1)]
        - total[np.ix_(low_r, high_c + 1)]
        - total[np.ix_(high_r + 1, low_c)]
        + total[np.ix_(low_r, low_c)]
    )
    return np.asarray(inside > 0, dtype=np.bool_)


def open_raster(
    source: ByteSource,
    folder: Path,
    *,
    limits: OpenLimits,
    gsd_m: float | None = None,
    crs: str | None = None,
    bands: Sequence[Band] = (),
    sensor: str = "",
) -> RemoteRaster:
    """Open a remote image: a TIFF by its header, anything else by fetching it whole.

    Args:
        source: the file.
        folder: where the local file is kept.
        limits: what it may cost.
        gsd_m: ground sample distance, for an image that does not know its own.
        crs: for an image with a map grid and no CRS.
        bands: its bands as a catalogue names them; may be empty.
        sensor: as a catalogue names it; may be empty.

    Raises:
        ImageError: not an image, damaged, too large.
        SourceError: the source's own.
        OutsideError: the disk refuses.
    """
    held = HeldBytes(source, limits.fetched)
    held.need([(0, min(HEADER, held.size))])
    start = held.read(0, min(16, held.size))
    driver = driver_of(start, held.name)
    path = folder / f"{len(list(folder.iterdir()))}.img"
    tiff = None
    if driver == "GTiff":
        tiff = parse_tiff(held)
        _write_local(path, held, tiff, {})
    else:
        _fetch_whole(held, path, limits.whole)
    with _naming(held.name):
        if tiff is None:
            info = describe_image(path, gsd_m=gsd_m, crs=crs, limits=limits.pixels, bands=bands, sensor=sensor)
        else:
            with open_image(path) as dataset:
                info = describe_dataset(
                    dataset, held.name, gsd_m=gsd_m, crs=crs, limits=limits.pixels, bands=bands, sensor=sensor
                )
            _check_blocks(held, tiff, limits.pixels)
        return RemoteRaster(held, tiff, path, info, tuple(_size(path, k) for k in range(len(info.overviews))))


@contextmanager
def _naming(name: str) -> Iterator[None]:
    """Let errors about the local file name the remote one."""
    try:
        yield
    except ImageError as error:
        raise ImageError(error.what, where=name, todo=error.todo) from error


def _size(path: Path, level: int) -> tuple[int, int]:
    with open_image(path, level=level) as dataset:
        return dataset.width, dataset.height


def _check_blocks(held: HeldBytes, tiff: Tiff, limits: PixelLimits) -> None:
    for page in tiff.pages:
        if page.block_width * page.block_height > limits.whole or page.block_bytes > 8 * limits.whole:
            raise ImageError(
                f"a block claims {page.block_bytes:,} bytes once unpacked",
                where=held.name,
                todo="Leave this file out, or convert it to smaller blocks",
            )


def _fetch_whole(held: HeldBytes, path: Path, most: int) -> None:
    if held.size > most:
        raise ImageError(
            f"no parts of it can be read, and its {held.size:,} bytes are over the limit of {most:,}",
            where=held.name,
            todo="Raise the limit, or fetch it by hand and import it",
        )
    with translated(path.parent, "the file cannot be written"), path.open("wb") as file:
        for start in range(0, held.size, _PIECE):
            if start % _AT_ONCE == 0:
                held.need([(start, min(_AT_ONCE, held.size - start))])
            file.write(held.read(start, min(_PIECE, held.size - start)))


def _write_local(path: Path, held: HeldBytes, tiff: Tiff, found: Mapping[int, list[Block]]) -> None:
    """Write the TIFF that GDAL reads: all pages' tags, and the blocks that were found; every other one is a hole.

    The source is asked for as much at a time as it can be trusted to keep until it is read.
    """
    stored = sorted((block.at, block.size, page, block.entry) for page, b in found.items() for block in b if block.size)
    tables = [np.zeros((2, page.blocks), np.uint64) for page in tiff.pages]
    at = len(header(_with_tables(tiff, tables), tiff.order, big=True))
    for _, size, number, index in stored:
        tables[number][:, index] = at, size
        at += size
    with translated(path.parent, "the file cannot be written"), path.open("wb") as file:
        file.write(header(_with_tables(tiff, tables), tiff.order, big=True))
        totals = np.cumsum([size for _, size, _, _ in stored]) // _AT_ONCE
        for batch in np.split(np.arange(len(stored)), np.flatnonzero(np.diff(totals)) + 1):
            held.need(stored[k][:2] for k in batch)
            for k in batch:
                file.write(held.read(*stored[k][:2]))


def _with_tables(tiff: Tiff, tables: list[NDArray[np.uint64]]) -> list[dict[int, TagValue]]:
    out = []
    for page, (offsets, sizes) in zip(tiff.pages, tables, strict=True):
        names = (Tag.TILE_OFFSETS, Tag.TILE_SIZES) if page.tiled else (Tag.STRIP_OFFSETS, Tag.STRIP_SIZES)
        tags = dict(page.tags)
        tags[names[0]] = numbers(offsets, tiff.order, kind=16)
        tags[names[1]] = numbers(sizes, tiff.order, kind=16)
        out.append(tags)
    return out

"""A TIFF's own tables: which blocks it has, and where they lie in the file.

Only the chain of pages is followed, and only the tags that GDAL needs to decode blocks and to place them are kept. The
tables of blocks, which may be millions of entries long, are read in part.

Source: TIFF revision 6.0, Adobe 1992; BigTIFF as of libtiff 4.0.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.imagery.remote.sources import HeldBytes, Range

__all__ = ["HEADER", "Block", "Page", "Tag", "TagValue", "Tiff", "blocks_of", "parse_tiff"]


class Tag(IntEnum):
    """The tags that this room reads or writes itself."""

    SUBFILE = 254
    WIDTH = 256
    HEIGHT = 257
    BITS = 258
    COMPRESSION = 259
    PHOTOMETRIC = 262
    STRIP_OFFSETS = 273
    SAMPLES = 277
    ROWS_PER_STRIP = 278
    STRIP_SIZES = 279
    PLANAR = 284
    PREDICTOR = 317
    TILE_WIDTH = 322
    TILE_HEIGHT = 323
    TILE_OFFSETS = 324
    TILE_SIZES = 325
    SAMPLE_FORMAT = 339


_KEPT_TAGS = frozenset(
    (
        *(254, 256, 257, 258, 259, 262, 266, 277, 278, 284, 317, 320, 322, 323, 338, 339, 347),
        *(529, 530, 532),  # how YCbCr is stored
        *(270, 271, 272, 305, 306, 315, 33432),  # words: description, camera, software, date, artist, copyright
        *(33550, 33922, 34264, 34735, 34736, 34737, 50844),  # the map, and RPCs
        *(42112, 42113, 50674),  # GDAL's metadata and no-data value, LERC's parameters
    )
)
"""Everything else is dropped: pointers to other tables (EXIF, sub-pages), colour profiles, whole documents."""

_WIDTHS = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_INTEGERS = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}
HEADER = 32 * 1024
"""Bytes that are asked for first: they hold the pages and tables of an image of 10,000 x 10,000 pixels."""
_MOST_PAGES = 128
_MOST_TAGS = 512
_MOST_VALUE = 4 << 20
_MOST_BLOCKS = 4_000_000
"""Of all pages: an image of 500,000 x 500,000 pixels."""
_TABLE_PAGE = 4096
_OLD_JPEG = 6
_REDUCED, _MASK = 1, 4


class TagValue(NamedTuple):
    """A tag's value as it stands in the file.

    Attributes:
        kind: TIFF's number of its type.
        number: how many values.
        raw: the values in the file's byte order.
    """

    kind: int
    number: int
    raw: bytes


class _Place(NamedTuple):
    """Where a tag's value stands: type, number of values, position of the first."""

    kind: int
    number: int
    at: int


class Block(NamedTuple):
    """A block as it is stored.

    Attributes:
        entry: its number in its page's tables.
        at: position of its first byte.
        size: bytes; 0 for a hole.
    """

    entry: int
    at: int
    size: int


@dataclass(frozen=True)
class Page:
    """One image of a TIFF: the full one, a reduced one, or a mask.

    Attributes:
        width: columns.
        height: rows.
        block_width: columns of a block; the width for strips.
        block_height: rows of a block.
        planes: 1 where the bands of a pixel lie together, else the number of bands.
        block_bytes: a whole block once decoded.
        tiled: False for strips.
        reduced: an overview, or an overview's mask.
        mask: a mask.
        tags: the tags that are kept, as they stand in the file.
        offsets: where the table of positions stands.
        sizes: where the table of sizes stands.
    """

    width: int
    height: int
    block_width: int
    block_height: int
    planes: int
    block_bytes: int
    tiled: bool
    reduced: bool
    mask: bool
    tags: Mapping[int, TagValue]
    offsets: _Place
    sizes: _Place

    @property
    def across(self) -> int:
        """Blocks beside each other."""
        return -(-self.width // self.block_width)

    @property
    def down(self) -> int:
        """Blocks below each other."""
        return -(-self.height // self.block_height)

    @property
    def blocks(self) -> int:
        """Entries in its tables."""
        return self.across * self.down * self.planes

    def indices(self, needed: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the table entries of some blocks, of all planes.

        Args:
            needed: shape (down, across).
        """
        flat = np.flatnonzero(needed)
        planes = np.arange(self.planes) * (self.across * self.down)
        return np.asarray((planes[:, None] + flat[None, :]).ravel(), dtype=np.int64)


@dataclass(frozen=True)
class Tiff:
    """The pages of a file.

    Attributes:
        order: "<" or ">".
        pages: the full image, then overviews and masks as they follow in the file.
    """

    order: str
    pages: tuple[Page, ...]

    def page(self, width: int, height: int, *, mask: bool = False) -> int | None:
        """Return the number of the image or mask of that size; None where there is none."""
        for number, page in enumerate(self.pages):
            if (page.width, page.height, page.mask) == (width, height, mask):
                return number
        return None


def parse_tiff(held: HeldBytes) -> Tiff:
    """Read a TIFF's pages.

    Raises:
        ImageError: damaged, or beyond what is sensible: too many pages, tags or blocks, a loop.
        SourceError: the source's own.
    """
    held.need([(0, min(HEADER, held.size))])
    head = held.read(0, min(16, held.size))
    if len(head) < 8 or head[:4] not in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        raise held.damaged("it does not begin as a TIFF does")
    order, big = ("<" if head[:1] == b"I" else ">"), head[2:4] in (b"+\0", b"\0+")
    if big and (len(head) < 16 or struct.unpack(order + "HH", head[4:8]) != (8, 0)):
        raise held.damaged("its BigTIFF header is not sound")
    at = struct.unpack(order + "Q", head[8:16])[0] if big else struct.unpack(order + "I", head[4:8])[0]
    pages: list[Page] = []
    seen: set[int] = set()
    while at:
        if at in seen or len(seen) >= _MOST_PAGES:
            raise held.damaged("its pages go round in a circle, or are too many")
        seen.add(at)
        places, at = _directory(held, order, at, big=big)
        # Pages that are no part of the first (a second image, a thumbnail without the mark) are passed over.
        if not pages or _number(held, order, places, Tag.SUBFILE, 0) & (_REDUCED | _MASK):
            pages.append(_page(held, order, places))
    if not pages or sum(page.blocks for page in pages) > _MOST_BLOCKS:
        raise held.damaged("it has no page, or claims millions of blocks")
    return Tiff(order, tuple(pages))


def _directory(held: HeldBytes, order: str, at: int, *, big: bool) -> tuple[dict[int, _Place], int]:
    """Return where each tag's value stands, and where the next page is."""
    head, row, tail = (8, 20, 8) if big else (2, 12, 4)
    count = struct.unpack(order + ("Q" if big else "H"), held.read(at, head))[0]
    if count > _MOST_TAGS:
        raise held.damaged(f"a page claims {count:,} tags")
    table = held.read(at + head, count * row + tail)
    places: dict[int, _Place] = {}
    for k in range(count):
        tag, kind, number = struct.unpack_from(order + ("HHQ" if big else "HHI"), table, k * row)
        size, inline = _WIDTHS.get(kind, 0) * number, 8 if big else 4
        start = at + head + (k + 1) * row - inline
        if size > inline:
            start = struct.unpack_from(order + ("Q" if big else "I"), table, (k + 1) * row - inline)[0]
        if kind in _WIDTHS and tag not in places:
            places[tag] = _Place(kind, number, start)
    return places, int(struct.unpack_from(order + ("Q" if big else "I"), table, count * row)[0])


def _value(held: HeldBytes, place: _Place) -> TagValue:
    size = _WIDTHS[place.kind] * place.number
    if size > _MOST_VALUE:
        raise held.damaged(f"a tag claims {size:,} bytes")
    return TagValue(place.kind, place.number, held.read(place.at, size))


def _numbers(held: HeldBytes, order: str, places: Mapping[int, _Place], tag: Tag) -> list[int]:
    place = places.get(tag)
    if place is None:
        return []
    if place.kind not in _INTEGERS:
        raise held.damaged(f"its tag {tag.name} is not a whole number")
    return [int(v) for v in np.frombuffer(_value(held, place).raw, dtype=order + _INTEGERS[place.kind])]


def _number(held: HeldBytes, order: str, places: Mapping[int, _Place], tag: Tag, default: int) -> int:
    found = _numbers(held, order, places, tag)
    return found[0] if found else default


def _page(held: HeldBytes, order: str, places: dict[int, _Place]) -> Page:
    def number(tag: Tag, default: int = 0) -> int:
        return _number(held, order, places, tag, default)

    width, height, samples = number(Tag.WIDTH), number(Tag.HEIGHT), number(Tag.SAMPLES, 1)
    tiled = Tag.TILE_OFFSETS in places
    wide = number(Tag.TILE_WIDTH) if tiled else width
    high = number(Tag.TILE_HEIGHT) if tiled else min(number(Tag.ROWS_PER_STRIP, height), height)
    offsets = places.get(Tag.TILE_OFFSETS if tiled else Tag.STRIP_OFFSETS)
    sizes = places.get(Tag.TILE_SIZES if tiled else Tag.STRIP_SIZES)
    if min(width, height, samples, wide, high) < 1 or samples > 65535 or offsets is None or sizes is None:
        raise held.damaged("a page has no size, or no table of blocks")
    if number(Tag.COMPRESSION, 1) == _OLD_JPEG:
        raise ImageError("it is packed as JPEG was before 1995", where=held.name, todo="Convert it to a newer TIFF")
    bits = max(_numbers(held, order, places, Tag.BITS), default=1)
    planes = samples if number(Tag.PLANAR, 1) == 2 else 1
    subfile = number(Tag.SUBFILE)
    page = Page(
        width=width,
        height=height,
        block_width=wide,
        block_height=high,
        planes=planes,
        block_bytes=-(-wide * high * bits * (samples if planes == 1 else 1) // 8),
        tiled=tiled,
        reduced=bool(subfile & _REDUCED),
        mask=bool(subfile & _MASK),
        tags={tag: _value(held, place) for tag, place in places.items() if tag in _KEPT_TAGS},
        offsets=offsets,
        sizes=sizes,
    )
    for table in (offsets, sizes):
        if table.kind not in _INTEGERS or table.number < page.blocks or page.blocks > _MOST_BLOCKS:
            raise held.damaged(f"its tables do not hold the {page.blocks:,} blocks that it claims")
        if table.at + page.blocks * _WIDTHS[table.kind] > held.size:
            raise held.damaged("its tables of blocks lie outside it")
    return page


def blocks_of(held: HeldBytes, tiff: Tiff, wanted: Mapping[int, NDArray[np.int64]]) -> dict[int, list[Block]]:
    """Look up where some blocks of some pages lie; one call to the source at most.

    Args:
        held: the file.
        tiff: its pages.
        wanted: table entries by number of the page.

    Raises:
        ImageError: a block lies outside the file, or is larger than anything that decodes to its size.
    """
    places = [
        (place, indices)
        for number, indices in wanted.items()
        for place in (tiff.pages[number].offsets, tiff.pages[number].sizes)
    ]
    held.need(piece for place, indices in places for piece in _table_pages(held.size, place, indices))
    out = {}
    for number, indices in wanted.items():
        page = tiff.pages[number]
        at, size = (_entries(held, tiff.order, place, indices) for place in (page.offsets, page.sizes))
        # A hole has size 0, and by some writers position 0.
        size = np.where(at == 0, 0, size)
        # What is packed may be larger than what it holds, but not by much.
        beyond = (at > held.size) | (size > held.size - np.minimum(at, held.size))
        if (size > 2 * page.block_bytes + 65536).any() or beyond.any():
            raise held.damaged("a block lies outside the file, or is larger than it can be")
        out[number] = [Block(*map(int, row)) for row in zip(indices, at, size, strict=True)]
    return out


def _table_pages(size: int, place: _Place, indices: NDArray[np.int64]) -> Sequence[Range]:
    """Return the pieces of a table that hold some entries, in whole pages."""
    width = _WIDTHS[place.kind]
    pages = np.unique((place.at + indices * width) // _TABLE_PAGE)
    stop = place.at + place.number * width
    pieces = [(max(int(p) * _TABLE_PAGE, place.at), min(int(p + 1) * _TABLE_PAGE + width, stop)) for p in pages]
    return [(start, min(end, size) - start) for start, end in pieces if start < size]


def _entries(held: HeldBytes, order: str, place: _Place, indices: NDArray[np.int64]) -> NDArray[np.uint64]:
    """Return entries of a table, read in runs."""
    if not len(indices):
        return np.zeros(0, np.uint64)
    width, kind = _WIDTHS[place.kind], order + _INTEGERS[place.kind]
    unique = np.unique(indices)
    out = np.zeros(len(unique), np.uint64)
    for run in np.split(np.arange(len(unique)), np.flatnonzero(np.diff(unique) > _TABLE_PAGE // width) + 1):
        first, last = int(unique[run[0]]), int(unique[run[-1]])
        raw = held.read(place.at + first * width, (last - first + 1) * width)
        out[run] = np.frombuffer(raw, dtype=kind)[unique[run] - first]
    return np.asarray(out[np.searchsorted(unique, indices)], dtype=np.uint64)

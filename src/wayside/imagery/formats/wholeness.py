"""Whether a file is all there: what GDAL passes over in silence, or finds only when it comes to the missing part."""

from __future__ import annotations

import itertools
import math
import struct
import zlib
from pathlib import Path
from typing import BinaryIO

from rasterio.io import DatasetReader
from rasterio.windows import Window

from wayside.errors import ImageError

__all__ = ["check_whole"]

_MOST_BLOCKS_CHECKED = 50_000
_PNG_SIGNATURE = 8
_BMP_HEADER = struct.Struct("<2sIHHIIiiHHI")
_PIECE = 1 << 20
_NITF_LENGTH = slice(342, 354)
_NITF_UNKNOWN = 999_999_999_999


def check_whole(path: Path, dataset: DatasetReader) -> None:
    """Refuse a file that is cut short.

    A TIFF's table of blocks is compared with the file's size. A PNG's chunks are followed to its end mark and their
    check sums compared, a BMP's size is computed: GDAL reads both to the end without a word when the end is missing.
    A NITF says in its header how long it is. Of every other format, and of TIFF, NITF and BMP besides, the last block
    is read.

    Raises:
        ImageError: the file is cut short or damaged.
    """
    if dataset.driver == "PNG":
        with path.open("rb") as file:
            _check_png(path, file)
        return
    if dataset.driver == "GTiff":
        _check_tiff(path, dataset)
    elif dataset.driver == "BMP":
        with path.open("rb") as file:
            _check_bmp(path, file)
    elif dataset.driver == "NITF":
        with path.open("rb") as file:
            _check_nitf(path, file)
    rows, columns = dataset.block_shapes[0]
    row = (dataset.height - 1) // rows * rows
    column = (dataset.width - 1) // columns * columns
    dataset.read(1, window=Window(column, row, dataset.width - column, dataset.height - row))


def _cut(path: Path, why: str) -> ImageError:
    return ImageError(f"the file is damaged or cut short: {why}", where=str(path), todo="Fetch or copy it again")


def _check_tiff(path: Path, dataset: DatasetReader) -> None:
    size = path.stat().st_size
    rows, columns = dataset.block_shapes[0]
    blocks = itertools.product(range(math.ceil(dataset.height / rows)), range(math.ceil(dataset.width / columns)))
    for i, j in itertools.islice(blocks, _MOST_BLOCKS_CHECKED):
        offset = dataset.get_tag_item(f"BLOCK_OFFSET_{j}_{i}", "TIFF", bidx=1)
        length = dataset.get_tag_item(f"BLOCK_SIZE_{j}_{i}", "TIFF", bidx=1)
        if offset and length and int(offset) + int(length) > size:
            raise _cut(path, f"it has {size:,} bytes and needs at least {int(offset) + int(length):,}")


def _check_png(path: Path, file: BinaryIO) -> None:
    file.seek(_PNG_SIGNATURE)
    while True:
        head = file.read(8)
        if len(head) < 8:
            raise _cut(path, "its end mark is missing")
        length, kind = struct.unpack(">I4s", head)
        check = zlib.crc32(kind)
        left = length
        while left > 0 and (piece := file.read(min(left, _PIECE))):
            check = zlib.crc32(piece, check)
            left -= len(piece)
        if left or file.read(4) != struct.pack(">I", check):
            raise _cut(path, f"its part {kind!r} is not what its check sum says")
        if kind == b"IEND":
            return


def _check_bmp(path: Path, file: BinaryIO) -> None:
    head = file.read(_BMP_HEADER.size)
    size = path.stat().st_size
    if len(head) < _BMP_HEADER.size:
        raise _cut(path, "its header is missing")
    _, _, _, _, start, _, width, height, _, depth, compressed = _BMP_HEADER.unpack(head)
    needed = start + (width * depth + 31) // 32 * 4 * abs(height)
    if not compressed and needed > size:
        raise _cut(path, f"it has {size:,} bytes and needs {needed:,}")


def _check_nitf(path: Path, file: BinaryIO) -> None:
    """Compare the header's FL with the size; in NITF 2.0, whose header is laid out otherwise, it is not looked for."""
    head = file.read(_NITF_LENGTH.stop)
    said = head[_NITF_LENGTH]
    size = path.stat().st_size
    if not head.startswith((b"NITF02.10", b"NSIF01.00")) or not said.isdigit():
        return
    if int(said) != _NITF_UNKNOWN and int(said) > size:
        raise _cut(path, f"it has {size:,} bytes and needs {int(said):,}")

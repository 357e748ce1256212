"""Reading windows of pixels, with what is usable in them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags, Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.formats.scaling import Scaling

__all__ = ["Box", "Pixels", "averaged", "read_box", "reading_once", "tiles", "with_data"]

_TILE = 1024


class Box(NamedTuple):
    """A rectangle of pixels: columns ``left`` to ``right``, rows ``top`` to ``bottom``, the latter two excluded."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def empty(self) -> bool:
        """Whether it holds no pixel."""
        return self.right <= self.left or self.bottom <= self.top

    @property
    def shape(self) -> tuple[int, int]:
        """Height and width."""
        return self.bottom - self.top, self.right - self.left

    @property
    def window(self) -> Window:
        """The same as rasterio has it."""
        return Window(self.left, self.top, self.right - self.left, self.bottom - self.top)

    def meet(self, other: Box) -> Box:
        """Return what both hold."""
        return Box(
            max(self.left, other.left),
            max(self.top, other.top),
            min(self.right, other.right),
            min(self.bottom, other.bottom),
        )

    def join(self, other: Box) -> Box:
        """Return the smallest box around both."""
        return Box(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )


class Pixels(NamedTuple):
    """Pixels as read.

    Attributes:
        values: shape (1 or 3, height, width), in the file's own type; float32 where bands were brought to one scale.
        valid: shape (height, width), True where usable.
    """

    values: NDArray[np.generic]
    valid: NDArray[np.bool_]


def read_box(dataset: DatasetReader, info: ImageInfo, box: Box, *, shape: tuple[int, int] | None = None) -> Pixels:
    """Read a box of an open image.

    Args:
        dataset: an open rasterio dataset.
        info: the image's description: which bands are colour, which is alpha.
        box: within the dataset, not empty.
        shape: height and width to shrink to, by area averaging (by the nearest pixel for a colour table);
            None for the pixels as they are.
    """
    how = Resampling.nearest if info.palette or shape is None else Resampling.average
    bands = [*info.colour, *([info.alpha] if info.alpha else [])]
    options = {} if shape is None else {"out_shape": (len(bands), *shape), "resampling": how}
    read = dataset.read(bands, window=box.window, **options)
    values = read[: len(info.colour)]
    valid = with_data(values, info.nodata)
    if info.alpha:
        valid &= read[-1] > 0
    if info.masked and dataset.mask_flag_enums[0] == [MaskFlags.per_dataset]:
        mask_options = {} if shape is None else {"out_shape": shape}
        valid &= dataset.read_masks(1, window=box.window, **mask_options) > 0
    if info.palette:
        values, opaque = _coloured(dataset, values[0])
        valid &= opaque
    elif info.scaling:
        values = _scaled(values, info.scaling)
    return Pixels(values, valid)


def with_data(colour: NDArray[np.generic], nodata: float | None) -> NDArray[np.bool_]:
    """Return which pixels hold data by their values, shape (height, width): a number, and not no data in all bands.

    Args:
        colour: the bands that are looked at, shape (bands, height, width).
        nodata: the value that stands for no data; None where there is none.
    """
    out = np.ones(colour.shape[1:], dtype=np.bool_)
    if nodata is not None:
        out &= (colour != nodata).any(axis=0)
    if colour.dtype.kind == "f":
        out &= np.isfinite(colour).all(axis=0)
    return out


def reading_once(read: Callable[[Box], Pixels], boxes: Sequence[Box]) -> Callable[[Box], Pixels]:
    """Return how to get boxes of an image that must be decoded from its start: read once, the union of all of them.

    Args:
        read: reads a box.
        boxes: those that will be asked for; empty ones do not count.
    """
    wanted = [box for box in boxes if not box.empty]
    if not wanted:
        return read
    union = reduce(Box.join, wanted)
    held = read(union)

    def cut(box: Box) -> Pixels:
        rows = slice(box.top - union.top, box.bottom - union.top)
        columns = slice(box.left - union.left, box.right - union.left)
        return Pixels(held.values[:, rows, columns], held.valid[rows, columns])

    return cut


def tiles(width: int, height: int) -> Iterator[Box]:
    """Divide an image into squares that fit into memory, row by row; those at its far edges are smaller."""
    whole = Box(0, 0, width, height)
    for top in range(0, height, _TILE):
        for left in range(0, width, _TILE):
            yield Box(left, top, left + _TILE, top + _TILE).meet(whole)


def _scaled(values: NDArray[np.generic], scaling: Scaling) -> NDArray[np.float32]:
    factors, offsets = np.array(scaling, dtype=np.float32).T[:, :, None, None]
    return np.asarray(values.astype(np.float32) * factors + offsets, dtype=np.float32)


def _coloured(dataset: DatasetReader, index: NDArray[np.generic]) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    table = np.zeros((65536 if index.dtype.itemsize > 1 else 256, 4), dtype=np.uint8)
    for entry, colour in dataset.colormap(1).items():
        table[entry] = colour
    rgba = table[index]
    return np.moveaxis(rgba[..., :3], -1, 0), rgba[..., 3] > 0


def averaged(pixels: Pixels, factor: int) -> Pixels:
    """Average usable pixels over squares of ``factor``; the height and width must be multiples of it."""
    if factor == 1:
        return pixels
    bands, height, width = pixels.values.shape
    blocks = (height // factor, factor, width // factor, factor)
    share = pixels.valid.reshape(blocks).mean(axis=(1, 3))
    kept = np.where(pixels.valid, pixels.values, 0).astype(np.float32)
    total = kept.reshape(bands, *blocks).mean(axis=(2, 4))
    return Pixels((total / np.maximum(share, 1e-6)).astype(np.float32), share > 0.5)

"""Reading windows of pixels, with what is usable in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rasterio.enums import MaskFlags, Resampling
from rasterio.io import DatasetReader
from rasterio.windows import Window

from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.formats.scaling import Scaling

__all__ = ["Box", "Pixels", "averaged", "read_box"]


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
    window = Window(box.left, box.top, box.right - box.left, box.bottom - box.top)
    how = Resampling.nearest if info.palette or shape is None else Resampling.average
    bands = [*info.colour, *([info.alpha] if info.alpha else [])]
    options = {} if shape is None else {"out_shape": (len(bands), *shape), "resampling": how}
    read = dataset.read(bands, window=window, **options)
    values = read[: len(info.colour)]
    valid = np.ones(values.shape[1:], dtype=np.bool_)
    if info.alpha:
        valid &= read[-1] > 0
    if info.nodata is not None:
        valid &= (values != info.nodata).any(axis=0)
    if values.dtype.kind == "f":
        valid &= np.isfinite(values).all(axis=0)
    if info.masked and dataset.mask_flag_enums[0] == [MaskFlags.per_dataset]:
        mask_options = {} if shape is None else {"out_shape": shape}
        valid &= dataset.read_masks(1, window=window, **mask_options) > 0
    if info.palette:
        values, opaque = _coloured(dataset, values[0])
        valid &= opaque
    elif info.scaling:
        values = _scaled(values, info.scaling)
    return Pixels(values, valid)


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

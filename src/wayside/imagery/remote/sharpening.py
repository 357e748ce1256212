"""A tile's colours sharpened by its panchromatic image, block by block, on the finer grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import nnls

from wayside.errors import ImageError
from wayside.imagery.pansharpen import sharpened
from wayside.imagery.remote.canvas import painter
from wayside.imagery.remote.parts import Part, site_box
from wayside.imagery.remote.request import CropRequest
from wayside.imagery.remote.sheets import BandNotes, Sheet, Stack
from wayside.imagery.windows import Box, Pixels
from wayside.model.places import Track

__all__ = ["SharpSheet", "sharp_part"]

_LEAST_SAMPLE = 50
_LEAST_FINER = 1.05


def sharp_part(colour: Part, pan: Part, tracks: Sequence[Track], request: CropRequest) -> Part:
    """Return a part whose image is sharpened; its overview is the colours' own.

    Args:
        colour: the tile's colours, fetched.
        pan: its panchromatic image, fetched.
        tracks: the site.
        request: what the overview shows.

    Raises:
        ImageError: the panchromatic image is not finer, has several bands, or has nothing in common with the colours.
    """
    name = pan.stack.name
    if pan.stack.info.bands != 1 or len(colour.stack.info.colour) != 3 or colour.stack.info.palette:
        raise ImageError("one band sharpens three colours", where=name, todo="Fetch the scene without it")
    if colour.stack.info.gsd_m < pan.stack.info.gsd_m * _LEAST_FINER:
        raise ImageError("it is no finer than the colours", where=name, todo="Fetch the scene without it")
    if pan.coarse is None or colour.coarse is None:
        raise ImageError("it has no overview to be fitted by", where=name)
    weights = _weights(pan.coarse, colour.coarse, site_box(colour.coarse, tracks, request), name)
    image = SharpSheet(pan.image, colour.image, weights)
    return Part(colour.number, pan.geometry, image, colour.coarse, pan.needed, colour.partial)


def _weights(pan: Sheet, colour: Sheet, box: Box, name: str) -> NDArray[np.float64]:
    """Regress the site's panchromatic overview on that of the bands (see ``pansharpen``)."""
    inside = box.meet(Box(0, 0, colour.width, colour.height))
    with pan.open(), colour.open():
        (bands, seen), _ = colour.read(inside)
        found = painter(colour.canvas, pan, nearest=False)(inside)
    both = seen if found is None else seen & found[0].valid
    if found is None or both.sum() < _LEAST_SAMPLE:
        raise ImageError("it and the colours hardly overlap", where=name, todo="Give images of one look")
    chosen = bands[[band - 1 for band in _seeing(colour.stack)]]
    weights, _ = nnls(chosen[:, both].T.astype(np.float64), found[0].values[0][both].astype(np.float64))
    if not weights.any():
        raise ImageError("it has nothing in common with the colours", where=name, todo="Give images of one look")
    return np.asarray(weights, dtype=np.float64)


def _seeing(stack: Stack) -> list[int]:
    """Return the numbers of the bands that are no mask."""
    return [band for band in range(1, stack.info.bands + 1) if band != stack.info.alpha]


class SharpSheet(Sheet):
    """Colours on the grid of a panchromatic image, sharpened by it; red, green and blue alone.

    Args:
        pan: the panchromatic image.
        colour: the colours.
        weights: of each band that is no mask, in the intensity.
    """

    def __init__(self, pan: Sheet, colour: Sheet, weights: NDArray[np.float64]) -> None:
        super().__init__(_joined(pan.stack, colour.stack), pan.level, pan.average)
        self._pan, self._colour, self._weights = pan, colour, weights
        self._laid = painter(self.canvas, colour, nearest=False)

    @contextmanager
    def open(self) -> Iterator[Sheet]:
        """Hold both images open."""
        with self._pan.open(), self._colour.open():
            yield self

    def read(self, box: Box) -> tuple[Pixels, NDArray[np.bool_]]:
        """Read and sharpen a box, while open."""
        fine, here = self._pan.read(box)
        found = self._laid(box)
        if found is None:
            nothing = np.zeros((3, *here.shape), self.stack.info.dtype)
            return Pixels(nothing, np.zeros_like(here)), np.zeros_like(here)
        (bands, seen), reached = found
        colour = bands[[band - 1 for band in self._colour.stack.info.colour]]
        intensity = bands[[band - 1 for band in _seeing(self._colour.stack)]]
        out = sharpened(fine.values[0], colour, weights=self._weights.tolist(), intensity=intensity)
        return Pixels(out, fine.valid & seen), here & reached


def _joined(pan: Stack, colour: Stack) -> Stack:
    """Return the description of the colours on the grid of the panchromatic image; what is missing a mask says."""
    notes, bands = colour.notes, [band - 1 for band in colour.info.colour]
    names = ("red", "green", "blue")
    info = replace(
        pan.info,
        bands=3,
        dtype=colour.info.dtype,
        tags=colour.info.tags,
        nodata=None,
        colour=(1, 2, 3),
        alpha=None,
        masked=True,
        band_order=names,
        scaling=colour.info.scaling,
    )
    scales, offsets = ([values[band] for band in bands] for values in (notes.scales, notes.offsets))
    return Stack(pan.rasters, info, BandNotes(names, names, tuple(scales), tuple(offsets)), None)

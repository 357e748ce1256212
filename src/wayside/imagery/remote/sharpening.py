"""A tile's colours sharpened by its panchromatic image, block by block, on the finer grid."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.imagery.pansharpen import LEAST_FINER, intensity_weights, sharpened
from wayside.imagery.remote.canvas import painter
from wayside.imagery.remote.parts import Part, site_box
from wayside.imagery.remote.request import CropRequest
from wayside.imagery.remote.sheets import BandNotes, Sheet, Stack
from wayside.imagery.windows import Box, Pixels
from wayside.model.places import Track

__all__ = ["SharpSheet", "sharp_part"]


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
    one, other = pan.stack.info, colour.stack.info
    if one.bands != 1 or len(other.colour) != 3 or other.palette:
        raise ImageError(
            "an image of one band sharpens one of three or more, and these are others",
            where=name,
            todo="Fetch the scene without it",
        )
    if other.gsd_m < one.gsd_m * LEAST_FINER:
        raise ImageError(
            f"the panchromatic image ({one.gsd_m:.3g} m) is no finer than the coloured one ({other.gsd_m:.3g} m)",
            where=name,
            todo="Fetch the scene without it",
        )
    if pan.coarse is None or colour.coarse is None:
        raise ImageError("the image has no overview to be fitted by", where=name, todo="Fetch the scene without it")
    weights = _weights(pan.coarse, colour.coarse, site_box(colour.coarse, tracks, request), name)
    image = SharpSheet(pan.image, colour.image, weights)
    return Part(colour.number, pan.geometry, image, colour.coarse, pan.needed, colour.partial)


def _weights(pan: Sheet, colour: Sheet, box: Box, name: str) -> tuple[float, ...]:
    """Find the weights of the bands from the site's two overviews."""
    inside = box.meet(Box(0, 0, colour.width, colour.height))
    with pan.open(), colour.open():
        (bands, seen), _ = colour.read(inside)
        found = painter(colour.canvas, pan, nearest=False)(inside)
    laid = Pixels(np.zeros((1, *seen.shape)), np.zeros_like(seen)) if found is None else found[0]
    chosen = bands[[band - 1 for band in _seeing(colour.stack)]]
    return intensity_weights(laid.values[0], chosen, seen & laid.valid, name)


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

    def __init__(self, pan: Sheet, colour: Sheet, weights: Sequence[float]) -> None:
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
        out = sharpened(fine.values[0], colour, weights=self._weights, intensity=intensity)
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

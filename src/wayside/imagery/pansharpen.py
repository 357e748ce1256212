"""A fine panchromatic image and a coarse coloured one, made into a fine coloured one.

Each colour is multiplied by the ratio of the panchromatic value to the intensity that the colours themselves have there
(the "Brovey" or ratio transform: Gillespie, Kahle and Walker, Remote Sensing of Environment 22, 1987; GDAL's "weighted
Brovey" is the same). The weights of the bands in that intensity are found by regressing the reduced panchromatic image
on the bands (Aiazzi, Baronti and Selva, IEEE TGRS 45, 2007), kept at 0 or above: they follow from the two images, so no
table of sensors is needed, and colours keep their digital numbers whatever the gain of the panchromatic band.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from affine import Affine
from numpy.typing import NDArray
from rasterio.crs import CRS
from rasterio.enums import Resampling
from rasterio.io import DatasetReader
from rasterio.vrt import WarpedVRT
from scipy.optimize import nnls

from wayside.errors import ImageError
from wayside.imagery.formats.info import ImageInfo
from wayside.imagery.gdal import open_image
from wayside.imagery.windows import Box, Pixels, read_box, tiles
from wayside.imagery.writing import tiled_cog
from wayside.model.checks import require

__all__ = ["LEAST_FINER", "intensity_weights", "sharpen_to_cog", "sharpened"]

_SAMPLE = 512
_LEAST_SAMPLE = 50
LEAST_FINER = 1.05
"""Pixels of the coloured image are at least this much larger than those of the panchromatic one."""


def sharpened(
    pan: NDArray[np.generic],
    colour: NDArray[np.generic],
    *,
    weights: Sequence[float],
    intensity: NDArray[np.generic] | None = None,
) -> NDArray[np.generic]:
    """Sharpen colours that lie on the panchromatic image's grid already.

    Args:
        pan: shape (height, width).
        colour: bands to return, shape (bands, height, width), enlarged to the grid of ``pan``.
        weights: weight of each band in the intensity, 0 or above, not all 0.
        intensity: bands that the intensity is made of, shape (len(weights), height, width), where they are more than
            those to return; None for ``colour`` itself.

    Returns:
        Shape and type of ``colour``, rounded and kept within the type's range; 0 where the intensity is not above 0.
    """
    summed = colour if intensity is None else intensity
    chosen = np.asarray(weights, dtype=np.float64)
    require(chosen.shape == (len(summed),), "there is one weight for each band")
    require(np.isfinite(chosen).all() and (chosen >= 0).all() and chosen.sum() > 0, "weights are 0 or above, not all 0")
    light = np.tensordot(chosen, summed.astype(np.float64), axes=1)
    bright = colour.astype(np.float64) * pan.astype(np.float64)
    with np.errstate(over="ignore"):
        out = np.divide(bright, light, out=np.zeros(bright.shape), where=light > 0)
    if colour.dtype.kind == "f":
        return np.asarray(out, dtype=colour.dtype)
    bounds = np.iinfo(colour.dtype.name)
    kept: NDArray[np.generic] = np.clip(np.floor(out + 0.5), bounds.min, bounds.max).astype(colour.dtype)
    return kept


def intensity_weights(
    pan: NDArray[np.generic], colour: NDArray[np.generic], usable: NDArray[np.bool_], name: Path | str
) -> tuple[float, ...]:
    """Regress a reduced panchromatic image on the bands.

    Args:
        pan: shape (height, width), at most as fine as the coloured image: finer detail is what no band can explain.
        colour: shape (bands, height, width).
        usable: shape (height, width), True where both have data.
        name: what to call the panchromatic image in errors.

    Returns:
        The weight of each band, 0 or above, not all 0.

    Raises:
        ImageError: the two hardly overlap, or have nothing in common.
    """
    if usable.sum() < _LEAST_SAMPLE:
        raise ImageError(
            "the panchromatic and the coloured image hardly overlap", where=str(name), todo="Give images of one look"
        )
    found, _ = nnls(colour[:, usable].T.astype(np.float64), pan[usable].astype(np.float64))
    if not found.any():
        raise ImageError(
            "the panchromatic image has nothing in common with the coloured one",
            where=str(name),
            todo="Give images of one look",
        )
    return tuple(found.tolist())


class _Pair(NamedTuple):
    """Both images open on one grid: the panchromatic as it is, the coloured enlarged to it on reading."""

    pan: DatasetReader
    pan_info: ImageInfo
    colour: Any
    colour_info: ImageInfo
    bands: tuple[int, ...]


def sharpen_to_cog(
    pan: Path, colour: Path, target: Path, *, pan_info: ImageInfo, colour_info: ImageInfo
) -> tuple[float, ...]:
    """Sharpen a coloured image with a panchromatic one of the same look, and store it on the finer grid.

    Args:
        pan: file of one band.
        colour: file of three or more bands; its map may differ in size, origin and even CRS.
        target: the file to make or replace; holds red, green and blue, and a mask of what both images have.
        pan_info: what ``describe_image`` says of ``pan``.
        colour_info: what it says of ``colour``.

    Returns:
        The weights that were found, one for each band of ``colour`` that is no mask.

    Raises:
        ImageError: an image without a map, a panchromatic one that is not finer, images that do not overlap.
        OutsideError: the disk refuses.
    """
    _check_pair(pan, colour, pan_info, colour_info)
    bands = tuple(k for k in range(1, colour_info.bands + 1) if k != colour_info.alpha)
    with open_image(pan) as fine, open_image(colour) as coarse:
        options = {
            "src_crs": CRS.from_user_input(colour_info.crs),
            "src_transform": Affine(*(colour_info.transform or ())),
            "crs": CRS.from_user_input(pan_info.crs),
            "transform": Affine(*(pan_info.transform or ())),
            "width": pan_info.width,
            "height": pan_info.height,
            "resampling": Resampling.cubic,
            "tolerance": 0.02,
            "add_alpha": colour_info.alpha is None,
        }
        with WarpedVRT(coarse, **options) as enlarged:
            pair = _Pair(fine, pan_info, enlarged, colour_info, bands)
            weights = _weights(pair, pan)
            _write(pair, weights, target)
    return weights


def _check_pair(pan: Path, colour: Path, pan_info: ImageInfo, colour_info: ImageInfo) -> None:
    if len(pan_info.colour) != 1 or pan_info.palette:
        raise ImageError("a panchromatic image has one band", where=str(pan), todo="Give the two images in their order")
    if len(colour_info.colour) != 3 or colour_info.palette:
        raise ImageError(
            "an image to be sharpened has three bands or more", where=str(colour), todo="Give the coloured image"
        )
    if not pan_info.has_map or not colour_info.has_map:
        unplaced = colour if pan_info.has_map else pan
        raise ImageError(
            "two images can be joined only where both have a map", where=str(unplaced), todo="Give the map with --crs"
        )
    if colour_info.gsd_m < pan_info.gsd_m * LEAST_FINER:
        raise ImageError(
            f"the panchromatic image ({pan_info.gsd_m:.3g} m) is no finer than the coloured one "
            f"({colour_info.gsd_m:.3g} m)",
            where=str(pan),
            todo="Count from the coloured image alone",
        )


def _read(pair: _Pair, box: Box, shape: tuple[int, int] | None = None) -> tuple[Pixels, Pixels]:
    """Return the panchromatic pixels and all bands of the coloured image in a box of the fine grid."""
    fine = read_box(pair.pan, pair.pan_info, box, shape=shape)
    sized = {} if shape is None else {"out_shape": (len(pair.bands) + 1, *shape), "resampling": Resampling.average}
    alpha = pair.colour_info.alpha or pair.colour_info.bands + 1
    read = pair.colour.read([*pair.bands, alpha], window=box.window, **sized)
    return fine, Pixels(read[:-1], read[-1] > 0)


def _weights(pair: _Pair, pan: Path) -> tuple[float, ...]:
    width, height = pair.pan_info.width, pair.pan_info.height
    # Reduced at least to the coloured image's own pixels: finer detail is what the bands cannot explain.
    factor = max(pair.colour_info.gsd_m / pair.pan_info.gsd_m, max(width, height) / _SAMPLE)
    shape = max(1, round(height / factor)), max(1, round(width / factor))
    fine, coarse = _read(pair, Box(0, 0, width, height), shape)
    return intensity_weights(fine.values[0], coarse.values, fine.valid & coarse.valid, pan)


def _write(pair: _Pair, weights: Sequence[float], path: Path) -> None:
    info = pair.pan_info
    chosen = [pair.bands.index(k) for k in pair.colour_info.colour]
    with tiled_cog(
        path,
        size=(info.width, info.height),
        count=3,
        dtype=pair.colour_info.dtype,
        transform=info.transform,
        crs=info.crs,
        photometric="RGB",
    ) as target:
        target.update_tags(**pair.colour.src_dataset.tags())
        for k, name in enumerate(("red", "green", "blue"), start=1):
            target.set_band_description(k, name)
        for box in tiles(info.width, info.height):
            fine, coarse = _read(pair, box)
            made = sharpened(fine.values[0], coarse.values[chosen], weights=weights, intensity=coarse.values)
            target.write(made, window=box.window)
            target.write_mask((fine.valid & coarse.valid).astype(np.uint8) * 255, window=box.window)

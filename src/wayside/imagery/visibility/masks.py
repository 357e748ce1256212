"""Providers' masks of usable pixels, decoded: which values and bits hide the ground, and as what.

Snow does not hide a track; nor do haze through which the provider itself sees the ground, thin cirrus, and the margins
that providers lay around their clouds (a margin is laid when the mask is read, as wide as its pixels are coarse).

Sources: Sentinel-2 Level-2A Algorithm Overview, table of SCL classes; Planet, Usable Data Mask 2.0 and 2.1, and the
Unusable Data Mask in the Combined Imagery Product Specification; USGS, Landsat Collection 2 Quality Assessment Bands;
NASA, Harmonized Landsat Sentinel-2 Product User Guide 2.0, table of Fmask bits.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from wayside.errors import ImageError
from wayside.model.acquisitions import MaskKind
from wayside.model.visibility import Obstruction, code_of

__all__ = ["bands_needed", "decode_mask"]


class _Bits(NamedTuple):
    """How a band of bits is read.

    Attributes:
        fill: the value of pixels that were never seen; None where a bit says so.
        bits: obstruction by bit, 0 the lowest; the first that is set counts.
    """

    fill: int | None
    bits: Mapping[int, Obstruction]


_SCL = {
    0: Obstruction.NODATA,
    1: Obstruction.DEFECTIVE,  # saturated or defective
    3: Obstruction.CLOUD_SHADOW,
    8: Obstruction.CLOUD,  # medium probability
    9: Obstruction.CLOUD,  # high probability
    # 2 dark or cast shadow, 4 vegetation, 5 bare, 6 water, 7 unclassified, 10 thin cirrus, 11 snow
}

_QA_PIXEL = _Bits(
    fill=None,
    bits={
        0: Obstruction.NODATA,
        3: Obstruction.CLOUD,
        4: Obstruction.CLOUD_SHADOW,
        # 1 dilated cloud, 2 cirrus, 5 snow, 6 clear, 7 water, 8 to 15 confidences of the above
    },
)

_FMASK = _Bits(
    fill=255,
    bits={
        1: Obstruction.CLOUD,
        3: Obstruction.CLOUD_SHADOW,
        # 0 not used, 2 adjacent to cloud or shadow, 4 snow, 5 water, 6 and 7 aerosol
    },
)

_UDM = _Bits(
    fill=None,
    bits={
        0: Obstruction.NODATA,  # black fill
        1: Obstruction.CLOUD,
        **dict.fromkeys(range(2, 8), Obstruction.DEFECTIVE),  # missing or suspect, band by band
    },
)

_UDM2 = {
    # Bands from 1: 1 clear, 2 snow, 3 shadow, 4 light haze (all haze in 2.1), 5 heavy haze, 6 cloud, 7 confidence.
    6: Obstruction.CLOUD,
    3: Obstruction.CLOUD_SHADOW,
    5: Obstruction.HAZE,
}
_UDM2_BITS = 8
"""The band with the older mask's bits; of these the cloud's does not count, which also takes snow for cloud."""


def bands_needed(kind: MaskKind) -> tuple[int, ...]:
    """Return the bands, from 1, that ``decode_mask`` wants of a mask file, in this order."""
    return tuple(range(1, 9)) if kind is MaskKind.UDM2 else (1,)


def decode_mask(kind: MaskKind, values: NDArray[np.generic]) -> NDArray[np.uint8]:
    """Return which obstruction hides each pixel of a provider's mask.

    Args:
        kind: whose mask it is.
        values: shape (bands, height, width) of ``bands_needed``, whole numbers.

    Returns:
        Shape (height, width): 0 where the ground can be seen, else ``code_of`` the obstruction. Values that the
        definition does not name hide nothing.

    Raises:
        ImageError: not the bands of such a mask, or not whole numbers.
    """
    wanted = len(bands_needed(kind))
    if values.ndim != 3 or values.shape[0] < wanted:
        raise ImageError(f"a mask of kind {kind} has {wanted} bands, not {values.shape[0] if values.ndim else 0}")
    if values.dtype.kind not in "uib":
        raise ImageError(f"a mask of kind {kind} holds whole numbers, not {values.dtype}")
    whole = values.astype(np.int64)
    if kind is MaskKind.UDM2:
        return _udm2(whole)
    if kind is MaskKind.SCL:
        return _classes(whole[0], _SCL)
    if kind is MaskKind.CLOUD:
        return np.where(whole[0] != 0, code_of(Obstruction.CLOUD), 0).astype(np.uint8)
    return _bits(whole[0], {MaskKind.UDM: _UDM, MaskKind.QA_PIXEL: _QA_PIXEL, MaskKind.FMASK: _FMASK}[kind])


def _classes(values: NDArray[np.int64], table: Mapping[int, Obstruction]) -> NDArray[np.uint8]:
    codes = np.zeros(values.shape, np.uint8)
    for value, obstruction in table.items():
        codes[values == value] = code_of(obstruction)
    return codes


def _bits(values: NDArray[np.int64], meaning: _Bits) -> NDArray[np.uint8]:
    codes = np.zeros(values.shape, np.uint8)
    for bit, obstruction in reversed(list(meaning.bits.items())):  # the first overwrites the others
        codes[(values >> bit) & 1 == 1] = code_of(obstruction)
    if meaning.fill is not None:
        codes[values == meaning.fill] = code_of(Obstruction.NODATA)
    return codes


def _udm2(values: NDArray[np.int64]) -> NDArray[np.uint8]:
    codes = _bits(values[_UDM2_BITS - 1] & ~0b10, _UDM)
    for band, obstruction in _UDM2.items():
        codes[(values[band - 1] == 1) & (codes == 0)] = code_of(obstruction)
    return codes

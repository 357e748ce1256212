"""What a wavelet compression does to an image: ringing and smudges instead of blocks."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["wavelet_coded"]

Array = NDArray[np.float32]
_LIFTS = (-1.586134342, -0.052980118, 0.882911076, 0.443506852)
"""Lifting steps of the 9/7 filter of ISO/IEC 15444-1 (JPEG 2000), Annex F."""
_SCALE = 1.230174105
_LEVELS = 4


def _lifted(low: Array, high: Array, steps: tuple[float, ...], first: int) -> tuple[Array, Array]:
    """Return the even and odd rows after lifting; ``first`` is 0 where the odd ones are lifted first."""
    for number, step in enumerate(steps):
        if (number + first) % 2 == 0:
            high = high + np.float32(step) * (low + np.concatenate([low[1:], low[-1:]]))
        else:
            low = low + np.float32(step) * (high + np.concatenate([high[:1], high[:-1]]))
    return low, high


def _split(image: Array) -> tuple[Array, Array]:
    """Return the low and the high half of the rows' frequencies; the number of rows is even."""
    low, high = _lifted(image[0::2], image[1::2], _LIFTS, 0)
    return low / np.float32(_SCALE), high * np.float32(_SCALE / 2)


def _join(low: Array, high: Array) -> Array:
    """Return what ``_split`` took apart."""
    steps = tuple(-step for step in reversed(_LIFTS))
    even, odd = _lifted(low * np.float32(_SCALE), high * np.float32(2 / _SCALE), steps, 1)
    out = np.empty((2 * even.shape[0], *even.shape[1:]), dtype=np.float32)
    out[0::2], out[1::2] = even, odd
    return out


def _quantised(band: Array, step: float) -> Array:
    """Return a band after a quantiser with a dead zone twice as wide as a step, rebuilt at the middle of each step."""
    size = np.floor(np.abs(band) / np.float32(step))
    return np.asarray(np.sign(band) * np.where(size > 0, size + 0.5, 0) * np.float32(step), dtype=np.float32)


def wavelet_coded(image: Array, step: float) -> Array:
    """Return an image (height, width, bands) after a lossy wavelet compression.

    Args:
        image: values, 0 to 1.
        step: of the finest bands' quantiser relative to full scale; coarser bands have finer ones.
    """
    side = 2**_LEVELS
    height, width = image.shape[:2]
    padded = np.pad(image, ((0, -height % side), (0, -width % side), (0, 0)), mode="edge")
    return _level(padded, step, _LEVELS)[:height, :width]


def _level(image: Array, step: float, levels: int) -> Array:
    if levels == 0:
        return image
    low, high = _split(image)
    (ll, lh), (hl, hh) = (
        tuple(np.swapaxes(part, 0, 1) for part in _split(np.swapaxes(half, 0, 1))) for half in (low, high)
    )
    ll = _level(ll, step * 0.6, levels - 1)
    lh, hl, hh = _quantised(lh, step), _quantised(hl, step), _quantised(hh, 1.5 * step)
    low, high = (np.swapaxes(_join(np.swapaxes(a, 0, 1), np.swapaxes(b, 0, 1)), 0, 1) for a, b in ((ll, lh), (hl, hh)))
    return _join(low, high)

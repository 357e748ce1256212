"""Pixels averaged over squares, with what is usable of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from wayside.imagery.windows import Pixels

__all__ = ["reduced"]

_EXACT = 1 << 24
"""Whole numbers up to this are exact in 32 bits."""
_HALF = (1 << 15) - (1 << 10)
"""Sums up to this can be doubled, and the number of pixels added, in 16 bits."""


def reduced(values: NDArray[np.generic], usable: NDArray[np.bool_], k: int, *, nearest: bool) -> Pixels:
    """Reduce by ``k`` along each side.

    Args:
        values: shape (bands, height, width), both multiples of ``k``.
        usable: shape (height, width).
        k: 2 or more.
        nearest: take the first pixel of each square, for classes and colour tables.

    Returns:
        The mean of the usable pixels of each square in the same type, halves rounded up; usable where any is.
    """
    if nearest:
        return Pixels(values[:, ::k, ::k], usable[::k, ::k])
    if values.dtype.kind == "u" and k * k * int(np.iinfo(values.dtype.name).max) <= _HALF:
        return _of_bytes(values, usable, k)
    small = values.dtype.kind != "f" and k * k * int(np.iinfo(values.dtype.name).max) < _EXACT
    kept: NDArray[np.number] = np.where(usable, values, 0).astype(np.float32 if small else np.float64)
    count = _summed(usable.astype(np.int32)[None], k)[0]
    mean = _summed(kept, k) / np.maximum(count, 1)
    if values.dtype.kind != "f":
        mean = np.floor(mean + 0.5)
    return Pixels(mean.astype(values.dtype), count > 0)


def _of_bytes(values: NDArray[np.generic], usable: NDArray[np.bool_], k: int) -> Pixels:
    """Reduce small whole numbers without leaving them: sums, doubled, fit into 16 bits."""
    count = _summed(usable.astype(np.uint16)[None], k)[0]
    total = _summed(values.astype(np.uint16) * usable, k)
    often = np.maximum(count, 1)
    return Pixels(((2 * total + often) // (2 * often)).astype(values.dtype), count > 0)


def _summed(values: NDArray[np.number], k: int) -> NDArray[np.number]:
    """Sum squares; adding whole rows is several times faster than reducing over short axes."""
    rows = values[:, ::k].copy()
    for i in range(1, k):
        np.add(rows, values[:, i::k], out=rows)
    out: NDArray[np.number] = rows[:, :, ::k].copy()
    for i in range(1, k):
        np.add(out, rows[:, :, i::k], out=out)
    return out

"""The last hundredths of a shift: both pictures are moved half-way towards each other, and what is left is measured."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import correlate1d, minimum_filter

from wayside.imagery.registration.fields import edge_fields
from wayside.imagery.registration.surface import CrossSpectrum, cross_spectrum, refined

__all__ = ["Settled", "settle"]

Grey = NDArray[np.floating]
_PASSES = 2
_STILL_PX = 0.03
_FARTHEST_PX = 1.0
_NEAR_PX = 3
_LEAST_PX = 16
_TAPS = 4


class Settled(NamedTuple):
    """A shift and what it rests on.

    Attributes:
        down, right: cells.
        spectrum: of the pictures as they overlap once moved.
        left: what was left to be measured between those, down and right, cells.
        shape: of the overlap.
    """

    down: float
    right: float
    spectrum: CrossSpectrum
    left: tuple[float, float]
    shape: tuple[int, ...]


def settle(reference: Grey, scene: Grey, at: tuple[float, float], weights: tuple[float, ...]) -> Settled | None:
    """Measure a shift again where it hardly matters any more.

    Edge fields are not linear in the picture, so a peak between two cells is drawn to one of them, by up to a tenth of
    a cell. Between pictures that already lie on each other that pull vanishes. Both are moved, by half, so that both
    are interpolated alike and the shift back is exactly the opposite.

    Args:
        reference: a picture; NaN where unusable.
        scene: another on the same grid.
        at: shift of the scene's content, down and right, cells.
        weights: of the fields.

    Returns:
        None where too little overlaps, or where the pictures settle elsewhere, more than a cell from ``at``.
    """
    best: Settled | None = None
    down, right = at
    for _ in range(_PASSES):
        one, other = _halfway(reference, scene, down, right)
        if min(one.shape) < _LEAST_PX:
            return None
        spectrum = cross_spectrum(edge_fields(one), edge_fields(other), _NEAR_PX)
        joint = np.tensordot(np.asarray(weights, dtype=np.complex64), spectrum.whitened, axes=1)
        left = refined(joint, 0, 0)
        down, right = down + left[0], right + left[1]
        if math.dist((down, right), at) > _FARTHEST_PX:
            return None
        best = Settled(down, right, spectrum, left, one.shape)
        if math.hypot(*left) < _STILL_PX:
            break
    return best


def _halfway(reference: Grey, scene: Grey, down: float, right: float) -> tuple[Grey, Grey]:
    """Return what overlaps of both, the reference moved half of the way and the scene half of it back."""
    rows, columns = round(down), round(right)
    height, width = reference.shape
    one = reference[max(0, -rows) : height - max(0, rows), max(0, -columns) : width - max(0, columns)]
    other = scene[max(0, rows) : height + min(0, rows), max(0, columns) : width + min(0, columns)]
    half = (down - rows) / 2, (right - columns) / 2
    return _moved(one, half), _moved(other, (-half[0], -half[1]))


def _moved(picture: Grey, by: tuple[float, float]) -> Grey:
    """Return the picture moved by less than a cell, down and right; a cell is unusable where its neighbour was."""
    usable = np.isfinite(picture)
    whole = bool(usable.all())
    if whole:
        filled = picture.astype(np.float32)
    else:
        level = np.mean(picture[usable], dtype=np.float64) if usable.any() else 0.0
        filled = np.where(usable, picture, level).astype(np.float32)
    for axis, part in enumerate(by):
        if part:
            filled = correlate1d(filled, _lanczos(part), axis=axis, mode="nearest")
    return filled if whole else np.where(minimum_filter(usable, 3), filled, np.float32(np.nan))


def _lanczos(part: float) -> NDArray[np.float64]:
    """Return the weights, in order along the axis, that move a signal by ``part`` of a cell, -1 to 1, onwards."""
    at = np.arange(-_TAPS, _TAPS + 1) + part
    weights = np.sinc(at) * np.where(np.abs(at) < _TAPS, np.sinc(at / _TAPS), 0)
    return np.asarray(weights / weights.sum())

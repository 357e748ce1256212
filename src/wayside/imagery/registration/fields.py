"""What of a picture stays the same when the season, the sun and the snow change: the directions of its faint edges."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, minimum_filter

__all__ = ["Field", "edge_fields"]

Field = NDArray[np.complex64]

_SMOOTH_PX = 0.5
_REACH_PX = 3
"""How far, in cells, a value reaches into the gradients: two by the smoothing and one by the difference."""
_LEAST_USABLE = 0.05
_TAPER = 8
_LONGEST_TAPER_PX = 64
_FAINT = 2.0
_PARALLEL = 0.98
"""Share of edges that run the same way from which on nothing fixes a shift along them."""


def edge_fields(picture: NDArray[np.floating]) -> tuple[Field, Field]:
    """Return the picture's edges as two fields of complex numbers, faded towards the border.

    The first is the direction of the gradient (orientation correlation: Fitch, Kadyrov, Christmas and Kittler, BMVC
    2002). The second has twice its angle, so that an edge is the same whichever side of it is bright: snow, leaves and
    near infrared turn contrast round. Neither changes with brightness or gain.

    Both are weighted by ``m n / (m + 2 n)**2``, with m the strength of the gradient and n the median strength: faint
    edges are noise, and the strongest are the shadows, cars and clouds of one day. Tracks, roads and the borders of
    ground lie between, and stay.

    Args:
        picture: shape (height, width), grey; NaN where unusable.

    Returns:
        Two fields of the picture's shape, each with mean 0; all 0 where there is nothing to see, or where all edges
        are parallel.
    """
    usable = np.isfinite(picture)
    nothing = np.zeros(picture.shape, dtype=np.complex64)
    if usable.mean() < _LEAST_USABLE:
        return nothing, nothing
    gradient, whole = _gradient(picture, usable)
    strength = np.abs(gradient)
    median = float(np.median(strength[whole])) if whole.any() else 0.0
    faint = np.float32(_FAINT * (median or float(strength.max()) * 1e-3))
    if faint == 0:
        return nothing, nothing
    weight = _window(picture.shape) * whole
    single = gradient * (faint / np.square(strength + faint))
    np.maximum(strength, np.float32(1e-12) * faint, out=strength)
    gradient /= strength
    gradient *= single
    if abs(np.vdot(weight, gradient)) > _PARALLEL * np.vdot(weight, np.abs(gradient)):
        return nothing, nothing
    return _centred(single, weight), _centred(gradient, weight)


def _gradient(picture: NDArray[np.floating], usable: NDArray[np.bool_]) -> tuple[Field, NDArray[np.bool_]]:
    """Return the gradient, right and down as real and imaginary part, and where no unusable value reaches into it."""
    # About the mean, so that single precision holds the gradients of 16-bit pictures too.
    level = np.mean(picture[usable], dtype=np.float64)
    smooth = gaussian_filter(np.where(usable, picture - level, 0.0).astype(np.float32), _SMOOTH_PX)
    down, right = np.gradient(smooth)
    whole = usable if usable.all() else minimum_filter(usable, 2 * _REACH_PX + 1)
    gradient = np.empty(picture.shape, dtype=np.complex64)
    np.multiply(right, whole, out=gradient.real)
    np.multiply(down, whole, out=gradient.imag)
    return gradient, whole


def _window(shape: tuple[int, ...]) -> NDArray[np.float32]:
    return np.multiply.outer(*(_taper(n) for n in shape))


def _taper(count: int) -> NDArray[np.float32]:
    """Return weights along one side: 1, falling to nearly 0 over the outer eighths."""
    width = max(1, min(count // _TAPER, _LONGEST_TAPER_PX))
    from_edge = np.minimum(np.arange(count), np.arange(count)[::-1])
    return np.square(np.sin(np.pi / 2 * np.minimum((from_edge + 0.5) / width, 1))).astype(np.float32)


def _centred(field: Field, weight: NDArray[np.float32]) -> Field:
    """Weight a field, in place, less its mean: what all edges have in common says nothing about the shift."""
    total = float(weight.sum())
    mean = np.vdot(weight, field) / total if total > 0 else 0.0
    field -= np.complex64(mean)
    field *= weight
    return field

"""The shift between two pictures of the same place taken on different days."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from wayside.imagery.registration.fields import edge_fields
from wayside.imagery.registration.settle import settle
from wayside.imagery.registration.spread import shift_spread
from wayside.imagery.registration.surface import cross_spectrum, find_peak, fit_surface, refined
from wayside.model.checks import require, require_finite
from wayside.model.observations import Registration

__all__ = ["MAX_SHIFT_M", "MIN_QUALITY", "ShiftFit", "find_shift", "register"]

MAX_SHIFT_M = 30.0
"""Greatest shift east or north that is looked for, metres."""
MIN_QUALITY = 0.7
"""Quality below which a scene counts as unregistered; docs/registration.md has what was measured."""

_MOST_SPREAD_M = 1000.0
_LEAST_PX = 24
_LEAST_CELLS = 2500
_BEYOND_PX = 2
_UNSETTLED = 0.5
_LEAST_MARGIN = 1e-6
_HALF_MARGIN, _MARGIN_POWER = 20.0, 1.4
"""The margin at which a fit is right in one of two cases, and how fast that changes: a logistic regression of being
right on the logarithm of the margin, over 854 pairs of known shift."""


@dataclass(frozen=True, slots=True)
class ShiftFit:
    """How far a scene's content lies from the reference's.

    Attributes:
        registered: whether the shift can be trusted.
        east_m: the best shift found, metres to the east, -30 to 30; given even where it cannot be trusted.
        north_m: the same to the north.
        quality: probability that the shift is right to a cell or a metre, whichever is more, 0 to 1; 0 where there
            was nothing to fit.
        spread_m: standard error in the direction in which it is least certain, metres, 0 or more; infinite where
            unknown.
    """

    registered: bool = False
    east_m: float = 0.0
    north_m: float = 0.0
    quality: float = 0.0
    spread_m: float = math.inf


def register(
    reference: NDArray[np.floating], scene: NDArray[np.floating], pixel_m: float, *, reference_id: str = ""
) -> Registration:
    """Fit a scene to the reference (see, and raises as, ``find_shift``).

    Returns:
        The shift to apply to tracks drawn on the reference: east and north in metres. Below ``MIN_QUALITY`` the scene
        is unregistered and the shift is 0.
    """
    fit = find_shift(reference, scene, pixel_m)
    if not fit.registered:
        return Registration(registered=False, quality=fit.quality, reference=reference_id)
    # A fit whose blocks told nothing of its error has an infinite one.
    spread = min(fit.spread_m, _MOST_SPREAD_M) if math.isfinite(fit.spread_m) else None
    return Registration(True, fit.east_m, fit.north_m, fit.quality, reference_id, spread)


def find_shift(reference: NDArray[np.floating], scene: NDArray[np.floating], pixel_m: float) -> ShiftFit:
    """Find how far the scene's content lies from the reference's, by correlating the directions of their edges.

    Args:
        reference: shape (height, width), grey, north up; NaN where unusable.
        scene: same shape, same grid.
        pixel_m: size of a cell, metres.

    Raises:
        ValueRefusedError: the pictures differ in shape, or the cell has no size.
    """
    require(reference.ndim == 2 and reference.shape == scene.shape, "pictures to register differ in shape")
    require_finite("pixel_m", pixel_m, low=1e-3, high=1e3)
    if min(reference.shape) < _LEAST_PX or reference.size < _LEAST_CELLS:
        return ShiftFit()
    one, other = edge_fields(reference), edge_fields(scene)
    if not (one[0].any() and other[0].any()):
        return ShiftFit()
    reach = min(math.ceil(MAX_SHIFT_M / pixel_m) + _BEYOND_PX, min(reference.shape) // 2 - 1)
    spectrum = cross_spectrum(one, other, reach)
    whitened = spectrum.whitened
    surfaces, noise = fit_surface(whitened, reach)
    peak = find_peak(surfaces, noise, pixel_m)
    if not any(peak.weights):
        return ShiftFit()
    # Only their ratio matters, and single precision has its limits.
    weights = tuple(weight / max(peak.weights) for weight in peak.weights)
    joint = np.tensordot(np.asarray(weights, dtype=np.complex64), whitened, axes=1)
    first = refined(joint, peak.row - reach, peak.column - reach)
    quality = _quality(peak.margin)
    settled = settle(reference, scene, first, weights)
    if settled is None:
        return ShiftFit(False, first[1] * pixel_m, -first[0] * pixel_m, min(quality, _UNSETTLED))
    # A peak on the rim may be the slope of one beyond it.
    inside = max(abs(peak.row - reach), abs(peak.column - reach)) < reach
    near = max(abs(settled.down), abs(settled.right)) * pixel_m <= MAX_SHIFT_M + 0.5 * pixel_m
    spread = shift_spread(settled.spectrum, weights, settled.left, settled.shape) * pixel_m
    quality = quality if inside and near else min(quality, _UNSETTLED)
    return ShiftFit(quality >= MIN_QUALITY, settled.right * pixel_m, -settled.down * pixel_m, quality, spread)


def _quality(margin: float) -> float:
    """Return the probability that a fit is right, from the margin of its score over all other shifts."""
    if margin < _LEAST_MARGIN:
        return 0.0
    return 1 / (1 + math.pow(_HALF_MARGIN / margin, _MARGIN_POWER))

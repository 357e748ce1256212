"""How much of a zone is occupied: the distribution of an area, counted in units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import betainc, expit, ndtr

from wayside.model.checks import require, require_finite
from wayside.model.counts import CountDistribution
from wayside.zones.cells import Cells

__all__ = ["PRIOR", "area_distribution", "hidden_prior"]

Array = NDArray[np.float64]
PRIOR = (0.6, 1.8)
"""Beta prior of the occupied share of ground that cannot be seen: mostly little, now and then nearly all."""
_TRUST = 6.0
"""What is seen of the rest of the zone counts as so many observations of the hidden part."""
_LEAST_HIDDEN = 0.1
"""Less hidden ground than this share of a unit changes nothing."""
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(15)


def area_distribution(
    cells: Cells, weight: Array, *, unit_m2: float, scene_sd: float, spread_m2: float
) -> CountDistribution:
    """Return the distribution of the occupied area of a zone, in units.

    Given the scene's common error u ~ N(0, ``scene_sd``^2), each visible cell is occupied with the log odds ``logit +
    u``; neighbouring cells err together, ``spread_m2`` at a time, so that the visible area is nearly normal about
    the sum of the probabilities. The hidden area is a share q of what is hidden, q ~ Beta (``hidden_prior``). The
    two are added (convolved), and the whole is averaged over u (Gauss-Hermite, 15 nodes).

    Args:
        cells: what is thought of each cell.
        weight: shape as the cells, square metres of each that lie in the zone.
        unit_m2: square metres per unit.
        scene_sd: of the log odds.
        spread_m2: ground that errs as one, square metres.
    """
    require_finite("unit in square metres", unit_m2, low=1e-3)
    seen_m2, hidden_m2 = weight * (1 - cells.hidden), float((weight * cells.hidden).sum())
    visible = float(seen_m2.sum())
    require(visible + hidden_m2 > 0, "a zone has an area")
    kept = seen_m2 > 0
    seen_m2, logit = seen_m2[kept], cells.logit[kept]
    units = max(1, round((visible + hidden_m2) / unit_m2))
    p = expit(logit + scene_sd * _NODES[:, None])
    mean = p @ seen_m2
    deviation = np.sqrt(spread_m2 * ((p * (1 - p)) @ seen_m2))
    parts = _binned_normal(mean[:, None], deviation[:, None], visible, unit_m2, units)
    shares = _WEIGHTS / _WEIGHTS.sum()
    if hidden_m2 <= _LEAST_HIDDEN * unit_m2:
        total = shares @ parts
    else:
        total = np.zeros(units + 1)
        for part, m2, share in zip(parts, mean.tolist(), shares.tolist(), strict=True):
            prior = hidden_prior(m2 / visible if visible > 0 else 0.0, visible / (visible + hidden_m2))
            both = np.convolve(part, _binned_beta(prior, hidden_m2, unit_m2, units))
            total[:units] += share * both[:units]
            total[units] += share * both[units:].sum()
    return CountDistribution.from_weights(0, np.clip(total, 0.0, None)).trimmed(1e-9)


def hidden_prior(seen_share: float, visible_fraction: float) -> tuple[float, float]:
    """Return the Beta parameters of the occupied share of what is hidden, given what the visible part shows."""
    a, b = PRIOR
    trust = _TRUST * visible_fraction
    return a + trust * seen_share, b + trust * (1 - seen_share)


def _binned_normal(mean: Array, deviation: Array, most: float, unit: float, units: int) -> Array:
    """Return the probabilities of 0 to ``units`` for normal areas held within 0 and ``most``, each to its nearest.

    Args:
        mean: shape (n, 1).
        deviation: shape (n, 1).
        most: square metres.
        unit: square metres.
        units: number of them.

    Returns:
        Shape (n, units + 1).
    """
    edges = (np.arange(units) + 0.5) * unit
    below = np.where(edges >= most, 1.0, ndtr((edges - mean) / np.maximum(deviation, 1e-9)))
    return np.diff(below, axis=1, prepend=0.0, append=1.0)


def _binned_beta(prior: tuple[float, float], most: float, unit: float, units: int) -> Array:
    edges = np.minimum((np.arange(units) + 0.5) * unit / most, 1.0)
    return np.diff(betainc(*prior, edges), prepend=0.0, append=1.0)

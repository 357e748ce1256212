"""Sums of independent numbers of cars, and what a scene's boxes share."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["box_count", "poisson_binomial", "scene_nodes"]

Array = NDArray[np.float64]

_LEAST_P, _MOST_P = 0.002, 0.998
_NODES = 7


def poisson_binomial(parts: Sequence[Array]) -> Array:
    """Return the distribution of a sum of independent numbers: ``parts[i][k]`` = P(number i = k)."""
    total = np.ones(1)
    for part in parts:
        total = np.convolve(total, part)
    return total


def scene_nodes(logit_sd: float) -> tuple[tuple[float, float], ...]:
    """Return (shift of the log-odds, weight) of Gauss and Hermite's quadrature over a scene's own shift."""
    if logit_sd == 0.0:
        return ((0.0, 1.0),)
    places, weights = np.polynomial.hermite_e.hermegauss(_NODES)
    return tuple((logit_sd * x, w) for x, w in zip(places.tolist(), (weights / weights.sum()).tolist(), strict=True))


def box_count(p: float, shift: float, cars: Array) -> Array:
    """Return P(number of cars under a box): none with probability 1 - q, logit q = logit p + shift; else ``cars``."""
    p = min(max(p, _LEAST_P), _MOST_P)
    q = 1.0 / (1.0 + math.exp(-(math.log(p / (1.0 - p)) + shift)))
    result = q * cars
    result[0] += 1.0 - q
    return np.asarray(result)

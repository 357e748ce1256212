"""How many cars a box of a given length covers: a part of one, one, or several."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from wayside.counting.lengths import LengthPrior
from wayside.model.checks import require_finite, require_probability

__all__ = ["BoxLengths"]

Array = NDArray[np.float64]

_STEP_M = 0.25
_TAIL = np.pi**2 / 6 - 1.0
"""Sum of 1 / k² from 2 on: how many cars several are, a priori, falls off as slowly as that."""
_LEAST_FIT = 0.6
_PART_FIT = 0.3


@dataclass(frozen=True, slots=True)
class BoxLengths:
    """What a box's length says of the number of cars under it.

    Attributes:
        offset_m: how much longer boxes are than their cars over couplers, metres, -5 to 5 (negative where a detector
            draws bodies).
        blur_m: error of a box's length, standard deviation, metres, 0 to 5.
        part: prior share of boxes that hold only a part of a car, 0 to 0.5.
        several: prior share of boxes that hold two cars or more, 0 to 0.5.
        prior: how long cars are.
    """

    offset_m: float = 0.0
    blur_m: float = 0.8
    part: float = 0.04
    several: float = 0.06
    prior: LengthPrior = field(default_factory=LengthPrior)

    def __post_init__(self) -> None:
        require_finite("offset_m", self.offset_m, low=-5.0, high=5.0)
        require_finite("blur_m", self.blur_m, low=0.0, high=5.0)
        for name in ("part", "several"):
            require_probability(name, getattr(self, name))
            require_finite(name, getattr(self, name), high=0.5)

    def cars(self, length_m: float) -> Array:
        """Return P(number of cars = k | a box of this length is no false alarm), shape (k + 1,).

        With L the length over couplers and f_k the density of k cars of one train end to end::

            P(1 + extra = k | L) ∝ π_k f_k(L),  a part: π_0 / l_max up to the longest car

        Half of all parts are the only sign of their car and count as one; the others belong to a car that another box
        holds, and count as none.
        """
        at = max(0.0, length_m - self.offset_m)
        density = _densities(self, _most_cars(self, at))
        index = round(at / _STEP_M)
        likely = density[:, index] if index < density.shape[1] else np.zeros(density.shape[0])
        weight = np.concatenate([[self._part_density(at)], self._prior(likely.size) * likely])
        if weight.sum() <= 0.0:
            # Beyond every density: as many cars of the mean length as fit.
            weight[max(1, min(weight.size - 1, round(at / _mean_length(self))))] = 1.0
        weight /= weight.sum()
        weight[:2] = 0.5 * weight[0], weight[1] + 0.5 * weight[0]
        return np.asarray(weight)

    def fit(self, length_m: float) -> float:
        """Return how well a length suits whole cars: 0.3 (shorter than any) to 1 (the most common lengths)."""
        at = max(0.0, length_m - self.offset_m)
        if at < self.prior.low_m:
            return _PART_FIT
        density = _densities(self, _most_cars(self, at))
        index = round(at / _STEP_M)
        here = float((self._prior(density.shape[0]) * density[:, index]).max()) if index < density.shape[1] else 0.0
        best = float(self._prior(1)[0] * density[0].max())
        return _LEAST_FIT + (1.0 - _LEAST_FIT) * min(1.0, here / best)

    def _part_density(self, at: float) -> float:
        return self.part / self.prior.high_m if at < self.prior.high_m else 0.0

    def _prior(self, most: int) -> Array:
        one = 1.0 - self.part - self.several
        more = self.several / _TAIL / np.arange(2, most + 1, dtype=np.float64) ** 2
        return np.concatenate([[one], more])


def _most_cars(lengths: BoxLengths, at_m: float) -> int:
    return int(at_m // lengths.prior.low_m) + 1


def _mean_length(lengths: BoxLengths) -> float:
    table = lengths.prior.table(_STEP_M)
    return float(table.weight @ table.mean) * _STEP_M


@lru_cache(maxsize=256)
def _densities(lengths: BoxLengths, most: int) -> Array:
    """Return f_k(L) per metre, shape (most, lengths), row k - 1 for k cars, column i for a length of i steps.

    The cars of a train share their family, so the families are mixed after the k-fold convolution, not before.
    """
    table = lengths.prior.table(_STEP_M)
    reach = np.arange(-int(5 * lengths.blur_m / _STEP_M) - 1, int(5 * lengths.blur_m / _STEP_M) + 2) * _STEP_M
    smear = np.exp(-0.5 * (reach / max(lengths.blur_m, 1e-6)) ** 2)
    smear /= smear.sum()
    size = table.longest * most + reach.size
    result = np.zeros((most, size))
    for weight, f in zip(table.weight, table.f, strict=True):
        one = np.concatenate([np.zeros(table.shortest), f])
        total = one
        for k in range(most):
            blurred = np.convolve(total, smear)[reach.size // 2 :]
            result[k, : min(size, blurred.size)] += weight * blurred[:size] / _STEP_M
            total = np.convolve(total, one)
    result.setflags(write=False)
    return result
